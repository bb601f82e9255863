# One verb per job, the same on a laptop and in CI. The first use of a verb makes .venv and installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help serve test env lint types docs bench prove torture arena collector lock clean \
        env-serve env-test warm browser
MAKEFLAGS += --no-print-directory

HOST  ?= 127.0.0.1
PORT  ?= 8765
STORE ?= sqlite:///musculus-data/musculus.db
N     ?= 25
ARGS  ?=

# What each verb installs, from the one lock. `scale` is pyspark, half a gigabyte; its tests skip where there is no Java.
SERVE_EXTRAS = serve
TEST_EXTRAS  = serve learn draw postgres lake scale dev

# The newest of these that starts and is of the right age; `make PYTHON=python3.12 test` overrides.
SUITABLE = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON  := $(or $(PYTHON),$(shell for p in python3.13 python3.12 python3.11 python3 /usr/bin/python3; do \
               "$$p" -c '$(SUITABLE)' 2>/dev/null && echo "$$p" && break; done))
ifeq ($(PYTHON),)
PYTHON  := echo "no Python 3.11, 3.12 or 3.13 found: install one, or say PYTHON=..." >&2; exit 2;
endif
ENV      = @$(PYTHON) requirements/environment.py
BIN      = .venv/bin

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

serve: env-serve ## the server with everything embedded; HOST, PORT, STORE
	@$(BIN)/musculus doctor --warm
	@exec $(BIN)/musculus serve --host "$(HOST)" --port "$(PORT)" --store "$(STORE)"

test: lint types warm browser ## lint, types, then every test; ARGS goes to pytest
	@$(BIN)/python -m pytest $(ARGS)

env: env-test warm ## the environment alone, with every command; then: . .venv/bin/activate

lint: env-test ## ruff
	@echo "ruff" && $(BIN)/ruff check --quiet .

types: env-test ## mypy, strict, on src
	@echo "mypy" && $(BIN)/mypy --no-error-summary

docs: ## the documentation site
	$(call tool,docs/build.py)

bench: ## speed beside other libraries
	$(call tool,benchmarks/run.py)

prove: ## the long proofs, too long for every test run
	$(call tool,benchmarks/prove.py)

torture: ## kill the server N times under load and count what was lost
	$(call tool,benchmarks/torture.py) $(N)

arena: env-test ## the detectors against the bots
	@$(BIN)/musculus arena $(ARGS)

collector: ## build the browser's script anew (needs Node)
	@test -f collector/package.json || { echo "there is no collector/package.json yet" >&2; exit 2; }
	@command -v npm >/dev/null || { echo "npm is needed to build the collector: install Node.js 20 or later" >&2; exit 2; }
	@cd collector && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

lock: ## resolve requirements/locked.txt anew; UPGRADE=--upgrade takes newer versions
	$(ENV) lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group lock --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --fork-strategy fewest --custom-compile-command "make lock" \
	    $(UPGRADE) --quiet --output-file requirements/locked.txt

clean: ## remove what these verbs made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build docs/_site collector/node_modules
	find src tests requirements -name __pycache__ -type d -prune -exec rm -rf {} +

env-serve:
	$(ENV) $(SERVE_EXTRAS)

env-test:
	$(ENV) $(TEST_EXTRAS)

warm: env-test
	@$(BIN)/musculus doctor --warm

# What pip can't bring: the browser of the browser tests, and the OpenMP runtime that lightgbm's wheel leaves out.
browser:
	@requirements/debian.sh

# A verb whose tool has not been written yet says so and fails.
define tool
	@test -f $(1) || { echo "make $@ needs $(1), which is not written yet" >&2; exit 2; }
	$(ENV) $(TEST_EXTRAS)
	@$(BIN)/python $(1) $(ARGS)
endef
