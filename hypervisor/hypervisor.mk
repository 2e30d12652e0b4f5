# SPDX-License-Identifier: ISC
# What boots: the hypervisor and dom0's kernel.

include hypervisor/linux.mk
include hypervisor/xen.mk
include hypervisor/probe/probe.mk

$(OUT)/boot/vmlinuz: $(OUT)/built/linux ;
$(OUT)/boot/xen.gz $(OUT)/boot/xen.efi: $(OUT)/built/xen ;
