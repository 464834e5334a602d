SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# uv from the PATH when it works there, else our own copy below .tools.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
PYTHON := .venv/bin/python
# Maven through its wrapper; one option sets the repository of the jars and of Maven itself.
MVNW := cd operators && $(if $(TIDEGATE_MAVEN_REPOSITORY),MVNW_REPOURL="$(TIDEGATE_MAVEN_REPOSITORY)") ./mvnw -q -B
JAR := operators/target/tidegate-operators.jar
# Where Python may not write bytecode beside the sources, it does so in build: each of the many
# Python processes would compile a thousand modules anew (3 s of processor time for a submission).
ifneq ($(PYTHONDONTWRITEBYTECODE),)
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
endif
# Folders too: their time changes when a file is removed.
JAR_SOURCES := operators/pom.xml $(shell find operators/src/main) $(wildcard schemas/*.avsc)
BENCHMARKS := cep end_to_end rules_push scoring training

# Workers that share the Python tests, each with a stack of its own: 2.5 GB of memory.
TEST_WORKERS ?= 2

# make soak SOAK_PATTERNS=10000 SOAK_DRAWS=200 is a short one.
SOAK_PATTERNS ?= 200000
SOAK_DRAWS ?= 5000

.PHONY: help setup demo test soak lint bench clean jdk python jars

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: python jars $(JAR) ## install everything that running needs: Python packages, jars, the JVM module

demo: setup ## run the main job on this machine and show its result (DATA=file, KEEP=1)
	@$(UV) sync -q --locked --inexact --extra plot
	@.venv/bin/tidegate demo $(if $(DATA),--data "$(DATA)") $(if $(KEEP),--keep)

test: setup ## set up, then run all tests: Java, then Python
	@$(UV) sync -q --locked --inexact --all-extras
	@$(MVNW) test
	@$(PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadgroup --no-loadscope-reorder -v --durations=20

# 200,000 random patterns against Flink's NFA, each law with 5,000 draws, and killed TaskManagers.
soak: setup ## the long tests: random patterns, laws, killed TaskManagers; about an hour on two cores
	@$(UV) sync -q --locked --inexact --all-extras
	@$(MVNW) test -Dtest='DifferentialTest,ManyRulesLawsTest' -Dtidegate.match.cases=$(SOAK_PATTERNS) -Dtidegate.laws.cases=$(SOAK_DRAWS)
	@$(PYTHON) -m pytest -m soak -s tests/soak

lint: python jdk ## check format, style and types, change nothing
	@$(UV) sync -q --locked --inexact --all-extras
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@$(MVNW) spotless:check

bench: setup ## run the benchmarks, results in build/bench/*.json
	@$(UV) sync -q --locked --inexact --all-extras
	@for name in $(BENCHMARKS); do $(PYTHON) -m benchmarks.$$name; done

clean: ## stop the local stack, remove what was built (not .venv, .tools)
	@if [ -x .venv/bin/tidegate ]; then .venv/bin/tidegate stack down; fi
	@rm -rf build operators/target .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A JDK needs root or a choice of vendor, so it is asked for, not installed.
jdk:
	@version=$$( ("$${JAVA_HOME:+$$JAVA_HOME/bin/}javac" -version 2>&1 || true) | sed -nE 's/^javac ([0-9]+).*/\1/p'); \
	if [ -z "$$version" ] || [ "$$version" -lt 17 ]; then \
	  echo "error: a JDK 17 or newer is needed, found $${version:-none}; install it: sudo apt-get install -y openjdk-17-jdk-headless (Debian, Ubuntu), sudo dnf install -y java-17-openjdk-devel (Fedora), brew install openjdk@17 (macOS)" >&2; \
	  exit 2; \
	fi

.tools/bin/uv:
	@command -v python3 >/dev/null || { echo "error: Python 3.11 or 3.12 is needed; install it: sudo apt-get install -y python3 python3-venv" >&2; exit 2; }
	@python3 -m venv .tools >/dev/null || { rm -rf .tools; echo "error: python3 cannot make a virtual environment; install it: sudo apt-get install -y python3-venv" >&2; exit 2; }
	@.tools/bin/python -m pip install -q --disable-pip-version-check uv

# --inexact keeps the extras that another target installed.
python: $(filter .tools/bin/uv,$(UV))
	@$(UV) sync -q --locked --inexact

jars: python
	@$(PYTHON) -m tidegate.stack.jars

$(JAR): $(JAR_SOURCES) | jdk
	@$(MVNW) package -Dmaven.test.skip=true
	@touch $@
