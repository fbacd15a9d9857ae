# Each target does the set-up it needs. On Windows: pip install . and koppelcheck demo (see README).
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SECONDS ?= 60
ROWS ?= 3000 100000
BENCH ?=
PEERS := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format golden docs pictures fuzz bench figures ranking notebook lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## make .venv with everything pinned by hashes, and .venv/bin/koppelcheck

# python3.11 may be called python3 (or python) on this machine; any of them must be 3.11 or newer.
$(VENV)/.installed: requirements.lock tests/data.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 && py=$(PYTHON) || py=python3; \
	  $$py -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None' && \
	  $$py -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/data.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q etl # as pip does with a wheel: no start has to compile the program first
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'from etl.catalogue import read_catalogue; from etl.report.templating import compile_templates; read_catalogue(); compile_templates()'
	@touch $@

demo: setup ## do the whole job on the sample, into runs/
	@$(BIN)/koppelcheck demo --out runs

test: setup ## run the tests
	$(BIN)/python -m pytest

check: setup ## format check, lint, types, import contract, SQL lint, tests and notebooks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 1 etl/sql/[0-9]*.sql etl/sql/plain etl/sql/whole etl/sql/cross
	$(BIN)/python -m pytest

format: setup ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: setup ## renew the expected outputs of the sample and the session in the README; read the diff
	$(BIN)/python -m tests.golden.renew
	$(BIN)/python -m tests.agreement.readme_session

docs: setup ## write the generated parts of docs/ anew and build the site into site/
	$(BIN)/python -m tests.agreement.write_docs
	$(BIN)/mkdocs build --strict --quiet

pictures: setup ## take the pictures of the report anew, with the machine's own Chromium
	$(BIN)/python -m tests.agreement.take_pictures

fuzz: setup ## look for files that break the reader, for SECONDS (60)
	$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS)

bench: setup $(PEERS)/.installed ## measure against the raw job and other tools, of ROWS (3000 100000) a side
	$(BIN)/python -m tests.bench.run --rows $(ROWS) $(BENCH)

figures: setup ## make what was measured last the committed figures, with the page and the chart
	$(BIN)/python -m tests.bench.run --keep

ranking: setup ## measure how well suggestions rank, and what they cost
	$(BIN)/python -m tests.bench.suggestions

# Peers that ask for other versions than ours. Without them the bench names who is left out, and goes on.
$(PEERS)/.installed: tests/bench/peers.lock | setup
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/bench/peers.lock \
	  && touch $@ || { rm -rf $(PEERS); echo "Peers could not be installed; they are left out."; }

notebook: setup ## open the notebooks
	$(BIN)/jupyter lab notebooks

lock: setup ## renew requirements.lock and tests/bench/peers.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --extra notebook --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --universal --python-version 3.11 --custom-compile-command "make lock" --quiet -o requirements.lock
	$(BIN)/uv pip compile tests/bench/peers.in --generate-hashes --no-emit-index-url --no-emit-find-links --universal \
	  --python-version 3.11 --custom-compile-command "make lock" --quiet -o tests/bench/peers.lock

clean: ## remove what the other targets made, runs excepted
	rm -rf $(VENV) $(PEERS) tests/bench/results build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .fuzz
