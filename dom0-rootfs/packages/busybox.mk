# SPDX-License-Identifier: ISC
# init, services and the tools of a shell.  Its configuration program takes a
# symbol's first line, so ours go first; twice, as in hypervisor/linux.mk.
define busybox_recipe
list=$$TOP/configs/busybox.config
make allnoconfig
for pass in 1 2
do
	sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' $$list >.names
	grep -v -w -F -f .names .config >.rest || true
	grep '^CONFIG_' $$list | cat - .rest >.config
	yes '' | make oldconfig >/dev/null
done
grep '^CONFIG_' $$list | while read -r want
do
	case $$want in
	*=n) ! grep -q "^$${want%n}" .config ;;
	*) grep -qxF "$$want" .config ;;
	esac || echo "configs/busybox.config: $$want: not possible" >>.lost
done
if test -s .lost; then cat .lost; exit 1; fi
unset CFLAGS
# gcc 14 makes an error of what its syslogd does
make CC="musl-gcc -Wno-error=incompatible-pointer-types" HOSTCC=gcc \
    SKIP_STRIP=n busybox
mkdir -p $$DEST/sysroot/bin
cp busybox $$DEST/sysroot/bin
endef
$(eval $(call upstream,busybox,musl,configs/busybox.config))
