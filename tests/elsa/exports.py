"""Exports of school-health talks as the three systems write them; nobody in them exists."""

from pathlib import Path

from tests.elsa.test_personal_number import check_digit

COLUMNS = (
    *("personnummer", "samtycke", "samtyckesdatum", "samtycke_fran", "lasar", "besoksdatum"),
    *("kommunkod", "skolenhetskod", "arskurs", "kon", "fodelseland", "boende"),
    *("funktionsnedsattning", "langd_cm", "vikt_kg"),
)
ITEMS = [f"sp{number:02}" for number in range(1, 33)]


def number(birth: str, serial: int) -> str:
    """A valid number of 12 digits for a day (20130505)."""
    nine = f"{birth[2:]}{serial:03}"
    return f"{birth}{serial:03}{check_digit(nine)}"


def row(**cells: str) -> dict[str, str]:
    """A row that may come in: a pupil of 2013 in year 4, but for what `cells` say."""
    plain = {
        **dict.fromkeys(COLUMNS, ""),
        **{"personnummer": number("20130505", 123), "samtycke": "J"},
        **{"samtyckesdatum": "2023-08-20", "samtycke_fran": "vh"},
        **{"lasar": "2023/2024", "besoksdatum": "2023-11-05", "kommunkod": "2080"},
        **{"skolenhetskod": "12345678", "arskurs": "4", "kon": "F", "fodelseland": "SE"},
        **{"boende": "1", "funktionsnedsattning": "N", "langd_cm": "141,5", "vikt_kg": "35,2"},
        **dict.fromkeys(ITEMS, "2"),
    }
    return {**plain, **cells}


def write(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> Path:
    """A file with the columns of its first row."""
    header = list(rows[0])
    lines = [";".join(header), *(";".join(one.get(name, "") for name in header) for one in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
    return path
