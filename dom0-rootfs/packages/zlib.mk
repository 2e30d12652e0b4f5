# SPDX-License-Identifier: ISC
# inflate: guest kernels (libxenguest), curl, zImages
define zlib_recipe
./configure --static --prefix=
make libz.a
make DESTDIR=$$DEST/sysroot install
$(only_libs)
endef
$(eval $(call upstream,zlib,musl))
