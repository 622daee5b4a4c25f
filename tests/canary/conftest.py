"""What the search shares with other tests: the small published house that they begin with."""

from tests.orchestration.conftest import small_house

__all__ = ["small_house"]
