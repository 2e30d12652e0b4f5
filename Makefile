# SPDX-License-Identifier: ISC
# Domus: build a bootable Xen host.  GNU make; `make help' lists what can be made.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDEXPANSION:

export LC_ALL := C
export TZ := UTC
# the date that what is made carries; a bundle of sources has no history
export SOURCE_DATE_EPOCH ?= $(shell cat .source-date-epoch 2>/dev/null || \
	git log -1 --format=%ct 2>/dev/null || echo 1)

.PHONY: all
all: iso

include configs/image.mk
include scripts/scripts.mk
include hypervisor/hypervisor.mk
include dom0-rootfs/dom0-rootfs.mk
include installer/installer.mk
include packaging/packaging.mk
include scripts/test/test.mk

.PHONY: clean
clean:			## remove what was built; upstreams stay in the cache
	$(Q)rm -rf $(OUT)

.PHONY: distclean
distclean: clean	## the same, and fetched sources; the cache stays
	$(Q)rm -rf $(FETCHED)

.PHONY: help
help:			## show this text
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## */\1\t/p' $(MAKEFILE_LIST) | \
	    awk -F'\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'
	@echo '  V=1              show every command'
	@echo '  JOBS=N           how many at once (all processors)'
	@echo '  DEPS=no          install no packages, only name them'
	@echo '  SOURCES=DIR      fetch nothing, take the pinned files from there'
	@echo '  LOCK=strict      never take another version than the pinned one'
	@echo '  KEEP=1           keep the trees that upstreams are built in'
