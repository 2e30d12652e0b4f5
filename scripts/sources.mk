# SPDX-License-Identifier: ISC
# Upstreams: fetched, checked, unpacked, patched and built once, then kept in
# the cache.  configs/sources.lock is the only place that names a version.

JOBS	?= $(shell nproc)
MAKEFLAGS += -j$(JOBS)
SOURCES	?=
LOCK	?=
UPSTREAM_ENV = DOMUS_CACHE=$(DOMUS_CACHE) FETCHED=$(FETCHED) \
	   APT_DIR=$(DOMUS_CACHE)/apt SOURCES=$(SOURCES) LOCK=$(LOCK) V=$(V) \
	   JOBS=$(JOBS)
UPSTREAMS :=

# $(eval $(call upstream,NAME,DEPENDENCIES,INPUTS)): $(OUT)/built/NAME, by the
# shell script NAME_recipe (a define), which scripts/run-recipe runs.  Patches
# are in the folder of the fragment, patches/NAME/; INPUTS are more files that
# the recipe reads.  The recipe is written out only when it has changed.
define upstream
UPSTREAMS += $(1)
DEPENDS_$(1) := $(2)
$(OUT)/built/$(1): dir := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
$(OUT)/built/$(1): configs/sources.lock $(lastword $(MAKEFILE_LIST)) $(3) \
    $(wildcard $(dir $(lastword $(MAKEFILE_LIST)))patches/$(1)/*.patch) \
    $(patsubst %,$(OUT)/built/%,$(2)) | $$(DEPS_OK)
	$$(shell mkdir -p $$(@D))$$(file >$$@.recipe,$$($(1)_recipe))
	+$$(Q)$$(UPSTREAM_ENV) scripts/upstream $(1) $$(abspath $(OUT)) \
	    $$(abspath $$@.recipe) $$(dir)/patches/$(1) "$(2)" "$(3)"
endef

.PHONY: update-sources
update-sources: $$(DEPS_OK)	## pin the newest versions that the archive has
	$(Q)$(UPSTREAM_ENV) scripts/update-sources

.PHONY: cache-clean
cache-clean:		## remove the cache of built upstreams
	$(Q)rm -rf $(DOMUS_CACHE)/built

# What went into this build, a file a line, as in configs/sources.lock
$(OUT)/VERSIONS: $$(patsubst %,$(OUT)/built/%,$$(UPSTREAMS))
	$(Q)for f in $^; do sed 1d $$f; done >$@.tmp && mv $@.tmp $@

CHECK_TESTS += scripts/test/fetch_test scripts/test/cache_test
