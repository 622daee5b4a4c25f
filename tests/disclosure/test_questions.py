"""Items made from one question: what they tell of each other, in rules, hiding and attack."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.disclosure.test_release_canaries import SQUARE, attack, tiny
from tests.disclosure.test_tables_of_people import seen, table_rule, with_totals
from warehouse.attack.modes import Scene, run_modes
from warehouse.attack.witnesses import Verdict
from warehouse.disclosure.configuration import DEFAULT, SourceRules, Together, read_configuration
from warehouse.disclosure.deciding import OPEN, decide
from warehouse.disclosure.reading import Question, Survey
from warehouse.disclosure.system import Counts, Frame, make_system
from warehouse.errors import InputError
from warehouse.tables.counts import Ints

CONFIGURATION = read_configuration()
HLV = CONFIGURATION.sources["hlv"]
WEIGHT = next(one for one in HLV.questions if "hlv_under" in one.items)
VIOLENCE = next(one for one in HLV.questions if "hlv_fysvald" in one.items)
RULES = SourceRules(5, 5, {}, (WEIGHT, VIOLENCE))


def survey_of(question: Together, answers: dict[str, Ints]) -> Survey:
    """A survey of two genders, three ages and four areas from how many gave each answer."""
    items = tuple(question.items)
    whole = {answer: with_totals(counts) for answer, counts in answers.items()}
    parts = np.stack([sum(whole[one] for one in question.items[item]) for item in items])
    areas = ("2021", "2023", "2026", "2029", "0020")
    frame = Frame("t", areas, True, ("gender", "age_group"), (("K", "M"), ("1", "2", "3")))
    counts = Counts(frame, question.answers_of(items), sum(whole.values()), parts)
    mart = CONFIGURATION.marts["survey.estimate"]
    return Survey(table_rule("hlv_age"), mart, (2024,), frame, (Question(items, counts),))


def drawn(means: dict[str, float], seed: int) -> dict[str, Ints]:
    random = np.random.default_rng(seed)
    shape = (4, 3, 4)
    found = {answer: random.poisson(mean, shape) for answer, mean in means.items()}
    for counts in found.values():
        # Another gender, and an age that nobody said.
        counts[:, -1], counts[..., -1] = 0, 0
    return found


@pytest.mark.parametrize(
    ("question", "means"),
    [
        (WEIGHT, {"under": 4.0, "normal": 40.0, "over": 30.0, "obese": 12.0}),
        (VIOLENCE, {"violence": 9.0, "threat": 14.0, "both": 6.0, "neither": 90.0}),
    ],
)
def test_what_is_hidden_of_items_of_one_question_holds(
    question: Together, means: dict[str, float]
) -> None:
    (decision,) = decide(survey_of(question, drawn(means, 2)), RULES)
    assert 0 < (decision.parts != OPEN).mean() < 0.8
    table = make_system(decision.question.counts, 5).table
    counted = {table.place(at): n for at, n in enumerate(table.n.tolist())}
    for outcome in itertools.islice(run_modes(Scene(seen(decision))), 3):
        for cell in outcome.of(Verdict.DISCLOSED):
            # An answer that no item counts alone may follow where many gave it, or nobody.
            assert cell.endswith("alone")
            assert counted[cell] == 0 or counted[cell] >= 5


def test_items_that_contradict_each_other_are_refused() -> None:
    survey = survey_of(WEIGHT, drawn({"under": 5, "normal": 40, "over": 30, "obese": 12}, 1))
    counts = survey.questions[0].counts
    # Overweight and obesity without the obese.
    counts.parts[3] = counts.parts[2]
    with pytest.raises(InputError, match="contradict each other: t"):
        counts.leaves()


def test_answers_that_items_do_not_tell() -> None:
    assert HLV.questions_of(["hlv_under", "hlv_over", "hlv_lsjd"]) == [
        ("hlv_under", "hlv_over"),
        ("hlv_lsjd",),
    ]
    assert WEIGHT.answers_of(("hlv_overfet",)).sets.tolist() == [[1, 0]]
    assert WEIGHT.answers_of(("hlv_under", "hlv_over")).leaves == 3
    assert WEIGHT.answers_of(("hlv_under", "hlv_normal", "hlv_overfet")).leaves == 3
    # Without the item of either, violence and threats say nothing of each other.
    apart = HLV.questions_of(["hlv_fysvald", "hlv_valdhot"])
    assert apart == [("hlv_fysvald",), ("hlv_valdhot",)]
    three = Together({"a": ("x", "y"), "b": ("y", "z"), "c": ("x", "z")})
    assert three.split(["a", "b", "c"]) == [("a", "b", "c")]
    crossed = Together({"a": ("x", "y"), "b": ("y", "z"), "c": ("z", "w")})
    with pytest.raises(InputError, match="answers behind a, b, c do not follow"):
        crossed.split(["a", "b", "c"])


def test_an_item_in_two_questions_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    content["sources"]["lupp"]["questions"] = [{"items": {"a": ["yes"]}}] * 2
    path = tmp_path / "own.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    fault = read_configuration(path).faults["lupp"]
    assert "a is in two questions" in fault.what


def test_the_attack_knows_that_items_are_the_whole_of_another(tmp_path: Path) -> None:
    """Slight trouble is any trouble less severe trouble, however slight's own table is hidden."""
    release = tiny([(24, 30), (26, 21), (28, 33)])
    rows = {
        (item, *place): (n, n_yes if item == "sleep" else n_yes // 2)
        for (_, *place), (n, n_yes) in release.rows.items()
        for item in ("sleep", "slight", "severe")
    }
    hidden = {("slight", area, gender, "all", "all") for area, gender in SQUARE}
    apart = replace(release, rows=rows, hidden=hidden)
    assert attack(apart.write(tmp_path / "apart"))[0] == 0
    items = {"sleep": ["slight", "severe"], "slight": ["slight"], "severe": ["severe"]}
    told = replace(apart, rules=apart.rules | {"questions": [{"items": items}]})
    status, modes = attack(told.write(tmp_path / "told"))
    assert status == 1 and modes["linear"]["disclosed"] >= len(SQUARE)


def test_the_attack_knows_that_everybody_gave_one_of_the_answers(tmp_path: Path) -> None:
    release = tiny([(24, 30), (26, 21), (28, 33)])
    rows = {
        (item, *place): (n, n_yes if item == "over" else n - n_yes)
        for (_, *place), (n, n_yes) in release.rows.items()
        for item in ("over", "other")
    }
    hidden = {("other", area, gender, "all", "all") for area, gender in SQUARE}
    question = {"items": {"over": ["over"], "other": ["other"]}}
    for everybody in (False, True):
        rules = release.rules | {"questions": [question | {"everybody": everybody}]}
        told = replace(release, rows=rows, hidden=hidden, rules=rules)
        _, modes = attack(told.write(tmp_path / str(everybody)))
        assert (modes["linear"]["disclosed"] > 0) == everybody
    # A third item of the question that was not asked: its answers may have been given.
    question["items"]["under"] = ["under"]
    rules = release.rules | {"questions": [question | {"everybody": True}]}
    told = replace(release, rows=rows, hidden=hidden, rules=rules)
    assert attack(told.write(tmp_path / "less"))[1]["linear"]["disclosed"] == 0
