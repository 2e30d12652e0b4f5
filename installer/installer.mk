# SPDX-License-Identifier: ISC
# The installer: domus-install for the image, domus-answers for both.

MORE_CFLAGS_installer/src := -I dom0-rootfs/src/rpc -DSLOT_MB=$(SLOT_MB) -DSTATE_MB=$(STATE_MB)

MORE_CFLAGS_installer/test := -I installer/src $(MORE_CFLAGS_installer/src)

answers_files := $(addprefix installer/src/,answers.c answers_memory.c \
	lookup.c reading.c take.c take_disk.c take_net.c take_source.c elements.c attributes.c \
	check.c check_where.c nearest.c findings.c xml.c xmltree.c complaint.c \
	hide.c machine.c inventory.c layout.c plan.c plan_keep.c plan_print.c \
	answers_write.c put.c put_disks.c nfs_place.c signature.c)
answers_files += $(addprefix installer/src/,plan_disks.c plan_first.c plan_net.c plan_raid.c rules.c match.c)
answers_libs  := -lxml2 -lcrypto
# What domus-answers has besides: the format told from its tables.
format_files  := $(addprefix installer/src/,explain.c help.c schema.c theirs.c)

$(eval $(call program,build,domus-answers,installer/src/domus-answers.c \
	$(answers_files) $(format_files),$(answers_libs)))
$(eval $(call program,target,domus-answers,installer/src/domus-answers.c \
	$(answers_files) $(format_files),$(answers_libs) -lz -lm))

install_files := $(addprefix installer/src/,domus-install.c session.c carry.c boot.c \
	steps.c probe.c probe_ids.c holds.c ui.c fetch.c hooks.c gpt.c first.c gpt_raw.c wipe.c \
	stub.c ext.c codes.c confirm.c \
	password.c medium.c slot.c slots.c state.c efi.c efi_var.c installed.c \
	volume.c keep.c held.c ext_update.c ext_copy.c active.c adv.c health.c \
	domus-slot.c answer_url.c url_words.c)
install_files += $(addprefix installer/src/,identity.c sr.c net_conf.c image.c \
	origin.c reach.c fetch_tls.c fetch_part.c fetch_why.c nfs.c raid.c bootline.c bootwords.c \
	progress.c told.c guard.c has_address.c)
tui_files := $(addprefix installer/src/tui/,form.c form_xml.c page.c rows.c \
	full.c full_key.c full_draw.c full_watch.c plain.c job.c tui.c screens.c \
	screens_begin.c screens_disk.c screens_source.c pem.c screens_net.c screens_host.c \
	screens_pool.c network.c coordinator.c screens_end.c save.c consoles.c) installer/src/remote.c
MORE_CFLAGS_installer/src/tui := -I dom0-rootfs/src/rpc \
	$(MORE_CFLAGS_installer/src)
install_files += $(tui_files)
install_libs  := -lncursesw -lcurl -lssl -lxml2 -lfdisk -lblkid -luuid -lext2fs \
	-lcom_err -lcrypt -lcrypto

$(eval $(call program,target,domus-install,$(install_files) $(answers_files),\
	$(OUT)/target/librpc.a $(install_libs) -lyajl -lz -lm))
$(eval $(call uses_rpc,target,domus-install))
# The very same steps on this machine, for the tests: disks are image files.
$(eval $(call program,native,domus-install,$(install_files) $(answers_files),\
	$(OUT)/native/librpc.a $(install_libs) -lyajl))
$(eval $(call uses_rpc,native,domus-install))

$(eval $(call unit_test,answers_test,installer/test/answers_test.c \
	installer/test/golden.c $(answers_files),$(answers_libs)))
$(eval $(call unit_test,format_test,installer/test/format_test.c \
	installer/test/golden.c $(answers_files) $(format_files),\
	$(answers_libs)))
$(eval $(call unit_test,confirm_test,installer/test/confirm_test.c \
	$(addprefix installer/src/,confirm.c ui.c),))
$(eval $(call unit_test,manual_test,installer/test/manual_test.c \
	installer/test/golden.c $(answers_files),$(answers_libs)))
$(eval $(call unit_test,match_test,installer/test/match_test.c \
	$(answers_files),$(answers_libs)))
$(eval $(call unit_test,plan_test,installer/test/plan_test.c \
	installer/test/golden.c $(answers_files),$(answers_libs)))
disk_files := $(addprefix installer/src/,probe.c probe_ids.c holds.c gpt.c \
	first.c gpt_raw.c wipe.c stub.c ext.c efi.c \
	efi_var.c active.c adv.c ext_update.c ext_copy.c)
disk_files += installer/src/identity.c
$(eval $(call unit_test,disk_test,installer/test/disk_test.c \
	installer/test/rig.c $(disk_files) $(answers_files),$(install_libs)))
$(eval $(call unit_test,damaged_test,installer/test/damaged_test.c \
	installer/test/rig.c $(disk_files) $(answers_files),$(install_libs)))
$(eval $(call unit_test,codes_test,installer/test/codes_test.c \
	$(addprefix installer/src/,codes.c ui.c)))
$(eval $(call unit_test,probe_test,installer/test/probe_test.c \
	installer/test/golden.c $(disk_files) $(answers_files),$(install_libs)))
$(eval $(call unit_test,identity_test,installer/test/identity_test.c \
	$(disk_files) $(answers_files),$(install_libs)))
$(eval $(call unit_test,slots_test,installer/test/slots_test.c \
	installer/test/rig.c $(disk_files) $(answers_files),$(install_libs)))
$(eval $(call unit_test,volume_test,installer/test/volume_test.c \
	installer/src/volume.c,-lblkid -lcrypto))
fetch_files := $(addprefix installer/src/,fetch.c fetch_tls.c fetch_part.c fetch_why.c nfs.c \
	has_address.c) \
	dom0-rootfs/src/rpc/fingerprint.c
$(eval $(call unit_test,fetch_test,installer/test/fetch_test.c $(fetch_files) \
	$(addprefix installer/src/,nfs_place.c hide.c),\
	-lcurl -lssl -lcrypto))
$(eval $(call unit_test,answer_url_test,installer/test/answer_url_test.c \
	installer/src/answer_url.c installer/src/url_words.c $(fetch_files) $(answers_files),\
	-lcurl -lssl $(answers_libs)))
$(eval $(call unit_test,nfs_test,installer/test/nfs_test.c \
	$(addprefix installer/src/,nfs.c nfs_place.c)))
$(eval $(call unit_test,signature_test,installer/test/signature_test.c \
	installer/src/signature.c,-lcrypto))
$(eval $(call unit_test,progress_test,installer/test/progress_test.c \
	$(addprefix installer/src/,progress.c told.c ui.c url_words.c) \
	$(fetch_files) $(answers_files),-lcurl -lssl -lyajl $(answers_libs)))
fuzz_files := installer/test/answers_fuzz.c $(answers_files) \
	installer/src/theirs.c
$(eval $(call fuzzer,answers_fuzz,$(fuzz_files),$(answers_libs),\
	installer/test/corpus/answers))
$(eval $(call program,cov,answers_fuzz,$(fuzz_files),$(answers_libs)))
# The parser: what reads a file into answers, and writes it.
parser_files := $(filter-out installer/src/plan% installer/src/machine% \
	installer/src/inventory% installer/src/layout% installer/src/rules% \
	installer/src/match%,\
	$(filter installer/src/%,$(fuzz_files)))
coverage := scripts/test/coverage 90 $(OUT)/cov/bin/answers_fuzz \
	installer/test/corpus/answers installer/test/whole -- $(parser_files)
ALL_NEEDS += $(OUT)/cov/bin/answers_fuzz
ALL_TESTS += $(subst $() ,@,$(strip $(coverage)))
.PHONY: coverage
coverage: $(OUT)/cov/bin/answers_fuzz	## lines of the answers' parser that the corpus reaches
	$(Q)$(coverage)

# Signatures: few lines of ours around OpenSSL's, so for long runs alone.
sig_files := installer/test/signature_fuzz.c installer/src/signature.c
sig_corpus := installer/test/corpus/signature
$(foreach w,fuzz cov,$(eval $(call program,$(w),signature_fuzz,$(sig_files),-lcrypto)))
ALL_NEEDS  += $(OUT)/cov/bin/signature_fuzz
ALL_TESTS  += scripts/test/coverage@95@$(OUT)/cov/bin/signature_fuzz@$(sig_corpus)@--@installer/src/signature.c
LONG_NEEDS += $(OUT)/fuzz/bin/signature_fuzz
LONG_TESTS += FUZZ_SECONDS=120@scripts/test/fuzz@$(OUT)/fuzz/bin/signature_fuzz@$(sig_corpus)

# Power cuts: record.so notes what an installer writes, cuts judges each point.
MORE_CFLAGS_installer/test/cuts := -I installer/src \
	$(MORE_CFLAGS_installer/src)
cuts_files := $(addprefix installer/test/cuts/,cuts.c points.c tape.c bench.c \
	nvram.c table.c judge.c slots.c sr.c) $(addprefix installer/src/,adv.c ext.c \
	layout.c stub.c)
$(eval $(call program,build,cuts,$(cuts_files),-lext2fs -lcom_err -lcrypto))
$(OUT)/build/%.so: installer/test/cuts/%.c installer/test/cuts/record.h
	$(Q)mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(BUILD_CC) $(WARN) -O2 -fPIC -shared -o $@ $<

CHECK_TESTS += installer/test/install
ALL_TESTS   += installer/test/install@keep
CHECK_TESTS += installer/test/srs installer/test/dirty
CHECK_TESTS += installer/test/secrets installer/test/sources
ALL_TESTS   += installer/test/sources@all installer/test/faults
LONG_TESTS  += installer/test/cuts-check@--every@100000@--random@1000
LONG_TESTS  += installer/test/cuts-keep@--every@30@--random@100
LONG_TESTS  += installer/test/cuts-nbd.exp installer/test/tui-net.exp \
	installer/test/silent.exp
LONG_TESTS  += installer/test/cuts.exp@all
LONG_TESTS  += installer/test/cuts-boot.exp@$(subst $() ,@,$(strip \
	upgrade:30:bios upgrade:97:uefi reinstall:50:bios reinstall:97:bios \
	restore:50:bios restore:97:uefi))
ALL_TESTS   += installer/test/cuts-boot.exp@upgrade:60:bios
ALL_TESTS   += installer/test/cuts-keep@--every@0@--random@1
ALL_TESTS   += installer/test/cuts-check@--every@2@--random@3
LONG_NEEDS  += $(OUT)/build/nbd.so
CHECK_NEEDS += $(OUT)/build/record.so $(OUT)/build/fault.so $(OUT)/build/bin/cuts
CHECK_NEEDS += $(OUT)/native/bin/domus-install
ALL_TESTS   += installer/test/dirty@--all installer/test/raids
ALL_TESTS   += installer/test/hangs installer/test/cuts-raid@--every@0@--random@1
LONG_TESTS  += installer/test/cuts-raid@--all@--every@30@--random@100
LONG_TESTS  += installer/test/hangs.exp
$(eval $(call unit_test,tui_test,installer/test/tui_test.c \
	$(addprefix installer/src/tui/,form.c form_xml.c page.c rows.c \
	screens_disk.c pem.c plain.c job.c) \
	$(addprefix installer/src/,password.c remote.c ui.c) \
	$(answers_files),$(answers_libs) -lcrypt))
$(eval $(call unit_test,help_test,installer/test/help_test.c \
	$(filter-out %/domus-install.c,$(install_files)) $(answers_files) \
	$(addprefix installer/src/,explain.c help.c),$(OUT)/native/librpc.a $(install_libs) -lyajl))
$(eval $(call uses_rpc,native,help_test))
$(eval $(call program,native,ask_coordinator,installer/test/ask_coordinator.c \
	installer/src/tui/coordinator.c,$(call rpc_libs,native)))
$(eval $(call uses_rpc,native,ask_coordinator))
CHECK_NEEDS += $(OUT)/native/bin/ask_coordinator
CHECK_TESTS += installer/test/coordinator@$(OUT)/native/bin/domusd-fake@$(OUT)/native/bin/ask_coordinator
CHECK_TESTS += installer/test/tui-screens installer/test/tui-plain \
	installer/test/tui-inventories installer/test/tui-terminals
CHECK_NEEDS += $(OUT)/bin/domus-answers
ALL_TESTS   += installer/test/tui-modes installer/test/tui-source
ALL_TESTS   += $(foreach t,cuts bad-medium answers-from tui,installer/test/$(t).exp)
ALL_NEEDS   += $(OUT)/native/bin/domus-install $(OUT)/bin/domus-iso
