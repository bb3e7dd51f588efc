# Two commands matter: `make demo` and `make test`. Both set up what they need first.
PYTHON ?= python3
# So many tests run side by side; a third one keeps two cores busy while others wait for a server or a browser.
JOBS ?= 3
UV_VERSION := 0.13.9
UV := .tools/bin/uv
GIVE_LD := .venv/bin/give-ld
export UV_PYTHON_DOWNLOADS = never

.PHONY: setup weights demo serve check test schema example model sparql screenshots wheel wheel-demo clean

setup: .venv/.synced

$(UV):
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --extra ai --python $(PYTHON)
	touch $@

weights: setup
	$(GIVE_LD) models pull --all-offline

demo: setup
	$(GIVE_LD) demo --home .home/demo $(ARGS)

serve: setup
	$(GIVE_LD) serve --home .home/serve $(ARGS)

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# What a machine lacks (npm, Chromium, PostgreSQL, evaluation material) is skipped by name; .ci/run accepts no such skip.
test: check
	-$(GIVE_LD) models pull --all-offline
	.venv/bin/pytest --numprocesses=$(JOBS) --dist=worksteal $(ARGS)

schema: setup
	.venv/bin/python -c "import json; from give_ld.model.record import record_schema; print(json.dumps(record_schema(), indent=1, ensure_ascii=False))" > docs/records.schema.json

example: setup
	.venv/bin/python -m tests.rdf.example > ontology/example.trig.new && mv ontology/example.trig.new ontology/example.trig

model: setup
	.venv/bin/python -m tests.rdf.tables

sparql: setup
	.venv/bin/python -m tests.sparql_doc

# Needs Chromium.
screenshots: setup
	.venv/bin/python -m tests.journeys.screenshots docs/screenshots

wheel: setup
	rm -rf dist
	$(UV) build --wheel --out-dir dist
	$(UV) export --frozen --quiet --no-dev --no-emit-project --no-hashes --no-annotate --extra ai -o dist/requirements-ai.txt
	$(UV) export --frozen --quiet --no-dev --no-emit-project --no-hashes --no-annotate --extra gpu -o dist/requirements-gpu.txt
	$(UV) export --frozen --quiet --no-dev --no-emit-project --no-hashes --no-annotate -o dist/requirements.txt

# The wheel as an archive would install it: a fresh environment, the locked versions, nothing from the checkout.
wheel-demo: wheel
	rm -rf build/wheel && mkdir -p build/wheel
	$(UV) venv --quiet --python $(PYTHON) build/wheel/venv
	$(UV) pip install --quiet --python build/wheel/venv/bin/python --no-deps -r dist/requirements-ai.txt dist/give_ld-*.whl
	build/wheel/venv/bin/python tests/one_of_each.py
	.venv/bin/python tests/one_of_each.py dist/requirements-gpu.txt
	cd build/wheel && venv/bin/give-ld demo --no-serve --home demo

clean:
	rm -rf .venv .tools .home build dist
