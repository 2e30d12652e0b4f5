# SPDX-License-Identifier: ISC
# From the kernel to the services: /init, domus-setup, domus-net,
# domus-raid, domus-console.

boot_dir  := dom0-rootfs/src/boot
boot_c	   = $(addprefix $(boot_dir)/,$(addsuffix .c,$(1)))
MORE_CFLAGS_$(boot_dir)/test := -I $(boot_dir) -I $(base_dir)/test
boot_sysfs := $(boot_dir)/test/sysfs.c $(base_remove_tree)

boot_setup   := arrays arrays_watch cmdline devices dirs etc keymap loader \
		procs say service state stop storage uevent xenstore
boot_net     := lease leased netboot netcards netchange nethost netold netserve \
		nettrial netup \
		say serve servers slb uevent watch
boot_console := cmdline fingerprint screen

$(eval $(call program,target,domus-init,$(call boot_c,init say),-lcrypto))
$(eval $(call program,target,domus-setup,$(call boot_c,setup $(boot_setup)),\
	-lblkid))
$(eval $(call program,target,domus-net,$(call boot_c,net $(boot_net)),))
$(eval $(call program,target,domus-raid,$(call boot_c,raid),-lblkid))
$(eval $(call program,target,domus-console,$(call boot_c,console \
	$(boot_console)),-lcrypto))

$(eval $(call unit_test,boot_test,$(call boot_c,test/boot_test cmdline keymap \
	procs say service stop uevent),))
$(eval $(call unit_test,stop_test,$(call boot_c,test/stop_test procs say \
	service stop),))
$(eval $(call unit_test,parts_test,$(boot_sysfs) $(call boot_c,\
	test/parts_test arrays_watch cmdline devices loader say uevent),-lblkid))
$(eval $(call unit_test,netplan_test,$(boot_sysfs) $(call boot_c,\
	test/netplan_test lease netboot),))
$(eval $(call unit_test,networds_test,$(boot_sysfs) $(call boot_c,\
	test/networds_test lease netboot),))
# The same on this machine, for the tests in network namespaces.
$(eval $(call program,native,domus-net,$(call boot_c,net $(boot_net)),))
$(eval $(call program,native,slb_apply,$(call boot_c,test/slb_apply slb),))
CHECK_NEEDS += $(OUT)/native/bin/domus-net $(OUT)/native/bin/slb_apply
ALL_TESTS += $(boot_dir)/test/netns $(boot_dir)/test/netns@changes \
	$(boot_dir)/test/netns@trial
$(eval $(call unit_test,screen_test,$(call boot_c,test/screen_test \
	$(boot_console)),-lcrypto))
