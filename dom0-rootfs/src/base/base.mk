# SPDX-License-Identifier: ISC
# libbase.a: what the installer, the agent and the boot programs share.

base_dir := dom0-rootfs/src/base
# what tests of several folders share
base_remove_tree := $(base_dir)/test/remove_tree.c
base_src := $(addprefix $(base_dir)/,err.c buf.c file.c conf.c run.c log.c hash.c \
	flags.c nicpath.c lvm.c lvm_parse.c lvm_write.c lvm_sr.c dm.c iso9660.c md.c \
	md_run.c parts.c partuuid.c path.c pcr.c uuid.c dhcp.c \
	extcopy.c fat.c fat_clone.c fat_format.c fat_read.c fat_replace.c fat_write.c \
	markup.c ip.c netaddr.c netif.c netplan.c netplan_look.c nft.c nics.c nl.c tcp.c)

define base_lib
$(OUT)/$(1)/libbase.a: $(call objects,$(1),$(base_src))
	$$(Q)rm -f $$@ && ar rcsD $$@ $$^
-include $(patsubst %.o,%.d,$(call objects,$(1),$(base_src)))
endef
$(foreach w,target build native fuzz cov,$(eval $(call base_lib,$(w))))

$(eval $(call unit_test,base_test,$(base_dir)/test/base_test.c,-lcrypto))
$(eval $(call unit_test,fat_test,$(base_dir)/test/fat_test.c,-lcrypto))
$(eval $(call unit_test,md_test,$(base_dir)/test/md_test.c,-lblkid))
$(eval $(call unit_test,lvm_test,$(base_dir)/test/lvm_test.c,))
$(eval $(call fuzzer,fat_fuzz,$(base_dir)/test/fat_fuzz.c,-lcrypto,$(base_dir)/test/corpus/fat))
$(eval $(call fuzzer,md_fuzz,$(base_dir)/test/md_fuzz.c,,$(base_dir)/test/corpus/md))
$(eval $(call fuzzer,lvm_fuzz,$(base_dir)/test/lvm_fuzz.c,,$(base_dir)/test/corpus/lvm))
$(eval $(call fuzzer,iso9660_fuzz,$(base_dir)/test/iso9660_fuzz.c,,$(base_dir)/test/corpus/iso9660))
