# SPDX-License-Identifier: ISC
# The terminal behind guests' consoles.  Its sources stay in the sysroot, since
# domusd's tests build them for BUILD too; the tables of its two character sets
# come ready in its archive.
LIBVTERM_SRC := $(SYSROOT)/src/libvterm
define libvterm_recipe
mkdir -p $$DEST/sysroot/src/libvterm
cp -r include src LICENSE $$DEST/sysroot/src/libvterm
endef
$(eval $(call upstream,libvterm,))
