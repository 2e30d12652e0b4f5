# SPDX-License-Identifier: ISC
# The font of consoles, which domusd is built with: Terminus, 8 by 16, as a
# console font (PSF) with 512 glyphs.
TERMINUS_PSF := $(SYSROOT)/src/terminus/Uni2-Terminus16.psf
define terminus_recipe
mkdir -p $$DEST/sysroot/src/terminus
gzip -dc usr/share/consolefonts/Uni2-Terminus16.psf.gz \
    >$$DEST/sysroot/src/terminus/Uni2-Terminus16.psf
test -s $$DEST/sysroot/src/terminus/Uni2-Terminus16.psf
endef
$(eval $(call upstream,terminus,))
