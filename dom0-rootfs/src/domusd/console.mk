# SPDX-License-Identifier: ISC
# The [console] process of domusd.  libvterm is built here for every way; it
# lets numbers of an escape sequence wrap (-fwrapv makes that no accident).

console_dir := dom0-rootfs/src/domusd
console_view := $(addprefix $(console_dir)/,console_font.c console_rfb.c \
	console_rfb_key.c console_rfb_tile.c console_term.c)
console_src := $(console_view) $(addprefix $(console_dir)/,console_guest.c \
	console_main.c console_wait.c)
MORE_CFLAGS_$(console_dir) += -isystem $(LIBVTERM_SRC)/include \
	-DFONT_PSF='"$(TERMINUS_PSF)"'
MORE_CFLAGS_$(console_dir)/test += -isystem $(LIBVTERM_SRC)/include

define vterm_lib
$(OUT)/$(1)/libvterm.a: $(SYSROOT)/.complete
	$$(call say,CC,$(1)/libvterm)
	$$(Q)mkdir -p $(OUT)/$(1)/libvterm && rm -f $$@
	$$(Q)for f in $(LIBVTERM_SRC)/src/*.c; do \
	    $$(CC_$(1)) $$(CFLAGS_$(1)) -w -std=c99 -fwrapv -c -I $(LIBVTERM_SRC)/include \
	    -o $(OUT)/$(1)/libvterm/$$$$(basename $$$$f .c).o $$$$f || exit 1; \
	    done
	$$(Q)ar rcsD $$@ $(OUT)/$(1)/libvterm/*.o
$(call objects,$(1),$(console_src) $(wildcard $(console_dir)/test/console*.c)): | $(SYSROOT)/.complete
endef
$(foreach w,target build native fuzz,$(eval $(call vterm_lib,$(w))))

console_libs = $(OUT)/$(1)/libvterm.a
define uses_console
$(OUT)/$(1)/bin/$(2): $(OUT)/$(1)/libvterm.a
endef

# Foreign bytes: a guest's, a viewer's; a browser's.
console_fuzz_src := $(console_view) $(console_dir)/test/console_fuzz.c
$(eval $(call fuzzer,console_fuzz,$(console_fuzz_src),$(call console_libs,fuzz),$(console_dir)/test/corpus/console))
$(eval $(call uses_console,fuzz,console_fuzz))
$(eval $(call fuzzer,ws_fuzz,$(addprefix $(console_dir)/,test/ws_fuzz.c net_ws.c net_query.c),-lcrypto,$(console_dir)/test/corpus/ws))

ALL_TESTS += $(console_dir)/test/consoles@$(OUT)/native/bin/domusd-fake@$(TERMINUS_PSF)
