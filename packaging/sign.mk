# SPDX-License-Identifier: ISC
# `make iso SIGN_KEY= SIGN_CERT=': an image for Secure Boot, in $(OUT)/signed
# ($(IMG)).  SIGN_KEY is a PEM file or a pkcs11: URI, SIGN_CERT its certificate
# (PEM).  Signed are the modules, whose kernel gets the certificate, and what a
# firmware starts: domus.efi and systemd-boot.

# What firmwares are enrolled with (.auth, .cer, .esl), for the medium; it is
# looked for where the certificate is.
SIGN_ENROL	?= $(if $(wildcard $(dir $(SIGN_CERT))PK.auth),$(patsubst %/,%,$(dir $(SIGN_CERT))))

ifeq ($(SIGN_KEY),)
MODULES		:= $(OUT)/built/linux
UNSIGNED_EFI	:= $(IMG)/boot/domus.efi
IMG_SDBOOT	:= $(SDBOOT)
ENROL		:=
else
$(if $(SIGN_CERT),,$(error SIGN_KEY needs SIGN_CERT: its certificate, PEM))
MODULES		:= $(IMG)/boot/modules/.signed
UNSIGNED_EFI	:= $(IMG)/unsigned.efi
IMG_SDBOOT	:= $(IMG)/systemd-boot.efi
ENROL		:= $(SIGN_ENROL)

# Another certificate makes all of it anew.
.PHONY: certificate
certificate:
$(IMG)/certificate.der: certificate | $(DEPS_OK)
	$(Q)mkdir -p $(@D)
	$(Q)openssl x509 -in '$(SIGN_CERT)' -outform DER -out $@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(IMG)/boot/vmlinuz: packaging/relink $(OUT)/built/linux $(IMG)/certificate.der
	$(call say,RELINK,$@)
	$(Q)packaging/relink $(OUT)/boot/relink $(OUT)/boot/linux.config \
	    $(IMG)/certificate.der $@

$(MODULES): $(OUT)/bin/sign-modules $(OUT)/built/linux $(IMG)/certificate.der
	$(call say,SIGN,$(@D))
	$(Q)rm -rf $(@D) && mkdir -p $(@D) && cp -r $(OUT)/boot/modules/lib $(@D)
	$(Q)$< '$(SIGN_KEY)' '$(SIGN_CERT)' $(@D)/lib && touch $@

$(IMG)/boot/xen.gz $(IMG)/boot/xen.efi: $(IMG)/boot/%: $(OUT)/boot/%
	$(Q)mkdir -p $(@D) && cp $< $@

$(IMG)/boot/domus.efi: $(UNSIGNED_EFI)
$(IMG_SDBOOT): $(SDBOOT)
$(IMG)/boot/domus.efi $(IMG_SDBOOT): packaging/sign-efi $(IMG)/certificate.der
	$(call say,SIGN,$@)
	$(Q)$< '$(SIGN_KEY)' '$(SIGN_CERT)' $(filter %.efi,$^) $@
endif

# What a TPM will have measured of it.
$(eval $(call program,build,mkpcrs,packaging/src/mkpcrs.c,-lcrypto))
$(IMG)/domus.pcrs.json: $(OUT)/bin/mkpcrs $(IMG_SDBOOT) $(IMG)/boot/domus.efi $(OUT)/menus/.done
	$(call say,PCRS,$@)
	$(Q)$< $(IMG_SDBOOT) $(IMG)/boot/domus.efi \
	    $(OUT)/menus/loader-iso/entries \
	    $(OUT)/menus/loader-slot/entries >$@.tmp && mv $@.tmp $@

.PHONY: keys
keys: | $(DEPS_OK)	## keys for Secure Boot, in out/keys: a DEVELOPMENT set, or SIGN_KEY's
	$(Q)packaging/mkkeys $(OUT)/keys $(if $(SIGN_KEY),'$(SIGN_KEY)' '$(SIGN_CERT)')

$(eval $(call program,build,sign-modules,packaging/src/sign-modules.c,-lcrypto))

# The tests' own: the unsigned image's parts are made before the signed ones.
ifeq ($(SIGN_KEY),)
.PHONY: signed-for-tests
signed-for-tests: $(OUT)/domus.iso $(OUT)/bin/sign-modules
	+$(Q)packaging/mkkeys $(OUT)/test/keys 2>/dev/null
	+$(Q)$(MAKE) --no-print-directory iso pxe SIGN_KEY=$(OUT)/test/keys/db.key \
	    SIGN_CERT=$(OUT)/test/keys/db.crt
ALL_NEEDS  += signed-for-tests
ALL_TESTS  += scripts/test/qemu/secure-boot.exp \
	      packaging/test/signing@$(OUT)/bin/sign-modules@$(OUT)/bin/mksbom@$(SDBOOT)@$(OUT)/boot/domus.efi
LONG_TESTS += scripts/test/qemu/secure-pxe.exp \
	      scripts/test/qemu/secure-boot.exp@altered scripts/test/qemu/secure-boot.exp@entry \
	      scripts/test/qemu/secure-boot.exp@disk \
	      scripts/test/qemu/measured.exp@$(OUT)/signed
endif
