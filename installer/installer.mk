# SPDX-License-Identifier: ISC
# The installer: domus-install for the image, domus-answers for both.

MORE_CFLAGS_installer/src := -DSLOT_MB=$(SLOT_MB) -DSTATE_MB=$(STATE_MB)

MORE_CFLAGS_installer/test := -I installer/src $(MORE_CFLAGS_installer/src)

answers_files := $(addprefix installer/src/,answers.c take.c elements.c \
	check.c findings.c xml.c xmltree.c machine.c inventory.c layout.c \
	plan.c plan_print.c)
answers_libs  := -lxml2 -lcrypto

$(eval $(call program,build,domus-answers,installer/src/domus-answers.c \
	$(answers_files),$(answers_libs)))
$(eval $(call program,target,domus-answers,installer/src/domus-answers.c \
	$(answers_files),$(answers_libs) -lz -lm))

$(eval $(call unit_test,answers_test,installer/test/answers_test.c \
	installer/test/golden.c $(answers_files),$(answers_libs)))
$(eval $(call unit_test,plan_test,installer/test/plan_test.c \
	installer/test/golden.c $(answers_files),$(answers_libs)))
$(eval $(call fuzzer,answers_fuzz,installer/test/answers_fuzz.c \
	$(answers_files),$(answers_libs),installer/test/corpus/answers))
