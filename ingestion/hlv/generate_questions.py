"""Generated answers to HLV: one answer a question, from which its items follow.

What belongs here: which items are made from one question, and the chance of each. What does not:
the logistic truth behind them (`ingestion/survey_truth.py`), samples and files (`generate`).

A real file has several columns of one question: who is very stressed is stressed, and nobody is
both under- and overweight. Here each such question is a few steps of yes and no, drawn apart; an
answer is what the steps say together. `disclosure.yml` says the same to those who hide counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ingestion.survey_truth import Floats


@dataclass(frozen=True)
class Answer:
    """One answer to a question.

    Args:
        items: Those that count it.
        yes: Steps that lead to it when they are yes, each named by an item.
        no: Steps that lead to it when they are no.
    """

    items: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...] = ()


def _graded(any_grade: str, severe: str, slight: str = "") -> tuple[Answer, ...]:
    """None, slight or severe; not every question has an item for slight."""
    return (
        Answer((any_grade, severe), (any_grade, severe)),
        Answer((any_grade, slight) if slight else (any_grade,), (any_grade,), (severe,)),
    )


def _either(first: str, second: str) -> tuple[Answer, ...]:
    """One, the other, or something between."""
    return (Answer((first,), (first,)), Answer((second,), (second,), (first,)))


QUESTIONS = (
    # Who answers the survey depends on poor health, so it is the first step.
    _either("hlv_badhals", "hlv_godhals"),
    _graded("hlv_stress", "hlv_mstress"),
    _graded("hlv_somn", "hlv_svsomn", "hlv_lattsomn"),
    _graded("hlv_trott", "hlv_svtrott"),
    _graded("hlv_angst", "hlv_svangst", "hlv_lattangst"),
    _either("hlv_lattensam", "hlv_svensam"),
    (
        Answer(("hlv_fysvaldhot", "hlv_fysvald"), ("hlv_fysvald",), ("hlv_valdhot",)),
        Answer(("hlv_fysvaldhot", "hlv_valdhot"), ("hlv_valdhot",), ("hlv_fysvald",)),
        Answer(("hlv_fysvaldhot", "hlv_fysvald", "hlv_valdhot"), ("hlv_fysvald", "hlv_valdhot")),
    ),
    (
        *_graded("hlv_overfet", "hlv_fetma", "hlv_over"),
        Answer(("hlv_under",), ("hlv_under",), ("hlv_overfet",)),
        Answer(("hlv_normal",), (), ("hlv_overfet", "hlv_under")),
    ),
    _either("hlv_kost3", "hlv_kost0_1"),
    _either("hlv_tandbra", "hlv_tanhal"),
    _graded("hlv_tlejsok", "hlv_tlejsok_ek"),
)
_ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    item: question for question in QUESTIONS for answer in question for item in answer.items
}


def question_of(item: str) -> tuple[Answer, ...]:
    """The answers of an item's question; one that shares none has its own step."""
    return _ANSWERS.get(item, (Answer((item,), (item,)),))


def steps_of(question: tuple[Answer, ...]) -> list[str]:
    """The steps of a question, in a fixed order."""
    return list(dict.fromkeys(step for one in question for step in (*one.yes, *one.no)))


def item_share(item: str, step: Callable[[str], Floats]) -> Floats:
    """Each person's chance to be counted by an item; or, of steps that are 0 or 1, whether.

    Args:
        item: Its key.
        step: Each person's chance of yes in a step.
    """
    chances = [
        np.prod([*(step(one) for one in answer.yes), *(1 - step(one) for one in answer.no)], axis=0)
        for answer in question_of(item)
        if item in answer.items
    ]
    total: Floats = np.sum(chances, axis=0)
    return total
