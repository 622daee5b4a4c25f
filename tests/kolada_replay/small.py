"""A small snapshot, a small register and a raw HTTP client for the tests of this folder."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import duckdb

AREAS = [f"{number:04d}" for number in (0, 20, *range(2000, 2030))]
KPIS = [f"N{number:05d}" for number in range(30)]
YEARS = range(2010, 2020)
GROUPS = {"G100001": AREAS[2:5], "G100002": AREAS[5:12]}

VALUES = f"""
    select kpi, municipality, period::integer as period, gender,
        case when hash(kpi, municipality, period, gender) % 7 > 0
            then round(hash(kpi, municipality, period, gender) % 100000 / 997, 6) end as value
    from (select unnest({KPIS}) as kpi), (select unnest({AREAS}) as municipality),
        range({YEARS.start}, {YEARS.stop}) years(period),
        (select unnest(['T', 'K', 'M']) as gender)
"""


REGISTER = """\
indicator_id,title,unit,value_kind,source_kind,pair_id,programmes,status,denominator_kpis
N00906,"Inkomst (median), kr",kr,median,register,,Folkhälsa,current,
N00923,"Medellivslängd män, år",år,mean,register,livslangd,Strategi för hälsa|Folkhälsa,current,
N00925,"Livslängd kvinnor, år",år,mean,register,livslangd,Strategi för hälsa|Folkhälsa,current,
N01481,"MPR-vaccinerade 2-åringar, andel (%)",%,share,register,,Folkhälsa,current,
N01951,"Invånare totalt, antal",antal,count,register,,Folkhälsa,current,
N01982,"Högutbildade, andel (%)",%,share,register,,Folkhälsa,current,N01978|N01979|N01980|N01981
N03926,"Långtidsarbetslösa, andel (%)",%,share,register,,Folkhälsa,current,
U01402,"Röker dagligen, andel (%)",%,share,survey,,Folkhälsa,current,
U01405,"Bra hälsotillstånd, andel (%)",%,share,survey,,Strategi för hälsa|Folkhälsa,current,
U01901,"Utdragen, andel (%)",%,share,register,,Strategi för hälsa,withdrawn,
U30446,"Bostadsmarknadsläge (2, 1, 0)",kod,code,register,,Folkhälsa,current,
N99999,"Nytt nyckeltal, andel (%)",%,share,register,,Eget program,current,
"""


def write_snapshot(folder: Path, values: str = VALUES) -> Path:
    """Write the five files; `values` is the SQL of the values."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"copy ({values}) to '{folder / 'values.parquet'}' (format parquet)")
    areas = [{"id": a, "title": f"Område Å{a}", "type": "KL"[a < "0100"]} for a in AREAS]
    groups = [
        {
            "id": group,
            "title": f"Grupp {group}",
            "members": [{"member_id": a, "member_title": a} for a in members],
        }
        for group, members in GROUPS.items()
    ]
    kpis = [{"id": kpi, "title": f"Nyckeltal {kpi}, andel (%)"} for kpi in KPIS]
    members = [{"member_id": kpi, "member_title": kpi} for kpi in KPIS[:3]]
    kpi_groups = [{"id": "G2KPI1", "title": "Hälsa", "parent": None, "members": members}]
    for name, entries in (
        ("kpi_v3", kpis),
        ("kpi_groups", kpi_groups),
        ("municipality_v3", areas),
        ("municipality_groups_v3", groups),
    ):
        (folder / f"{name}.json").write_text(json.dumps({"values": entries}), encoding="utf-8")
    return folder


class Client:
    """One kept-alive connection; nothing is retried."""

    def __init__(self, base_url: str, timeout: float = 10.0) -> None:
        self.base_url = base_url
        url = urlsplit(base_url)
        assert url.hostname
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)

    def raw(self, path: str) -> http.client.HTTPResponse:
        """Send a request for a path below the host."""
        self.connection.request("GET", quote(path, safe="/?&=,%:"))
        return self.connection.getresponse()

    def get(self, path: str, status: int = 200) -> dict[str, Any]:
        """The decoded answer to a path below /v3, or to a whole address."""
        path = path.removeprefix(self.base_url)
        response = self.raw(f"/v3{path}" if path.startswith("/") else path)
        body = response.read()
        assert response.status == status, body
        return json.loads(body.decode("utf-8"))

    def pages(self, path: str) -> list[dict[str, Any]]:
        """All pages from `path` on."""
        pages = [self.get(path)]
        while pages[-1]["next_url"]:
            pages.append(self.get(pages[-1]["next_url"]))
        return pages

    def items(self, path: str) -> list[dict[str, Any]]:
        """The items of all pages."""
        return [item for page in self.pages(path) for item in page["values"]]


def readings(items: list[dict[str, Any]]) -> dict[tuple[str, str, int, str], float | None]:
    """Value by KPI, area, period and gender; fails on a repeated key."""
    found = [
        ((item["kpi"], item["municipality"], item["period"], reading["gender"]), reading["value"])
        for item in items
        for reading in item["values"]
    ]
    assert len(dict(found)) == len(found), "a value came twice"
    return dict(found)
