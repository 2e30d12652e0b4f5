# SPDX-License-Identifier: ISC
# liblzma: guest kernels (libxenguest)
define xz_recipe
$(configure) --disable-nls --disable-xz --disable-xzdec --disable-lzmadec \
    --disable-lzmainfo --disable-lzma-links --disable-scripts --disable-doc
make
make DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,xz,musl))
