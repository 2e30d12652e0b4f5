# SPDX-License-Identifier: ISC
# Our own programs in dom0.

include dom0-rootfs/src/base/base.mk
include dom0-rootfs/src/rpc/rpc.mk
include dom0-rootfs/src/attest/attest.mk
include dom0-rootfs/web/web.mk
-include dom0-rootfs/src/domusd/net.mk
-include dom0-rootfs/src/domusd/console.mk
-include dom0-rootfs/src/domus/domus.mk
-include dom0-rootfs/src/domusd/domusd.mk
-include dom0-rootfs/src/boot/boot.mk
include dom0-rootfs/src/programs/programs.mk
