# Every command sets up what it needs: `make demo` and `make test` work on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
export PYTHONPATH := lambda_src:.

.PHONY: help demo test check lock clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed, $(PYTHON) is older; name another one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run: local/requirements.txt requirements.txt | $(BIN)/python
	@echo "Installing what the demo needs into .venv ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r local/requirements.txt
	$(BIN)/python -m local.emulator
	@touch $@

.venv/dev: requirements.txt | $(BIN)/python
	@echo "Installing the developer's tools into .venv ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m local.emulator
	@touch $@ .venv/run

demo: .venv/run  ## forward real telemetry through a failing endpoint, and check that nothing was lost
	$(BIN)/python -m local.demo

test: .venv/dev  ## run all tests
	$(BIN)/python -m pytest

check: .venv/dev  ## formatting, lint, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

lock: .venv/dev  ## pin requirements.txt anew from requirements.in
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --no-annotate --no-header --quiet --output-file requirements.txt

clean:  ## remove everything that the commands made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis cdk.out
