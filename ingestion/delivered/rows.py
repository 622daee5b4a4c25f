"""What reading a file gives besides its rows.

What belongs here: rejections and their reasons. What does not: the rules that give them.

Reasons are fixed words: they reach reports and marts, so none holds what stood in the cell.
"""

from dataclasses import dataclass, field

import pyarrow as pa

NO_ROUND = "the year of the survey is missing"
OTHER_ROUND = "the codebook does not know the year of the survey"
NO_AREA = "the municipality is missing"
UNKNOWN_AREA = "no municipality has this code or name"
OTHER_REGION = "the municipality lies outside the region"
NO_SURVEY = "the kind of survey is missing or unknown"
NO_WEIGHT = "the weight is missing"
BAD_WEIGHT = "the weight is no number above 0"
SAME_PERSON = "the same respondent stands twice in the file"
BAD_CODE = "the codebook does not know the code"
BAD_NUMBER = "no number within the limits"
BAD_ROUND = "the year of the survey is no year"
NO_GENDER = "the gender is missing or unknown"
NO_QUESTION = "the question is missing"
NO_GROUP = "the group is missing"
NO_SHARE = "the share is missing"
BAD_SHARE = "the share is no number from 0 to 100"
BAD_INTERVAL = "the interval cannot be read"
OUTSIDE_INTERVAL = "the share lies outside its interval"
SAME_SHARE = "the same share stands twice in the file"
UNKNOWN_LABEL = "a label that is not known, kept as it stands"
NO_SHARES = "the sheet holds no shares"


@dataclass(frozen=True)
class Rejection:
    """A row that was left out, or an answer.

    Args:
        row_number: The file's own; None: the whole file.
        column_name: The file's own name of the column; None: the row.
        item_id: The item, where it is one.
        reason: One of the words above, or a reader's.
        is_row: True when the row was left out.
        sheet: Of a workbook that is read whole.
    """

    row_number: int | None
    column_name: str | None
    item_id: str | None
    reason: str
    is_row: bool
    sheet: str | None = None


@dataclass(frozen=True)
class AggregateRows:
    """A file of shares, read.

    Args:
        table: Name of its raw table.
        rows: Its rows, without file_id.
        rejections: What was left out.
        rows_read: Rows in the file.
        rounds: Years in it.
        areas: Areas in it.
        kind: What the books call it.
        surveys: Surveys in it.
        same: Columns whose values, together, say which earlier rows these replace; none: all.
        unknown_labels: Headers with labels that no table knows, kept as they stand.
    """

    table: str
    rows: pa.Table
    rejections: list[Rejection]
    rows_read: int
    rounds: list[int]
    areas: list[str]
    kind: str = "rounds"
    surveys: list[str] = field(default_factory=list)
    same: tuple[str, ...] = ()
    unknown_labels: list[str] = field(default_factory=list)
