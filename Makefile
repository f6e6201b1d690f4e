# Every chore of the project; `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed-$(shell cksum < requirements.lock | cut -d' ' -f1)
# The first of these that really is a Python we support.
SUPPORTED := import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))
PYTHON := $(firstword $(foreach name,python3 python3.12 python3.11 python3.10 python,\
	$(shell $(name) -c '$(SUPPORTED)' 2>/dev/null && echo $(name))))
export PYTHONPATH := $(CURDIR)

.PHONY: help
help: ## list the chores
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(INSTALLED) ## make the environment and install what requirements.lock pins

$(INSTALLED): requirements.lock
	@test -n "$(PYTHON)" || { echo "Inkstream needs Python 3.10, 3.11 or 3.12, and none was found."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "Installing what requirements.lock pins; the first time this takes some minutes."
	@$(BIN)/python -m pip install -r requirements.lock | \
		awk '/^Collecting/ {printf "\r\033[K%d packages found, at %s", ++found, $$2} /^Installing/ {printf "\r\033[KUnpacking…"} \
		END {printf "\r\033[K"}'
	@$(BIN)/python -m pip check
	@rm -f $(VENV)/installed-* && touch $@

.PHONY: run start status stop
run: $(INSTALLED) ## start everything, show predictions of real handwriting; Ctrl-C stops it
	@$(BIN)/python -m pipeline.local run
start: $(INSTALLED) ## start everything in the background
	@$(BIN)/python -m pipeline.local start
status: $(INSTALLED) ## show what runs where
	@$(BIN)/python -m pipeline.local status
stop: $(INSTALLED) ## stop everything that run or start left running
	@$(BIN)/python -m pipeline.local stop

.PHONY: test lint unit integration
test: lint unit integration ## lint, types, unit and integration tests
lint: $(INSTALLED) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
unit: $(INSTALLED) ## the tests that need no server, in seconds
	$(BIN)/python -m pytest tests/unit
integration: $(INSTALLED) ## the tests on a real broker, Flink cluster and browser
	$(BIN)/python -m pytest tests/integration

.PHONY: bench soak load
MINUTES ?= 30
USERS ?= 50
bench: $(INSTALLED) ## the stream beside a bare loop and other engines, in 40 minutes; figures, table and chart
	@$(BIN)/python -m bench
soak: $(INSTALLED) ## MINUTES=30 at 60 % of capacity: lag, latency, memory and files, drawn
	@$(BIN)/python -m bench.soak --minutes $(MINUTES)
load: $(INSTALLED) ## USERS=50 who draw through the HTTP API of the running stack for a minute (Locust)
	@$(BIN)/locust -f tests/load/locustfile.py --headless -u $(USERS) -r 10 -t 60s \
		--host "$$($(BIN)/python -c 'from pipeline.settings import settings; print(settings().dashboard)')"

.PHONY: format lock screenshots clean
format: $(INSTALLED) ## let ruff rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
lock: $(INSTALLED) ## pin all dependencies anew: requirements.lock and flink-conf/*/jars.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile setup.py --all-extras --universal --python-version 3.10 --no-emit-index-url \
		--no-emit-find-links --upgrade --quiet --output-file requirements.lock
	$(BIN)/python -m pipeline.jvm.jars
screenshots: $(INSTALLED) ## take the README's pictures of the running stack (wants Chromium)
	$(BIN)/python -m tests.integration.screenshots
clean: ## delete .venv and .state: the environment, all drawings, predictions and checkpoints
	@test ! -x $(BIN)/python || $(BIN)/python -m pipeline.local stop
	rm -rf $(VENV) .state
