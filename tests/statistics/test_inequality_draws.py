"""Draws: the same in every run, uniform and normal, and only where nothing closed holds."""

import math

import duckdb
import pytest

from tests.statistics.groups import database, drawn, group, measured, rows_of
from warehouse.statistics.macros import render


def some_groups(sets: int = 3, n: int = 12) -> list[dict]:
    return [
        group(s, g, 40.0 + 5 * ((g * 7 + s) % 11), se=1.0 + g % 3, population=100.0 * g)
        for s in range(1, sets + 1)
        for g in range(1, n + 1)
    ]


def test_the_same_bits_in_every_run_thread_and_order() -> None:
    results = []
    for threads, turn in ((1, 1), (4, -1)):
        with database(some_groups()[::turn]) as con:
            con.execute(f"set threads = {threads}")
            found = rows_of(con, render("inequality_draws", "groups", 200, 7))
            results.append(sorted(found, key=lambda row: (row["set_id"], row["measure"])))
    assert results[0] == results[1] and len(results[0]) == 30


def test_another_seed_gives_other_numbers() -> None:
    first, second = (drawn(some_groups(1), 200, seed)[1, "cov"] for seed in (1, 2))
    assert first["estimate"] == second["estimate"]
    assert first["ci_lower"] != second["ci_lower"]


def test_a_set_s_draws_do_not_depend_on_the_others() -> None:
    alone = drawn([row for row in some_groups() if row["set_id"] == 2], 200)
    among = drawn(some_groups(), 200)
    assert all(among[key] == row for key, row in alone.items())


def test_only_rows_without_a_closed_interval_get_one() -> None:
    closed, whole = measured(some_groups(1)), drawn(some_groups(1), 200)
    assert closed.keys() == whole.keys()
    changed = {measure for (_, measure), row in whole.items() if row["ci_method"] == "draws"}
    assert changed == {"bgsd", "cov", "mdmu", "mdmw", "idisu", "idisw"}
    for key, row in closed.items():
        if key[1] not in changed:
            assert whole[key] == row


def test_no_draws_around_unknown_errors_or_noise() -> None:
    unknown = some_groups(1)
    unknown[3]["se"] = None
    assert drawn(unknown, 200)[1, "cov"]["reason"] == "a group has no standard error"
    noisy = [row | {"se": 30.0} for row in some_groups(1)]
    assert drawn(noisy, 200)[1, "cov"]["reason"] == "spread not distinguishable from noise"


def test_draws_stay_on_the_scale() -> None:
    """At the end of the scale half of the draws would lie beyond it."""
    groups = [group(1, n, y, se=8.0) for n, y in enumerate([40.0, 70.0, 100.0, 100.0], 1)]
    free = drawn(groups, 1000, gated=False)[1, "mdbu"]
    bound = drawn([r | {"scale_min": 0.0, "scale_max": 100.0} for r in groups], 1000, gated=False)
    assert bound[1, "mdbu"]["ci_lower"] > free["ci_lower"]


def test_uniform_numbers_are_uniform_and_unrelated() -> None:
    state = render("mix", "a", "b")
    inner = f"select a, b, {state} as s from range(300) as t(a), range(1000) as u(b)"
    uniform = render("uniform_number", "s")
    with duckdb.connect() as con:
        con.execute(f"create table u as select a, b, {uniform} as p from ({inner})")
        n, mean, variance, distinct = con.execute(
            "select count(*), avg(p), var_pop(p), count(distinct p) from u"
        ).fetchone()
        assert mean == pytest.approx(0.5, abs=4 / math.sqrt(12 * n))
        assert variance == pytest.approx(1 / 12, rel=0.01)
        assert distinct > 0.9998 * n
        chi2 = con.execute(
            "select sum(power(c - 3000, 2) / 3000) "
            "from (select count(*) c from u group by floor(p * 100))"
        ).fetchone()[0]
        assert 55 < chi2 < 155  # 99 degrees of freedom
        for neighbour in ("u.a = v.a and u.b + 1 = v.b", "u.a + 1 = v.a and u.b = v.b"):
            related = con.execute(
                f"select corr(u.p, v.p) from u join u as v on {neighbour}"
            ).fetchone()[0]
            assert abs(related) < 4 / math.sqrt(n)


def test_normal_quantile_is_the_inverse_of_the_normal_distribution() -> None:
    """Against the error function of the C library, which shares nothing with AS 241."""
    with duckdb.connect() as con:
        rows = con.execute(
            f"select p, {render('normal_quantile', 'p')} from (select i / 2e4 as p "
            "from range(1, 10001) as t(i) union all select power(10e0, -i) from range(5, 300) t(i))"
        ).fetchall()
    for p, z in rows:
        assert 0.5 * math.erfc(-z / math.sqrt(2)) == pytest.approx(p, rel=1e-12 * max(1, z * z))
    assert len(rows) == 10_295


def test_sums_do_not_depend_on_the_order() -> None:
    sql = (
        f"select {render('exact_sum', 'x')} from "
        "(select sin(i * 1e0) as x, i from range(5000) as t(i) order by {order}) as numbers"
    )
    exact = math.fsum(math.sin(i) for i in range(5000))
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        sums = {
            con.execute(sql.format(order=order)).fetchone()[0]
            for order in ("i", "-i", "x", "-x", "hash(i)")
        }
    assert len(sums) == 1
    assert sums.pop() == pytest.approx(exact, rel=1e-13, abs=1e-13)
