# SPDX-License-Identifier: ISC
# The hypervisor, and what dom0 needs of the toolstack: static libraries for
# domusd, xenstored, xenconsoled, xen-init-dom0, xl.  Of the source package
# only the original archive is used: it is upstream's stable branch with its
# security fixes, and the distribution's patches only move its files.
#
# configure asks for curses and argp.  Only xentop and vchan's node use them,
# which are not built, so it is told that they are there.
#
# libxenguest becomes one object: its kernel loaders register themselves in
# constructors, which a linker takes from an archive only if something else in
# that member is wanted ("no loader found").
define xen_recipe
stamp='XEN_BUILD_DATE=- XEN_BUILD_TIME=- XEN_BUILD_HOST=domus XEN_WHOAMI=domus
    XEN_DOMAIN=domus XEN_VENDORVERSION=-domus'
hyper="make -C xen CC=gcc HOSTCC=gcc $$(echo $$stamp)
    EXTRA_CFLAGS_XEN_CORE=-ffile-prefix-map=$$SRC=."
$$hyper defconfig
grep '^CONFIG_' $$TOP/configs/xen.config >>xen/.config
$$hyper olddefconfig
grep '^CONFIG_' $$TOP/configs/xen.config | while read -r want
do
	case $$want in
	*=n) ! grep -q "^$${want%n}" xen/.config ;;
	*) grep -qxF "$$want" xen/.config ;;
	esac || echo "configs/xen.config: $$want: not possible" >>.lost
done
if test -s .lost; then cat .lost; exit 1; fi
$$hyper
mkdir -p $$DEST/boot $$DEST/sysroot/bin $$DEST/sysroot/libexec
cp xen/xen.gz $$DEST/boot
objcopy --strip-debug xen/xen.efi $$DEST/boot/xen.efi
# objcopy writes the time of now into the header, and a checksum of it
header=$$(od -An -tu4 -j60 -N4 $$DEST/boot/xen.efi)
for field in 8 88
do
	printf '\0\0\0\0' | dd of=$$DEST/boot/xen.efi bs=1 conv=notrunc \
	    status=none seek=$$((header + field))
done

unset CFLAGS
ac_cv_header_argp_h=yes ac_cv_lib_argp_argp_usage=no \
    ac_cv_header_curses_h=yes ac_cv_lib_curses_clear=yes ./configure \
    --build=x86_64-linux-gnu --host=x86_64-linux-musl --prefix=/usr \
    --libdir=/usr/lib --with-rundir=/run --sysconfdir=/etc \
    --localstatedir=/var --disable-docs --disable-stubdom \
    --disable-monitors --disable-ocamltools --disable-xsmpolicy \
    --disable-seabios --disable-golang --disable-pygrub --disable-libfsimage \
    --disable-rombios --disable-pvshim --disable-ipxe --disable-systemd \
    --disable-werror --with-system-qemu=/usr/lib/xen/bin/qemu \
    --with-xenstored=xenstored
libs=$$SRC/tools/libs
low='toolcore toollog evtchn gnttab call foreignmemory devicemodel ctrl guest'
group=
for l in toolcore toollog evtchn gnttab call foreignmemory devicemodel hypfs
do
	group="$$group $$libs/$$l/libxen$$l.a"
done
link="-static -Wl,--gc-sections -Wl,--start-group $$group
    $$libs/ctrl/libxenctrl.a $$libs/guest/libxenguest.a
    $$libs/store/libxenstore.a -lz -lzstd -llzma -lyajl -luuid
    -Wl,--end-group"
tools() {
	make nosharedlibs=y debug=n CC=musl-gcc HOSTCC=gcc TEST_PROGS= \
	    CLIENTS=libxl-save-helper NO_HEADERS_CHK=y \
	    APPEND_LDFLAGS="$$(echo $$link)" "$$@"
}
tools -C tools/include
tools -C tools/libs SUBDIRS-y="$$low"
ld -r --whole-archive -o whole.o $$libs/guest/libxenguest.a
rm $$libs/guest/libxenguest.a
ar rcsD $$libs/guest/libxenguest.a whole.o
tools -C tools/libs SUBDIRS-y='hypfs store light util'
tools -C tools/xenstored xenstored
tools -C tools/console
tools -C tools/helpers xen-init-dom0
tools -C tools/xl
tools -C tools/include install DESTDIR=$$DEST/x
tools -C tools/libs install SUBDIRS-y="$$low hypfs store light util" \
    DESTDIR=$$DEST/x
mv $$DEST/x/usr/include $$DEST/sysroot
mkdir $$DEST/sysroot/lib
mv $$DEST/x/usr/lib/*.a $$DEST/sysroot/lib
rm -rf $$DEST/x
cp tools/xl/xl tools/xenstored/xenstored tools/console/daemon/xenconsoled \
    tools/helpers/xen-init-dom0 $$DEST/sysroot/bin
cp tools/console/client/xenconsole tools/libs/light/libxl-save-helper \
    $$DEST/sysroot/libexec
strip $$DEST/sysroot/bin/* $$DEST/sysroot/libexec/*
endef
$(eval $(call upstream,xen,musl zlib zstd xz yajl util-linux,configs/xen.config))

# what a program that uses libxl is linked with
XEN_LIBS := -Wl,--start-group -lxenlight -lxlutil -lxenctrl -lxenguest \
	    -lxenstore -lxencall -lxenforeignmemory -lxenevtchn -lxengnttab \
	    -lxendevicemodel -lxenhypfs -lxentoollog -lxentoolcore -lyajl \
	    -luuid -lz -llzma -lzstd -Wl,--end-group

.PHONY: xen
xen: $(OUT)/built/xen	## the hypervisor and its toolstack
