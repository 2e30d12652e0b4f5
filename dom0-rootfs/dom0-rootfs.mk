# SPDX-License-Identifier: ISC
# Everything that runs in dom0.

include dom0-rootfs/packages/packages.mk
include dom0-rootfs/src/src.mk
