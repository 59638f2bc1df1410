# The whole of Vigie on one screen. `make run` and `make test` need make and Python 3.11 to 3.13, nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach v,3.13 3.12 3.11,$(shell python$(v) -c 'print("python$(v)")' 2>/dev/null)) python3)
BIN := .venv/bin
READY := .venv/.ready
ENGINES := .venv-engines/.ready
# What sqlfluff reads, and what has it read everything again.
SQL := $(wildcard dbt_project/models/*/*.sql dbt_project/models/*/*/*.sql dbt_project/analyses/*/*.sql)
SQL_RULES := $(wildcard dbt_project/macros/*.sql) dbt_project/.sqlfluff dbt_project/lint/adapter.py requirements.lock
LIGHT := $(addprefix tests/unit/,base catalogue deploy files home loading machine officer operations publication settings)
PYTEST := $(BIN)/python -m pytest -n auto --durations=40

.PHONY: help setup engines run check test test-long test-pythons lint bench spark scale lock bundle clean verify-years verify-loop verify-desk verify-road verify-plan verify-sources verify-quality verify-operations verify-snapshots verify-analysts verify-arrivals verify-numbers verify-returns verify-disclosure verify-screens verify-open faults verify-house verify-commitments

help:           ## cette liste
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

setup: $(READY) ## installer tout dans .venv, d'après requirements.lock

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Vigie demande Python 3.11, 3.12 ou 3.13. Trouvé : $$($(PYTHON) --version 2>&1). Essayer : make PYTHON=python3.12"; exit 1; }
	@echo "Installation dans .venv avec $$($(PYTHON) --version) (une à deux minutes)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	@touch $(READY)

engines: $(ENGINES) ## installer Apache Spark et DuckLake dans .venv-engines (il faut Java 17)

$(ENGINES): requirements-engines.lock $(READY)
	@test -x .venv-engines/bin/python || $(PYTHON) -m venv .venv-engines
	@.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-engines.lock
	@touch $(ENGINES)

run: $(READY)   ## écrire la démonstration du Lot, la charger, publier l'entrepôt, montrer les priorités
	@$(BIN)/vigie demo
	@$(BIN)/vigie load
	@$(BIN)/vigie status
	@$(BIN)/vigie plan

check: $(READY) ## relire le code sans le lancer : style, types, tables, SQL (une à deux minutes la première fois, puis quelques secondes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vigie check-tables
	@$(BIN)/python -m deploy.audit
	@$(MAKE) --no-print-directory .sql-checked

# sqlfluff takes a second a file: it reads those that changed since it last had nothing to say.
.sql-checked: $(SQL) $(SQL_RULES)
	@echo "$(BIN)/sqlfluff lint dbt_project"
	@PYTHONWARNINGS=ignore::UserWarning $(BIN)/sqlfluff lint --processes 2 $(if $(filter $(SQL_RULES),$?),$(SQL),$?)
	@touch $@

test: $(READY)  ## les tests, sans les plus longs
	$(PYTEST)

# Tests that need neither a load nor a service, in an environment a Python; one that the machine lacks is said.
test-pythons:   ## les tests légers sur les autres Python de cette machine (3.12, 3.13)
	@for v in 3.12 3.13; do \
	  if ! python$$v -c '' 2>/dev/null; then echo "Python $$v n'est pas sur cette machine : ses tests sont passés."; continue; fi; \
	  test -x .venv-$$v/bin/python || python$$v -m venv .venv-$$v; \
	  .venv-$$v/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r requirements.lock \
	    && .venv-$$v/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e . \
	    && .venv-$$v/bin/python -m pytest -q -n auto $(LIGHT) || exit 1; \
	done

test-long: $(READY)  ## les plus longs, que les vérifications jouent aussi
	$(PYTEST) -m long

lint: $(READY)  ## mettre le code en forme
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## mesurer, contre un script nu et ce que l'on écrit d'ordinaire, dans docs/performance.md (plus d'une heure)
	$(BIN)/python -m benchmarks --ecrire docs/performance.md

spark: $(ENGINES) ## construire les mêmes modèles sur Apache Spark, et comparer avec DuckDB, ligne à ligne
	$(BIN)/python -m tests.engines spark

scale: $(ENGINES) ## mesurer DuckDB, Spark et un lac que deux écrivent, dans docs/scale.md (une demi-heure)
	$(BIN)/python -m tests.engines scale --ecrire docs/scale.md

verify-road: $(READY)  ## montrer chaque promesse : du classeur du ministère à l'entrepôt
	$(BIN)/python -m tests.verify.road

verify-plan: $(READY)  ## montrer chaque promesse : le plan en données, ses chiffres imprimés, leur rapprochement
	$(BIN)/python -m tests.verify.plan

verify-commitments: $(READY)  ## montrer chaque promesse : ce que le plan engage, phrase à phrase, et un plan qui lui succède
	$(BIN)/python -m tests.verify.commitments

verify-sources: $(READY)  ## montrer chaque promesse : les sources et les quatre priorités
	$(BIN)/python -m tests.verify.sources

verify-quality: $(READY)  ## montrer chaque promesse : règles et mutants, absences, contradictions (plus d'une demi-heure)
	$(BIN)/python -m tests.verify.quality

verify-operations: $(READY)  ## montrer chaque promesse : des chargements qui tournent seuls et que rien ne casse (deux heures)
	$(BIN)/python -m tests.verify.operations

verify-snapshots: $(READY)  ## montrer chaque promesse : clichés, statistiques, ce que lisent les comités
	$(BIN)/python -m tests.verify.snapshots

verify-analysts: $(READY) $(ENGINES)  ## montrer chaque promesse : dictionnaire, requêtes, origine, PostgreSQL, Spark
	$(BIN)/python -m tests.verify.analysts

verify-arrivals: $(READY)  ## montrer chaque promesse : les fichiers officiels du jour, la loi de la porte, les mutants (une heure)
	$(BIN)/python -m tests.verify.arrivals

verify-numbers: $(READY)  ## montrer chaque promesse : ce qu'un chiffre couvre, où, divisé par quoi (trois quarts d'heure)
	$(BIN)/python -m tests.verify.numbers

verify-returns: $(READY)  ## montrer chaque promesse : des retours comme on les remplit, les corrections, les personnes
	$(BIN)/python -m tests.verify.returns

verify-disclosure: $(READY)  ## montrer chaque promesse : l'édition publique ne dévoile personne, ses mots sont partout les mêmes
	$(BIN)/python -m tests.verify.disclosure

verify-screens: $(READY)  ## montrer chaque promesse : ce que l'on regarde, dans un vrai navigateur sans réseau
	$(BIN)/python -m tests.verify.screens
	$(BIN)/python -m tests.verify.screens_edition

verify-open: $(READY)  ## montrer chaque promesse : ce qui sort pour tous, relu par ceux qui le moissonnent
	$(BIN)/python -m tests.verify.open

verify-house: $(READY)  ## montrer chaque promesse : les recettes du développeur, à la lettre, sur une copie neuve
	$(BIN)/python -m tests.verify.house

verify-loop: $(READY)  ## montrer chaque promesse : un petit chargement, et la construction qui repart de la dernière (une heure)
	$(BIN)/python -m tests.verify.loop

verify-desk: $(READY)  ## montrer chaque promesse : un mois au bureau et ses attaques, les messages, les dépôts
	$(BIN)/python -m tests.verify.desk
	$(BIN)/python -m tests.verify.messages

verify-years: $(READY)  ## montrer chaque promesse : installer, sauvegarder, surveiller, réparer, pendant des années
	$(BIN)/python -m tests.verify.years

faults: $(READY) ## casser Vigie de toutes les façons que l'on sait, et dire ce qui tient (plus d'une heure)
	$(BIN)/python -m tests.faults

lock:           ## refaire les deux fichiers de verrou (il faut uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras \
	  pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements-engines.in -o requirements-engines.lock
	@echo "Ensuite : make setup, puis .venv/bin/python -m deploy.licences, qui refait docs/licences.md"

bundle: $(READY) ## faire dans dist/ le lot qui s'installe sans réseau, et le paquet Debian
	$(BIN)/python -m deploy.bundle

clean:          ## enlever ce qui a été installé et construit ; le dossier des données reste
	rm -rf .venv .venv-engines .venv-3.12 .venv-3.13 dbt_project/.vigie dbt_project/target dbt_project/logs .pytest_cache .mypy_cache \
	  .ruff_cache .sql-checked .hypothesis
