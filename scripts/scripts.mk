# SPDX-License-Identifier: ISC
# Words that every other fragment uses: where things go, how a step is said,
# how a C program is made for TARGET, for BUILD, and with the sanitizers.

OUT		?= out
# An image that is signed is made beside the one that is not (packaging/sign.mk).
SIGN_KEY	?=
SIGN_CERT	?=
IMG		:= $(OUT)$(if $(SIGN_KEY),/signed)
V		?= 0
DOMUS_CACHE	?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/domus
FETCHED		:= $(DOMUS_CACHE)/sources
SYSROOT		:= $(OUT)/sysroot
BUILD_CC	?= gcc
FUZZ_CC		?= clang
TARGET_CC	:= $(SYSROOT)/bin/musl-gcc

Q	:= $(if $(filter 1,$(V)),,@)
say	 = $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

# First, as rules take its variable when they are read.
include scripts/deps.mk

WARN	:= -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wmissing-prototypes \
	   -Wstrict-prototypes -Wformat=2 -Wvla -Wwrite-strings -Wundef \
	   $(if $(filter 0,$(WERROR)),,-Werror)
DEFS	:= -DDOMUS_VERSION='"$(VERSION)"' -I dom0-rootfs/src/base
SAN	:= -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer

# The five ways a C file is compiled; the first word of the macros below.
# MORE_CFLAGS_<dir> adds flags for the files of one directory.
# target: musl, static, for the image      build: tools of this machine
# native: this machine, with sanitizers    fuzz: libFuzzer, with sanitizers
# cov: libFuzzer, counting lines
CC_target	= $(TARGET_CC)
CC_build	= $(BUILD_CC)
CC_native	= $(BUILD_CC)
CC_fuzz		= $(FUZZ_CC)
CC_cov		= $(FUZZ_CC)
CFLAGS_target	= -Os -g -static -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
		  -ffunction-sections -fdata-sections \
		  -ffile-prefix-map=$(CURDIR)=. -isystem $(SYSROOT)/include/libxml2
CFLAGS_build	= -O2 -g $(XML_CFLAGS)
CFLAGS_native	= -O1 -g $(SAN) $(XML_CFLAGS)
CFLAGS_fuzz	= -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
		  -fno-sanitize-recover=all $(XML_CFLAGS)
CFLAGS_cov	= -O0 -g -fsanitize=fuzzer-no-link $(PROFILE) $(XML_CFLAGS)
LDFLAGS_target	= -static -Wl,--gc-sections
LDFLAGS_build	=
LDFLAGS_native	= $(SAN)
LDFLAGS_fuzz	= -fsanitize=fuzzer,address,undefined
LDFLAGS_cov	= -fsanitize=fuzzer $(PROFILE)
PROFILE		= -fprofile-instr-generate -fcoverage-mapping
XML_CFLAGS	= -isystem /usr/include/libxml2

define compile_rule
$$(OUT)/$(1)/%.o: %.c $(if $(filter target,$(1)),$$(SYSROOT)/.complete,| $$(DEPS_OK))
	$$(Q)mkdir -p $$(@D)
	$$(call say,CC,$(1)/$$*.c)
	$$(Q)$$(CC_$(1)) $$(WARN) $$(DEFS) -I $$(<D) -I $$(<D)/.. $$(CFLAGS_$(1)) \
	    $$(MORE_CFLAGS_$$(patsubst %/,%,$$(dir $$<))) \
	    -MMD -MP -c -o $$@ $$<
endef
$(foreach w,target build native fuzz cov,$(eval $(call compile_rule,$(w))))

# $(call objects,WAY,FILES.c): the object files
objects	= $(patsubst %.c,$(OUT)/$(1)/%.o,$(2))

# $(eval $(call program,WAY,NAME,FILES.c,LIBS)): $(OUT)/WAY/bin/NAME
# (build tools: also $(OUT)/bin/NAME).  libbase is always linked.
define program
OBJECTS_$(1)_$(2) := $(call objects,$(1),$(3))
LIBS_$(1)_$(2) := $(4)
$(OUT)/$(1)/bin/$(2): $(call objects,$(1),$(3)) $(OUT)/$(1)/libbase.a
	$$(Q)mkdir -p $$(@D)
	$$(call say,LINK,$(1)/bin/$(2))
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$(filter %.o,$$^) $(OUT)/$(1)/libbase.a $(4)
$(if $(filter build,$(1)),$(OUT)/bin/$(2): $(OUT)/build/bin/$(2)
	$$(Q)mkdir -p $$(@D) && cp $$< $$@
)
-include $(patsubst %.o,%.d,$(call objects,$(1),$(3)))
endef

# $(eval $(call unit_test,NAME,FILES.c,LIBS)): a cmocka test, run by make check
define unit_test
$(call program,native,$(1),$(2),$(3) -lcmocka)
UNIT_TESTS += $(OUT)/native/bin/$(1)
endef

# $(eval $(call fuzzer,NAME,FILES.c,LIBS,CORPUS)): a libFuzzer target, run by
# make fuzz; CORPUS is a directory in git
define fuzzer
$(call program,fuzz,$(1),$(2),$(3))
FUZZERS += $(1)
CORPUS_$(1) := $(4)
endef

include scripts/sources.mk
