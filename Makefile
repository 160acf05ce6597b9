# Each verb is a thin call of `python -m utils VERB`; on Windows type that (see README.md).
# For Macs with an Intel processor there is no TensorFlow for Python 3.13.
FITS = import platform, sys; intel_mac = (platform.system(), platform.machine()) == ("Darwin", "x86_64"); \
	sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12 if intel_mac else 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile
READY = .venv/ready
# $(call needs,NAME NAME): stops unless each was given, as in make NAME=value.
needs = $(foreach name,$(1),$(if $($(name)),,$(error $(name)=... is missing; `make help` has an example)))
# Many images set it; every notebook would compile TensorFlow's modules anew, for ten seconds.
unexport PYTHONDONTWRITEBYTECODE
# Where a shell exports it, it is the width of the terminal and no one's columns.
unexport COLUMNS

.PHONY: help run site slides test test-colab lab homework-1 homework-2 data submit bench sample student release handin grade originality address study ledger
help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 (a Mac with an Intel processor: not 3.13) is needed: https://www.python.org/downloads/ (or: make PYTHON=/path/to/python3)"; exit 1; }
	$(PYTHON) -m venv .venv
	@echo "Installing requirements.txt into .venv (once, a few minutes) ..."
	@$(PIP) uv==0.13.8 && .venv/bin/uv pip install --quiet --python .venv/bin/python -r requirements.txt \
		|| { echo "uv could not: trying pip, which takes twice as long ..."; $(PIP) -r requirements.txt; }
	@touch $@

run: $(READY)  ## execute every notebook on the bundled sample, write the site to build/site/
	@.venv/bin/python -m utils run

site: $(READY)  ## write the site from the outputs that are there, in half a minute
	@.venv/bin/python -m utils site

slides: $(READY)  ## lessons as slides for class, in build/site/slides/: make slides [LESSON=3]
	@.venv/bin/python -m utils slides $(if $(LESSON),--lesson "$(LESSON)")

test: $(READY)  ## unit tests, and every saved output compared with a new run: make test [COVERAGE=1]
	@.venv/bin/python -m utils test $(if $(COVERAGE),--coverage)

# Python 3.13, as on Colab, or 3.12, as on Kaggle.
COLAB ?= 3.13
.venv-colab/$(COLAB): requirements-colab.txt | $(READY)
	.venv/bin/uv venv --quiet --clear --python "$(COLAB)" .venv-colab
	@echo "Installing requirements-colab.txt into .venv-colab (once, a few minutes) ..."
	@.venv/bin/uv pip install --quiet --python .venv-colab/bin/python -r requirements-colab.txt
	@mkdir -p "$(dir $@)" && touch "$@"

test-colab: .venv-colab/$(COLAB)  ## lessons 00 to 04 and the homework under Colab's versions: make test-colab [COLAB=3.12]
	@.venv-colab/bin/python -m utils test-colab

lab: $(READY)  ## open JupyterLab on notebooks/; lessons stay as they are, save copies of your own
	@.venv/bin/python -m utils lab

homework-1: $(READY)  ## film reviews: make homework-1 SOURCE="data/IMDB Dataset.csv" [TEST="..."] [TIER=class|full] [COLUMNS=text,label] [LABELS=bad,good]
	@.venv/bin/python -m utils homework-1 $(if $(SOURCE),--source "$(SOURCE)") \
		$(if $(TEST),--test "$(TEST)") $(if $(TIER),--tier "$(TIER)") \
		$(if $(filter command%,$(origin COLUMNS)),--columns "$(COLUMNS)") $(if $(LABELS),--labels "$(LABELS)")

homework-2: $(READY)  ## radar hours: make homework-2 SOURCE="data/.../train.csv" [TEST="..."] [TIER=class|full] [REPAIR=1]
	@.venv/bin/python -m utils homework-2 $(if $(SOURCE),--source "$(SOURCE)") \
		$(if $(TEST),--test "$(TEST)") $(if $(TIER),--tier "$(TIER)") $(if $(REPAIR),--repair)

data: $(READY)  ## fetch 50,000 reviews, or Kaggle's radar hours: make data [HOMEWORK=1|2] [FROM=archive|kaggle]
	@.venv/bin/python -m utils data $(if $(HOMEWORK),--homework "$(HOMEWORK)") \
		$(if $(FROM),--from "$(FROM)")

submit: $(READY)  ## check and send to Kaggle: make submit HOMEWORK=2 [FILE=...] [TEST=...] [MESSAGE="..."]
	@$(call needs,HOMEWORK).venv/bin/python -m utils submit --homework "$(HOMEWORK)" \
		$(if $(FILE),--file "$(FILE)") $(if $(TEST),--test "$(TEST)") \
		$(if $(MESSAGE),--message "$$MESSAGE")

handin: $(READY)  ## check and pack your tasks: make handin HOMEWORK=1|2 STUDENT=ada [NOTEBOOK=...]
	@$(call needs,HOMEWORK STUDENT).venv/bin/python -m utils handin --homework "$(HOMEWORK)" \
		--student "$(STUDENT)" $(if $(NOTEBOOK),--notebook "$(NOTEBOOK)")

grade: $(READY)  ## grade a class, each hand-in in a sandbox: make grade HOMEWORK=1 HANDINS=folder/ [STUDENT=ada] [PART=3/8] [ENGINE=tcp://scheduler:8786]
	@$(call needs,HOMEWORK HANDINS).venv/bin/python -m utils grade --homework "$(HOMEWORK)" \
		--handins "$(HANDINS)" $(if $(UNPROTECTED),--unprotected) \
		$(if $(STUDENT),--student "$(STUDENT)") $(if $(PART),--part "$(PART)") \
		$(if $(ENGINE),--engine "$(ENGINE)")

originality: $(READY)  ## how alike hand-ins are: make originality HOMEWORK=1 HANDINS=folder/ [KERNELS=folder/]
	@$(call needs,HOMEWORK HANDINS).venv/bin/python -m utils originality --homework "$(HOMEWORK)" \
		--handins "$(HANDINS)" $(if $(KERNELS),--kernels "$(KERNELS)")

sample: $(READY)  ## write the bundled samples, reviews and radar hours, anew
	@.venv/bin/python -m utils sample

student: $(READY)  ## write notebooks/homework/, what students get, from the solutions
	@.venv/bin/python -m utils student

release: $(READY)  ## pack what is committed for students, without solutions: build/release/
	@.venv/bin/python -m utils release

address: $(READY)  ## where the course lies on GitHub, for Colab: make address ADDRESS=https://github.com/...
	@$(call needs,ADDRESS).venv/bin/python -m utils address "$(ADDRESS)"

study: $(READY)  ## test the claims with many seeds: make study SEEDS=30 [LESSONS="1 4"] [ENGINE=tcp://scheduler:8786]
	@.venv/bin/python -m utils study $(if $(SEEDS),--seeds "$(SEEDS)") \
		$(if $(LESSONS),--lessons "$(LESSONS)") $(if $(ENGINE),--engine "$(ENGINE)")

ledger: $(READY)  ## write notebooks/README.md, the page of claims, anew
	@.venv/bin/python -m utils ledger

bench: $(READY)  ## what reading and learning cost: make bench [PART="layers cost"] [SOURCE="data/IMDB Dataset.csv"]
	@.venv/bin/python -m utils bench $(PART) $(if $(SOURCE),--source "$(SOURCE)") \
		$(if $(TEST),--test "$(TEST)")
