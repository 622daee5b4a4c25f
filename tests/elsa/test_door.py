"""The door: who comes in, what of them, and what is said of those who do not."""

import re
from datetime import date
from pathlib import Path

import pytest

from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rows import BAD_CODE
from ingestion.elsa import reasons as why
from ingestion.elsa.inbox import put_aside, report, take_demo, take_inbox
from ingestion.elsa.load import take_file
from ingestion.elsa.rotation import rotate_pseudonyms
from ingestion.elsa.withdrawal import withdraw
from tests.elsa.exports import ITEMS, number, row, write
from tests.elsa.store import select, take
from warehouse.sealed.errors import KeyMissing, RestrictedError, WrongKey
from warehouse.sealed.keys import NEXT, KeyFolder, key_folder, needed_names
from warehouse.settings import Settings

PUPILS = [number("20130505", serial) for serial in range(100, 140)]


def others(n: int) -> list[dict[str, str]]:
    """Rows that come in, so that a file is not refused for its faults."""
    return [row(personnummer=one) for one in PUPILS[:n]]


def test_a_talk_in_three_dialects_is_one_talk(house: Settings) -> None:
    coded = row()
    texts = row(kon="flicka", boende="båda föräldrarna", funktionsnedsattning="nej")
    texts |= dict.fromkeys(ITEMS, "ofta")
    named = {"personnummer": coded["personnummer"], "namn": "Åsa Öberg", "adress": "Ån 1", **coded}
    columns = "* exclude (file_id, row_number)"
    found = []
    for at, (rows, encoding) in enumerate(
        [([coded], "utf-8-sig"), ([texts], "cp1252"), ([named], "cp1252")]
    ):
        path = write(house.data_dir.parent / f"{at}.csv", rows, encoding)
        result = take_file(path, house)
        assert result.rows_kept == 1 and not result.reasons and not path.exists()
        assert result.replaced == (at > 0) and result.not_read == (1 if at == 2 else 0)
        found.append(select(house, f"select {columns} from respondent"))
    assert found[0] == found[1] == found[2] and len(found[0]) == 1
    kept = dict(
        zip(
            [one[0] for one in select(house, "select column_name from (describe respondent)")],
            select(house, "select * from respondent")[0],
            strict=True,
        )
    )
    assert (kept["round"], kept["survey"], kept["area_id"]) == (2023, "elsa", "2080")
    assert (kept["birth_year"], kept["birth_month"], kept["visit_month"]) == (2013, 5, "2023-11")
    assert (kept["age"], kept["age_months"], kept["grade"]) == (10, 126, "4")
    assert (kept["height_cm"], kept["weight_kg"], kept["gender"]) == (141.5, 35.2, "K")
    assert kept["item_elsa_guardian_sleep"] == kept["item_elsa_pupil_sleep"] == 2
    assert kept["item_elsa_measured_overweight"] == kept["item_elsa_measured_obesity"] == 1
    assert len(kept["pseudonym"]) == 64 and kept["consent_by"] == "guardian"


def test_consent_is_counted_and_never_listed(house: Settings) -> None:
    wrong = [
        (row(samtycke="N"), why.REFUSED),
        (row(samtycke=""), why.NO_CONSENT),
        (row(samtycke="kanske"), why.UNKNOWN_CONSENT),
        (row(samtyckesdatum=""), why.NO_CONSENT_DATE),
        (row(samtyckesdatum="2023-11-06"), why.LATE_CONSENT),
        (row(samtycke_fran=""), why.NO_GIVER),
        (row(samtycke_fran="elev"), why.TOO_YOUNG),
        # Without consent nobody looks at what else is wrong.
        (row(samtycke="N", personnummer="1", besoksdatum="x"), why.REFUSED),
    ]
    result = take(house, [one for one, _ in wrong] + others(2))
    assert result.rows_kept == 2 and not result.reasons
    assert result.consents == {
        reason: [one for _, one in wrong].count(reason) for _, reason in wrong
    }
    assert select(house, "select * from rejection") == []
    assert dict(select(house, "select reason, n from consent_count")) == result.consents


def test_protected_identities_leave_one_number_a_year(house: Settings) -> None:
    hidden = [
        {**row(), "namn": "xx Andersson"},
        {**row(samtycke="N"), "namn": "XX"},
        {**row(personnummer="1"), "namn": "xxa"},
    ]
    result = take(house, [*hidden, *({**one, "namn": "Axx"} for one in others(3))])
    assert (result.rows_read, result.rows_kept) == (3, 3)
    assert not result.consents and not result.reasons
    flagged = [{**row(), "skyddad_identitet": "1"}, {**others(1)[0], "skyddad_identitet": "0"}]
    assert take(house, flagged).rows_read == 1
    assert select(house, "select * from protected_total") == [(2023, 4)]
    assert "4" not in report(result).split(":", 1)[1]


def test_what_is_wrong_with_a_row_or_a_cell_is_listed_by_place(house: Settings) -> None:
    bad_digit = PUPILS[20][:-1] + str((int(PUPILS[20][-1]) + 1) % 10)
    wrong: list[tuple[dict[str, str], str | None, str, bool]] = [
        (row(personnummer=bad_digit), "personnummer", why.NO_NUMBER, True),
        (row(personnummer=""), None, why.NO_PERSON, True),
        (row(besoksdatum="2023-02-30"), "besoksdatum", why.BAD_VISIT, True),
        (row(lasar="2023"), "lasar", why.BAD_SCHOOL_YEAR, True),
        (row(lasar="2022/2023"), "besoksdatum", why.OUTSIDE_YEAR, True),
        (row(arskurs="3"), "arskurs", why.BAD_GRADE, True),
        (row(arskurs="GY1"), "arskurs", why.OTHER_AGE, True),
        (row(personnummer=PUPILS[0]), None, why.SAME_DAY, True),
        (row(personnummer=PUPILS[30], langd_cm="1,41"), "langd_cm", why.IN_METRES, False),
        (row(personnummer=PUPILS[31], langd_cm="14"), "langd_cm", why.BAD_HEIGHT, False),
        (row(personnummer=PUPILS[32], vikt_kg="35200"), "vikt_kg", why.IN_GRAMS, False),
        (row(personnummer=PUPILS[33], vikt_kg="35 kg"), "vikt_kg", why.BAD_WEIGHT, False),
        (row(personnummer=PUPILS[34], skolenhetskod="Ån"), "skolenhetskod", why.BAD_SCHOOL, False),
        (row(personnummer=PUPILS[35], boende="hos mormor"), "boende", BAD_CODE, False),
        (row(personnummer=PUPILS[36], sp03="vet"), "sp03", BAD_CODE, False),
    ]
    result = take(house, others(10) + [one for one, *_ in wrong])
    expected = [(at, *told) for at, (_, *told) in enumerate(wrong, start=12)]
    found = select(
        house, "select row_number, column_name, reason, is_row from rejection order by row_number"
    )
    assert found == expected
    assert result.rows_kept == 10 + 7
    empty = "height_cm is null or weight_kg is null or school_unit is null or residence is null"
    assert select(house, f"select count(*) from respondent where {empty}") == [(6,)]


def test_the_same_pupil_is_followed_and_a_corrected_talk_replaces(house: Settings) -> None:
    pupil = number("20130505", 777)
    first = row(personnummer=pupil, lasar="2019/2020", besoksdatum="20191001", arskurs="F")
    first |= {"samtyckesdatum": "2019-09-01", "langd_cm": "115", "vikt_kg": "21"}
    take(house, [first])
    take(house, [row(personnummer=f"{pupil[2:8]}-{pupil[8:]}")])
    took = "select count(*), count(distinct pseudonym), count(distinct talk_id) from respondent"
    assert select(house, took) == [(2, 1, 2)]
    again = take(house, [row(personnummer=pupil, langd_cm="142")])
    assert again.replaced == 1 and select(house, took) == [(2, 1, 2)]
    assert select(house, "select max(height_cm) from respondent") == [(142.0,)]
    path = write(house.data_dir.parent / "again.csv", [row(personnummer=pupil, langd_cm="142")])
    assert take_file(path, house).status == "unchanged" and not path.exists()


def test_delivered_pseudonyms_are_another_name_space_and_senders_are_apart(
    house: Settings,
) -> None:
    pupil = number("20130505", 777)
    take(house, [row(personnummer=pupil)])
    bare = {"pseudonym": pupil, **{k: v for k, v in row().items() if k != "personnummer"}}
    for sender in ("a", "b"):
        path = write(house.data_dir.parent / "p.csv", [{**bare, "sp01": sender and "1"}])
        path.write_text(path.read_text() + "\n" * (sender == "b"))
        take_file(path, house, sender=sender)
    assert select(house, "select count(distinct pseudonym) from respondent") == [(3,)]
    assert select(house, "select count(*) from respondent where birth_year is null") == [(2,)]


def test_withdrawn_consent_erases_and_keeps_out_until_given_anew(house: Settings) -> None:
    pupil = PUPILS[0]
    take(house, others(3))
    leaves = row(personnummer=pupil, samtycke="ater", samtyckesdatum="2024-02-01")
    result = take(house, [leaves])
    assert result.withdrawn == 1 and result.consents == {why.WITHDRAWN: 1}
    assert select(house, "select distinct n_answers from file_item where n_answers > 0") == [(2,)]
    assert select(house, "select count(*) from respondent") == [(2,)]
    later = {"personnummer": pupil, "besoksdatum": "2024-03-01", "langd_cm": "143"}
    assert take(house, [row(**later)]).consents == {why.WITHDRAWN: 1}
    anew = take(house, [row(**later, samtyckesdatum="2024-02-20")])
    assert anew.rows_kept == 1 and select(house, "select count(*) from respondent") == [(3,)]
    marks = select(house, "select mark, pseudonym from tombstone, respondent")
    assert all(mark != pseudonym for mark, pseudonym in marks)


def test_nobody_who_withdraws_is_forgotten_in_silence(house: Settings) -> None:
    take(house, others(3))
    bare = {"samtycke": "ater", "samtyckesdatum": "", "besoksdatum": ""}
    result = take(
        house, [row(personnummer=PUPILS[0], **bare), row(personnummer=PUPILS[1][2:], **bare)]
    )
    assert select(house, "select count(*) from respondent") == [(2,)]
    assert result.consents == {why.WITHDRAWN: 1, why.UNKNOWN_WITHDRAWN: 1}


def test_a_list_of_those_who_withdrew_is_read_whole_or_not_at_all(house: Settings) -> None:
    take(house, others(4))
    path = house.data_dir.parent / "list.csv"
    path.write_text(f"personnummer\n{PUPILS[0]}\n\n{PUPILS[1][2:8]}-{PUPILS[1][8:]}\n1\n")
    with pytest.raises(FileRejected, match=r"in 1 rows \(5\)"):
        withdraw(path, house, date(2024, 5, 1), sender="region")
    assert select(house, "select count(*) from respondent") == [(4,)]
    path.write_text(path.read_text().removesuffix("1\n"))
    assert withdraw(path, house, date(2024, 5, 1), sender="region") == 2 and not path.exists()
    assert select(house, "select count(*) from respondent") == [(2,)]
    assert take(house, [{**one, "langd_cm": "150"} for one in others(3)]).consents == {
        why.WITHDRAWN: 2
    }
    path.write_text("Åsa Öberg\n")
    with pytest.raises(FileRejected, match="neither personnummer nor pseudonym"):
        withdraw(path, house, date(2024, 5, 1), sender="region")


def test_a_new_pseudonym_key_wraps_and_the_same_pupil_stays_the_same(
    house: Settings, keys_copy: KeyFolder
) -> None:
    own = house.with_changes(key_dir=keys_copy.path)
    take(own, others(3))
    sql = "select row_number, pseudonym, talk_id from respondent order by row_number"
    before = select(own, sql)
    rotate_pseudonyms(own, keys_copy)
    after = select(own, sql)
    assert not {one for _, *ids in before for one in ids} & {
        one for _, *ids in after for one in ids
    }
    corrected = take(own, [{**one, "langd_cm": "150"} for one in others(3)])
    assert corrected.replaced == 3
    assert [ids for _, *ids in select(own, sql)] == [ids for _, *ids in after]
    keys_copy.file("pseudonym.1").rename(keys_copy.path / "gone")
    with pytest.raises(KeyMissing, match=r"pseudonym\.1 is not in"):
        take(own, others(1))


def test_a_change_of_pseudonyms_that_was_cut_short_goes_on(
    house: Settings, keys_copy: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = house.with_changes(key_dir=keys_copy.path)
    take(own, others(2))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(KeyFolder, "promote", cut)
        with pytest.raises(KeyboardInterrupt):
            rotate_pseudonyms(own, keys_copy)
    assert take(own, [{**one, "langd_cm": "150"} for one in others(2)]).replaced == 2
    rotate_pseudonyms(own, keys_copy)
    assert keys_copy.has("pseudonym.2") and not keys_copy.has(f"pseudonym.2{NEXT}")
    assert take(own, [{**one, "langd_cm": "151"} for one in others(2)]).replaced == 2


def test_a_wrong_pseudonym_key_is_refused_before_anything_is_written(
    house: Settings, keys_copy: KeyFolder
) -> None:
    own = house.with_changes(key_dir=keys_copy.path)
    take(own, others(2))
    keys_copy.file("pseudonym.1").unlink()
    keys_copy.create("pseudonym.1")
    before = own.paths.restricted("elsa", "delivered").read_bytes()
    path = write(house.data_dir.parent / "f.csv", others(3))
    with pytest.raises(WrongKey, match="other keys"):
        take_file(path, own)
    assert path.exists() and own.paths.restricted("elsa", "delivered").read_bytes() == before


@pytest.fixture
def keys_copy(house: Settings, tmp_path: Path) -> KeyFolder:
    """Keys of its own, which a test may change."""
    folder = KeyFolder(tmp_path / "own-keys")
    for name in needed_names():
        folder.create(name)
    assert folder.read("tombstone") != key_folder(house).read("tombstone")
    return folder


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("20130505-1234;Åsa;J\n20130505-1235;Bo;N\n", "column consent is missing"),
        ("personnummer;samtycke\n", "column consent_date is missing"),
        ("", "the file is empty"),
        ("Åsa Öberg\n", "no semicolon"),
    ],
)
def test_a_file_that_is_no_export_is_named_by_its_id(
    house: Settings, content: str, said: str
) -> None:
    path = house.data_dir.parent / "Åsa Öberg 20130505-1234.csv"
    path.write_text(content, encoding="cp1252")
    with pytest.raises(FileRejected, match=said) as found:
        take_file(path, house)
    # The id is sixteen random hexadecimal digits, which may spell anything.
    told = re.sub(r"\b[0-9a-f]{16}\b", "", str(found.value))
    assert told != str(found.value) and path.exists()
    assert not any(part in told for part in ("Åsa", "Öberg", "Bo", "2013", "1234", "1235"))
    assert found.value.__cause__ is None and found.value.__context__ is None


def test_an_error_of_the_code_tells_class_place_and_nothing_else(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_: str) -> None:
        raise ValueError(f"cannot read {PUPILS[0]}")

    monkeypatch.setattr("ingestion.elsa.door.read_weight", stumble)
    path = write(house.data_dir.parent / "f.csv", others(1))
    with pytest.raises(RestrictedError, match=r"File \w{16}, row 2: ValueError: a value") as found:
        take_file(path, house)
    assert found.value.__cause__ is None and found.value.__context__ is None
    assert PUPILS[0] not in str(found.value) and path.exists()
    assert select(house, "select count(*) from respondent") == [(0,)]


def test_the_inbox_deletes_what_it_takes_and_puts_the_rest_aside(house: Settings) -> None:
    inbox = house.paths.inbox("elsa")
    write(inbox / "Ada.csv", others(2))
    write(inbox / "Bo.csv", [{"personnummer": "1", "samtycke": "J"}])
    (inbox / "Cia.xlsx").write_bytes(b"PK")
    loaded, bad, other = take_inbox(house, settle=0)
    assert [one.status for one in (loaded, bad, other)] == ["loaded", "rejected", "rejected"]
    left = {path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file()}
    assert left == {
        f"done/{loaded.file_id}.report.txt",
        *(f"rejected/{bad.file_id}{ending}" for ending in (".csv", ".report.txt")),
        *(f"rejected/{other.file_id}{ending}" for ending in ("", ".report.txt")),
    }
    told = (inbox / "rejected" / f"{other.file_id}.report.txt").read_text(encoding="utf-8")
    assert "only csv is read" in told and "Cia" not in told


def test_lists_of_withdrawals_come_first_and_one_that_is_wrong_stays_in_sight(
    house: Settings,
) -> None:
    lists = house.paths.inbox("withdrawals")
    lists.mkdir(parents=True)
    (lists / "Ada.csv").write_text(f"personnummer\n{PUPILS[0]}\n", encoding="utf-8")
    (lists / "Bo.txt").write_text("personnummer\n1\n", encoding="utf-8")
    (lists / "Cia.csv").write_bytes("Åsa\n".encode("cp1252"))
    write(house.paths.inbox("elsa") / "export.csv", others(2))
    gone, *wrong, export = take_inbox(house, settle=0)
    assert (gone.status, gone.withdrawn, export.rows_kept) == ("loaded", 1, 1)
    assert export.consents == {why.WITHDRAWN: 1}
    assert [one.status for one in wrong] == ["rejected", "rejected"]
    left = {path.relative_to(lists).as_posix() for path in lists.rglob("*") if path.is_file()}
    aside = [f"{one.file_id}{ending}" for one, ending in zip(wrong, (".txt", ".csv"), strict=True)]
    assert left == {
        f"done/{gone.file_id}.report.txt",
        *(f"rejected/{name}" for name in aside),
        *(f"rejected/{one.file_id}.report.txt" for one in wrong),
    }
    assert put_aside(house) == sorted(("withdrawals", name) for name in aside)
    told = (lists / "rejected" / f"{wrong[1].file_id}.report.txt").read_text(encoding="utf-8")
    assert "no text in UTF-8" in told and "sa" not in told.split()


def test_the_demonstration_is_taken_whole_and_only_once(house: Settings) -> None:
    demo = house.with_changes(surveys="demo")
    *results, sizes = take_demo(demo)
    assert [one.status for one in results] == ["loaded"] * 3 and take_demo(demo) == []
    assert (sizes.status, sizes.kind, sizes.rows_kept) == ("loaded", "rounds", 7 * 4 * 15)
    assert sum(one.rows_kept for one in results) > 10_000
    assert all(set(one.consents) == {why.REFUSED, why.NO_CONSENT, why.WITHDRAWN} for one in results)
    assert not any(one.reasons for one in results)
    thrice = "select pseudonym from respondent group by pseudonym having count(*) = 3"
    assert len(select(demo, thrice)) > 200
    years = [year for year, _ in select(demo, "from protected_total order by 1")]
    assert years == [*range(2018, 2025)]
    assert list((demo.data_dir / "tmp").iterdir()) == []
