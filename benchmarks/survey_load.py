"""A large delivered survey: from the file to the store to `survey.estimate`, and a loop beside it.

What belongs here: 1 million generated persons with 80 columns as .sav and csv, seconds and
memory of loading and of the estimates, and the same shares and errors by a loop over domains in
numpy. What does not: how often intervals hold (`survey.py`).
"""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from benchmarks.measure import Measure, in_child, print_table, verdict
from ingestion.areas import municipalities
from ingestion.delivered.codebook import source_codebooks
from warehouse.errors import JamlikError
from warehouse.paths import PROJECT_ROOT
from warehouse.settings import Settings, load_settings

ROWS, ITEMS, COLUMNS, YEAR, REGION = 1_000_000, 60, 80, 2021, "20"
# A loop takes 10 to 20 ms a domain, and there are 165 000.
LOOPED = 200
MODELS = "+estimate"


def measure(work: Path, *, full: bool) -> None:
    """Print seconds and memory of both kinds of file, of the estimates and of the loop."""
    del full
    folder = work / "survey-load"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = write_files(folder, ROWS)
    print(f"  {ROWS} persons x {COLUMNS} columns, {ITEMS} items")
    loads = {kind: in_child(load, path, folder / kind) for kind, path in files.items()}
    if len({one.result["digest"] for one in loads.values()}) > 1:
        raise JamlikError("The two kinds of file gave different rows.")
    _print_steps({f"{kind} into the store": one for kind, one in loads.items()})
    made = in_child(build_estimates, folder / "csv")
    loop = in_child(loop_over_domains, folder / "csv")
    _print(loads, made, loop)
    shutil.rmtree(folder)


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """The same generated persons as csv and .sav."""
    import pyarrow as pa
    import pyreadstat
    from pyarrow import csv as arrow_csv

    frame = _frame(rows)
    files = {"csv": folder / "large.csv", "sav": folder / "large.sav"}
    table = pa.table({name: pa.array(frame[name]) for name in frame.columns})
    # The weights' decimal comma; all else are whole numbers.
    weight = pa.array([f"{one:.6f}".replace(".", ",") for one in frame["kalvikt"]])
    place = table.column_names.index("kalvikt")
    arrow_csv.write_csv(
        table.set_column(place, "kalvikt", weight),
        files["csv"],
        arrow_csv.WriteOptions(delimiter=";", quoting_style="none"),
    )
    pyreadstat.write_sav(frame, str(files["sav"]), row_compress=True)
    return files


def _frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(2026)
    areas = np.array([int(area) for area in municipalities(REGION)])
    place = random.integers(0, len(areas), rows)
    income = random.integers(0, 5, rows)
    frame: dict[str, np.ndarray] = {
        "lopnr": np.arange(1, rows + 1),
        "argang": np.full(rows, YEAR),
        "kon": random.integers(1, 3, rows),
        "alder": random.integers(16, 100, rows),
        "ald4": random.integers(1, 6, rows),
        "ukommun": areas[place],
        "utbscb": random.integers(1, 4, rows),
        "urspr4": random.integers(1, 5, rows),
        **{
            name: (income == at).astype(int)
            for at, name in enumerate(
                ("inkp0t20", "inkp21t40", "inkp41t60", "inkp61t80", "inkp81t100")
            )
        },
        "stratum": place + 1,
        "stratumstorlek": np.full(rows, 5 * rows),
        "kalvikt": np.round(random.lognormal(1, 0.5, rows), 6),
    }
    asked = [item for item in source_codebooks("hlv")[0].items if item.in_round(YEAR)][:ITEMS]
    for item in asked:
        answers = (random.random(rows) < random.uniform(0.05, 0.9)).astype(int)
        answers[random.random(rows) < 0.02] = 9
        frame[item.columns(YEAR)[0]] = answers
    for number in range(COLUMNS - len(frame)):
        frame[f"regfraga{number + 1}"] = random.integers(1, 6, rows)
    return pd.DataFrame(frame)


def _settings(data_dir: Path | str) -> Settings:
    return load_settings(data_dir=Path(data_dir), kolada="live", surveys="delivered", region=REGION)


def load(path: str, data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """Load the file into a new store, as `jamlik ingest hlv` does."""
    from ingestion.delivered.load import load_file
    from ingestion.delivered.store import ensure_stores, open_store

    settings = _settings(data_dir)
    ensure_stores(settings)
    yield
    result = load_file(Path(path), "hlv", settings)
    yield
    with open_store("hlv", settings) as con:
        persons = "select * exclude (file_id, row_number, stratum) from respondent"
        (digest,) = con.execute(f"select bit_xor(hash(one)) from ({persons}) as one").fetchone()
    return {"rows": result.rows_kept, "digest": str(digest)}


def _write_raw(settings: Settings) -> None:
    """The files that dbt attaches; in them the one table of Kolada that survey models read."""
    from ingestion.kolada.tables import MUNICIPALITY, SCHEMA
    from warehouse import check_log

    with check_log.open_log(settings):
        pass
    duckdb.connect(str(settings.paths.raw_folkhalsodata(settings.folkhalsodata_origin))).close()
    with duckdb.connect(str(settings.paths.raw_kolada("live"))) as con:
        con.register("nothing", MUNICIPALITY.schema.empty_table())
        con.execute(f"create schema {SCHEMA}")
        con.execute(
            f"create table {SCHEMA}.municipality as "
            "select *, false as isdeleted, now()::timestamp as read_at from nothing"
        )


def build_estimates(data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """dbt's models from the store to `survey.estimate`."""
    from dbt.cli.main import dbtRunner

    from orchestration.manifest import dbt_environment

    settings = _settings(data_dir)
    settings.paths.make()
    _write_raw(settings)
    os.environ.update(dbt_environment(settings))
    project = str(PROJECT_ROOT / "dbt_project")
    runner = dbtRunner()
    common = ["--quiet", "--project-dir", project, "--profiles-dir", project]
    seeded = runner.invoke(["seed", "--select", MODELS, *common])
    if not seeded.success:
        raise JamlikError("dbt could not load the seeds.")
    yield
    done = runner.invoke(["run", "--select", MODELS, *common])
    yield
    if not done.success:
        raise JamlikError("dbt could not build survey.estimate.")
    seconds = {one.node.name: one.execution_time for one in done.result.results}
    return {"seconds": seconds}


def loop_over_domains(data_dir: str) -> Generator[None, None, dict[str, Any]]:
    """A sample of the domains one by one, as survey packages do: each reads all persons."""
    from ingestion.delivered.store import open_store

    settings = _settings(data_dir)
    with duckdb.connect(str(settings.paths.build), read_only=True) as con:
        domains = con.execute(
            "select * from survey.estimate order by hash(item_id, area_id, gender, age_group, "
            f"education, birth_country, income) limit {LOOPED}"
        ).df()
        (estimates,) = con.execute("select count(*) from survey.estimate").fetchone()
    items = sorted(set(domains["item_id"]))
    with open_store("hlv", settings) as con:
        persons = con.execute(
            "select area_id, gender, age_group, education, birth_country, income, weight, "
            f"population, cast(stratum as int) as stratum, {', '.join(f'item_{i}' for i in items)} "
            "from respondent"
        ).df()
    arrays = {name: persons[name].to_numpy() for name in persons.columns}
    for name in ("area_id", "gender", "age_group", "education", "birth_country", "income"):
        codes, labels = pd.factorize(persons[name])
        arrays[name], arrays[f"{name}:labels"] = codes, np.array(labels)
    yield
    found = [_share(arrays, one) for one in domains.itertuples()]
    yield
    share, error = (np.array(column) for column in zip(*found, strict=True))
    return {
        "domains": len(found),
        "estimates": estimates,
        "off": float(
            max(
                np.max(np.abs(share / domains["share_pct"] * 100 - 1)),
                np.max(np.abs(error / domains["se_pct"] * 100 - 1)),
            )
        ),
    }


def _share(arrays: dict[str, np.ndarray], domain: Any) -> tuple[float, float]:
    """Share and standard error of one domain: Taylor, stratified, over the whole sample."""
    answers = arrays[f"item_{domain.item_id}"].astype(float)
    inside = answers < 2
    for name in ("area_id", "gender", "age_group", "education", "birth_country", "income"):
        wanted = getattr(domain, name)
        if wanted not in ("T", "all", f"00{REGION}"):
            inside &= arrays[name] == np.flatnonzero(arrays[f"{name}:labels"] == wanted)[0]
    weight = np.where(inside, arrays["weight"], 0.0)
    total = weight.sum()
    p = (weight * np.where(inside, answers, 0.0)).sum() / total
    z = weight * np.where(inside, answers - p, 0.0) / total
    stratum = arrays["stratum"]
    n, s1, s2 = (np.bincount(stratum, weights=one)[1:] for one in (np.ones(z.size), z, z * z))
    population = np.full(n.size, arrays["population"][0])
    return float(p), float(np.sqrt(((1 - n / population) * n / (n - 1) * (s2 - s1**2 / n)).sum()))


def _print(loads: dict[str, Measure], made: Measure, loop: Measure) -> None:
    models = sum(made.result["seconds"].values())
    estimates = loop.result["estimates"]
    _print_steps(
        {
            f"{estimates} estimates, dbt's start included": made,
            f"loop over {loop.result['domains']} domains in numpy": loop,
        }
    )
    for name, seconds in sorted(made.result["seconds"].items(), key=lambda one: -one[1])[:6]:
        print(f"    {name}: {seconds:.1f} s")
    for kind, one in loads.items():
        print(verdict(f"{kind} to estimates", one.wall + made.wall, 45, " s", at_least=False))
        print(verdict(f"memory, {kind}", one.peak / 1024, 1.5, " GiB", at_least=False))
    print(verdict("estimates alone", models, 20, " s", at_least=False))
    print(verdict("memory of estimates", made.peak / 1024, 1, " GiB", at_least=False))
    whole = loop.wall / loop.result["domains"] * estimates
    print(f"  the loop for all domains: {whole:.0f} s (from the sample)")
    print(verdict("loop / jamlik", whole / models, 30, "x", at_least=True))
    if loop.result["off"] > 1e-8:
        raise JamlikError(f"The loop's numbers differ by {loop.result['off']:.1e}.")
    print(f"  largest relative difference of shares and errors: {loop.result['off']:.0e}")


def _print_steps(steps: dict[str, Measure]) -> None:
    rows = [
        [name, f"{one.wall:.1f}", f"{one.cpu:.1f}", f"{one.peak:.0f}"]
        for name, one in steps.items()
    ]
    print_table(["step", "wall s", "CPU s", "peak MiB"], rows)
