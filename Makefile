# `make serve` and `make test` are all it takes; both set up what they need, once, and say how long it took.
SETUP  := python3 -m scripts.setup
PYTHON := .venv/bin/python
ROLAND := .venv/bin/roland
CONFIG ?= config/bremen.toml
RASA   ?=
KEEP   ?=
SLOW   := slow or rasa or browser

.PHONY: help serve test test-fast test-slow lint format bench bench-voice call lock setup setup-rasa setup-tests clean distclean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

serve: setup ## set up and serve the portal page (RASA=yes: with Rasa in its own environment)
	@CONFIG=$(CONFIG) RASA=$(RASA) scripts/serve.sh

test: setup ## everything: style, types, fast tests, then those with Rasa, browser and servers
	@# What only slow tests need is fetched and trained while style, types and fast tests are at it.
	@$(MAKE) --no-print-directory -j 2 test-fast setup-tests
	@$(MAKE) --no-print-directory test-slow

test-fast: lint ## style, types and the tests that take seconds
	$(PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder -m "not bench and not ($(SLOW))"

test-slow: setup setup-tests ## the tests that train, start servers or drive a browser
	$(PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder --durations 25 -m "not bench and ($(SLOW))"

lint: setup ## ruff and mypy
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format: setup ## let ruff lay the code out
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: setup ## measure understanding, retrieval and speed
	$(ROLAND) bench --config $(CONFIG)

call: setup ## watch a telephone call from the greeting to a person (KEEP=yes: then dial it with your own telephone)
	@$(SETUP) voice-tests voice-model
	@$(ROLAND) setup-data --config $(CONFIG)
	@$(ROLAND) call --config $(CONFIG) $(if $(KEEP),--keep --port 5060)

bench-voice: setup ## measure the telephone line with many callers at once
	@$(SETUP) voice-tests voice-model
	$(ROLAND) bench voice --config $(CONFIG)

setup: ## system packages, .venv, web pages
	@$(SETUP) system app package web

setup-rasa: ## .venv-rasa, the environment of the Rasa server
	@$(SETUP) rasa

setup-tests: setup setup-rasa ## what only tests need: a browser, PostgreSQL, Redis, telephones
	@$(SETUP) browser-tests database-tests voice-tests voice-model

lock: ## resolve both environments anew
	scripts/lock.sh

clean: ## remove caches and reports
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov test-results build dist *.egg-info
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## also remove the environments, web pages and everything set up (not the data under var/)
	rm -rf .venv .venv-rasa .setup assistant/web/node_modules assistant/web/dist
