# SPDX-License-Identifier: ISC
# The kernel's headers for user space: of the same kernel, in a small package
# of their own, so that musl need not wait for the kernel.
define linux-headers_recipe
mkdir -p $$DEST/sysroot/include
cd usr/include
cp -r asm-generic drm linux misc mtd rdma video xen $$DEST/sysroot/include
cp -r ../lib/linux/uapi/x86/asm $$DEST/sysroot/include
endef
$(eval $(call upstream,linux-headers))
