# POS Loyalty. `make` alone lists what there is. The environment is kept in .venv and renewed only
# when a lock in requirements/ changes; `PYTHON=/path/to/python3.12 make ...` chooses the Python.

BIN := .venv/bin
PY := $(BIN)/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen
APP := dist/posloyalty-till/posloyalty-till

# What Python compiled is kept, also where the caller's shell says not to: hundreds of processes
# that tests and figures start would each compile all of the product again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help environment run test check bench prove simulate translations screenshots installer lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## /  make \1 - /p' $(MAKEFILE_LIST)

environment: ## install what the system lacks and make .venv
	@sh tools/make_environment.sh

run: environment ## start the till on the demo shop; without a display it rings a journey by itself
	$(BIN)/posloyalty-till --demo

test: ## the whole test suite, offscreen; the web console in a real browser
	@sh tools/make_environment.sh --with-browser
	$(OFFSCREEN) $(PY) -m pytest -n auto --dist worksteal $(TESTS)

# Every step runs even after one has failed, so that one run tells everything.
check: environment ## format, lint, types, import directions, translations, rules about the source
	@failed=0; \
	for step in "ruff format --check ." "ruff check ." mypy lint-imports \
			"python -m posloyalty.wording check" "python -m pytest -q tests/architecture"; do \
		echo "$$step"; $(OFFSCREEN) $(BIN)/$$step || failed=1; \
	done; exit $$failed

bench: environment ## figures beside their references, as JSON; a miss is printed, not hidden
	@$(OFFSCREEN) $(PY) -m tests.benchmarks

prove: environment ## the long proofs in full, such as 200 kills
	$(OFFSCREEN) $(PY) -m tests.prove

simulate: environment ## 20,000 seeds of the simulation, for days; goes on where it was
	$(PY) -m tests.prove simulate

translations: environment ## compile the catalogues of all three languages
	$(PY) -m posloyalty.wording compile

screenshots: environment ## draw every screen into docs/pictures/screens
	$(OFFSCREEN) $(BIN)/posloyalty-till --screenshots docs/pictures/screens

installer: ## build dist/posloyalty-till and let it ring a journey offscreen
	@sh tools/make_environment.sh --with-installer
	$(PY) -m PyInstaller --noconfirm --log-level WARN installer.spec
	$(PY) tools/try_installer.py $(APP)

lock: environment ## renew the locks after a change of pyproject.toml
	$(PY) tools/lock_requirements.py $(LOCK_OPTIONS)

clean: ## remove what was built; .venv stays
	rm -rf build dist demo-run *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find posloyalty ui resources tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
