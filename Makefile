# The things a person does here. Each sets up what it needs and is safe to run again.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo test lint bench docs lock clean

demo: $(READY)  ## run the whole method on a synthetic Dutch register
	$(BIN)/nabij demo

test: $(READY) chromium postgis  ## run all tests
	$(BIN)/python -m pytest --numprocesses=auto

lint: $(READY)  ## check style, types, and that the documentation says what the code says
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/generate.py --check

bench: $(READY)  ## measure speed against other programs; needs an hour and 20 GB
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--requirement benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

docs: $(READY)  ## renew what the documentation takes from the code, then its pictures
	$(BIN)/python docs/generate.py
	$(MAKE) demo
	$(BIN)/python docs/pictures.py nabij-demo

# uv has a configuration of its own: behind a mirror, set UV_DEFAULT_INDEX or write a uv.toml.
lock: $(READY)  ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--group dev pyproject.toml --output-file requirements.lock --upgrade

clean:  ## remove what the other targets made
	rm -rf .venv nabij-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml requirements.lock scripts/bootstrap.py
	$(PYTHON) scripts/bootstrap.py .venv

# The report is opened in a real browser. Debian's is installed where that is allowed;
# elsewhere that one test says that it skips.
.PHONY: chromium
chromium:
	@sh scripts/chromium.sh

# Registers are read from a real server, and results written to it. The tests start it themselves.
.PHONY: postgis
postgis:
	@sh scripts/postgis.sh
