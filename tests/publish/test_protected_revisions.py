"""What becomes of a release about people when answers change: what waits, what is refused."""

import pytest

from tests.publish.people import MANY, make_people, protected_contracts, published, release
from tests.publish.support import NOW, info, query
from warehouse.disclosure.configuration import read_configuration
from warehouse.disclosure.explain import explain, waiting_lines
from warehouse.disclosure.ledger import Ledger
from warehouse.disclosure.waiting import revised
from warehouse.publish import PublicationError, publish, store
from warehouse.publish.protection import protect_build
from warehouse.sealed.keys import LEDGER
from warehouse.sealed.store import write_sealed
from warehouse.settings import Settings

ESTIMATES = (
    "select item_id, area_id, gender, grade, birth_country, n, n_yes, share_pct, is_suppressed "
    "from survey.estimate order by all"
)


def test_nothing_changed_is_no_new_release(people: Settings) -> None:
    first = store.current_release(people.paths)
    make_people(people)
    assert not release(people, 1).is_new
    assert store.current_release(people.paths) == first


def reasons(settings: Settings, item: str) -> list[str]:
    """What the sealed side says of 2023 in a question."""
    wanted = {"area": "2023", "item": item, "round": "2024"}
    return explain(Ledger(settings), read_configuration(), "survey.estimate", wanted)


def test_one_withdrawal_waits_and_a_large_revision_does_not(people: Settings) -> None:
    before = published(people, ESTIMATES)
    assert not any("waiting" in line for line in reasons(people, "lupp_sleep"))
    # Families were not told apart yet when this was published.
    ledger = Ledger(people)
    with write_sealed(ledger.path, ledger.keys, LEDGER, people) as con:
        con.execute("alter table rows_survey_estimate drop column family")
    # The build is lost and made anew; one woman less.
    people.paths.build.unlink()
    make_people(people, more="area_id = '2023' and gender = 'K' and grade = '8' and person = 0")
    assert query(people.paths.build, "select max(n) from survey.estimate") != [
        (max(row[5] or 0 for row in before),)
    ]
    assert not release(people, 1).is_new
    assert published(people, ESTIMATES) == before
    for item in ("lupp_sleep", "lupp_bullied"):
        assert all("; waiting: " in line for line in reasons(people, item))
    make_people(people, more=MANY + "60")
    assert published(people, "select distinct family from survey.estimate") == [("all",)]
    release(people, 2)
    after = published(people, ESTIMATES)
    changed = [
        abs(new[5] - old[5])
        for new, old in zip(after, before, strict=True)
        if None not in (new[5], old[5])
    ]
    assert max(changed) >= 25
    assert not any(0 < change < 5 for change in changed)
    assert [row[8] for row in before] == [row[8] for row in after]
    assert not any("waiting" in line for line in reasons(people, "lupp_sleep"))


def test_a_revision_that_the_attack_refuses_waits(
    people: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Open counts change by 5 or more, and yet a hidden one's change can be narrowed to less."""
    before = published(people, ESTIMATES)
    make_people(people, more=MANY + "45")
    protection = protect_build(people, protected_contracts(), NOW)
    assert protection is not None
    # The ledger's rule lets one question through, and holds the other back.
    let_through = revised(protection.decided, protection.before)
    assert {items for _, _, items in let_through} == {("lupp_sleep",), ("",)}
    made = release(people, 1)
    assert made.is_new and "found something behind a revision" in caplog.text
    assert next(one for one in made.checks if one.name == "disclosure_attack").passed
    assert published(people, ESTIMATES) == before
    assert published(people, "select max(n_answers) from survey.response") != [
        (max(row[5] or 0 for row in before),)
    ]
    for item in ("lupp_sleep", "lupp_bullied"):
        assert all("; waiting: " in line for line in reasons(people, item))
    # Readers are not told, and the sealed side is.
    for path in people.paths.current.resolve().rglob("*"):
        assert path.is_dir() or b"waiting" not in path.read_bytes()
    assert waiting_lines(Ledger(people)) == [
        f"{table} 2024 hs: 2 wait: lupp_bullied since 2026-03-02, lupp_sleep since 2026-03-02"
        for table in ("lupp_birth", "lupp_grade")
    ]


def test_a_new_round_leaves_the_old_one_as_it_was(people: Settings) -> None:
    before = published(people, ESTIMATES)
    make_people(people, rounds=(2024, 2025))
    release(people, 1)
    old = ESTIMATES.replace("order by", "where round = 2024 order by")
    assert published(people, old) == before
    assert published(people, "select count(distinct round) from survey.estimate") == [(2,)]


def test_ledgers_that_are_damaged_gone_or_of_another_region(people: Settings) -> None:
    first = store.current_release(people.paths)
    make_people(people, seed=2)
    ledger = Ledger(people).path
    whole = ledger.read_bytes()
    with pytest.raises(PublicationError, match="ledger of region 20"):
        publish(people.with_changes(region="03"), protected_contracts(), info=info(), now=NOW)
    ledger.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    with pytest.raises(Exception, match="ledger_demo"):
        release(people, 1)
    ledger.unlink()
    seal = ledger.with_name(ledger.name + ".seal")
    kept = seal.read_bytes()
    seal.unlink()
    with pytest.raises(PublicationError, match="is gone"):
        release(people, 1)
    ledger.write_bytes(whole)
    seal.write_bytes(kept)
    assert store.current_release(people.paths) == first
    make_people(people, rounds=(2024, 2025))
    with Ledger(people)._writing() as con:
        con.execute("update release set release_id = '2099' || release_id[5:]")
    with pytest.raises(PublicationError, match="is older than 2099"):
        release(people, 1)
