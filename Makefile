# make run    build everything and publish it      make test    run all tests
# make ui     Dagster's UI on 127.0.0.1:3000       make doctor  settings, locks, what is stale
# Settings: KOLADA SNAPSHOT KPIS JAMLIK_DATA_DIR JAMLIK_REGION ... (make doctor lists them all)

SHELL := /bin/bash
VENV := .venv
STAMP := $(VENV)/.installed
export KOLADA SNAPSHOT SURVEYS FOLKHALSODATA FOLKHALSODATA_SNAPSHOT KPIS OU_KPIS KOLADA_READING KOLADA_YEARS ACCEPT_FEWER

.PHONY: run ui docs test doctor clean rollback lint bench
.DEFAULT_GOAL := run

run: $(STAMP)
	@$(VENV)/bin/jamlik run

ui: $(STAMP)
	@$(VENV)/bin/jamlik ui

docs: $(STAMP)
	@$(VENV)/bin/jamlik docs

test: $(STAMP)
	@$(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(STAMP)
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

bench: $(STAMP)
	@$(VENV)/bin/python -m benchmarks

doctor: $(STAMP)
	@$(VENV)/bin/jamlik doctor

rollback: $(STAMP)
	@$(VENV)/bin/jamlik rollback

# The environment is made once, and anew when the lock file changes.
$(STAMP): requirements.lock pyproject.toml
	@command -v python3 >/dev/null || { echo "python3 is missing: apt install python3"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Python 3.11 is needed; python3 is $$(python3 --version)"; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "python3-venv is missing: apt install python3-venv"; exit 1; }
	@echo "Making the environment in $(VENV) (once; 1 to 2 minutes)"
	@rm -rf $(VENV)
	@python3 -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary :all: -r requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-index --no-build-isolation --editable .
	@touch $@

# Removes the environment and what can be made again; data stay.
clean:
	rm -rf $(VENV) dbt_project/target dbt_project/logs .pytest_cache .hypothesis .ruff_cache .mypy_cache *.egg-info
