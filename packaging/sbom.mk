# SPDX-License-Identifier: ISC
# Accounts: what the image is made of, where each file comes from, the bundle
# of sources, known vulnerabilities, and whether it can be made twice.

$(eval $(call program,build,mksbom,$(addprefix packaging/src/,mksbom.c parts.c spdx.c) \
	scripts/manifest.c,-lyajl -lcrypto))
MORE_CFLAGS_packaging/src := -I scripts

$(OUT)/parts: packaging/mkparts packaging/owners configs/licences $(OUT)/VERSIONS
	$(Q)$< $(OUT) $(VERSION) '$(foreach u,$(UPSTREAMS),\
	    $(foreach d,$(DEPENDS_$(u)),$(u)=$(d)))' \
	    '$(filter -l% %.a,$(programs_libs))'

# It travels in the image (/usr/share/domus) and lies beside it.
sbom_of	:= dom0-rootfs/manifest dom0-rootfs/programs.manifest
$(IMG)/domus.spdx.json: $(OUT)/bin/mksbom $(OUT)/parts $(sbom_of) \
    $(IMG)/base.squashfs $(OUT)/stripped/domus-programs
	$(call say,SBOM,$@)
	$(Q)$< -n $(VERSION) -p $(OUT)/parts -o $(OUT)/owners -v OUT=$(OUT) \
	    -v IMG=$(IMG) -v SYSROOT=$(SYSROOT) $(sbom_of) >$@.tmp
	$(Q)mv $@.tmp $@

# The same with what else is on the medium: Xen, the kernel, boot loaders.
iso: $(IMG)/domus.iso.spdx.json
$(IMG)/domus.iso.spdx.json: packaging/mkmedium $(IMG)/domus.iso $(IMG)/domus.spdx.json
	$(call say,SBOM,$@)
	$(Q)$< $(IMG)/domus.iso $(IMG)/medium >$@.manifest
	$(Q)$(OUT)/bin/mksbom -n $(VERSION) -p $(OUT)/parts -o $(OUT)/owners \
	    -v OUT=$(OUT) -v IMG=$(IMG) -v SYSROOT=$(SYSROOT) $(sbom_of) \
	    $@.manifest >$@.tmp
	$(Q)rm -rf $(IMG)/medium $@.manifest && mv $@.tmp $@

.PHONY: sources
bundle	:= domus-$(VERSION)-sources
sources: $$(DEPS_OK) $$(OUT)/VERSIONS	## every pinned source, checked, and the bundle of all for the GPL
	$(Q)for n in $(UPSTREAMS); do \
	    $(UPSTREAM_ENV) scripts/fetch $$n >/dev/null || exit 1; done
	$(Q)$(UPSTREAM_ENV) packaging/installed-sources $(OUT)/installed-sources
	$(Q)$(UPSTREAM_ENV) packaging/mksources $(OUT)/VERSIONS \
	    $(OUT)/installed-sources $(bundle) $(OUT)/$(bundle).tar
	$(call say,DONE,$(OUT)/$(bundle).tar)

CVE_DATA ?=
.PHONY: cve
cve: $(OUT)/VERSIONS	## known vulnerabilities, from the security tracker's JSON: CVE_DATA=FILE
	$(Q)packaging/cve $(OUT)/VERSIONS $(CVE_DATA)

# Upstreams that are not built twice.
KEPT	?=
.PHONY: reproduce
reproduce: $$(IMG)/domus.iso	## build twice, differently, and compare; KEPT= names upstreams left out
	$(Q)$(UPSTREAM_ENV) OUT=$(OUT) scripts/reproduce $(OUT)/reproduce $(KEPT)

CHECK_TESTS += scripts/test/compare_test
ALL_NEEDS  += $(OUT)/domus.iso.spdx.json $(OUT)/VERSIONS
ALL_TESTS  += packaging/test/sbom@$(OUT)/domus.spdx.json@$(OUT)/system.squashfs@$(OUT)/VERSIONS \
	      packaging/test/sbom-medium@$(OUT)/domus.iso@$(OUT)/domus.iso.spdx.json
LONG_NEEDS += sources $(OUT)/domus.iso
# (without the third word the kernel, too: half an hour more)
LONG_TESTS += packaging/test/offline@$(OUT)/$(bundle).tar@$(OUT)@linux
