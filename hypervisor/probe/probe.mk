# SPDX-License-Identifier: ISC
# The probe: a guest of its own, for PV and PVH, that needs nothing but Xen's
# public headers.  It is no program of dom0's, so its flags are its own.

probe_dir := hypervisor/probe
probe_src := $(addprefix $(probe_dir)/,head.S mem.c text.c packet.c pattern.c \
	machine.c pv.c pvh.c console.c store.c device.c net.c blk.c balloon.c \
	main.c)
probe_obj := $(patsubst %,$(OUT)/guest/%.o,$(notdir $(probe_src)))
probe_flags = -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla -Wwrite-strings -Wundef \
	$(if $(filter 0,$(WERROR)),,-Werror) -Os -ffreestanding \
	-fno-stack-protector -fno-pic -fno-pie -mno-red-zone \
	-mgeneral-regs-only -fcf-protection=none \
	-fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-ffile-prefix-map=$(CURDIR)=. -D__XEN_INTERFACE_VERSION__=0x00041300 \
	-isystem $(SYSROOT)/include

$(OUT)/guest/%.o: $(probe_dir)/% $(OUT)/built/xen $(OUT)/built/musl
	$(call say,CC,guest/$*)
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD_CC) $(probe_flags) -MMD -MP -c -o $@ $<

# -s: one that is read in a debugger is linked again by hand
$(OUT)/guest/probe: $(probe_obj) $(probe_dir)/probe.lds
	$(call say,LINK,guest/probe)
	$(Q)$(BUILD_CC) -nostdlib -static -no-pie -s -Wl,--build-id=none \
	    -Wl,--no-warn-rwx-segments -Wl,-T,$(probe_dir)/probe.lds -o $@ \
	    $(probe_obj)

-include $(probe_obj:.o=.d)

# What of it needs no Xen is tested here.
$(eval $(call unit_test,guest_probe_test,$(probe_dir)/test/guest_probe_test.c \
	$(addprefix $(probe_dir)/,text.c packet.c pattern.c),))
