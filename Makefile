# One target per thing a person does here. `make help` lists them.

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/ready
CLIENTS := $(VENV)/clients
RUN := $(VENV)/bin/python -m

# The shell gets them as they are: a path may have spaces or quotes in it.
export KATA SUBMISSION

# Without compiled files pytest would rewrite its larger plugins at every run.
unexport PYTHONDONTWRITEBYTECODE
export PRE_COMMIT_HOME := $(CURDIR)/$(VENV)/pre-commit

.DEFAULT_GOAL := help
.PHONY: help setup clients check list hint lint test coverage quality bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the environment in .venv (the other targets do it by themselves)

clients: $(CLIENTS) ## add what `make test`, `make quality` and `make bench` compare with

check: $(READY) ## grade your katas: KATA=030 takes one, SUBMISSION=folder grades that folder
	@$(RUN) pytest_mlinfra.cli check $${KATA:+"$$KATA"} $${SUBMISSION:+--submission "$$SUBMISSION"}

list: $(READY) ## list the katas
	@$(RUN) pytest_mlinfra.cli list

hint: $(READY) ## show the next hint of one kata: KATA=030
	@$(RUN) pytest_mlinfra.cli hint $${KATA:+"$$KATA"}

lint: $(READY) ## check the katas themselves, as their authors do: KATA=030 takes one
	@$(RUN) pytest_mlinfra.cli lint $${KATA:+"$$KATA"}

test: $(CLIENTS) ## run the plugin's own tests
	$(RUN) pytest -n auto

coverage: $(CLIENTS) ## the same, measuring what of the plugin they run
	$(RUN) coverage erase
	$(RUN) coverage run -m pytest -n auto
	$(RUN) coverage combine --quiet
	$(RUN) coverage report

quality: $(CLIENTS) ## check format, imports, lint, types, layers and hooks; changes nothing
	$(RUN) ruff check .
	$(RUN) black --check --quiet .
	$(RUN) isort --check-only --quiet .
	$(RUN) mypy
	$(VENV)/bin/lint-imports --no-cache
	$(RUN) pre_commit run --all-files

bench: $(CLIENTS) ## measure the figures of docs/decisions.md side by side with peers
	@$(RUN) benchmarks

clean: ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt scripts/bootstrap.py
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'make: there is no $(PYTHON); install Python 3.11 or newer, or name one: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py $(VENV)

$(CLIENTS): $(READY)
	@$(PYTHON) scripts/bootstrap.py $(VENV) clients
