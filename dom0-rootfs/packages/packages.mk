# SPDX-License-Identifier: ISC
# Upstreams of dom0's user space, static, for musl.  One short file each.

# for configure scripts; prefix is empty, as $(SYSROOT) stands for /
configure := ./configure --build=x86_64-linux-gnu --host=x86_64-linux-musl \
	     --prefix= --disable-shared --enable-static
# leaves libraries and headers only
only_libs := cd $$DEST/sysroot && rm -rf share bin sbin etc lib/*.la \
	     lib/cmake

include $(sort $(filter-out %/packages.mk,$(wildcard dom0-rootfs/packages/*.mk)))

# what libraries our own programs are built with
SYSROOT_UPSTREAMS := musl linux-headers zlib zstd xz openssl curl \
		     libmicrohttpd libxml2 yajl \
		     sqlite util-linux llhttp libvterm terminus novnc ncurses busybox \
		     e2fsprogs \
		     dropbear tzdata ca-certificates \
		     console-data xen
# Its content is all their keys: what is compiled with the sysroot is compiled
# again when one of them changes, and not when they were only looked at.
$(SYSROOT)/.complete: $(patsubst %,$(OUT)/built/%,$(SYSROOT_UPSTREAMS))
	$(Q)for f in $^; do sed 1q $$f; done >$@.tmp
	$(Q)cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@

.PHONY: sysroot
sysroot: $(SYSROOT)/.complete	## musl, libraries and programs of dom0
