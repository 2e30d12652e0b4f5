# SPDX-License-Identifier: ISC
# The tree that machines boot from over the network, domus-serve that hands it
# out, and what proves both.

PXELINUX_DIR	?= /usr/lib/PXELINUX

# What loads the image over the network, in every tree and on every host.
$(OUT)/netboot: packaging/mknetboot $(menus)/.done | $(DEPS_OK)
	$(call say,NETBOOT,$@)
	$(Q)packaging/mknetboot $(menus)/pxelinux.cfg $(PXELINUX_DIR) $@ $(c32)

.PHONY: pxe
pxe: $(IMG)/pxe/SHA256SUMS $(OUT)/bin/domus-serve	## the tree to boot from over the network

$(IMG)/pxe/SHA256SUMS: packaging/mkpxe packaging/mksums $(boot)/domus.efi $(OUT)/netboot \
    $(boot)/xen.gz $(IMG_SDBOOT) \
    $(wildcard packaging/serve/tree/* packaging/serve/tree/examples/*) | $(DEPS_OK)
	$(call say,PXE,$(@D))
	$(Q)SIGN_KEY='$(SIGN_KEY)' packaging/mkpxe $(boot) $(menus) \
	    $(IMG_SDBOOT) $(OUT)/netboot packaging/serve/tree $(@D)

serve_dir := packaging/serve/src
serve_pure := $(addprefix $(serve_dir)/,dhcpd.c site.c tftp.c tree.c files.c \
	      slot.c tokens.c machines.c post.c page.c)
serve_src := $(serve_pure) $(addprefix $(serve_dir)/,domus-serve.c options.c background.c \
	     serve.c http.c transfers.c sockets.c other.c)
serve_test := packaging/serve/test
MORE_CFLAGS_$(serve_test) := -I $(serve_dir) -I installer/src
serve_libs := -lmicrohttpd -lyajl -lcrypto

$(eval $(call program,target,domus-serve,$(serve_src),$(serve_libs)))
$(eval $(call program,build,domus-serve,$(serve_src),$(serve_libs)))
$(eval $(call program,native,domus-serve,$(serve_src),$(serve_libs)))
$(eval $(call program,build,serve-load,$(serve_test)/load.c,-lcurl -lyajl))
$(foreach t,dhcpd tftp serve offer,$(eval $(call unit_test,$(t)_test,\
	$(serve_test)/$(t)_test.c $(serve_pure) installer/src/bootwords.c \
	installer/src/told.c installer/src/ui.c,-lyajl)))
$(foreach f,dhcp tftp post,$(eval $(call fuzzer,$(f)_fuzz,\
	$(serve_test)/$(f)_fuzz.c $(serve_pure),-lyajl,$(serve_test)/corpus/$(f))))

CHECK_NEEDS += $(OUT)/native/bin/domus-serve $(OUT)/build/bin/serve-load
CHECK_TESTS += $(serve_test)/serve@$(OUT)/native/bin/domus-serve@$(OUT)/build/bin/serve-load
ALL_NEEDS  += $(OUT)/pxe/SHA256SUMS $(OUT)/bin/domus-serve
ALL_TESTS  += scripts/test/qemu/pxe.exp@uefi $(serve_test)/examples \
	      $(serve_test)/dhcp@$(OUT)/native/bin/domus-serve
LONG_TESTS += scripts/test/qemu/pxe.exp@http@bios \
	      scripts/test/qemu/pxe.exp@ipxe-bios@ipxe-uefi \
	      scripts/test/qemu/pxe-faults.exp scripts/test/qemu/serve.exp \
	      scripts/test/qemu/pxe-foreign.exp
