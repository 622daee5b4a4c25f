"""Tables of one survey: what is hidden holds against the attack; why they can be judged apart."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.witnesses import Verdict
from warehouse.disclosure import deciding
from warehouse.disclosure.configuration import DEFAULT, SourceRules, read_configuration
from warehouse.disclosure.deciding import LEVELS, OPEN, WAITING, Decision, decide
from warehouse.disclosure.protect import NotProtectable, protect
from warehouse.disclosure.reading import Question, Survey
from warehouse.disclosure.releasing import Task, decide_task
from warehouse.disclosure.revisions import Published, cells_of
from warehouse.disclosure.rules import Rules
from warehouse.disclosure.system import Counts, Frame, answers_of, make_system
from warehouse.errors import InputError
from warehouse.tables.counts import CountTable, Ints

CONFIGURATION = read_configuration()
MART = CONFIGURATION.marts["survey.estimate"]
RULES = SourceRules(5, 10, {})


def table_rule(name: str):  # type: ignore[no-untyped-def]
    return next(table for table in CONFIGURATION.tables if table.name == name)


def with_totals(inner: Ints) -> Ints:
    """Areas, two breakdowns with `other` last: sums over areas, `other` replaced by the total."""
    whole = np.concatenate([inner, inner.sum(0, keepdims=True)])
    for axis in (1, 2):
        total = whole.sum(axis, keepdims=True)
        whole = np.concatenate([np.delete(whole, -1, axis), total], axis)
    return whole


def survey_of(people: dict[tuple[str, ...], tuple[Ints, Ints]], name: str = "lupp_grade") -> Survey:
    """A survey from inner cells: persons and positive answers, by the items of a question."""
    shape = next(iter(people.values()))[0].shape
    areas = tuple(f"20{number:02}" for number in range(shape[0]))
    grades = tuple(str(number) for number in range(shape[2] - 1))
    frame = Frame(name, (*areas, "0020"), True, ("gender", "grade"), (("K", "M"), grades))
    questions = []
    for items, (n, parts) in people.items():
        columns = np.stack([with_totals(part) for part in parts])
        # The first item of a question counts what the second does, and more.
        members = [set(items[at:]) for at in range(len(items))]
        counts = Counts(frame, answers_of(items, members), with_totals(n), columns)
        questions.append(Question(items, counts))
    return Survey(table_rule("lupp_grade"), MART, (2024, "hs"), frame, tuple(questions))


def generated(
    seed: int, items: int = 2, areas: int = 4, mean: float = 25.0, others: float = 2.0
) -> Survey:
    random = np.random.default_rng(seed)
    persons = random.poisson(mean * random.uniform(0.3, 2, (areas, 1, 1)), (areas, 3, 4))
    persons[:, -1] = random.poisson(others, (areas, 4))
    persons[..., -1] = random.poisson(others / 10, (areas, 3))
    found = {}
    for item in range(items):
        n = random.binomial(persons, 0.96)
        found[(f"item_{item}",)] = (n, random.binomial(n, (0.12, 0.7)[item % 2])[None])
    return survey_of(found)


def seen(decision: Decision) -> CountTable:
    """The question as published: persons, answers, and the rest where it is computed."""
    system = make_system(decision.question.counts, 5)
    where = tuple(system.places.T)
    hidden = np.ones(len(system.table), dtype=bool)
    n_hidden, parts = decision.n != OPEN, decision.parts != OPEN
    column = system.column
    of_column = parts[(np.maximum(column, 0) % len(parts), *where)]
    any_hidden = (n_hidden | parts.any(axis=0))[where]
    # What lies between columns is known where all of them are.
    of_column = np.where(column >= 2 * len(parts), any_hidden, of_column)
    hidden[: system.published] = np.where(column < 0, n_hidden[where], of_column)
    return system.table.hiding(hidden).from_outside()


@pytest.mark.parametrize("seed", range(1, 3))
def test_what_is_hidden_of_a_survey_holds(seed: int) -> None:
    decisions = decide(generated(seed), RULES)
    assert any((decision.parts == OPEN).any() for decision in decisions)
    for decision in decisions:
        counts = decision.question.counts
        few = (counts.n < 10) | (counts.parts[0] < 5) | (counts.n - counts.parts[0] < 5)
        assert (decision.parts[0][few] != OPEN).all()
        # Residuals below the threshold are among the attacked cells.
        table = seen(decision)
        for outcome in itertools.islice(run_modes(Scene(table)), 3):
            assert len(outcome.of(Verdict.SAFE)) == len(outcome.cells), outcome.mode


def test_persons_are_hidden_alike_for_all_questions() -> None:
    decisions = decide(generated(5, items=4), RULES)
    whole = [decision for decision in decisions if decision.level == 0]
    assert len(whole) > 1
    assert all(((one.n == OPEN) == (whole[0].n == OPEN)).all() for one in whole)


def test_items_of_one_question_are_one_system() -> None:
    random = np.random.default_rng(3)
    n = random.poisson(40, (4, 3, 4))
    outer = random.binomial(n, 0.3)
    inside = random.binomial(outer, 0.3)
    survey = survey_of({("wide", "narrow"): (n, np.stack([outer, inside]))})
    (decision,) = decide(survey, RULES)
    assert decision.parts.shape[0] == 2
    # What lies between the two is a cell as well.
    between = decision.question.counts.parts[0] - decision.question.counts.parts[1]
    assert (between >= 0).all()
    system = make_system(decision.question.counts, 5)
    counted = {system.table.place(at): n for at, n in enumerate(system.table.n.tolist())}
    for outcome in itertools.islice(run_modes(Scene(seen(decision))), 3):
        # Nobody publishes what lies between columns; many people there may be computed.
        for cell in outcome.of(Verdict.DISCLOSED):
            assert cell.endswith("alone")
            assert counted[cell] >= 5
    crossed = survey_of({("wide", "narrow"): (n, np.stack([inside, outer]))})
    with pytest.raises(InputError, match="Parts are more than their total"):
        decide(crossed, RULES)


def test_a_sparse_survey_loses_detail_in_municipalities_first() -> None:
    survey = generated(1, areas=8, mean=7.0, others=0.0)
    decisions = decide(survey, RULES)
    assert any(LEVELS[decision.level].startswith("no ") for decision in decisions)
    for decision in decisions:
        assert (decision.n[:-1, :, :-1] != OPEN).all()
        if LEVELS[decision.level] != "withheld":
            assert (decision.n[-1, :, -1] == OPEN).all()


@pytest.mark.parametrize(("seed", "mean"), [(0, 4.0), (1, 8.0), (2, 15.0)])
def test_deciding_ends_and_holds_where_repair_does_not(
    monkeypatch: pytest.MonkeyPatch, seed: int, mean: float
) -> None:
    """With one pass, repair gives up wherever it would have work: detail goes, and all of it."""
    monkeypatch.setattr(deciding, "ROUNDS", 1)
    decisions = decide(generated(seed, items=3, mean=mean), RULES)
    assert any(decision.level for decision in decisions)
    for decision in decisions:
        towns = decision.parts[:, :-1]
        lost = [towns[..., :0], towns[..., :-1], towns, decision.parts][decision.level]
        assert (lost != OPEN).all()
        table = seen(decision)
        for outcome in itertools.islice(run_modes(Scene(table)), 3):
            assert len(outcome.of(Verdict.SAFE)) == len(outcome.cells), outcome.mode


def test_a_later_table_is_withheld_where_the_common_margin_is_hidden() -> None:
    survey = generated(2, mean=60.0, others=0.0)
    county = replace(table_rule("lupp_birth"), areas=("county",))

    def second(one: Survey) -> Survey:
        questions = []
        for question in one.questions:
            counts = question.counts
            frame = Frame(
                "birth",
                ("0020",),
                False,
                ("gender", "birth_country"),
                (("K", "M"), ("SE", "x", "y")),
            )
            n, parts = counts.n[-1:], counts.parts[:, -1:]
            questions.append(
                Question(question.items, replace(counts, frame=frame, n=n, parts=parts))
            )
        frame = questions[0].counts.frame
        return Survey(county, MART, one.universe, frame, tuple(questions))

    first, later = decide_task(Task((survey, second(survey)), RULES))
    for one, other in zip(first.decisions, later.decisions, strict=True):
        assert (one.n[-1, :, -1] == OPEN).all()
        assert (one.parts[:, -1, :, -1] == OPEN).all()
        assert (other.n[0, :, -1] == OPEN).all()
        assert (other.parts[:, 0, :, -1] == OPEN).all()
    tiny = generated(2, mean=0.7)
    first, later = decide_task(Task((tiny, second(tiny)), RULES))
    withheld = 0
    for one, other in zip(first.decisions, later.decisions, strict=True):
        if (one.parts[:, -1, :, -1] != OPEN).any():
            assert (other.n != OPEN).all()
            withheld += 1
    assert withheld


def test_a_table_that_is_new_waits_with_its_question() -> None:
    """Its margins would be those of the counts that wait."""
    survey = generated(2)
    items = survey.questions[0].items
    (found,) = decide_task(Task((survey,), RULES))
    cells = dict.fromkeys(cells_of(found.decisions[0].question))
    rule = next(table for table in CONFIGURATION.tables if table.name == "lupp_birth")
    task = Task(
        (survey, replace(survey, rule=rule)),
        RULES,
        {("lupp_grade", items): Published(cells)},
        frozenset([items]),
    )
    for decided in decide_task(task):
        waits, other = decided.decisions
        assert (waits.n == WAITING).all() and (waits.parts == WAITING).all()
        assert not (other.n == WAITING).any()


def test_a_cell_known_to_be_at_least_one_needs_more_room() -> None:
    """Two hidden cells that sum to 3: four tables, and two once both are known not to be 0."""
    margins = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1]])
    inner = np.array([1, 2, 30])
    n = margins @ inner
    labels = tuple((str(number),) for number in range(len(n)))
    matrix = sparse.csr_matrix(margins)
    table = CountTable(("cell",), labels, matrix, n, np.zeros(len(n), dtype=bool))
    primary = np.array([True, True, False, False, False, False])
    frozen = {3: 3, 2: 30}
    protect(table, Rules(2, owners=frozenset()), inner, primary=primary, frozen=frozen)
    least = np.array([1, 1, 0, 0, 0, 0])
    with pytest.raises(NotProtectable):
        protect(
            table, Rules(2, owners=frozenset()), inner, primary=primary, frozen=frozen, least=least
        )


def joint_tables(first: Ints, second: Ints) -> Iterator[Ints]:
    """All area x class x gender tables with these two margins (area x gender, class x gender)."""
    per_gender = [
        list(_with_margins(first[:, gender].tolist(), second[:, gender].tolist()))
        for gender in range(first.shape[1])
    ]
    for chosen in itertools.product(*per_gender):
        yield np.stack(chosen, axis=-1)


def _with_margins(rows: list[int], columns: list[int]) -> Iterator[np.ndarray]:
    if len(rows) == 1:
        yield np.array([columns])
        return
    for head in itertools.product(*(range(min(one, rows[0]) + 1) for one in columns)):
        if sum(head) == rows[0]:
            left = [one - taken for one, taken in zip(columns, head, strict=True)]
            for rest in _with_margins(rows[1:], left):
                yield np.vstack([[head], rest])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=4, max_size=4), st.data())
def test_tables_that_agree_in_a_margin_come_from_one_joint_table(
    cells: list[int], data: st.DataObject
) -> None:
    """Any pair, so that nothing is learned of one from the other once the margin is known."""
    first = np.array(cells).reshape(2, 2)
    totals = first.sum(0)
    second = np.array(
        [[data.draw(st.integers(0, int(total))) for total in totals] for _ in range(1)]
    )
    second = np.vstack([second, totals - second[0]])
    assert any(True for _ in joint_tables(first, second))


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (
            "areas: [county], by: [gender, education]",
            "areas: [town], by: [gender]",
            "unknown areas",
        ),
        ("as: difference", "as: guess", r"marts.survey.difference.as is none of"),
        ("version: 1", "version: 2", "version 2"),
        ("name: hlv_birth", "name: hlv_age", "Two tables are called hlv_age"),
        (
            "mart: survey.response, where: {source: hlv",
            "mart: survey.gone, where: {source: hlv",
            "not published as tables",
        ),
        ("sources:", "sources: [", "cannot be read"),
    ],
)
def test_files_that_cannot_hold_are_refused(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, what: str
) -> None:
    path = tmp_path_factory.mktemp("rules") / "disclosure.yml"
    text = DEFAULT.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=what):
        read_configuration(path)


def test_tables_that_meet_in_no_single_earlier_one_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("rules") / "disclosure.yml"
    text = DEFAULT.read_text(encoding="utf-8")
    extra = (
        "  - {name: more, mart: survey.estimate, where: {source: hlv, basis: home}, "
        "areas: [county], by: [age_group, education]}\n"
    )
    path.write_text(text + extra, encoding="utf-8")
    with pytest.raises(InputError, match="in no single one"):
        read_configuration(path)
