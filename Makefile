# Two commands for everybody: `make run`, `make test`. The rest is for those who build Domicile.
PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin

.PHONY: run demo setup javascript test check pictures fuzz fuzz-bank fuzz-meters long crash writers notify bench growth lock clean

run: setup
	$(BIN)/domicile serve --data data --port $(PORT)

demo: setup
	$(BIN)/domicile demo --data data/demo --port $(PORT)

# The environment, then the sandbox's guest: built here from sources, once, and cached in build/.
setup: .venv/ready
	@$(BIN)/python -m pod.programs.guest.build

# The second guest, for apps in JavaScript: wants npm. Everything else works without it.
javascript: setup
	@cd pod/programs/guest/javascript && npm ci --silent --no-audit --no-fund --no-update-notifier
	@$(BIN)/python -m pod.programs.guest.build javascript

.venv/ready: requirements.lock pyproject.toml
	@sh deploy/environment.sh $(PYTHON)
	@touch $@

.venv/ready-for-tests: .venv/ready requirements-dev.lock
	@sh deploy/tests-environment.sh
	@touch $@

# Everything that this machine can run. A file's tests stay with one worker, for what they share is made once.
test: setup .venv/ready-for-tests check
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The pictures of the README, from the sample household.
pictures: setup .venv/ready-for-tests
	$(BIN)/python -m tests.browser.pictures

# Long proofs, short in `make test`.
fuzz: setup .venv/ready-for-tests
	FUZZ_EXAMPLES=20000 FUZZ_REQUESTS=100000 $(BIN)/pytest -n 2 --dist loadfile tests/hostile tests/property --timeout 3600 -rP

fuzz-bank: setup .venv/ready-for-tests
	FUZZ_STATEMENTS=100000 $(BIN)/pytest -n 2 tests/hostile/test_bank_fuzz.py --timeout 7200 -rP

fuzz-meters: setup .venv/ready-for-tests
	FUZZ_METERS=100000 $(BIN)/pytest -n 2 tests/hostile/test_meter_fuzz.py --timeout 7200 -rP

# Whole sizes: 50,000 transactions, two years of back-fill, every page at both widths in both lights.
long: setup .venv/ready-for-tests
	LONG=1 $(BIN)/pytest -s --timeout 1200 tests/programs/test_bank.py tests/programs/test_holders.py \
	  tests/programs/test_api_particulier.py tests/programs/test_ma_situation_sociale_box.py \
	  tests/browser/test_hands.py tests/browser/test_both_lights.py

crash: setup .venv/ready-for-tests
	CRASH_ROUNDS=200 $(BIN)/pytest tests/storage -k kill --timeout 3600 -s

writers: setup .venv/ready-for-tests
	WRITERS_WRITES=1000 $(BIN)/pytest -s tests/protocol/test_two_writers.py

notify: setup .venv/ready-for-tests
	NOTIFY_SUBSCRIBERS=2000 $(BIN)/pytest -s tests/protocol/test_subscribers.py

# Beside other Solid servers that run already: make bench PEERS="--peer css=http://localhost:3101/bench/b/"
bench: setup
	$(BIN)/python -m bench $(PEERS)

# As it grows: make growth GROWTH="--documents 1000000 --children 300000 --triples 10"
growth: setup
	$(BIN)/python -m bench.growth $(GROWTH)

# Pins every dependency with its hashes. Needs `pip install uv`.
lock:
	$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  -q -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  -q --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build
