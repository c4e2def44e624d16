# Two commands: `make run` and `make test`. Everything else hangs below them.
PYTHON ?= python3
BIN := .venv/bin
VENV := .venv/bin/python
DATA ?= ../shared/proactivebench
# Most tests wait for a screen, a shell or a process: two at a time, or those that compute starve those that type.
WORKERS ?= -n 2 --dist loadfile

.PHONY: run test soak lint test-packages weights adapters clean

# On a desktop: the user's daemon. Without a display: a scripted piece of work on a virtual one.
run: .venv/.run
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		exec $(BIN)/hunch run; \
	else \
		$(VENV) -P -m daemon.demo.packages && exec $(BIN)/hunch demo; \
	fi

test: .venv/.test test-packages
	$(VENV) -P -m pytest $(WORKERS) $(ARGS)

# The fault tests in their long form, one by one: 200 kills and more, half an hour.
soak: .venv/.test test-packages
	HUNCH_SOAK=1 $(VENV) -P -m pytest tests/soak $(ARGS)

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file pyproject.toml tests
	$(BIN)/lint-imports

test-packages: .venv/.test
	@$(VENV) -P -m daemon.demo.packages --tests

# The encoder's export and the trained heads, made again from scratch (torch, minutes).
weights: .venv/.test
	$(VENV) -m pip install --quiet -e '.[export]'
	$(BIN)/hunch train encoder models/weights
	$(BIN)/hunch train reward $(DATA) models/weights

# The small language model's adapters: half an hour of an idle core; a killed training is gone on with.
adapters: .venv/.test
	$(BIN)/hunch train examples segmenter .venv/notes.jsonl --count 1250 --seed 1
	$(BIN)/hunch train segmenter .venv/notes.jsonl models/weights --batch 6 --epochs 1 --held 0.04
	$(BIN)/hunch train examples agent .venv/agent.jsonl --data $(DATA) --count 36 --seed 1
	$(BIN)/hunch train agent .venv/agent.jsonl models/weights --rank 16 --batch 4 --epochs 3 --held 0.05

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python pyproject.toml
	$(VENV) -m pip install --quiet -e '.[llm,lab,server]'
	@touch $@

.venv/.test: .venv/bin/python pyproject.toml
	$(VENV) -m pip install --quiet -e '.[test]'
	@touch $@ .venv/.run

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
