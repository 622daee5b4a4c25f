"""The macros render outside dbt as dbt renders them."""

from statistics import NormalDist

import jinja2
import pytest

from warehouse.statistics.macros import render


@pytest.mark.parametrize("level", [95, 99.8])
def test_z_to_the_last_bit(level: float) -> None:
    exact = NormalDist().inv_cdf(0.5 + level / 200)
    assert float(render("z_value", level)) == pytest.approx(exact, rel=1e-14)


def test_wrong_call_is_named() -> None:
    with pytest.raises(jinja2.TemplateError, match=r"95 or 99\.8, not 90"):
        render("z_value", 90)


def test_unknown_macro_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("no_such_macro")
