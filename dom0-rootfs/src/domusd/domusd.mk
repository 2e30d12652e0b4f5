# SPDX-License-Identifier: ISC
# The host agent.  Two programs from the same sources: domusd for the image,
# with libxl below [xen]; domusd-fake for tests here, whose machine is a file.

comma := ,
domusd_dir := dom0-rootfs/src/domusd
domusd_vif_src := $(addprefix $(domusd_dir)/,vif_link.c vif_lock.c)
domusd_db_src := $(addprefix $(domusd_dir)/,model.c type.c map.c id.c \
	relation.c db.c db_look.c db_set.c db_tx.c store_sqlite.c)
domusd_core_src := $(domusd_db_src) $(addprefix $(domusd_dir)/,bond.c bundle.c \
	clock.c console.c coordinator.c core_ask.c core_every.c core_loop.c core_main.c creator.c derive.c dispatch.c enrol.c \
	event.c expr.c facts.c facts_cpu.c facts_links.c facts_net.c facts_pool.c handover.c \
	guess.c guest.c guest_devices.c guest_state.c hello.c host.c http.c http_metrics.c http_rrd.c http_vdi.c http_xva.c implicit.c job.c join.c kept.c \
	link.c member.c message.c methods.c network.c op.c out.c pif.c pif_ip.c place.c pool.c priv.c \
	provision.c raid_alert.c request.c request_result.c rrd.c rrd_dump.c rrd_keep.c rrd_query.c rrd_text.c password.c session.c sr.c sr_make.c sr_pbd.c stats.c task.c template.c token.c \
	user.c vbd.c vbd_media.c vdi.c vdi_found.c vif.c visitor.c vlan.c vm_checkpoint.c vm_copy.c vm_life.c vm_make.c vm_power.c \
	vm_provision.c vm_revert.c vm_set.c xva_objects.c)
domusd_src := $(domusd_core_src) $(net_src) $(console_src) $(addprefix $(domusd_dir)/,main.c \
	cert.c hostnet.c hostnet_bond.c hostnet_edit.c proc.c vm_config.c vm_console.c xen.c xen_password.c disk.c disk_export.c disk_file.c \
	disk_image.c disk_import.c disk_nfs.c disk_nfs_find.c disk_parts.c disk_serve.c disk_xva_export.c mover.c pack.c vhd_read.c vhd_write.c xva_hash.c xva_tar.c)
domusd_libs = $(call console_libs,$(1)) $(call net_libs,$(1)) $(call rpc_libs,$(1)) -lsqlite3 -lcrypt -lzstd

# $(call domusd_program,WAY,NAME,MORE FILES.c,MORE LIBS)
define domusd_program
$(call program,$(1),$(2),$(domusd_src) $(3),$(4) $(call domusd_libs,$(1)))
$(call uses_net,$(1),$(2))
$(call uses_console,$(1),$(2))
$(call uses_rpc,$(1),$(2))
endef

domusd_fakes := $(addprefix $(domusd_dir)/,xen_fake.c xen_fake_net.c vm_fake.c vm_fake_parts.c disk_sr_fake.c)
$(eval $(call domusd_program,native,domusd-fake,$(domusd_fakes),))
# The same without sanitizers: its figures are the agent's own.
$(eval $(call domusd_program,build,domusd-fake,$(domusd_fakes),))

# The image's.  libxl's own libraries refer to each other in circles.
xen_archives := $(addprefix $(SYSROOT)/lib/libxen,$(addsuffix .a,light store \
	ctrl guest devicemodel foreignmemory gnttab call evtchn hypfs toollog \
	toolcore))
$(eval $(call domusd_program,target,domusd,$(domusd_vif_src) $(addprefix $(domusd_dir)/,\
	xen_libxl.c xen_net.c probe.c probe_net.c probe_ip.c probe_raid.c probe_sr.c probe_stats.c disk_nfs_mount.c disk_sr.c vms.c \
	vm_worker.c vm_host.c vm_build.c vm_end.c vm_disk.c vm_nic.c vm_look.c vm_stats.c \
	vm_tune.c vm_work.c cidata.c vm_selftest.c selftest_net.c loop.c),-Wl$(comma)--start-group \
	$(xen_archives) $(SYSROOT)/lib/libxlutil.a -lblkid -lyajl -luuid -lz -lzstd \
	-llzma -Wl$(comma)--end-group))

# Unit tests: everything but the processes.
define domusd_test
$(call unit_test,$(1),$(domusd_dir)/test/$(1).c $(2),$(call rpc_libs,native) -lsqlite3)
$(call uses_rpc,native,$(1))
endef
domusd_rig := $(domusd_core_src) $(domusd_dir)/frame.c $(domusd_dir)/cert.c $(domusd_dir)/test/rig.c
$(eval $(call domusd_test,model_test,$(domusd_core_src) $(domusd_dir)/frame.c))
$(eval $(call domusd_test,db_test,$(domusd_db_src)))
$(eval $(call domusd_test,firmware_test,$(domusd_dir)/probe.c))
$(eval $(call domusd_test,core_test,$(domusd_rig)))
$(eval $(call domusd_test,rrd_test,$(addprefix $(domusd_dir)/,rrd.c rrd_dump.c \
	rrd_keep.c rrd_query.c rrd_text.c) $(base_remove_tree)))
$(eval $(call domusd_test,probe_stats_test,$(domusd_dir)/probe_stats.c \
	$(base_remove_tree)))
$(eval $(call domusd_test,event_test,$(domusd_rig)))
$(eval $(call domusd_test,pool_test,$(domusd_rig) $(domusd_dir)/test/pool_rig.c))
$(eval $(call domusd_test,hostile_test,$(domusd_rig) $(domusd_dir)/test/pool_rig.c))
$(eval $(call domusd_test,hello_test,$(domusd_rig) $(domusd_dir)/test/pool_rig.c))
$(eval $(call domusd_test,raid_test,$(domusd_rig) $(addprefix $(domusd_dir)/,\
	probe_raid.c test/pool_rig.c)))
$(eval $(call domusd_test,storage_test,$(addprefix $(domusd_dir)/,disk_file.c disk_image.c provision.c)))
$(eval $(call domusd_test,disk_nfs_test,$(addprefix $(domusd_dir)/,disk_nfs.c disk_nfs_find.c disk_parts.c disk_file.c disk_image.c id.c)))
$(eval $(call fuzzer,provision_fuzz,$(addprefix $(domusd_dir)/,provision.c test/provision_fuzz.c),$(call rpc_libs,fuzz),$(domusd_dir)/test/corpus/provision))
$(eval $(call uses_rpc,fuzz,provision_fuzz))
$(eval $(call fuzzer,vhd_fuzz,$(addprefix $(domusd_dir)/,vhd_read.c vhd_write.c test/vhd_fuzz.c),$(call rpc_libs,fuzz),$(domusd_dir)/test/corpus/vhd))
$(eval $(call uses_rpc,fuzz,vhd_fuzz))
$(eval $(call fuzzer,cidata_fuzz,$(addprefix $(domusd_dir)/,cidata.c test/cidata_fuzz.c),$(call rpc_libs,fuzz) -lcrypto,$(domusd_dir)/test/corpus/cidata))
$(eval $(call uses_rpc,fuzz,cidata_fuzz))
$(eval $(call unit_test,vm_config_test,$(addprefix $(domusd_dir)/,vm_config.c \
	cidata.c id.c vm_console.c test/vm_config_test.c),$(call rpc_libs,native) -lcrypto))
$(call uses_rpc,native,vm_config_test)
# Interfaces of guests, in a network namespace.
$(eval $(call program,native,vif_apply,$(domusd_vif_src) $(addprefix \
	$(domusd_dir)/,vm_config.c id.c test/vif_apply.c),$(call rpc_libs,native)))
$(eval $(call uses_rpc,native,vif_apply))
CHECK_NEEDS += $(OUT)/native/bin/vif_apply
CHECK_TESTS += $(domusd_dir)/test/vifs@$(OUT)/native/bin/vif_apply
# Its clock is the test's own.
$(eval $(call domusd_test,limits_test,$(domusd_rig)))
$(OUT)/native/bin/limits_test: LDFLAGS_native += -Wl$(comma)--wrap=time

# The whole agent, seen from outside.
domusd_fake := $(OUT)/native/bin/domusd-fake
CHECK_TESTS += $(domusd_dir)/test/datamodel
CHECK_TESTS += $(domusd_dir)/test/agents@$(domusd_fake)@--check
ALL_TESTS   += $(domusd_dir)/test/guests@$(domusd_fake)
CHECK_NEEDS += $(domusd_fake)
ALL_TESTS   += $(domusd_dir)/test/agents@$(domusd_fake)@--rest
ALL_TESTS   += $(domusd_dir)/test/users@$(domusd_fake)
ALL_TESTS   += $(domusd_dir)/test/transfers@$(domusd_fake)
ALL_TESTS   += $(domusd_dir)/test/xvas@$(domusd_fake)
ALL_TESTS   += $(domusd_dir)/test/clients@$(domusd_fake)@$(OUT)/npm
