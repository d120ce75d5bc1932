# The few commands of daily work; continuous integration runs the same.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RULES := tests/domain tests/scopes
DRAWN := tests/charts tests/pages tests/page_to_table tests/browser tests/house
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo dev test covered others drawn rules newer endurance check lint types contracts format graph clean

help: ## Say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) -e '.[dev]'
	@touch $@

demo: $(VENV)/installed ## Make a sample dump and a report of three sample scopes
	$(BIN)/phlogiston demo

dev: $(VENV)/installed ## Open Dagster's web interface on what the demo or your own runs made
	$(BIN)/phlogiston dev

test: covered others drawn ## Run all tests; those of the rules must cover them

covered: $(VENV)/installed-dev
	$(BIN)/python -m coverage run -m pytest $(RULES)
	$(BIN)/python -m coverage report

others: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(addprefix --ignore=,$(RULES) $(DRAWN))

drawn: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(DRAWN)

rules: $(VENV)/installed-dev ## Run what another Python could break
	$(BIN)/python -m pytest $(RULES) tests/charts

newer: ## Run these on the Python that NEWER names, in an environment of its own
	$(MAKE) PYTHON=$(NEWER) VENV=.venv-3.13 rules

endurance: $(VENV)/installed-dev ## Run the tests of endurance with all of their rounds, for hours
	$(BIN)/python -m pytest -s --endurance tests/endurance

check: lint types contracts ## Check style, types and import contracts

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

contracts: $(VENV)/installed-dev
	$(BIN)/lint-imports

format: $(VENV)/installed-dev ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

graph: $(VENV)/installed-dev ## Write the asset graph to tests/graph.txt, for review
	PYTHONPATH=tests $(BIN)/python -m support.graph_text

clean: ## Remove the virtual environment and all data of the demo
	rm -rf $(VENV) .phlogiston
