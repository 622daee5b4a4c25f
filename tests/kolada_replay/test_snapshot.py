"""Missing and damaged snapshot folders are refused by name, before serving."""

from pathlib import Path

import duckdb
import pytest

from ingestion.kolada.replay.server import ReplayServer
from ingestion.kolada.replay.snapshot import FILES, SnapshotError
from tests.kolada_replay.small import VALUES, write_snapshot

ONE = """select 'N00001' as kpi, '2000' as municipality, 2010 as period, 'T' as gender,
    1.5::double as value"""


def _refusal(folder: Path) -> str:
    with pytest.raises(SnapshotError) as caught:
        ReplayServer(folder)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_snapshot(tmp_path, ONE) / name).unlink()
    assert f"lacks {name}" in _refusal(tmp_path)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
@pytest.mark.parametrize(
    "content", [b'{"values": [{"id"', b"[]", b'{"values": [{"id": "1"}]}', b"\xff\xfe"]
)
def test_damaged_metadata_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (write_snapshot(tmp_path, ONE) / name).write_bytes(content)
    assert name in _refusal(tmp_path)


def test_a_member_without_id_is_named_with_its_group(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, ONE) / "kpi_groups.json"
    path.write_text('{"values": [{"id": "G7", "title": "x", "members": [{}]}]}', encoding="utf-8")
    assert "'G7'" in _refusal(tmp_path)


@pytest.mark.parametrize("column", ["kpi", "municipality", "period", "gender", "value"])
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    write_snapshot(tmp_path, f"select * exclude ({column}), 1 as other from ({ONE})")
    text = _refusal(tmp_path)
    assert "values.parquet" in text and f"column {column}" in text


@pytest.mark.parametrize(
    ("column", "as_sql"),
    [("value", "'1,5'"), ("municipality", "2000"), ("period", "'2010'"), ("isdeleted", "'no'")],
)
def test_a_column_of_another_type_is_named(tmp_path: Path, column: str, as_sql: str) -> None:
    rest = ONE if column == "isdeleted" else f"select * exclude ({column}) from ({ONE})"
    write_snapshot(tmp_path, f"select *, {as_sql} as {column} from ({rest})")
    text = _refusal(tmp_path)
    assert "values.parquet" in text and f"Column {column}" in text


def test_an_empty_key_is_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path, f"select * replace (null::varchar as gender) from ({ONE})")
    assert "1 rows with an empty" in _refusal(tmp_path)


def test_a_truncated_parquet_file_is_named(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, VALUES) / "values.parquet"
    path.write_bytes(path.read_bytes()[:-2_000])
    assert "values.parquet" in _refusal(tmp_path)


@pytest.mark.parametrize("column", ["kpi", "municipality", "period", "gender", "value"])
def test_a_damaged_page_of_any_column_is_found_before_serving(tmp_path: Path, column: str) -> None:
    path = write_snapshot(tmp_path, VALUES) / "values.parquet"
    with duckdb.connect() as con:
        (offset,) = con.execute(
            "select data_page_offset from parquet_metadata(?) where path_in_schema = ?",
            [str(path), column],
        ).fetchone() or (0,)
    content = bytearray(path.read_bytes())
    content[offset : offset + 40] = b"\xff" * 40
    path.write_bytes(bytes(content))
    assert "values.parquet" in _refusal(tmp_path)
