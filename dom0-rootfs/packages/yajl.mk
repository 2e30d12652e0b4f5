# SPDX-License-Identifier: ISC
# JSON: libxl and our JSON-RPC.  Ten files; its cmake is not needed.
define yajl_recipe
mkdir -p $$DEST/sysroot/include/yajl $$DEST/sysroot/lib
sed -e 's/$${YAJL_MAJOR}/2/' -e 's/$${YAJL_MINOR}/1/' \
    -e 's/$${YAJL_MICRO}/0/' src/api/yajl_version.h.cmake \
    >src/api/yajl_version.h
cp src/api/*.h $$DEST/sysroot/include/yajl
cd src
$$CC $$CFLAGS -fPIC -I $$DEST/sysroot/include -c *.c
ar rcsD $$DEST/sysroot/lib/libyajl.a *.o
endef
$(eval $(call upstream,yajl,musl))
