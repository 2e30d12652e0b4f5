# SPDX-License-Identifier: ISC
# The C library and the compiler that uses it.  musl-gcc is BUILD's gcc with
# specs that know no other headers and libraries than those of the sysroot it
# stands in, so it works from anywhere and its tree may be moved.  Trees that
# recipes build in are named "." in what is built.
define musl_recipe
CC=gcc ./configure --prefix= --disable-shared --disable-gcc-wrapper \
    --target=x86_64
make
make DESTDIR=$$DEST/sysroot install
sh tools/musl-gcc.specs.sh @/include @/lib /lib/ld-musl-x86_64.so.1 |
    sed 's,@\(/[a-z]*\)\(/[A-Za-z0-9]*\.o\)\?,%:getenv(DOMUS_SYSROOT \1\2),g' \
    >$$DEST/sysroot/lib/musl-gcc.specs
mkdir -p $$DEST/sysroot/bin
cat >$$DEST/sysroot/bin/musl-gcc <<'EOF'
#!/bin/sh
DOMUS_SYSROOT=$$(cd "$${0%/*}/.." && pwd)
export DOMUS_SYSROOT
exec gcc -specs "$$DOMUS_SYSROOT/lib/musl-gcc.specs" \
    $${SRC:+"-ffile-prefix-map=$$SRC=."} \
    "-ffile-prefix-map=$$DOMUS_SYSROOT=sysroot" "$$@"
EOF
chmod 755 $$DEST/sysroot/bin/musl-gcc
endef
$(eval $(call upstream,musl,linux-headers))
