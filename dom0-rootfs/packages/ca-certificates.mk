# SPDX-License-Identifier: ISC
# The authorities that answer files by HTTPS are checked with, as one file
define ca-certificates_recipe
mkdir -p $$DEST/data
cat usr/share/ca-certificates/mozilla/*.crt >$$DEST/data/ca-certificates.crt
endef
$(eval $(call upstream,ca-certificates))
