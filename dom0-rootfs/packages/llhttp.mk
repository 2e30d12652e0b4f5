# SPDX-License-Identifier: ISC
# The HTTP parser: three generated C files, which come with nodejs.  They stay
# in the sysroot, since unit tests build them for BUILD too.
LLHTTP_SRC := $(SYSROOT)/src/llhttp
define llhttp_recipe
cd deps/llhttp
mkdir -p $$DEST/sysroot/src/llhttp $$DEST/sysroot/lib $$DEST/sysroot/include
cp include/llhttp.h src/*.c LICENSE-MIT $$DEST/sysroot/src/llhttp
cp include/llhttp.h $$DEST/sysroot/include
$$CC $$CFLAGS -O2 -I include -c src/*.c
ar rcsD $$DEST/sysroot/lib/libllhttp.a *.o
endef
$(eval $(call upstream,llhttp,musl))
