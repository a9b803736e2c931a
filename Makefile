# make run           start TrainFlow: web, worker, scheduler and a Redis of its own (PORT=5000)
# make test          everything that needs no service: lint, types, tests on SQLite
# make bench         how fast, against the floor of the same machine (SCALE=0.1 for a tenth of the enrollments)
# make screenshots   the pictures of the README, taken with Chromium
# make setup         only what `make run` installs and compiles

PORT ?= 5000
SCALE ?= 1
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard babel/translations/*/LC_MESSAGES/messages.po))

.PHONY: run test lint types tests setup bench screenshots
.DELETE_ON_ERROR:

run: setup
	@PORT=$(PORT) exec $(BIN)/python run.py

setup: .venv/installed $(CATALOGUES)

test: lint types tests

lint: .venv/installed-dev
	$(BIN)/ruff check .

types: .venv/installed-dev
	$(BIN)/mypy app

tests: .venv/installed-dev setup
	$(BIN)/pytest -n auto --dist loadfile

bench: .venv/installed-dev setup
	$(BIN)/python -m benchmarks --scale $(SCALE)

screenshots: .venv/installed-dev setup
	@BASE=$(BASE) $(BIN)/python docs/screenshots.py

.venv/bin/pip:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "TrainFlow needs Python 3.11 or newer. Name yours with: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "This Python can not make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; \
		echo "(for another version than the system's: python3.11-venv), then run make again."; exit 1; }

.venv/installed: requirements.txt | .venv/bin/pip
	@echo "Installing what requirements.txt names (the first time this takes a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

%.mo: %.po | .venv/installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))
