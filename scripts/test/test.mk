# SPDX-License-Identifier: ISC
# The ladder: check < check-boot < check-all < check-long.  Each fragment adds
# commands that print TAP: CHECK_TESTS (seconds, no QEMU), BOOT_TESTS,
# ALL_TESTS, LONG_TESTS, and what they need: *_NEEDS.

FUZZ_SECONDS	?= 60
RUN_TESTS	:= scripts/test/run-tests

# Every wait in a QEMU test is multiplied by it, for slow machines.
export TEST_SCALE ?= 1
export DOMUS_OUT := $(OUT)
export SHARED	?= ../shared

CHECK_TESTS	+= scripts/check/tree
CHECK_NEEDS	+= $(UNIT_TESTS)

# What a rule needs must be known above it.  A fuzzer's corpus in git is only read; what it finds goes to $(OUT).
fuzz_seconds = FUZZ_SECONDS=$(FUZZ_SECONDS)
ALL_NEEDS	+= $(foreach f,$(FUZZERS),$(OUT)/fuzz/bin/$(f))
ALL_TESTS	+= $(foreach f,$(FUZZERS),scripts/test/fuzz@$(OUT)/fuzz/bin/$(f)@$(CORPUS_$(f)))

.PHONY: check check-boot check-all check-long fuzz
check: $(CHECK_NEEDS) | $(DEPS_OK)	## the tests that need no QEMU (seconds)
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(UNIT_TESTS) $(CHECK_TESTS),'$(subst @, ,$(t))')

check-boot: $(CHECK_NEEDS) $(BOOT_NEEDS)	## the same, and the image boots in QEMU
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(UNIT_TESTS) $(CHECK_TESTS) $(BOOT_TESTS),'$(subst @, ,$(t))')

check-all: $(CHECK_NEEDS) $(BOOT_NEEDS) $(ALL_NEEDS)	## everything that CI runs
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(UNIT_TESTS) $(CHECK_TESTS) $(BOOT_TESTS) $(ALL_TESTS),'$(subst @, ,$(t))')

check-long: $(CHECK_NEEDS) $(BOOT_NEEDS) $(ALL_NEEDS) $(LONG_NEEDS)	## exhaustive sweeps (hours)
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(UNIT_TESTS) $(CHECK_TESTS) $(BOOT_TESTS) $(ALL_TESTS) $(LONG_TESTS),'$(subst @, ,$(t))')

fuzz: $(foreach f,$(FUZZERS),$(OUT)/fuzz/bin/$(f))	## run each fuzzer for FUZZ_SECONDS
	$(Q)$(fuzz_seconds) $(RUN_TESTS) $(OUT)/test $(foreach f,$(FUZZERS),'scripts/test/fuzz $(OUT)/fuzz/bin/$(f) $(CORPUS_$(f))')

.PHONY: bench
bench: $(BOOT_NEEDS) $(ALL_NEEDS)	## measure the budgets of ARCHITECTURE.md
	$(Q)scripts/bench $(OUT)
