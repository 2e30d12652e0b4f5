# SPDX-License-Identifier: ISC
# The state partition and local SRs: made, checked, grown
define e2fsprogs_recipe
$(configure) --enable-libuuid --enable-libblkid --disable-nls \
    --disable-uuidd --disable-fsck --disable-debugfs --disable-imager \
    --disable-defrag --disable-e2initrd-helper --disable-fuse2fs \
    --without-libarchive --disable-bmap-stats LDFLAGS="-static -Wl,--gc-sections"
make libs
make -C misc mke2fs tune2fs
make -C e2fsck e2fsck
make -C resize resize2fs
mkdir -p $$DEST/sysroot/sbin
install -s misc/mke2fs misc/tune2fs e2fsck/e2fsck resize/resize2fs \
    $$DEST/sysroot/sbin
endef
$(eval $(call upstream,e2fsprogs,musl))
