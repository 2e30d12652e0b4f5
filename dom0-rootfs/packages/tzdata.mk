# SPDX-License-Identifier: ISC
# The time zones, as compiled by the distribution
define tzdata_recipe
mkdir -p $$DEST/data
cp -a usr/share/zoneinfo $$DEST/data/zoneinfo
rm -rf $$DEST/data/zoneinfo/right $$DEST/data/zoneinfo/posix
endef
$(eval $(call upstream,tzdata))
