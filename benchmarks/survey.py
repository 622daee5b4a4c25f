"""How often survey intervals hold the truth, on surveys whose truth is known.

What belongs here: generated surveys, the share of rounds in which a 95 % interval holds the
population's share. What does not: speed; the figures stand in docs/statistics_surveys.md.

Four municipalities are strata; the two small ones are drawn about 7 times as densely, as
regions do, and are in worse health. Old people answer twice as often as young ones, and are
in worse health too. Weights are the inverse of the probability to be drawn and to answer, by
municipality and age.
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.statistics.macros import render

ROUNDS = 1000
SIZES = np.array([20_000, 10_000, 2_500, 1_500])
DRAWN = np.array([200, 150, 200, 150])
# Per municipality the young's and the old's share in poor health; half of each are old.
POOR = np.array([[0.10, 0.25], [0.12, 0.30], [0.20, 0.45], [0.25, 0.50]])
ANSWERING = np.array([0.35, 0.70])
SETTINGS = {"at random": 1.0, "poor health answers at 0.7": 0.7}


def measure(work: Path, *, full: bool = False) -> None:
    """Print coverage in percent.

    Args:
        work: Not used; the surveys are drawn.
        full: Not used.
    """
    del work, full
    print(f"95 % intervals of a share, {ROUNDS} rounds of about 365 answers; percent that hold")
    for setting in SETTINGS:
        found = coverage(setting, ROUNDS)
        print(
            f"answers {setting + ':':<30}"
            + ", ".join(f"{method} {percent:.1f}" for method, percent in found.items())
        )
        if setting == "at random":
            kept = 93 <= found["logit"] <= 97
            print(f"  logit: {found['logit']:.1f} (93 to 97: {'met' if kept else 'MISSED'})")


def coverage(setting: str, rounds: int) -> dict[str, float]:
    """Percent of rounds in which each interval holds the population's share.

    Args:
        setting: A key of `SETTINGS`.
        rounds: Number of surveys.

    Returns:
        By method; `unweighted` is the logit interval with all weights 1.
    """
    rng = np.random.default_rng(20_210)
    stratum = np.repeat(np.arange(4), SIZES)
    old = rng.integers(0, 2, stratum.size)
    poor = rng.random(stratum.size) < POOR[stratum, old]
    chance = ANSWERING[old] * np.where(poor, SETTINGS[setting], 1.0)
    first = np.concatenate([[0], np.cumsum(SIZES)[:-1]])
    parts = []
    for number in range(rounds):
        drawn = np.concatenate(
            [
                start + rng.choice(size, n, replace=False)
                for start, size, n in zip(first, SIZES, DRAWN, strict=True)
            ]
        )
        kept = drawn[rng.random(drawn.size) < chance[drawn]]
        parts.append(np.stack([np.full(kept.size, number), kept]))
    number_, person = np.concatenate(parts, axis=1)
    place = stratum[person]
    weight = SIZES[place] / DRAWN[place] / ANSWERING[old[person]]
    table = pa.table(
        {
            "round": number_,
            "stratum_id": number_ * 4 + place,
            "cluster_id": number_ * 0,
            "group_id": number_ * 0,
            "weight": weight,
            "design_weight": pa.nulls(weight.size, pa.float64()),
            "population": SIZES[place].astype(float),
            "answer": poor[person].astype(float),
        }
    )
    truth = float(poor.mean())
    equal = table.set_column(4, "weight", pa.array(np.ones(weight.size)))
    found = {m: _held(table, m, truth) for m in ("logit", "korn_graubard", "simple")}
    return {**found, "unweighted": _held(equal, "logit", truth)}


def _held(table: pa.Table, method: str, truth: float) -> float:
    keys = ["round"]
    with duckdb.connect() as con:
        con.register("persons", table)
        for name, sql in (
            ("sampled", render("survey_rows", "persons")),
            ("cell", render("survey_cells", "sampled", keys, "answer")),
            ("stratum", render("survey_strata", "sampled", False)),
            ("domain", render("survey_domains", "cell", keys, False)),
            ("part", render("survey_parts", "cell", "domain", keys)),
            ("variance", render("survey_variance", "part", keys, "stratum", False)),
        ):
            con.execute(f"create table {name} as {sql}")
        shares = "(select *, sqrt(variance) as se from domain inner join variance using (round))"
        sql = render("survey_intervals", shares, render("z_value", 95), method=method)
        found = con.execute(
            f"select 100 * avg(case when ? between ci_lower and ci_upper then 1.0 else 0 end) "
            f"from ({sql})",
            [truth],
        ).fetchone()
    assert found
    return float(found[0])
