# SPDX-License-Identifier: ISC
# Only libraries: partition tables, probing of disks, UUIDs
define util-linux_recipe
$(configure) --disable-all-programs --disable-nls --disable-asciidoc \
    --disable-bash-completion --disable-poman --enable-libuuid \
    --enable-libblkid --enable-libfdisk --enable-libsmartcols \
    --without-python --without-systemd --without-udev --without-tinfo \
    --without-ncurses
make
make DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,util-linux,musl))
