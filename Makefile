# The whole of Vigie on one screen. `make run` and `make test` need make and Python 3.11 to 3.13, nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach v,3.13 3.12 3.11,$(shell python$(v) -c 'print("python$(v)")' 2>/dev/null)) python3)
BIN := .venv/bin
READY := .venv/.ready
ENGINES := .venv-engines/.ready
PYTEST := $(BIN)/python -m pytest -n auto

.PHONY: help setup engines run test lint bench spark scale lock clean verify-road verify-plan verify-sources verify-quality verify-operations verify-snapshots verify-analysts faults

help:           ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

setup: $(READY) ## install everything in .venv, from requirements.lock

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Vigie demande Python 3.11, 3.12 ou 3.13. Trouvé : $$($(PYTHON) --version 2>&1). Essayer : make PYTHON=python3.12"; exit 1; }
	@echo "Installation dans .venv avec $$($(PYTHON) --version) (une à deux minutes)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@touch $(READY)

engines: $(ENGINES) ## install Apache Spark and DuckLake in .venv-engines, from requirements-engines.lock (they want Java 17)

$(ENGINES): requirements-engines.lock $(READY)
	@test -x .venv-engines/bin/python || $(PYTHON) -m venv .venv-engines
	@.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-engines.lock
	@touch $(ENGINES)

run: $(READY)   ## write the demonstration of the Lot, load it, publish the warehouse, show the four priorities
	@$(BIN)/vigie demo
	@$(BIN)/vigie load
	@$(BIN)/vigie status
	@$(BIN)/vigie plan

test: $(READY)  ## all the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PYTEST)

lint: $(READY)  ## put the code in its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure, against a bare script and what most people would write, into docs/performance.md (an hour)
	$(BIN)/python -m tests.benchmarks --ecrire docs/performance.md

spark: $(ENGINES) ## build the same models on Apache Spark and compare with DuckDB, row by row
	$(BIN)/python -m tests.engines spark

scale: $(ENGINES) ## measure DuckDB, Spark and a lake that two may write, into docs/scale.md (half an hour)
	$(BIN)/python -m tests.engines scale --ecrire docs/scale.md

verify-road: $(READY)  ## show each demand on the road from the ministry's workbook to the warehouse
	$(BIN)/python -m tests.verify.road

verify-plan: $(READY)  ## show each demand on the plan as data: catalogue, printed figures, reconciliation
	$(BIN)/python -m tests.verify.plan

verify-sources: $(READY)  ## show each demand on the sources and the four priorities
	$(BIN)/python -m tests.verify.sources

verify-quality: $(READY)  ## show each rule against its mutant (over half an hour), absences, contradictions, a held-back load
	$(BIN)/python -m tests.verify.quality

verify-operations: $(READY)  ## show each demand on loads that run by themselves and that nothing breaks (over two hours)
	$(BIN)/python -m tests.verify.operations

verify-snapshots: $(READY)  ## show each demand on quarters given once, honest statistics and what committees read
	$(BIN)/python -m tests.verify.snapshots

verify-analysts: $(READY) $(ENGINES)  ## show that a figure is explained, found and used: dictionary, queries, lineage, PostgreSQL, Spark
	$(BIN)/python -m tests.verify.analysts

faults: $(READY) ## break Vigie in every known way, over the real command, and print what held (over an hour and a half)
	$(BIN)/python -m tests.faults

lock:           ## renew both lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras \
	  pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements-engines.in -o requirements-engines.lock

clean:          ## remove what was installed and built; the data folder stays
	rm -rf .venv .venv-engines dbt_project/target dbt_project/logs .pytest_cache .ruff_cache .hypothesis
