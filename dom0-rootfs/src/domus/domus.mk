# SPDX-License-Identifier: ISC
# The command line client.

domus_dir := dom0-rootfs/src/domus
domus_src := $(addprefix $(domus_dir)/,domus.c session.c list.c pool.c \
	     commands.c print.c xe.c xe_do.c xe_list.c xe_param.c xe_spec.c \
	     xe_tables.c selftest.c attest.c serve.c \
	     serve_status.c offer.c) $(attest_src)
MORE_CFLAGS_$(domus_dir) += -I $(rpc_dir) -I $(attest_dir)

define domus_program
$(call program,$(1),domus,$(domus_src),-lblkid $(call rpc_libs,$(1)))
$(call uses_rpc,$(1),domus)
endef
$(foreach w,target build native,$(eval $(call domus_program,$(w))))

MORE_CFLAGS_$(domus_dir)/test := -I $(domus_dir)
$(eval $(call unit_test,serve_offer_test,$(addprefix $(domus_dir)/,\
	test/serve_offer_test.c offer.c),))

CHECK_NEEDS += $(OUT)/native/bin/domus $(OUT)/native/bin/domusd-fake
CHECK_TESTS += $(domus_dir)/test/xe-test@$(OUT)/native/bin/domusd-fake@$(OUT)/native/bin/domus
CHECK_TESTS += $(domus_dir)/test/domus-test@$(OUT)/native/bin/domusd-fake@$(OUT)/native/bin/domus
