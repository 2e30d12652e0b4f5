# SPDX-License-Identifier: ISC
# The image (xen, vmlinuz, initrd, domus.efi) -> slot template, ISO, run-qemu.

SYSLINUX_DIR	?= /usr/lib/syslinux
ISOLINUX_DIR	?= /usr/lib/ISOLINUX
SDBOOT		?= /usr/lib/systemd/boot/efi/systemd-bootx64.efi
boot		:= $(IMG)/boot
menus		:= $(OUT)/menus
c32		:= $(addprefix $(SYSLINUX_DIR)/modules/bios/,ldlinux.c32 \
		   libcom32.c32 libutil.c32 menu.c32 mboot.c32)

include packaging/sign.mk
include packaging/sbom.mk

.PHONY: iso
iso: $(IMG)/domus.iso $(IMG)/domus.pcrs.json $(OUT)/run-qemu $(OUT)/bin/domus-iso	## the bootable ISO image (the default)

$(menus)/.done: scripts/mkboot configs/boot/entries configs/image.mk
	$(call say,MENUS,$(menus))
	$(Q)$< configs/boot/entries $(menus) $(SERIAL_PORT) $(SERIAL_BAUD) \
	    $(DOM0_MEM_MB) $(MENU_SECONDS) $(VERSION)
	$(Q)touch $@

$(UNSIGNED_EFI): scripts/mkefi $(boot)/xen.efi $(menus)/.done $(boot)/vmlinuz $(boot)/initrd
	$(call say,EFI,$@)
	$(Q)$< $(boot)/xen.efi $(menus)/xen.cfg $(boot)/vmlinuz \
	    $(boot)/initrd $@

# What a slot holds before it holds an image: FAT32 with both boot loaders.
# The installer copies it into the partition, then adds the image's files.
$(IMG)/slot.fat: packaging/mkslot $(menus)/.done $(IMG_SDBOOT) | $(DEPS_OK)
	$(call say,SLOT,$@)
	$(Q)packaging/mkslot $(SLOT_MB) 512 $(menus) $(IMG_SDBOOT) $@ $(c32) \
	    $(SYSLINUX_DIR)/modules/bios/chain.c32

# The same for disks with sectors of 4096 bytes, which only UEFI boots from; it
# needs more room to be a FAT32 (LAYOUT_SLOT_4K).
$(IMG)/slot4k.fat: packaging/mkslot $(menus)/.done $(IMG_SDBOOT) | $(DEPS_OK)
	$(call say,SLOT,$@)
	$(Q)packaging/mkslot $$(($(SLOT_MB) + 8)) 4096 $(menus) $(IMG_SDBOOT) $@

$(OUT)/gptmbr.bin: $(SYSLINUX_DIR)/mbr/gptmbr.bin | $(DEPS_OK)
	$(Q)mkdir -p $(@D) && cp $< $@

$(SYSLINUX_DIR)/mbr/gptmbr.bin $(SDBOOT): | $(DEPS_OK)

$(boot)/efi.img: packaging/mkesp $(boot)/domus.efi $(IMG_SDBOOT)
	$(call say,ESP,$@)
	$(Q)packaging/mkesp $(menus)/loader-iso $(IMG_SDBOOT) \
	    $(boot)/domus.efi $@ $(ENROL)

# (The programs' rules are below; what they make is known.)
$(IMG)/domus.iso: packaging/mkiso packaging/mksums $(boot)/efi.img $(boot)/xen.gz $(OUT)/bin/iso-share
	$(call say,ISO,$@)
	$(Q)SIGN_KEY='$(SIGN_KEY)' packaging/mkiso $(OUT)/bin/iso-share \
	    $(boot) $(menus)/isolinux.cfg $(IMG_SDBOOT) \
	    $(ISOLINUX_DIR) $@ $(c32)
	$(Q)printf '  %-8s %s, %d MB\n' DONE $@ \
	    $$(($$(stat -c %s $@) / 1000000))

# Who may sign images that this one installs from a server; empty: nobody is
# asked.  Made anew when it is another.
.PHONY: signer
signer:
$(IMG)/signer.pem: signer
	$(Q)mkdir -p $(@D) && cat $(or $(SIGN_CERT),/dev/null) >$@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(OUT)/run-qemu: scripts/run-qemu
	$(Q)mkdir -p $(@D) && cp $< $@

$(eval $(call program,build,domus-iso,packaging/src/domus-iso.c,))
$(eval $(call program,build,iso-share,packaging/src/iso-share.c,))

CHECK_NEEDS += $(OUT)/bin/domus-iso $(OUT)/bin/iso-share $(OUT)/bin/domus-answers
ALL_TESTS   += packaging/test/sums-token
CHECK_TESTS += packaging/test/iso@$(OUT)/bin/iso-share@$(OUT)/bin/domus-iso
BOOT_NEEDS += $(OUT)/domus.iso $(OUT)/run-qemu
BOOT_TESTS += $(foreach f,bios@cd uefi@cd bios@usb uefi@usb,\
	      scripts/test/qemu/iso-boot.exp@$(f))
ALL_NEEDS  += $(OUT)/bin/domus-iso $(OUT)/bin/domus-answers $(OUT)/bin/domus
# the longest first, as several run at once
ALL_TESTS  += scripts/test/qemu/pool.exp scripts/test/qemu/networks.exp \
	      $(foreach t,upgrade.exp@uefi@damaged@good upgrade.exp@bios@hangs \
	      two-disks.exp@uefi $(foreach n,install again,\
	      $(foreach f,bios uefi,$(n).exp@$(f))),scripts/test/qemu/$(t)) \
	      scripts/test/qemu/storage.exp@ext scripts/test/qemu/raid.exp@bios
LONG_TESTS += $(foreach f,bios uefi,scripts/test/qemu/two-disks.exp@$(f)@all) \
	      scripts/test/qemu/upgrade.exp@bios@damaged@good \
	      scripts/test/qemu/upgrade.exp@uefi@hangs
LONG_TESTS += scripts/test/qemu/storage.exp@lvm scripts/test/qemu/dirty.exp@6 \
	      scripts/test/qemu/raid.exp@uefi@all scripts/test/qemu/raid.exp@bios@all \
	      scripts/test/qemu/disks.exp@virtio4k@nvme4k@scsi4k@mmc@sata@paths \
	      scripts/test/qemu/six \
	      scripts/test/qemu/nfs.exp scripts/test/qemu/nfs-sr.exp \
	      scripts/test/qemu/first.exp@bios@uefi

include packaging/serve/serve.mk

.PHONY: demo
demo: $(BOOT_NEEDS) $(ALL_NEEDS)	## two hosts in QEMU, installed and in one pool
	$(Q)scripts/demo $(OUT)
