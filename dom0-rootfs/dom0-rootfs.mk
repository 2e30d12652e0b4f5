# SPDX-License-Identifier: ISC
# Everything that runs in dom0, and the initrd it travels in.

include dom0-rootfs/packages/packages.mk
include dom0-rootfs/src/src.mk

$(eval $(call program,build,mkcpio,scripts/mkcpio.c scripts/manifest.c,))

mkcpio	 := $(OUT)/bin/mkcpio -v OUT=$(OUT) -v IMG=$(IMG) -v SYSROOT=$(SYSROOT)

# Measured, 64 MB of files: zstd 15 makes 15.7 MB in 8 s of CPU, zstd 19 15.5 MB
# in 16 s, xz 14.3 MB in 13 s.  Reading the agent, the installer and the client
# takes dom0 (TCG) 0.4 s from zstd and 3.5 s from xz.
SQUASH	 ?= -comp zstd -Xcompression-level 15 -b 256K

# What the manifest names; a file of an upstream is there when that is built.
named	 := $(shell awk '$$1 ~ /^(file|tree)$$/ { print $$5 }' dom0-rootfs/manifest)
needed	  = $(patsubst overlay/%,dom0-rootfs/overlay/%,$(filter overlay/%,$(named))) \
	    $(patsubst $$OUT/%,$(OUT)/%,$(filter-out $$OUT/data/%,\
	    $(filter $$OUT/%,$(named)))) \
	    $(patsubst $$IMG/%,$(IMG)/%,$(filter-out $$IMG/boot/%,\
	    $(filter $$IMG/%,$(named)))) $(MODULES) \
	    $(OUT)/built/grub-xen $(SYSROOT)/.complete

# Our programs keep their symbols in $(OUT)/target/bin, for gdb.
$(OUT)/stripped/%: $(OUT)/target/bin/%
	$(Q)mkdir -p $(@D) && strip -o $@ $<

# "/usr/bin/awk" is a link to busybox
$(OUT)/applets: $(SYSROOT)/.complete
	$(Q)$(SYSROOT)/bin/busybox --list-full | sed 's|^|/|' | sort -u | \
	    awk '{ print "link", $$1, "-", "-", "/bin/busybox" }' >$@.tmp
	$(Q)mv $@.tmp $@

# Two layers: what upstreams made, and our programs appended to it, since they
# are what changes.  (All is root's, as the manifest's test holds: with -tar,
# mksquashfs gives the root itself to who builds, whatever -root-uid says.)
$(IMG)/base.squashfs: dom0-rootfs/manifest $(OUT)/applets $(OUT)/bin/mkcpio $$(needed)
	$(call say,SQUASH,$@)
	$(Q)$(mkcpio) -t dom0-rootfs/manifest $(OUT)/applets >$@.tar
	$(Q)rm -f $@.tmp && mksquashfs - $@.tmp -tar -quiet -no-progress \
	    $(SQUASH) -root-mode 0755 -root-time $(SOURCE_DATE_EPOCH) \
	    -all-root -no-xattrs <$@.tar
	$(Q)rm -f $@.tar && mv $@.tmp $@

$(IMG)/system.squashfs: $(IMG)/base.squashfs $(OUT)/stripped/domus-programs $(IMG)/domus.spdx.json
	$(call say,SQUASH,$@)
	$(Q)rm -rf $@.tree && mkdir -p -m 0755 $@.tree/domus
	$(Q)install -m 0755 $(OUT)/stripped/domus-programs $@.tree/domus
	$(Q)install -m 0644 $(IMG)/domus.spdx.json $@.tree/domus
	$(Q)chmod 0755 $@.tree
	$(Q)find $@.tree -exec touch -d @$(SOURCE_DATE_EPOCH) {} +
	$(Q)cp $< $@.tmp && mksquashfs $@.tree $@.tmp -quiet -no-progress \
	    -no-xattrs -all-root -no-recovery >$@.log
	$(Q)rm -rf $@.tree && mv $@.tmp $@

$(IMG)/system.sha256: $(IMG)/system.squashfs
	$(Q)sha256sum $< | cut -d ' ' -f 1 >$@.tmp && mv $@.tmp $@

$(IMG)/boot/initrd: dom0-rootfs/initrd.manifest $(OUT)/bin/mkcpio \
    $(OUT)/stripped/domus-init $(IMG)/system.sha256
	$(call say,INITRD,$@)
	$(Q)mkdir -p $(@D) && $(mkcpio) $< >$@.tmp && mv $@.tmp $@

CHECK_NEEDS += $(OUT)/bin/mkcpio
CHECK_TESTS += dom0-rootfs/test/manifest

BOOT_NEEDS  += $(OUT)/boot/initrd $(OUT)/boot/xen.gz $(OUT)/run-qemu
BOOT_TESTS  += dom0-rootfs/test/host.exp
LONG_TESTS  += dom0-rootfs/test/guests.exp dom0-rootfs/test/vms.exp
LONG_TESTS  += dom0-rootfs/test/hostnet.exp dom0-rootfs/test/consoles.exp dom0-rootfs/test/web.exp
