# Everything that people do here. `make run` and `make test` set themselves up, and work on a machine with nothing but Python.
.DEFAULT_GOAL := help
.PHONY: help run test check format contracts bench bench-sockets fuzz manage set-up set-up-dev requirements

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) -m mintenance.launcher manage

# The tools that import the settings need some, though they never connect.
TOOLS := SECRET_KEY=unused ALLOWED_HOSTS=localhost DATABASE_URL=postgres://unused@127.0.0.1/unused

# All tests go in two processes, file by file, but for those that keep a whole machine busy by themselves.
SIDE_BY_SIDE := --numprocesses 2 --dist loadfile
ALONE := tests/faults tests/journeys tests/fuzz

# .venv is ours: without its caches every start would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make run        the whole site on http://127.0.0.1:8000 (PORT changes it), until Ctrl-C"
	@echo "make test       all tests, on a PostgreSQL and a Redis of their own (ARGS=… goes to pytest)"
	@echo "make check      formatting, lint, types, the order of imports, migrations, reference lists"
	@echo "make format     mend what can be mended by itself"
	@echo "make contracts  write the reference lists under docs/reference anew"
	@echo "make bench      measure it"
	@echo "make bench-sockets  its sockets"
	@echo "make fuzz       let a fuzzer loose on the API, two hundred requests for each operation"
	@echo "make manage     a command of manage.py beside the running site: make manage ARGS=shell"

run: set-up
	@exec $(PYTHON) -m mintenance.launcher run

test: set-up-dev
	@scripts/set-up .venv-fuzz '?requirements-fuzz.txt'
	@scripts/set-up-clients
ifdef ARGS
	@exec $(PYTHON) -m pytest $(ARGS)
else
	@$(PYTHON) -m pytest $(SIDE_BY_SIDE) $(ALONE:%=--ignore=%); first=$$?; $(PYTHON) -m pytest $(ALONE) && exit $$first
endif

check: set-up-dev
	$(PYTHON) -m ruff format --check --quiet .
	$(PYTHON) -m ruff check --quiet .
	$(TOOLS) .venv/bin/lint-imports --no-logo
	$(TOOLS) $(PYTHON) -m mypy .
	$(MANAGE) check
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) contracts --check

format: set-up-dev
	$(PYTHON) -m ruff format --quiet .
	$(PYTHON) -m ruff check --quiet --fix .

contracts: set-up-dev
	$(MANAGE) contracts

bench: set-up-dev
	@exec $(PYTHON) tests/benchmarks/run.py $(ARGS)

bench-sockets: set-up-dev
	@exec $(PYTHON) tests/benchmarks/sockets.py $(ARGS)

fuzz: set-up-dev
	@scripts/set-up .venv-fuzz requirements-fuzz.txt
	@EXAMPLES=$${EXAMPLES:-200} exec $(PYTHON) -m pytest tests/fuzz $(ARGS)

manage: set-up
	@exec $(MANAGE) $(ARGS)

set-up:
	@scripts/set-up .venv requirements.txt '?requirements-postgres.txt'

set-up-dev:
	@scripts/set-up .venv requirements-dev.txt '?requirements-postgres.txt' '?requirements-redis.txt'

# After a change to a requirements*.in file. UPGRADE=--upgrade takes the newest releases of everything.
requirements: set-up-dev
	@for name in requirements requirements-dev requirements-postgres requirements-redis requirements-fuzz; do \
	    $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-annotate \
	        $(UPGRADE) $$name.in --output-file $$name.txt || exit 1; \
	done
