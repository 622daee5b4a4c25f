"""dbt renders the statistics macros as the commands do, and the SQL runs in its build."""

import json
from pathlib import Path

from tests.dbt_project.conftest import run_dbt
from warehouse.statistics.macros import render

CALLS = {
    "inequality_measures": ("'core.groups'", ("core.groups",)),
    "inequality_draws": ("'core.groups', 100, 7", ("core.groups", 100, 7)),
    "inequality_with_draws": ("'closed', 'drawn'", ("closed", "drawn")),
}


def test_dbt_and_the_commands_render_the_same(tmp_path: Path) -> None:
    """One start of dbt (5 s) for all of them; only blanks may differ.

    Nothing is set but where files lie: the project can be read with an empty environment.
    """
    inline = "\n---\n".join(f"{{{{ {name}({call}) }}}}" for name, (call, _) in CALLS.items())
    (tmp_path / "raw").mkdir()
    done = run_dbt(
        tmp_path,
        *("compile", "--inline", inline, "--output", "json", "--quiet"),
        *("--no-introspect", "--no-populate-cache"),
        JAMLIK_BUILD=str(tmp_path / "jamlik.duckdb"),
        JAMLIK_RAW_KOLADA=str(tmp_path / "raw" / "kolada_demo.duckdb"),
    )
    assert done.returncode == 0, done.stdout[-2000:]
    compiled = json.loads(done.stdout)["compiled"].split("\n---\n")
    for (name, (_, arguments)), text in zip(CALLS.items(), compiled, strict=True):
        assert text.split() == render(name, *arguments).split(), name
