"""How many young people were asked and answered: `rounds.yml` of the region.

What belongs here: that file. What does not: response rates, which the marts work out.
"""

from pathlib import Path
from typing import Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingestion.areas import area_id
from ingestion.delivered.codebook import line_of, yaml_lines
from ingestion.delivered.reading import FileRejected
from ingestion.delivered.rows import AggregateRows
from warehouse.settings import Settings

REMEDY = "Put the line right; docs/surveys.md shows the file."


class Size(BaseModel):
    """One municipality's survey in one round."""

    model_config = ConfigDict(extra="forbid")

    round: int = Field(ge=2000, le=2100)
    survey: Literal["hs", "gy", "uv"]
    municipality: int | str
    invited: int = Field(ge=0)
    answered: int = Field(ge=0)

    @model_validator(mode="after")
    def _possible(self) -> "Size":
        if self.answered > self.invited:
            raise ValueError("more answered than were invited")
        area = area_id(str(self.municipality))
        if area is None or area.startswith("00"):
            raise ValueError("no municipality has this code or name")
        return self


class Rounds(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid")

    rounds: list[Size]

    @model_validator(mode="after")
    def _once(self) -> "Rounds":
        keys = [(one.round, one.survey, area_id(str(one.municipality))) for one in self.rounds]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise ValueError(f"entry {number + 1} is a municipality's survey a second time")
        return self


def read_rounds(path: Path, settings: Settings) -> AggregateRows:
    """Read the file.

    Args:
        path: The YAML file.
        settings: Its municipalities must lie in the region.

    Raises:
        FileRejected: A line breaks a rule; the text gives it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = Rounds.model_validate(yaml.safe_load(text)).rounds
    except ValidationError as error:
        first = error.errors()[0]
        line = line_of(first["loc"], yaml_lines(yaml.compose(text)))
        said = first["msg"].removeprefix("Value error, ")
        raise FileRejected(f"{path.name}, line {line}: {said}.", REMEDY) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise FileRejected(f"{path.name}: no YAML in UTF-8.", REMEDY) from None
    areas = [str(area_id(str(one.municipality))) for one in found]
    for number, area in enumerate(areas, start=1):
        if not area.startswith(settings.region):
            raise FileRejected(
                f"{path.name}: entry {number} lies outside the region {settings.region}.", REMEDY
            )
    return AggregateRows(
        "round_size",
        pa.table(
            {
                "round": pa.array([one.round for one in found], pa.int16()),
                "survey": pa.array([one.survey for one in found], pa.string()),
                "area_id": pa.array(areas, pa.string()),
                "invited": pa.array([one.invited for one in found], pa.int64()),
                "answered": pa.array([one.answered for one in found], pa.int64()),
            }
        ),
        [],
        len(found),
        sorted({one.round for one in found}),
        sorted(set(areas)),
    )
