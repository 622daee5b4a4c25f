"""Codes and names of areas, as files write them."""

import pytest

from ingestion.areas import area_id, area_names, municipalities


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021", "2021"),
        ("305", "0305"),
        ("020", None),
        ("Falu kommun", "2080"),
        ("Gagnefs kommun", "2026"),
        (" MALUNG-SÄLENS  kommun ", "2023"),
        ("Mora", "2062"),
        ("20", "0020"),
        ("Dalarna", "0020"),
        ("20 Dalarnas län", "0020"),
        ("Riket", "0000"),
        ("00 Riket", "0000"),
        ("Örebro", "1880"),
        ("Örebro län", "0018"),
        ("Falun län", None),
        ("1", None),
        ("9999", None),
        ("2021.0", None),
        ("", None),
    ],
)
def test_what_a_cell_means(written: str, expected: str | None) -> None:
    assert area_id(written) == expected


def test_every_title_means_its_own_area() -> None:
    """But a region that shares its name with a municipality needs its ending."""
    names = area_names()
    municipal = {title for one, title in names.items() if not one.startswith("00")}
    for one, title in names.items():
        if not one.startswith("00") or title not in municipal:
            assert area_id(title) == one, title
        if not one.startswith("00"):
            assert {area_id(f"{title} kommun"), area_id(one)} == {one}


def test_a_regions_municipalities() -> None:
    assert len(municipalities("20")) == 15
    assert sum(len(municipalities(f"{n:02}")) for n in range(1, 26)) == 290
