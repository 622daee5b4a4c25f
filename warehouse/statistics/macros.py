"""Renders the SQL macros of `dbt_project/macros/statistics/` without dbt.

What belongs here: a Jinja environment in which those macros see what they see inside dbt.
What does not: formulas, and running the SQL. Starting dbt to render one macro takes 5 s;
this takes milliseconds. The macros may use each other, `adapter.dispatch`,
`dbt.type_*` and `exceptions`; nothing else of dbt's (no `ref`, `var`, `return`).
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from warehouse.paths import PROJECT_ROOT

MACRO_FOLDER = PROJECT_ROOT / "dbt_project" / "macros" / "statistics"
_DEFINITION = re.compile(r"{%-?\s*macro\s+(\w+)\s*\(")


class _Types:
    """dbt's cross-database type names, as dbt-duckdb writes them."""

    def __getattr__(self, name: str) -> Any:
        types = {"string": "text", "int": "integer", "bigint": "bigint", "boolean": "boolean"}
        kind = name.removeprefix("type_")
        if kind not in types:
            raise AttributeError(name)
        return lambda: types[kind]


class _Exceptions:
    """dbt's `exceptions`: a macro that is called wrongly says so."""

    @staticmethod
    def raise_compiler_error(text: str) -> None:
        raise jinja2.TemplateError(text)


class _Adapter:
    """`adapter.dispatch` for DuckDB: the engine's own macro, else the default."""

    def __init__(self, macros: dict[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str, package: str | None = None) -> Any:
        del package
        for prefix in ("duckdb", "default"):
            if f"{prefix}__{name}" in self._macros:
                return self._macros[f"{prefix}__{name}"]
        raise jinja2.UndefinedError(f"no default__{name} in {MACRO_FOLDER}")


@cache
def _macros(folder: Path) -> dict[str, Any]:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False
    )
    macros: dict[str, Any] = {}
    environment.globals.update(adapter=_Adapter(macros), dbt=_Types(), exceptions=_Exceptions)
    # One template a macro, so that the order of definitions does not matter, as in dbt.
    for path in sorted(folder.glob("*.sql")):
        for name, source in _split(path.read_text(encoding="utf-8")):
            if name in macros:
                raise jinja2.TemplateError(f"macro {name} is defined twice in {folder}")
            macros[name] = _Lazy(environment, name, source)
    environment.globals.update(macros)
    return macros


class _Lazy:
    """A macro that is compiled when it is first called, when all the others are known."""

    def __init__(self, environment: jinja2.Environment, name: str, source: str) -> None:
        self._environment, self._name, self._source = environment, name, source
        self._macro: Any = None

    def __call__(self, *arguments: object, **named: object) -> str:
        if self._macro is None:
            template = self._environment.from_string(self._source)
            self._macro = getattr(template.module, self._name)
        return str(self._macro(*arguments, **named))


def _split(text: str) -> list[tuple[str, str]]:
    """Every macro of a file with its source; comments between macros are left out."""
    macros = []
    for block in re.findall(r"{%-?\s*macro\b.*?{%-?\s*endmacro\s*-?%}", text, flags=re.DOTALL):
        found = _DEFINITION.match(block)
        assert found, block[:80]
        macros.append((found.group(1), block))
    return macros


def render(name: str, *arguments: object, **named: object) -> str:
    """The SQL of one macro.

    Args:
        name: The macro's name, for example `wilson_lower`.
        arguments: SQL expressions or plain values, as the macro's own comment says.
        named: The same by name.

    Returns:
        The rendered SQL text.

    Raises:
        KeyError: No macro has that name.
        jinja2.TemplateError: The macro uses something that is not known here.
    """
    return str(_macros(MACRO_FOLDER)[name](*arguments, **named)).strip()


def names() -> list[str]:
    """All macros of the folder, sorted."""
    return sorted(_macros(MACRO_FOLDER))
