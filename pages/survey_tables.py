"""An area's surveys as a page shows them: sections, tables and their words.

What belongs here: turning rounds into texts of a language. What does not: which claims are
allowed (`survey_words.py`) and markup (`templates/survey.html`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pages.cards import GLYPHS, Verdict
from pages.model import MISSING, NOT_APPLICABLE, Area
from pages.numbers import ABSENCE_SIGNS
from pages.strips import Strip, strip
from pages.survey_model import ADULTS, BENCHMARKS, Answer, Round, Share
from pages.survey_words import survey_statements
from pages.texts import Language
from pages.words import Statement, side_of

HIDDEN = "hidden"
# After the sign of a difference that is beyond 95 % only.
UNCORRECTED = "*"
# What a reader looks for first comes first.
ROLES = ("protective", "risk", "outcome", "background")
_PER_CENT = (0.0, 100.0)


@dataclass(frozen=True)
class Named:
    """A statement in words, and the items that it names."""

    key: str
    text: str
    items: Sequence[str]


@dataclass(frozen=True)
class ShareText:
    """A share in words: the number, or the word for its absence; its interval, or nothing."""

    text: str
    interval: str
    is_hidden: bool


@dataclass(frozen=True)
class Row:
    """An item's line in a table."""

    item_id: str
    title: str
    total: ShareText
    strip: Strip | None
    genders: Sequence[ShareText]
    county: ShareText | None
    verdicts: Sequence[Verdict | None]


@dataclass(frozen=True)
class Block:
    """The lines of one survey in a table."""

    label: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Group:
    """A table: protective factors, risk factors, ..."""

    role: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Told:
    """What is said of a round before its numbers."""

    label: str
    facts: str
    statements: Sequence[Named]
    not_asked: Sequence[str]


@dataclass(frozen=True)
class Section:
    """Surveys of children and youth, or of adults.

    Args:
        key: children or adults.
        heads: Names of the two genders, and of the benchmarks that have a verdict.
        signs: Codes and signs of the verdicts in its tables.
        reasons: Why something could not be tested.
    """

    key: str
    rounds: Sequence[Told]
    groups: Sequence[Group]
    genders: Sequence[str]
    benchmarks: Sequence[str]
    has_county: bool
    signs: Sequence[tuple[str, str]]
    reasons: Sequence[str]


def sections(area: Area, rounds: Sequence[Round], language: Language) -> list[Section]:
    """Children and youth first, then adults; none where the area took part in nothing."""
    parts = {
        "children": [r for r in rounds if r.survey != ADULTS],
        "adults": [r for r in rounds if r.survey == ADULTS],
    }
    return [_section(key, area, kept, language) for key, kept in parts.items() if kept]


def _section(key: str, area: Area, rounds: Sequence[Round], language: Language) -> Section:
    answers = [answer for this in rounds for answer in this.answers]
    present = [b for b in BENCHMARKS if any(b in answer.gaps for answer in answers)]
    groups = []
    for role in ROLES:
        blocks = [
            Block(label(this, language), rows)
            for this in rounds
            if (rows := _rows([a for a in this.answers if a.item.role == role], present, language))
        ]
        if blocks:
            groups.append(Group(role, blocks))
    sides = [side_of(gap) for answer in answers for gap in answer.gaps.values() if gap]
    prefix = "survey." if key == "children" else ""
    return Section(
        key,
        [_told(this, area, language) for this in rounds],
        groups,
        [language(f"{prefix}women"), language(f"{prefix}men")],
        [language(f"survey.against.{b}") for b in present],
        any(answer.county is not None for answer in answers),
        [(code, glyph) for code, glyph in GLYPHS.items() if code in {side.code for side in sides}],
        sorted({language.reason(side.reason) for side in sides if side.reason}),
    )


def label(this: Round, language: Language) -> str:
    """The survey's name and round."""
    period = f"{this.year}/{this.year + 1}" if this.source == "elsa" else str(this.year)
    return f"{language(f'survey.name.{this.survey}')}, {period}"


def _told(this: Round, area: Area, language: Language) -> Told:
    if this.is_hidden:
        facts = language("survey.facts.hidden")
    elif this.n_answers is None:
        facts = language("survey.facts.unknown")
    else:
        kind = "elsa" if this.source == "elsa" else "asked"
        rate = "none" if this.response_pct is None else kind
        facts = language(
            f"survey.facts.{rate}",
            answers=language.numbers.number(this.n_answers, 0),
            rate=language.numbers.number(this.response_pct or 0, 0),
        )
    if this.is_low_coverage:
        facts += " " + language("survey.low_coverage")
    statements = [_named(one, area, this, language) for one in survey_statements(this)]
    return Told(label(this, language), facts, statements, [i.short_title for i in this.not_asked])


def _named(one: Statement, area: Area, this: Round, language: Language) -> Named:
    values = {**one.values, "name": area.name, "round": this.previous or ""}
    code = one.key.rpartition(".")[2]
    return Named(code, language(f"s.{one.key}", **values), [i.short_title for i in one.items])


def _rows(answers: Iterable[Answer], benchmarks: Sequence[str], language: Language) -> list[Row]:
    return [_row(answer, benchmarks, language) for answer in answers]


def _row(answer: Answer, benchmarks: Sequence[str], language: Language) -> Row:
    total = answer.shares.get("T")
    county = answer.county
    return Row(
        answer.item.item_id,
        answer.item.short_title,
        share_text(total, language),
        strip(
            total.value if total else None,
            total.interval if total else None,
            county.value if county else None,
            _PER_CENT,
        ),
        [share_text(answer.shares.get(gender), language) for gender in "KM"],
        None if county is None else share_text(county, language),
        [_verdict(answer, benchmark, language) for benchmark in benchmarks],
    )


def share_text(share: Share | None, language: Language) -> ShareText:
    """A share in words; one that the survey does not have is told from one that is hidden."""
    if share is None:
        return ShareText(ABSENCE_SIGNS[NOT_APPLICABLE], "", False)
    if share.is_hidden:
        return ShareText(language("survey.hidden_cell"), "", True)
    if share.value is None:
        return ShareText(ABSENCE_SIGNS[MISSING], "", False)
    number = language.numbers.number
    interval = "–".join(number(limit, 1) for limit in share.interval) if share.interval else ""
    return ShareText(number(share.value, 1), interval, False)


def _verdict(answer: Answer, benchmark: str, language: Language) -> Verdict | None:
    if benchmark not in answer.gaps:
        return None
    gap = answer.gaps[benchmark]
    if gap is None:
        return Verdict(HIDDEN, "", language("survey.hidden_cell"))
    side = side_of(gap)
    mark = UNCORRECTED if side.is_uncorrected else ""
    return Verdict(side.code, GLYPHS[side.code], language(f"verdict.{side.code}"), mark)
