# Two commands: `make run` and `make test`. Everything they need goes to .tools/ and .venv/, nothing else is touched.

UV := ./scripts/uv
export UV_PYTHON_INSTALL_DIR ?= $(CURDIR)/.tools/python
unexport VIRTUAL_ENV
unexport PYTHONDONTWRITEBYTECODE # many processes are started here: what the first one compiled, the others read
BIN := .venv/bin
TESTS ?=
STYLES := 'src/**/*.css' '!src/**/vendor/**'

.PHONY: help run test check format messages openapi health mutants clean

help:
	@echo "make run     start Otklik with a demo company (ARGS='--port 9000' is passed on)"
	@echo "make test    run every test (TESTS=tests/reach for some, TESTS=changed for what your change can touch)"
	@echo "make check   run the gate: format, lint, layers, types, migrations, translations, API, deployment"
	@echo "make health  note how the house does in docs/health.jsonl and docs/health.svg"
	@echo "make format  put the code into shape"
	@echo "make mutants break the code in small ways and see whether a test notices (ARGS='--sample 120 --seed 3')"

run:
	@$(UV) sync --frozen --no-dev --inexact
	@exec $(BIN)/otklik up --demo $(ARGS)

test: .venv/ready
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		printf '\n  !!  Chromium is missing, so BROWSER TESTS ARE SKIPPED.\n  !!  On Debian: apt install chromium\n\n'
	@set -e; chosen="$(TESTS)"; \
	if [ "$$chosen" = changed ]; then chosen=$$($(BIN)/python scripts/changed.py); printf '%s\n' $$chosen; fi; \
	exec $(BIN)/pytest -n auto --dist loadgroup $$chosen

check: .venv/ready
	@$(BIN)/python scripts/check.py

format: .venv/ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/djangofmt --quiet src scripts
	$(BIN)/oxfmt $(STYLES)

messages: .venv/ready
	$(BIN)/python scripts/messages.py merge

.venv/ready: pyproject.toml uv.lock hatch_build.py $(wildcard src/otklik/locale/*/*/*.po src/otklik/*/locale/*/*/*.po)
	$(UV) sync --frozen
	@touch $@

health: .venv/ready
	@$(BIN)/python scripts/health.py

openapi: .venv/ready
	@OTKLIK_SECRET_KEY=none DJANGO_SETTINGS_MODULE=otklik.config.settings $(BIN)/python scripts/openapi.py write

mutants: .venv/ready
	@$(BIN)/python scripts/mutants.py $(ARGS)

clean:
	rm -rf .venv .tools dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-artifacts
