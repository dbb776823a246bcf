# Every command sets up what it needs: `make demo` and `make test` work on a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

CDK = PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/cdk
# SETTINGS=FILE takes the settings from a file instead of cdk.json, STACK=NAME names the deployment.
CONTEXT = $(if $(SETTINGS),-c settings=$(SETTINGS)) $(if $(STACK),-c stack=$(STACK))

.PHONY: help demo replay test check bench lock clean synth deploy diff destroy bootstrap e2e local-deploy local-destroy invoke sdks

help:  ## list the commands
	@grep -hE '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed, $(PYTHON) is older; name another one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv

# The package is installed as it stands in the tree, and anew when its dependencies or scripts change.
.venv/run: pyproject.toml local/requirements.in requirements.txt | $(BIN)/python
	@echo "Installing the package and what the demo needs into .venv ..."
	$(INSTALL) --constraint requirements.txt --requirement local/requirements.in --editable '.[all]'
	$(BIN)/python -m local.lambda_runtime.interface_emulator
	@touch $@

.venv/dev: pyproject.toml requirements.txt | $(BIN)/python
	@echo "Installing the package and the developer's tools into .venv ..."
	$(INSTALL) --requirement requirements.txt
	$(INSTALL) --no-deps --editable .
	$(BIN)/python -m local.lambda_runtime.interface_emulator
	@touch $@ .venv/run

demo: .venv/run  ## forward real telemetry through a failing endpoint, and check that nothing was lost
	$(BIN)/python -m local.demo

# npm is the one that requirements.txt installs.
node_modules/.package-lock.json: package.json package-lock.json .venv/dev
	@echo "Installing the CDK CLI into node_modules ..."
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

.cache/ministack/ready: local/aws/requirements.txt | $(BIN)/python
	@echo "Installing the emulator into .cache/ministack ..."
	$(PYTHON) -m venv .cache/ministack
	.cache/ministack/bin/python -m pip install --quiet --disable-pip-version-check -r local/aws/requirements.txt
	@touch $@

# What the tests call the server with: the last SDKs that have the service.
SDKS := tests/iotevents/sdks
.cache/sdks/python/ready: $(SDKS)/requirements.txt | .venv/dev
	@echo "Installing the Python SDK of the tests into .cache/sdks ..."
	@rm -rf .cache/sdks/python
	$(INSTALL) --require-hashes --target .cache/sdks/python -r $(SDKS)/requirements.txt
	@touch $@

# npm has a registry of its own. Where it cannot be reached, the tests of this SDK are skipped; in CI that is an error.
.cache/sdks/node_modules/.package-lock.json: $(SDKS)/package.json $(SDKS)/package-lock.json | .venv/dev
	@echo "Installing the JavaScript SDK of the tests into .cache/sdks ..."
	@mkdir -p .cache/sdks && cp $(SDKS)/package.json $(SDKS)/package-lock.json .cache/sdks
	@cd .cache/sdks && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error --no-audit --no-fund --fetch-retry-mintimeout=1000 && touch $(CURDIR)/$@ || \
		{ test -z "$$CI" && echo "It was not installed: its tests are skipped."; }

sdks: .cache/sdks/python/ready .cache/sdks/node_modules/.package-lock.json

synth: node_modules/.package-lock.json  ## make the CloudFormation template and check it (SETTINGS=FILE STACK=NAME)
	$(CDK) synth --quiet $(CONTEXT)
	$(BIN)/cfn-lint --ignore-checks W3005 -- cdk.out/$(or $(STACK),IotEventsForwarder).template.json

deploy: node_modules/.package-lock.json  ## put the stack into an AWS account
	$(BIN)/python -m infra.commands.deploy $(CONTEXT)

diff: node_modules/.package-lock.json  ## show what a deployment would change
	$(CDK) diff $(CONTEXT)

destroy: node_modules/.package-lock.json  ## remove the stack; says what stays and what is lost
	$(BIN)/python -m infra.commands.destroy $(CONTEXT)

e2e: node_modules/.package-lock.json .cache/ministack/ready  ## deploy into an emulated AWS account and try it
	$(BIN)/python -m local.aws.e2e

local-deploy: node_modules/.package-lock.json .cache/ministack/ready  ## deploy into an emulated account that stays
	$(BIN)/python -m local.aws.sandbox deploy $(if $(SETTINGS),--settings $(SETTINGS))

local-destroy: node_modules/.package-lock.json .cache/ministack/ready  ## remove it, and end the emulator
	$(BIN)/python -m local.aws.sandbox destroy

bootstrap: node_modules/.package-lock.json  ## make an AWS account and region ready for CDK, once
	$(CDK) bootstrap $(CONTEXT)

invoke: synth  ## run the function on an event: EVENT=events/sqs.json [ENV=env.json]
	$(BIN)/python -m local.invoke $(EVENT) $(if $(ENV),--env $(ENV)) $(if $(STACK),--stack $(STACK))

replay: .venv/run  ## run recorded room telemetry through a detector model
	$(BIN)/iotevents replay --definitions examples/rooms/definitions \
		--columns examples/rooms/columns.json examples/rooms/readings.csv

test: .venv/dev sdks  ## run all tests, a file on each processor
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

.PHONY: fuzz
fuzz: EXAMPLES ?= 1000000
fuzz: .venv/dev  ## try a million odd expressions, lines and models (EXAMPLES=100000 fewer, SEED=2 others)
	FUZZ_EXAMPLES=$(EXAMPLES) FUZZ_SEED=$(or $(SEED),1) WORLD_EXAMPLES=$$(($(EXAMPLES) / 50)) WORLD_SEED=$(or $(SEED),1) \
		$(BIN)/python -m pytest tests/iotevents/expressions/test_fuzz.py tests/iotevents/detectors/test_fuzz.py \
		tests/iotevents/detectors/test_differential.py

check: .venv/dev  ## formatting, lint, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

.venv/bench: benchmarks/requirements.txt .venv/dev
	@echo "Installing what the benchmarks compare with into .venv ..."
	$(INSTALL) -r benchmarks/requirements.txt
	@touch $@

bench: .venv/bench  ## compare speed and memory with the alternatives, in about half an hour
	$(BIN)/python -m benchmarks.forwarder
	$(BIN)/python -m benchmarks.expressions
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.live

.PHONY: schemas
schemas: .venv/dev  ## write the JSON Schemas of the configuration and the settings anew
	$(BIN)/python -m infra.commands.schemas

lock: .venv/dev  ## pin all requirements.txt anew, from pyproject.toml and their requirements.in
	$(BIN)/uv pip compile pyproject.toml --all-extras requirements.in local/requirements.in --universal --python-version 3.11 --no-annotate --no-header --quiet --output-file requirements.txt
	$(BIN)/uv pip compile lambda_src/forwarder/requirements.in --constraints requirements.txt --generate-hashes --python-version 3.14 --python-platform aarch64-manylinux_2_28 --no-annotate --no-header --quiet --output-file lambda_src/forwarder/requirements.txt
	$(BIN)/uv pip compile local/aws/requirements.in --universal --python-version 3.11 --no-annotate --no-header --quiet --output-file local/aws/requirements.txt
	$(BIN)/uv pip compile $(SDKS)/requirements.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --output-file $(SDKS)/requirements.txt

clean:  ## remove everything that the commands made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .cache node_modules cdk.out
