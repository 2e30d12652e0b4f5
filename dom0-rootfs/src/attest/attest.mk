# SPDX-License-Identifier: ISC
# What `domus attest' is made of: a TPM's commands, its quotes, and whether they
# are of the image that was predicted.

attest_dir := dom0-rootfs/src/attest
attest_src := $(addprefix $(attest_dir)/,wire.c tpm.c quote.c quote_file.c \
	      pcrs.c)
MORE_CFLAGS_$(attest_dir) += -I $(rpc_dir)
MORE_CFLAGS_$(attest_dir)/test += -I $(rpc_dir)

$(eval $(call unit_test,quote_test,$(attest_dir)/test/quote_test.c $(attest_src),\
	$(call rpc_libs,native)))
$(eval $(call uses_rpc,native,quote_test))
$(eval $(call fuzzer,quote_fuzz,$(attest_dir)/test/quote_fuzz.c $(attest_src),\
	$(call rpc_libs,fuzz),$(attest_dir)/test/corpus/quote))
$(eval $(call uses_rpc,fuzz,quote_fuzz))

CHECK_NEEDS += $(OUT)/native/bin/domus $(OUT)/bin/mkpcrs
CHECK_TESTS += $(attest_dir)/test/attest@$(OUT)/native/bin/domus@$(OUT)/bin/mkpcrs
