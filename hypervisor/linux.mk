# SPDX-License-Identifier: ISC
# dom0's kernel and its modules.

# tinyconfig and our short list; olddefconfig adds what those need.  Run twice,
# since a symbol may only become visible by another.  A wanted symbol that
# olddefconfig dropped is named and stops the build: a new kernel may have
# renamed it.
#
# boot/relink is what a certificate can be put into the kernel with, without
# compiling it again: vmlinux, with room for one certificate, and the parts and
# headers of which bzImage is made from it.
define linux_recipe
mv usr deb
tar -xf deb/src/linux-source-6.12.tar.xz --strip-components=1
rm -rf deb
export KBUILD_BUILD_USER=domus KBUILD_BUILD_HOST=domus
export KBUILD_BUILD_TIMESTAMP="$$(date -u -d @$$SOURCE_DATE_EPOCH)"
make tinyconfig
for pass in 1 2
do
	grep '^CONFIG_' $$TOP/configs/linux.config >>.config
	make olddefconfig
done
grep '^CONFIG_' $$TOP/configs/linux.config | while read -r want
do
	case $$want in
	*=n) ! grep -q "^$${want%n}" .config ;;
	*) grep -qxF "$$want" .config ;;
	esac || echo "configs/linux.config: $$want: not possible" >>.lost
done
if test -s .lost; then cat .lost; exit 1; fi
make bzImage modules
mkdir -p $$DEST/boot/modules
cp arch/x86/boot/bzImage $$DEST/boot/vmlinuz
cp .config $$DEST/boot/linux.config
make INSTALL_MOD_PATH=$$DEST/boot/modules INSTALL_MOD_STRIP=1 modules_install
mkdir $$DEST/boot/relink
{
	echo vmlinux
	echo scripts/insert-sys-cert
	find arch/x86/boot -type f ! -name bzImage ! -name 'vmlinux.bin*'
	find drivers/firmware/efi/libstub -name '*.o' -o -name lib.a
	sed -n 's/^  \([^$$/ ][^ ]*\.[hS]\) .*/\1/p' arch/x86/boot/.header.o.cmd
} | sort -u | tar -cf - -T - | tar -xf - -C $$DEST/boot/relink
rm -f $$DEST/boot/modules/lib/modules/*/build
rm -f $$DEST/boot/modules/lib/modules/*/source
endef
$(eval $(call upstream,linux,,configs/linux.config))

.PHONY: kernel
kernel: $(OUT)/built/linux	## Linux for dom0, with its modules
