# Every command builds what it needs; `make help` lists them. Nothing is installed outside of this
# folder and the user's cache folder.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
ONLY ?=
# Each worker has servers of its own; most tests wait more than they work, so one more than cores.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 3 ? n + 1 : 4)))
PARALLEL ?= --numprocesses $(WORKERS) --dist worksteal

# Compiled modules are kept: the tests start programs by the dozen.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak check bench lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Qingkong needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv is missing: install the package python3-venv"; exit 1; }
	@echo "Installing Qingkong into $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing the development tools ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.runtime ## make .venv with the qingkong command

demo: setup ## bring up everything from nothing and show it
	@$(BIN)/qingkong demo

test: $(VENV)/.dev ## the short form of every test
	@$(BIN)/python -m compileall -q -j 0 services schemas
	@$(BIN)/pytest -m "not soak" $(PARALLEL)

soak: $(VENV)/.dev ## the long form: full fuzzing, every kill
	@$(BIN)/pytest --timeout 7200
	@$(BIN)/python tests/fuzz/hj212.py -max_total_time=600
	@$(BIN)/python tests/fuzz/message.py -max_total_time=600

check: $(VENV)/.dev ## format, lint, types, import contracts, dependencies, spelling
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/basedpyright --threads
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry . 2>&1
	@$(BIN)/typos

bench: $(VENV)/.dev ## the benchmarks; ONLY=decode runs one
	@$(BIN)/python -m tests.bench $(ONLY)

lock: $(VENV)/.dev ## renew the lock files (needs uv on the path)
	@uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --quiet --upgrade -o requirements.lock
	@uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --quiet --upgrade -o requirements-dev.lock

clean: ## remove the environment and everything built
	@rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
