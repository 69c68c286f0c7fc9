PY := .venv/bin/python
export QT_QPA_PLATFORM ?= offscreen
.PHONY: test check
test:
	$(PY) -m pytest
check:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
