# `make run` serves a demo on http://127.0.0.1:8000 (PORT= for another). `make test` runs the suite.
# Both set up all they need: a virtual environment in .venv, locked libraries, WeasyPrint's system libraries.

PORT ?= 8000
PYTHON ?= python3
ROUNDS ?= 30
EXAMPLES ?= 100
ONLY ?=
MANAGE = .venv/bin/python manage.py

.PHONY: run test check kill fuzz bench lock docs clean

run: .venv/run
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) loadcatalogue
	@$(MANAGE) createdemo > /dev/null
	@.ci/welcome $(PORT)
	@$(MANAGE) runserver 127.0.0.1:$(PORT)

test: .venv/dev
	.venv/bin/python -m pytest -n auto $(TESTS)

# The API, by its own description, deeper than `test` does: EXAMPLES made-up requests for each operation and person.
# ONLY=clinician, ONLY="assistant and plans": of one person, or of one kind of thing.
fuzz: .venv/dev
	FUZZ_EXAMPLES=$(EXAMPLES) .venv/bin/python -m pytest -n auto tests/fuzz -k "$(ONLY)"

# Everything but the tests: format, lint, types, migrations, deployment settings, catalogue, generated pages.
check: .venv/dev
	.ci/check

# Kills the server ROUNDS times while two hundred people write. SEED= throws the same dice again.
kill: .venv/dev
	ROUNDS=$(ROUNDS) SEED=$(SEED) .venv/bin/python -m pytest -s tests/kill

bench: .venv/dev
	.venv/bin/python -m tests.benchmarks

docs: .venv/dev
	$(MANAGE) writedocs

# The system libraries come first: without them the rest would only fail later.
.venv/run: requirements.txt .ci/system-libraries
	@.ci/system-libraries $(PYTHON)
	@test -x .venv/bin/pip || $(PYTHON) -m venv .venv
	@echo "Installing the locked libraries into .venv …"
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing the locked libraries for tests into .venv …"
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Writes requirements*.txt anew from pyproject.toml. Needs uv.
lock:
	uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.txt
	uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml --group dev -o requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
