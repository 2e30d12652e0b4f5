# SPDX-License-Identifier: ISC
# Keymaps of PC keyboards, in the form that busybox's loadkmap reads
define console-data_recipe
mkdir -p $$DEST/data/keymaps
cd usr/share/keymaps/i386
for map in */*.kmap.gz
do
	name=$${map##*/}
	case $$map in
	include/*) continue ;;
	esac
	loadkeys -q -b $$map >.bmap || { echo "$$map: left out"; continue; }
	cp .bmap $$DEST/data/keymaps/$${name%.kmap.gz}.bmap
done
test -s $$DEST/data/keymaps/us.bmap
endef
$(eval $(call upstream,console-data))
