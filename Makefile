# What people type. `make help` lists it. Needs python3 (3.11 or newer); uses uv when it is on PATH.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
UV := $(shell command -v uv)
STATIC := $(shell find static -type f 2>/dev/null)

# What a production machine sets, for the checks that look at deployment.
DEPLOYED := DEBUG=off SITE_URL=https://blog.example.com ALLOWED_HOSTS=blog.example.com TRUSTED_PROXIES=127.0.0.1 \
	EMAIL_URL=smtp+tls://site:password@mail.example.com:587

# Three, for two processors: many tests wait for a browser or a process of their own.
AT_ONCE := -n 3 --dist worksteal

# What npm brings for the tests. NO_NODE=1 leaves it out, and the tests that need it say so.
NODE := $(if $(NO_NODE),,tests/npm/node_modules/.package-lock.json)

.PHONY: help run test check gate messages bench

help: ## List the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/base.stamp var/secrets.env var/static.stamp ## Set everything up and serve on http://localhost:8000 (PORT=…)
	@exec $(PYTHON) manage.py serve --migrate --demo --workers 1

test: $(VENV)/test.stamp var/secrets.env $(NODE) ## Run every test on SQLite, then on PostgreSQL
	$(PYTHON) -m pytest -m corpus
	$(PYTHON) -m pytest $(AT_ONCE) -m "not corpus"
	@echo "The same on PostgreSQL; the browser and the checkers have seen the pages already and stay out."
	$(PYTHON) -m tests.postgres -- $(PYTHON) -m pytest $(AT_ONCE) -m "not browser and not node and not corpus"

check: $(VENV)/dev.stamp var/secrets.env ## Check style, types, templates, migrations, deployment, locks
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy --explicit-package-bases .
	find templates -name '*.html' -print0 | xargs -0 $(VENV)/bin/djade --check --target-version 5.2
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(PYTHON) manage.py check --deploy --fail-level WARNING
	@! grep -nE '://|--(extra-)?index|--find-links' requirements/*.lock || (echo "A lock names an index."; exit 1)
	@! grep -n '"resolved"' tests/npm/package-lock.json || (echo "A lock names an index."; exit 1)

gate: $(VENV)/base.stamp ## Count what a kept page costs, and fail where that has changed (needs valgrind)
	$(PYTHON) bench/instructions.py --only stored --only unchanged --most 100000 --baseline bench/instructions.json

messages: $(VENV)/base.stamp var/secrets.env ## Gather the sentences for translators (needs GNU gettext)
	$(PYTHON) manage.py makemessages --all --keep-pot --no-wrap --add-location file $(foreach \
		folder,$(VENV) var tests bench static,--ignore $(folder))
	sed -i '/^"POT-Creation-Date/d' locale/django.pot
	$(if $(wildcard locale/*/LC_MESSAGES/django.po),$(PYTHON) manage.py compilemessages)

bench: $(VENV)/base.stamp var/secrets.env var/static.stamp ## Measure, and print the results
	@for script in bench/*.py; do $(PYTHON) "$$script"; done

# The stamps make a second start quick. A larger set of packages includes the smaller one.
$(VENV)/%.stamp: requirements/%.lock
ifdef UV
	@[ -x $(PYTHON) ] || uv venv --quiet --python '>=3.11' $(VENV)
	uv pip install --quiet --python $(PYTHON) --require-hashes -r $<
else
	@python3 -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	@[ -x $(VENV)/bin/pip ] || python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
endif
	@touch $@

tests/npm/node_modules/.package-lock.json: tests/npm/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed for some tests; NO_NODE=1 leaves them out."; exit 1; }
	npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Keys are made once. Only the owner of the file can read them.
var/secrets.env:
	@mkdir -p -m 700 var
	@(umask 077; for name in SECRET_KEY LINK_KEY NETWORK_KEY; do \
		python3 -c 'import secrets, sys; print(f"{sys.argv[1]}={secrets.token_urlsafe(48)}")' $$name; \
	done > $@)

var/static.stamp: $(VENV)/base.stamp var/secrets.env $(STATIC)
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@touch $@
