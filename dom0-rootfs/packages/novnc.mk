# SPDX-License-Identifier: ISC
# Consoles in a browser: modules that dom0-rootfs/web serves as they are.  DES
# goes (a patch), as only passwords of VNC need it and its licence is its own.
NOVNC_SRC := $(SYSROOT)/src/novnc
define novnc_recipe
mkdir -p $$DEST/sysroot/src/novnc/vendor
rm core/crypto/des.js
cp -r core LICENSE.txt docs/LICENSE.MPL-2.0 $$DEST/sysroot/src/novnc
cp -r vendor/pako $$DEST/sysroot/src/novnc/vendor
! grep -r DESECBCipher $$DEST/sysroot/src/novnc/core
endef
$(eval $(call upstream,novnc,))
