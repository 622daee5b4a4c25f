"""How many young people were asked and answered: `rounds.yml` of the region.

What belongs here: that file. What does not: response rates, which the marts work out.
"""

from typing import Any, Literal

import pyarrow as pa
from pydantic import Field, model_validator

from ingestion.delivered.sizes import Size, size_reader


class Asked(Size):
    """One municipality's survey in one round."""

    survey: Literal["hs", "gy", "uv"]
    invited: int = Field(ge=0)
    answered: int = Field(ge=0)

    @model_validator(mode="after")
    def _possible(self) -> "Asked":
        if self.answered > self.invited:
            raise ValueError("more answered than were invited")
        return self

    def key(self) -> tuple[Any, ...]:
        """What may stand once in a file."""
        return self.round, self.survey, self.area


read_rounds = size_reader(
    "rounds",
    Asked,
    "round_size",
    {"survey": pa.string(), "invited": pa.int64(), "answered": pa.int64()},
)
