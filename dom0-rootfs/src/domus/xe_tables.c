/* SPDX-License-Identifier: ISC */
#include "xe.h"

/* What xe knows: kinds of objects, and commands that are one message. */

const struct xe_kind xe_kinds[] = {
	{ "vm", "VM", "uuid name-label power-state",
	    "-is_a_template -is_a_snapshot" },
	{ "template", "VM", "uuid name-label name-description",
	    "+is_a_template -is_a_snapshot" },
	{ "snapshot", "VM", "uuid name-label name-description",
	    "+is_a_snapshot" },
	{ "vdi", "VDI", "uuid name-label name-description sr-uuid "
	    "virtual-size sharable read-only", "" },
	{ "vbd", "VBD", "uuid vm-uuid vm-name-label vdi-uuid empty device",
	    "" },
	{ "vif", "VIF", "uuid vm-uuid device network-uuid MAC", "" },
	{ "sr", "SR", "uuid name-label name-description type content-type",
	    "" },
	{ "pbd", "PBD", "uuid host-uuid sr-uuid device-config "
	    "currently-attached", "" },
	{ "sm", "SM", "type uuid name-label name-description", "" },
	{ "network", "network", "uuid name-label name-description bridge",
	    "" },
	{ "pif", "PIF", "uuid device currently-attached VLAN network-uuid",
	    "" },
	{ "bond", "Bond", "uuid master slaves", "" },
	{ "vlan", "VLAN", "uuid tagged-PIF untagged-PIF tag", "" },
	{ "host", "host", "uuid name-label name-description", "" },
	{ "pool", "pool", "uuid name-label name-description master "
	    "default-SR", "" },
	{ "task", "task", "uuid name-label name-description status progress",
	    "" },
	{ "console", "console", "uuid vm-uuid vm-name-label protocol "
	    "location", "" },
	{ "message", "message", "uuid name priority cls obj-uuid timestamp "
	    "body", "" },
	{ "secret", "secret", "uuid value", "" },
	{ "role", "role", "uuid name-label name-description", "" },
	{ "host-cpu", "host_cpu", "uuid number vendor speed utilisation", "" },
};
const size_t xe_nkinds = sizeof(xe_kinds) / sizeof(xe_kinds[0]);

const struct xe_command xe_commands[] = {
	{ "vm-start", NULL, NULL, NULL, xe_vm_power },
	{ "vm-shutdown", NULL, NULL, NULL, xe_vm_power },
	{ "vm-reboot", NULL, NULL, NULL, xe_vm_power },
	{ "vm-suspend", NULL, NULL, NULL, xe_vm_power },
	{ "vm-resume", NULL, NULL, NULL, xe_vm_power },
	{ "vm-pause", NULL, NULL, NULL, xe_vm_power },
	{ "vm-unpause", NULL, NULL, NULL, xe_vm_power },
	{ "vm-reset-powerstate", NULL, NULL, NULL, xe_vm_power },
	{ "vm-install", NULL, NULL, NULL, xe_vm_install },
	{ "vm-uninstall", NULL, NULL, NULL, xe_vm_uninstall },
	{ "vm-destroy", "VM.destroy", "uuid:VM", NULL, NULL },
	{ "vm-clone", "VM.clone", "@vm new-name-label", "VM", NULL },
	{ "vm-copy", "VM.copy", "@vm new-name-label sr-uuid:SR?", "VM", NULL },
	{ "vm-snapshot", "VM.snapshot", "@vm new-name-label", "VM", NULL },
	{ "vm-checkpoint", "VM.checkpoint", "@vm new-name-label", "VM", NULL },
	{ "snapshot-revert", "VM.revert", "snapshot-uuid:VM", NULL, NULL },
	{ "snapshot-destroy", "VM.destroy", "snapshot-uuid:VM", NULL, NULL },
	{ "snapshot-clone", "VM.clone", "uuid:VM new-name-label", "VM", NULL },
	{ "snapshot-uninstall", NULL, NULL, NULL, xe_vm_uninstall },
	{ "template-uninstall", NULL, NULL, NULL, xe_vm_uninstall },
	{ "vm-memory-limits-set", "VM.set_memory_limits",
	    "@vm #static-min #static-max #dynamic-min #dynamic-max", NULL,
	    NULL },
	{ "vm-memory-dynamic-range-set", "VM.set_memory_dynamic_range",
	    "@vm #min #max", NULL, NULL },
	{ "vm-memory-static-range-set", "VM.set_memory_static_range",
	    "@vm #min #max", NULL, NULL },
	{ "vm-memory-set", "VM.set_memory", "@vm #memory", NULL, NULL },
	{ "vm-vcpu-hotplug", "VM.set_VCPUs_number_live", "@vm #new-vcpus",
	    NULL, NULL },
	{ "vdi-create", "VDI.create", "SR=sr-uuid:SR name_label=name-label "
	    "name_description=name-description? virtual_size=#virtual-size "
	    "type=type?user sharable=%sharable read_only=%read-only "
	    "other_config={other-config} sm_config={sm-config}", "VDI", NULL },
	{ "vdi-destroy", "VDI.destroy", "uuid:VDI", NULL, NULL },
	{ "vdi-forget", "VDI.forget", "uuid:VDI", NULL, NULL },
	{ "vdi-resize", "VDI.resize", "uuid:VDI #disk-size", NULL, NULL },
	{ "vdi-clone", "VDI.clone", "uuid:VDI", "VDI", NULL },
	{ "vdi-snapshot", "VDI.snapshot", "uuid:VDI", "VDI", NULL },
	{ "vdi-copy", "VDI.copy", "uuid:VDI sr-uuid:SR", "VDI", NULL },
	{ "vdi-update", "VDI.update", "uuid:VDI", NULL, NULL },
	{ "vdi-introduce", "VDI.introduce", "uuid name-label? "
	    "name-description? sr-uuid:SR type?user %sharable %read-only "
	    "{other-config} location", "VDI", NULL },
	{ "vbd-create", "VBD.create", "VM=vm-uuid:VM VDI=vdi-uuid:VDI? "
	    "userdevice=device mode=mode?RW type=type?Disk "
	    "bootable=%bootable unpluggable=unpluggable?true "
	    "empty=%empty other_config={other-config}", "VBD", NULL },
	{ "vbd-destroy", "VBD.destroy", "uuid:VBD", NULL, NULL },
	{ "vbd-plug", "VBD.plug", "uuid:VBD", NULL, NULL },
	{ "vbd-unplug", "VBD.unplug", "uuid:VBD", NULL, NULL },
	{ "vbd-insert", "VBD.insert", "uuid:VBD vdi-uuid:VDI", NULL, NULL },
	{ "vbd-eject", "VBD.eject", "uuid:VBD", NULL, NULL },
	{ "vif-create", "VIF.create", "VM=vm-uuid:VM "
	    "network=network-uuid:network device=device MAC=mac? "
	    "MTU=mtu?0 other_config={other-config}", "VIF", NULL },
	{ "vif-destroy", "VIF.destroy", "uuid:VIF", NULL, NULL },
	{ "vif-plug", "VIF.plug", "uuid:VIF", NULL, NULL },
	{ "vif-unplug", "VIF.unplug", "uuid:VIF", NULL, NULL },
	{ "vif-move", "VIF.move", "uuid:VIF network-uuid:network", NULL,
	    NULL },
	{ "sr-create", NULL, NULL, NULL, xe_sr_create },
	{ "sr-introduce", "SR.introduce", "uuid name-label "
	    "name-description? type content-type? %shared {sm-config}", "SR",
	    NULL },
	{ "sr-forget", "SR.forget", "uuid:SR", NULL, NULL },
	{ "sr-destroy", "SR.destroy", "uuid:SR", NULL, NULL },
	{ "sr-scan", "SR.scan", "uuid:SR", NULL, NULL },
	{ "sr-update", "SR.update", "uuid:SR", NULL, NULL },
	{ "sr-probe", NULL, NULL, NULL, xe_sr_create },
	{ "pbd-create", "PBD.create", "host=host-uuid:host SR=sr-uuid:SR "
	    "device_config={device-config} other_config={other-config}",
	    "PBD", NULL },
	{ "pbd-destroy", "PBD.destroy", "uuid:PBD", NULL, NULL },
	{ "pbd-plug", "PBD.plug", "uuid:PBD", NULL, NULL },
	{ "pbd-unplug", "PBD.unplug", "uuid:PBD", NULL, NULL },
	{ "network-create", "network.create", "name_label=name-label "
	    "name_description=name-description? MTU=mtu?1500 "
	    "bridge=bridge? other_config={other-config}", "network", NULL },
	{ "network-destroy", "network.destroy", "uuid:network", NULL, NULL },
	{ "host-enable", "host.enable", "@host", NULL, NULL },
	{ "host-disable", "host.disable", "@host", NULL, NULL },
	{ "host-reboot", "host.reboot", "@host", NULL, NULL },
	{ "host-shutdown", "host.shutdown", "@host", NULL, NULL },
	{ "host-evacuate", "host.evacuate", "@host", NULL, NULL },
	{ "host-forget", "host.destroy", "uuid:host", NULL, NULL },
	{ "host-dmesg", "host.dmesg", "@host", "", NULL },
	{ "host-set-hostname-live", "host.set_hostname_live",
	    "host-uuid:host host-name", NULL, NULL },
	{ "host-call-plugin", "host.call_plugin",
	    "host-uuid:host plugin fn {args}", "", NULL },
	{ "host-compute-free-memory", "host.compute_free_memory", "@host", "",
	    NULL },
	{ "pool-join", "pool.join", "master-address master-username "
	    "master-password", NULL, NULL },
	{ "pool-eject", "pool.eject", "host-uuid:host", NULL, NULL },
	{ "pool-sync-database", "pool.sync_database", "", NULL, NULL },
	{ "pool-designate-new-master", "pool.designate_new_master",
	    "host-uuid:host", NULL, NULL },
	{ "task-cancel", "task.cancel", "uuid:task", NULL, NULL },
	{ "message-create", "message.create", "name =1 =Host host-uuid body",
	    "", NULL },
	{ "message-destroy", "message.destroy", "uuid:message", NULL, NULL },
	{ "secret-create", "secret.create", "value=value", "secret", NULL },
	{ "secret-destroy", "secret.destroy", "uuid:secret", NULL, NULL },
	{ "user-password-change", "session.change_password", "old new", NULL,
	    NULL },
	{ "help", NULL, NULL, NULL, xe_help },
};
const size_t xe_ncommands = sizeof(xe_commands) / sizeof(xe_commands[0]);
