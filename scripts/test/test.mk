# SPDX-License-Identifier: ISC
# The ladder: check < check-boot < check-all < check-long.  Each fragment adds
# commands that print TAP: CHECK_TESTS (seconds, no QEMU), BOOT_TESTS,
# ALL_TESTS, LONG_TESTS, and what they need: *_NEEDS.  TESTS_AT_ONCE run at once,
# so each keeps what it makes under names of its own; one more than processors,
# as a machine under test waits a quarter of its time.

FUZZ_SECONDS	?= 60
TESTS_AT_ONCE	?= $(shell echo $$(($$(nproc) + 1)))
RUN_TESTS	 = scripts/test/run-tests -j $(TESTS_AT_ONCE)

# Every wait in a QEMU test is multiplied by it, for slow machines.
export TEST_SCALE ?= 1
export DOMUS_OUT := $(OUT)
export SHARED	?= ../shared

CHECK_TESTS	+= scripts/check/tree
CHECK_NEEDS	+= $(UNIT_TESTS)

# The fuzzers: 10 s each in check-all, 2 min in check-long.  (What a rule of
# make needs must be known above it.)
fuzz		 = scripts/test/fuzz@$(OUT)/fuzz/bin/$(1)@$(CORPUS_$(1))
ALL_NEEDS	+= $(foreach f,$(FUZZERS),$(OUT)/fuzz/bin/$(f))
ALL_TESTS	+= $(foreach f,$(FUZZERS),$(call fuzz,$(f)))
LONG_TESTS	+= $(foreach f,$(FUZZERS),FUZZ_SECONDS=120@$(call fuzz,$(f)))

.PHONY: check check-boot check-all check-long fuzz
check: $(CHECK_NEEDS) | $(DEPS_OK)	## the tests that need no QEMU (seconds)
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(CHECK_TESTS) $(UNIT_TESTS),'$(subst @, ,$(t))')

check-boot: $(CHECK_NEEDS) $(BOOT_NEEDS)	## the same, and the image boots in QEMU
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(CHECK_TESTS) $(UNIT_TESTS) $(BOOT_TESTS),'$(subst @, ,$(t))')

check-all: $(CHECK_NEEDS) $(BOOT_NEEDS) $(ALL_NEEDS)	## everything that CI runs
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(CHECK_TESTS) $(UNIT_TESTS) $(BOOT_TESTS) $(ALL_TESTS),'$(subst @, ,$(t))')

check-long: $(CHECK_NEEDS) $(BOOT_NEEDS) $(ALL_NEEDS) $(LONG_NEEDS)	## the same, longer sweeps, and each fuzzer for 2 minutes
	$(Q)$(RUN_TESTS) $(OUT)/test $(foreach t,$(CHECK_TESTS) $(UNIT_TESTS) $(BOOT_TESTS) $(ALL_TESTS) $(LONG_TESTS),'$(subst @, ,$(t))')

fuzz: $(foreach f,$(FUZZERS),$(OUT)/fuzz/bin/$(f))	## run each fuzzer for FUZZ_SECONDS
	$(Q)FUZZ_SECONDS=$(FUZZ_SECONDS) $(RUN_TESTS) $(OUT)/test \
	    $(foreach f,$(FUZZERS),'$(subst @, ,$(call fuzz,$(f)))')

.PHONY: bench
bench: $(BOOT_NEEDS) $(ALL_NEEDS)	## measure the budgets of ARCHITECTURE.md
	$(Q)scripts/bench $(OUT)
