# Two commands: `make run` and `make test`. Everything they need goes to .tools/ and .venv/, nothing else is touched.

UV := ./scripts/uv
export UV_PYTHON_INSTALL_DIR ?= $(CURDIR)/.tools/python
unexport VIRTUAL_ENV
BIN := .venv/bin
TESTS ?=

.PHONY: help run test check format messages openapi clean

help:
	@echo "make run     start Otklik with a demo company (ARGS='--port 9000' is passed on)"
	@echo "make test    run every test (TESTS=tests/reach for some)"
	@echo "make check   run the gate: format, lint, layers, types, migrations, translations, API, deployment"
	@echo "make format  put the code into shape"

run:
	@$(UV) sync --frozen --no-dev --inexact
	@exec $(BIN)/otklik up --demo $(ARGS)

test: .venv/ready
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		printf '\n  !!  Chromium is missing, so BROWSER TESTS ARE SKIPPED.\n  !!  On Debian: apt install chromium\n\n'
	$(BIN)/pytest -n auto --dist loadgroup $(TESTS)

check: .venv/ready
	@$(BIN)/python scripts/check.py

format: .venv/ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

messages: .venv/ready
	$(BIN)/python scripts/messages.py merge

.venv/ready: pyproject.toml uv.lock hatch_build.py $(wildcard src/otklik/locale/*/*.po src/otklik/locale/*/*/*.po)
	$(UV) sync --frozen
	@touch $@

openapi: .venv/ready
	@OTKLIK_SECRET_KEY=none DJANGO_SETTINGS_MODULE=otklik.config.settings $(BIN)/python scripts/openapi.py write

clean:
	rm -rf .venv .tools dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-artifacts
