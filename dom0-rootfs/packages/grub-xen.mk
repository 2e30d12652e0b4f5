# SPDX-License-Identifier: ISC
# GRUB as a guest's kernel: it reads the guest's own disk for its menu, kernel
# and initrd, so a disk image boots unchanged, and dom0 parses none of it.
define grub-xen_recipe
mkdir -p $$DEST/data/guest
cp usr/lib/grub-xen/grub-x86_64-xen.bin $$DEST/data/guest/grub-pv
cp usr/lib/grub-xen/grub-i386-xen_pvh.bin $$DEST/data/guest/grub-pvh
endef
$(eval $(call upstream,grub-xen))
