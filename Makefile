# Needs only Python 3.11 or newer (with venv) and make: each target installs what it lacks.
SHELL  := /bin/sh
PY     ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys,venv,ensurepip;sys.exit(sys.version_info<(3,11))' 2>/dev/null && { echo $$p; break; }; done)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.stamp-
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile --no-deps --only-binary :all: --require-hashes
LOCK   := $(BIN)/uv pip compile -q --generate-hashes --no-header --no-annotate --no-emit-index-url --universal --python-version 3.11

# Python compiles modules when they are first imported; pip would compile all of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test scenes scenes-whole bench lighthouse format lint types check shell lock clean
help:
	@echo 'make run            the site and its worker, from nothing'
	@echo 'make test           all tests; ONE=tests/test_x.py::name runs one, ARGS="…" goes to pytest'
	@echo 'make scenes         the tests in a browser; scenes-whole plays them at full length'
	@echo 'make check          lint, types, missing migrations, settings for production'
	@echo 'make format         format the code and apply the fixes of ruff'
	@echo 'make shell          a Python shell with the models of the site in data/'
	@echo 'make bench          measure the queue over a million comments'
	@echo 'make lighthouse     Lighthouse’s mobile scores of the public pages; needs npx and Chromium'
	@echo 'make lint | types   parts of make check'
	@echo 'make setup | lock | clean   install, renew the pinned dependencies, remove .venv'

$(BIN)/python:
	@test -n "$(PY)" || { echo 'Broadside needs Python 3.11 or newer with venv' >&2; exit 1; }
	@$(PY) -m venv $(VENV)

$(STAMP)run: requirements.txt | $(BIN)/python
	@$(PIP) -r requirements.txt
	@touch $@

$(STAMP)dev: requirements-dev.txt $(STAMP)run
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(STAMP)scenes: tests/e2e/requirements.txt $(STAMP)dev
	@$(PIP) -r tests/e2e/requirements.txt
	@touch $@

setup: $(STAMP)run

run: setup
	@exec $(BIN)/python -m config.run

test: $(STAMP)dev
	@$(BIN)/python -m pytest -q $(if $(ONE),$(ONE),-n 2) $(ARGS)

# In a browser; Chromium and Java must be installed.
scenes: $(STAMP)scenes
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/e2e $(ARGS)

# At full length: a minute offline, two seconds for each comment, each device with and without script.
scenes-whole:
	@OFFLINE=60 PACE=2 EVERY_VIEW=1 $(MAKE) scenes

# The queue over a million comments, on SQLite and PostgreSQL; ARGS='--data FOLDER' keeps them there.
bench: $(STAMP)dev
	@$(BIN)/python -m tests.bench.queue $(ARGS)

# Takes Lighthouse from the npm registry. A busy machine makes the performance worse.
lighthouse: $(STAMP)dev
	@$(BIN)/python -m tests.bench.lighthouse $(ARGS)

format: $(STAMP)dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lint: $(STAMP)dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet --profile=jinja templates/pages && $(BIN)/djlint --lint --quiet templates/admin templates/mail

# The plugin for Django imports the settings, which create a folder for data.
types: $(STAMP)dev
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; set -x; DATA_DIR=$$data $(BIN)/mypy

# With settings for production, and a temporary folder for data.
check: lint types
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	export DATA_DIR=$$data SITE_URL=https://example.org TRUSTED_PROXIES=1; set -ex; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

shell: setup
	@exec $(BIN)/python manage.py shell

# The only target that needs uv; running and testing do not.
lock: $(STAMP)dev
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group pyproject.toml:dev -c requirements.txt -o requirements-dev.txt
	$(LOCK) --group pyproject.toml:scenes -c requirements-dev.txt -o tests/e2e/requirements.txt
	$(LOCK:3.11=3.12) --group pyproject.toml:django6 --no-deps -o tests/requirements-django6.txt

clean:
	rm -rf $(VENV)
