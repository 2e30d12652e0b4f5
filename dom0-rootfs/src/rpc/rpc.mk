# SPDX-License-Identifier: ISC
# librpc.a: the values of the XenAPI, its two protocols, the messages between
# our processes, and a client.
#
# A program that links it: $(eval $(call program,WAY,NAME,FILES.c,$(call
# rpc_libs,WAY))) and $(eval $(call uses_rpc,WAY,NAME)).

rpc_dir := dom0-rootfs/src/rpc
rpc_src := $(addprefix $(rpc_dir)/,value.c value_put.c value_look.c \
	   value_code.c call.c msg.c local.c)

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
