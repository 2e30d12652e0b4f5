# SPDX-License-Identifier: ISC
# librpc.a: the values of the XenAPI, its two protocols, the messages between
# our processes, and a client.
#
# A program that links it: $(eval $(call program,WAY,NAME,FILES.c,$(call
# rpc_libs,WAY))) and $(eval $(call uses_rpc,WAY,NAME)).

rpc_dir := dom0-rootfs/src/rpc
rpc_src := $(addprefix $(rpc_dir)/,value.c value_put.c value_look.c \
	   value_code.c number.c call.c msg.c msg_fd.c local.c \
	   xmlrpc_in.c xmlrpc_parse.c xmlrpc_put.c json.c json_code.c jsonrpc.c \
	   address.c fingerprint.c client.c)

define rpc_lib
$(OUT)/$(1)/librpc.a: $(call objects,$(1),$(rpc_src))
	$$(Q)rm -f $$@ && ar rcsD $$@ $$^
-include $(patsubst %.o,%.d,$(call objects,$(1),$(rpc_src)))
endef
$(foreach w,target build native fuzz,$(eval $(call rpc_lib,$(w))))

rpc_libs = $(OUT)/$(1)/librpc.a $(OUT)/$(1)/libbase.a -lxml2 -lyajl -lcurl \
	   -lssl -lcrypto -lz -lm

define uses_rpc
$(OUT)/$(1)/bin/$(2): $(OUT)/$(1)/librpc.a
endef

define rpc_test
$(call unit_test,$(1),$(rpc_dir)/test/$(1).c,$(call rpc_libs,native))
$(call uses_rpc,native,$(1))
endef
$(foreach t,value_test xmlrpc_test jsonrpc_test msg_test fingerprint_test address_test,$(eval $(call rpc_test,$(t))))

define rpc_fuzz
$(call fuzzer,$(1)_fuzz,$(rpc_dir)/test/$(1)_fuzz.c,$(call rpc_libs,fuzz),$(rpc_dir)/test/corpus/$(1))
$(call uses_rpc,fuzz,$(1)_fuzz)
endef
$(foreach f,xmlrpc jsonrpc value,$(eval $(call rpc_fuzz,$(f))))
