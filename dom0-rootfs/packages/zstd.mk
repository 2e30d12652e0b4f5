# SPDX-License-Identifier: ISC
# zstd: guest kernels (libxenguest)
define zstd_recipe
make -C lib libzstd.a ZSTD_LEGACY_SUPPORT=0
make -C lib install-static install-includes install-pc PREFIX= \
    DESTDIR=$$DEST/sysroot
$(only_libs)
endef
$(eval $(call upstream,zstd,musl))
