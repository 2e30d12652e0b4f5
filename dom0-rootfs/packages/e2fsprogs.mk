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
mkdir -p $$DEST/sysroot/lib $$DEST/sysroot/include/ext2fs \
    $$DEST/sysroot/include/et
cp lib/libext2fs.a lib/libcom_err.a $$DEST/sysroot/lib
cp lib/ext2fs/bitops.h lib/ext2fs/ext2_err.h lib/ext2fs/ext2_ext_attr.h \
    lib/ext2fs/ext2_fs.h lib/ext2fs/ext2_io.h lib/ext2fs/ext2_types.h \
    lib/ext2fs/ext2fs.h lib/ext2fs/ext3_extents.h lib/ext2fs/hashmap.h \
    lib/ext2fs/tdb.h $$DEST/sysroot/include/ext2fs
cp lib/et/com_err.h $$DEST/sysroot/include/et
endef
$(eval $(call upstream,e2fsprogs,musl))
