# Needs Python 3.11 or later with venv, make, and the package registries; everything else comes by itself.
# Each step is skipped while its stamp is newer than what it was made from.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made
SPARK_SERVER := $(VENV)/spark-server
UV := $(BIN)/uv
HUIQUN := $(BIN)/huiqun
# Compiled bytecode is half of a program's start.
unexport PYTHONDONTWRITEBYTECODE
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

NEAR_THE_DATABASE := $(addprefix tests/,foundation customers compliance delivery benefits campaigns)

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-killing test-postgres-16 test-spark spark-conformance check bench lock frontend format messages

help:
	@echo "make demo              the whole platform with a made-up bank, on this machine (Ctrl-C ends it)"
	@echo "make test              all tests but the slow ones and the guards, which make check runs"
	@echo "make test-slow         the slow tests: killed workers, browsers; PostgreSQL 16; Spark"
	@echo "make spark-conformance N=1000   that many rules at random before Spark, DuckDB and PostgreSQL"
	@echo "make check             format, lint, types, import contracts, migrations, translations, guards"
	@echo "make bench NAME=lists  one benchmark; without NAME, their names"
	@echo "make format            let ruff put the code in order"
	@echo "make messages          bring the translation files in line with the source"
	@echo "make lock              take newer versions of what we depend on into locks/"

demo: $(MADE)/running $(MADE)/frontend
	@$(HUIQUN) demo $(if $(PORT),--port $(PORT))

# The guards are part of `make check`; run once there, they need not be run again here.
test: $(MADE)/development $(MADE)/frontend
	@$(BIN)/pytest --ignore=tests/guards -m "not slow" -n 2 --dist worksteal $(ARGS)

test-slow: test-killing test-postgres-16 test-spark

test-killing: $(MADE)/development $(MADE)/frontend
	@$(BIN)/pytest -m "slow and not spark" $(ARGS)

# What is nearest to the database, once more on the oldest PostgreSQL we promise.
test-postgres-16: $(MADE)/development $(MADE)/frontend
	@HUIQUN_TEST_POSTGRES=16 $(BIN)/pytest -m "not slow" -n 2 --dist worksteal $(NEAR_THE_DATABASE)

# A master, two workers and a Connect server of their own; they need Java 17 and skip without it.
test-spark: $(MADE)/spark $(MADE)/frontend
	@$(BIN)/pytest -m spark tests/spark $(ARGS)

spark-conformance: $(MADE)/spark
	@$(BIN)/python -m tests.spark.conformance $(or $(N),1000)

check: $(MADE)/development $(MADE)/frontend
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	DATABASE_URL=postgresql:///unused $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m huiqun.config.messages missing
	$(HUIQUN) migrate --check
	$(BIN)/pytest -q -n 2 tests/guards

bench: $(MADE)/development $(MADE)/frontend $(if $(filter audiences,$(NAME)),$(MADE)/bench)
	@$(BIN)/python -m benchmarks $(NAME)

frontend: $(MADE)/frontend

format: $(MADE)/development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(MADE)/development
	$(BIN)/python -m huiqun.config.messages update all

# The environment ----------------------------------------------------------------------------------

# What is installed is exactly what the lock names; the project itself is installed from this folder.
define install
	@echo "Installing what $(1) names …"
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(1)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --build-constraints locks/building.txt --editable .
endef

$(MADE)/uv: locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Huiqun needs Python 3.11 or later. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "This Python has no venv. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Getting uv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@mkdir -p $(MADE) && touch $@

$(MADE)/running: locks/running.txt locks/building.txt pyproject.toml $(MADE)/uv
	$(call install,locks/running.txt)
	@rm -f $(MADE)/development
	@touch $@

# Development holds all that running does, so that demo and test can follow each other without installing.
$(MADE)/development: locks/development.txt locks/running.txt locks/building.txt pyproject.toml $(MADE)/uv
	$(call install,locks/development.txt)
	@touch $(MADE)/running $@

# The client beside what is installed, the server far from it: it brings a Spark and a JVM's worth of jars.
$(MADE)/spark: locks/spark.txt locks/spark-server.txt locks/building.txt $(MADE)/development
	@echo "Installing the Spark client and a Spark for the tests …"
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --build-constraints locks/building.txt -r locks/spark.txt
	@test -x $(SPARK_SERVER)/bin/python || $(UV) venv --quiet --python $(BIN)/python $(SPARK_SERVER)
	@$(UV) pip sync --quiet --python $(SPARK_SERVER)/bin/python --require-hashes --build-constraints locks/building.txt locks/spark-server.txt
	@touch $@

# What audiences are measured beside, far from what is installed.
$(MADE)/bench: locks/bench.txt locks/building.txt $(MADE)/uv
	@echo "Installing what audiences are measured beside …"
	@test -x $(VENV)/bench/bin/python || $(UV) venv --quiet --python $(BIN)/python $(VENV)/bench
	@$(UV) pip sync --quiet --python $(VENV)/bench/bin/python --require-hashes --build-constraints locks/building.txt locks/bench.txt
	@touch $@

$(MADE)/frontend: $(FRONTEND) | $(MADE)/running
	@echo "Bundling the frontend …"
	@$(BIN)/python -m huiqun.config.frontend
	@touch $@

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)

lock: $(MADE)/uv
	$(COMPILE) pyproject.toml --output-file locks/running.txt
	$(COMPILE) pyproject.toml --group dev --constraint locks/running.txt --output-file locks/development.txt
	$(COMPILE) pyproject.toml --extra spark --constraint locks/development.txt --output-file locks/spark.txt
	echo pyspark | $(COMPILE) - --output-file locks/spark-server.txt
	echo chdb | $(COMPILE) - --output-file locks/bench.txt
	echo hatchling editables setuptools | tr ' ' '\n' | $(COMPILE) - --output-file locks/building.txt
	echo uv | $(COMPILE) - --output-file locks/uv.txt
