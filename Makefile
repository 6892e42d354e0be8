# Everything a newcomer needs; `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench format browser clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Build .venv with everything that is needed

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: setup ## Start the hotline with the practice exchange, and say what to open
	$(BIN)/python -m ivr practice

demo: setup ## Four scripted calls with a live transcript, no browser needed
	$(BIN)/python -m ivr demo

test: setup browser ## Test everything, on SQLite and PostgreSQL, pages in a real browser
	$(BIN)/python -m pytest -n 2 --dist loadscope

check: setup browser ## What every commit must pass: format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict ivr app.py
	$(BIN)/python -m pytest -n 2 --dist loadscope

bench: setup ## Measure: cost of a webhook, latency, start-up; as ratios to floors
	$(BIN)/python -m bench

format: setup ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser:
	@sh tests/browser/find_chromium.sh

clean: ## Remove what was built and the practice database
	rm -rf $(VENV) var .artefacts .pytest_cache .mypy_cache .ruff_cache .hypothesis
