# The commands of this repository. `make help` lists them; everything else is done by what they call.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first Python on PATH that the wheels of the ground are made for; `make PYTHON=/path/to/python run` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo "$$p" && break; \
	done)
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Of the tests' time much is waiting (for a broker that is away, a session that ends): two for each of two cores.
WORKERS ?= 4
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --universal --python-version 3.11

# Whatever the shell says: a service whose modules are compiled already starts in half the time, and tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

.PHONY: run
run: $(READY) ## a whole town on this machine: Kafka, PostgreSQL, five services, demo data; Ctrl-C ends it
	@$(BIN)/curbstop town up

.PHONY: test
test: $(READY) lint types contracts ## everything: checks, then every test, on servers of its own; a running town is no matter
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

.PHONY: check
check: WORKERS := 3
check: $(READY) lint types contracts ## the part that needs no servers, in less than a minute
	$(BIN)/pytest -q -n $(WORKERS) -m "not ground and not long and not processes" --hypothesis-profile quick

.PHONY: lint
lint: $(READY)
	$(BIN)/ruff check

.PHONY: types
types: $(READY)
	$(BIN)/mypy

.PHONY: contracts
contracts: $(READY)
	$(BIN)/lint-imports

.PHONY: bench
bench: $(READY) ## measure, each case beside its limit; writes bench/results/
	$(BIN)/python -m bench

.PHONY: test-containers
test-containers: $(READY) ## build the image, run docker-compose.yml for real and play a story through its ports
	bash deploy/test-containers

.PHONY: docs
docs: $(READY) ## write the generated documents anew (docs/events, docs/api); refuses what breaks a released event
	$(BIN)/python -m town.docs

.PHONY: lock
lock: $(READY) ## renew requirements*.txt from requirements*.in, by hash and without an index
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt

.PHONY: clean
clean: ## remove the town's state (.town) and the caches; a running town must be ended before
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m town.clean; else rm -rf .town; fi
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build curbstop.egg-info

$(READY): requirements-dev.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Curbstop needs Python 3.11, 3.12 or 3.13: install one, or name it: make PYTHON=/path/to/python3.12 run" >&2; exit 1; fi
	@echo "Making .venv with $$($(PYTHON) --version); the first time this takes about a minute."
	@$(PYTHON) -m venv .venv || { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > .venv/uv.txt
	@$(PIP) --require-hashes -r .venv/uv.txt
	@# uv takes seconds where pip takes minutes; where uv finds no index (a mirror that only pip knows), pip does it.
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt \
		|| $(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)
