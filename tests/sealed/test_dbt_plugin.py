"""dbt reads a sealed file, and nothing of its key is in what dbt leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

from ingestion.delivered.store import open_store
from tests.support import PROJECT_ROOT
from warehouse.sealed.keys import key_folder
from warehouse.settings import load_settings

PROFILE = """
tiny:
  target: build
  outputs:
    build:
      type: duckdb
      path: {folder}/build.duckdb
      config_options: {{autoinstall_known_extensions: false, autoload_known_extensions: false}}
      module_paths: ["{root}"]
      plugins:
        - module: ingestion.delivered.dbt_plugin
          config:
            stores: {{hlv: {sealed}, lupp: {folder}/restricted/lupp_delivered.duckdb}}
"""
PROJECT = "name: tiny\nversion: 1.0.0\nprofile: tiny\nflags: {send_anonymous_usage_stats: false}\n"
MODEL = """{{ config(materialized='table') }}
select column_name, current_setting('temp_file_encryption') as is_spill_encrypted
from hlv.raw_hlv.unknown_column
union all
select column_name, false from lupp.raw_lupp.unknown_column
"""


def test_dbt_reads_sealed_files_and_leaves_no_key(tmp_path: Path) -> None:
    house = load_settings(data_dir=tmp_path, surveys="delivered")
    with open_store("hlv", house) as con:
        con.execute("insert into unknown_column values ('f', 'read')")
    sealed = house.paths.restricted("hlv", "delivered")
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "models" / "found.sql").write_text(MODEL)
    (project / "dbt_project.yml").write_text(PROJECT)
    profile = PROFILE.format(folder=tmp_path, sealed=sealed, root=PROJECT_ROOT)
    (project / "profiles.yml").write_text(profile)
    done = subprocess.run(
        [
            *(sys.executable, "-c", "import sys; from dbt.cli.main import cli; cli(sys.argv[1:])"),
            *("--debug", "run", "--profiles-dir", "."),
        ],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as con:
        assert con.execute("from found").fetchall() == [("read", True)]
    key = key_folder(house).read("sealed_hlv")
    secrets = [key.value.hex(), key.derive("encryption").hex(), key.derive("seal").hex()]
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "dbt.log" for path in left) and len(left) > 8
    content = b"".join(path.read_bytes() for path in left) + (done.stdout + done.stderr).encode()
    assert b"raw_hlv" in content
    for secret in secrets:
        assert secret.encode() not in content and bytes.fromhex(secret) not in content
    results = project / "target" / "run_results.json"
    assert results.stat().st_mode & 0o077 == 0
