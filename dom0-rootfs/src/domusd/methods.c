/* SPDX-License-Identifier: ISC */
#include "dispatch.h"
#include "event.h"
#include "host.h"
#include "implicit.h"
#include "member.h"
#include "message.h"
#include "pool.h"
#include "session.h"
#include "task.h"
#include "token.h"

/*
 * The methods that have a body.  What XenAPI has besides these answers
 * NOT_IMPLEMENTED; getters, setters and records need no row.
 */
const struct method_row method_rows[] = {
	{ .name = "session.login_with_password", .run = session_login },
	{ .name = "session.slave_local_login_with_password",
	    .run = session_login, .member = true },
	{ .name = "session.logout", .run = session_logout, .member = true },
	{ .name = "session.local_logout", .run = session_logout,
	    .member = true },
	{ .name = "session.change_password",
	    .run = session_change_password },
	{ .name = "session.get_all_subject_identifiers",
	    .run = session_get_all_subject_identifiers },

	{ .name = "event.from", .run = event_from },
	{ .name = "event.inject", .run = event_inject },
	{ .name = "event.get_current_id", .run = event_get_current_id },

	{ .name = "task.create", .run = task_create },
	{ .name = "task.destroy", .run = task_destroy },
	{ .name = "task.cancel", .run = task_cancel },
	{ .name = "task.set_status", .run = task_set_status },
	{ .name = "task.set_progress", .run = implicit_plain },
	{ .name = "task.set_result", .run = implicit_plain },
	{ .name = "task.set_error_info", .run = implicit_plain },
	{ .name = "task.set_other_config", .run = implicit_plain },
	{ .name = "task.add_to_other_config", .run = implicit_plain },
	{ .name = "task.remove_from_other_config", .run = implicit_plain },

	{ .name = "host.get_servertime", .run = host_get_servertime },
	{ .name = "host.get_server_localtime",
	    .run = host_get_server_localtime },
	{ .name = "host.get_management_interface",
	    .run = host_get_management_interface },
	{ .name = "host.get_server_certificate",
	    .run = host_get_server_certificate },
	{ .name = "host.compute_free_memory",
	    .run = host_compute_free_memory },
	{ .name = "host.compute_memory_overhead",
	    .run = host_compute_memory_overhead },
	{ .name = "host.enable", .run = host_enable },
	{ .name = "host.disable", .run = host_disable },
	{ .name = "host.reboot", .run = host_reboot },
	{ .name = "host.shutdown", .run = host_shutdown },
	{ .name = "host.restart_agent", .run = host_restart_agent },
	{ .name = "host.evacuate", .run = host_evacuate },
	{ .name = "host.assert_can_evacuate", .run = host_evacuate },
	{ .name = "host.get_vms_which_prevent_evacuation",
	    .run = host_get_vms_which_prevent_evacuation },
	{ .name = "host.dmesg", .run = host_dmesg },
	{ .name = "host.get_log", .run = host_get_log },
	{ .name = "host.list_methods", .run = host_list_methods },
	{ .name = "host.call_plugin", .run = host_call_plugin },
	{ .name = "host.call_extension", .run = host_call_extension },
	{ .name = "host.has_extension", .run = host_has_extension },
	{ .name = "host.set_hostname_live", .run = host_set_hostname_live },
	{ .name = "host.destroy", .run = pool_host_destroy },

	{ .name = "SR.scan", .run = storage_sr_scan },
	{ .name = "SR.update", .run = storage_sr_scan },
	{ .name = "SR.get_supported_types",
	    .run = storage_get_supported_types },
	{ .name = "SR.set_name_label", .run = implicit_plain },
	{ .name = "SR.set_name_description", .run = implicit_plain },
	{ .name = "PBD.plug", .run = storage_pbd_plug },
	{ .name = "PBD.unplug", .run = storage_pbd_unplug },
	{ .name = "VDI.set_name_label", .run = implicit_plain },
	{ .name = "VDI.set_name_description", .run = implicit_plain },

	{ .name = "VM.set_other_config", .run = implicit_plain },
	{ .name = "VM.add_to_other_config", .run = implicit_plain },
	{ .name = "VM.remove_from_other_config", .run = implicit_plain },
	{ .name = "VM.set_platform", .run = implicit_plain },
	{ .name = "VM.add_to_platform", .run = implicit_plain },
	{ .name = "VM.remove_from_platform", .run = implicit_plain },
	{ .name = "VM.set_blocked_operations", .run = implicit_plain },
	{ .name = "VM.add_to_blocked_operations", .run = implicit_plain },
	{ .name = "VM.remove_from_blocked_operations",
	    .run = implicit_plain },
	{ .name = "network.add_purpose", .run = implicit_plain },
	{ .name = "network.remove_purpose", .run = implicit_plain },

	{ .name = "message.create", .run = message_create },
	{ .name = "message.destroy", .run = message_destroy },
	{ .name = "message.destroy_many", .run = message_destroy_many },
	{ .name = "message.get", .run = message_get },
	{ .name = "message.get_since", .run = message_get_since },
	{ .name = "message.get_all", .run = implicit_get_all },
	{ .name = "message.get_all_records",
	    .run = implicit_get_all_records },
	{ .name = "message.get_all_records_where",
	    .run = implicit_get_all_records_where },
	{ .name = "message.get_by_uuid", .run = implicit_get_by_uuid },
	{ .name = "message.get_record", .run = implicit_get_record },

	{ .name = "role.get_permissions_name_label",
	    .run = role_get_permissions_name_label },
	{ .name = "role.get_by_permission_name_label",
	    .run = role_get_by_permission_name_label },

	{ .name = "pool.join", .run = pool_join },
	{ .name = "pool.join_force", .run = pool_join },
	{ .name = "pool.eject", .run = pool_eject },
	{ .name = "pool.emergency_transition_to_master",
	    .run = member_emergency_leave, .member = true },
	{ .name = "pool.emergency_reset_master",
	    .run = member_emergency_follow, .member = true },
	{ .name = "pool.sync_database", .run = pool_sync_database },
	{ .name = "pool.get_license_state", .run = pool_get_license_state },
	{ .name = "pool.has_extension", .run = host_has_extension },

	/* Ours.  Registration: see pool.h. */
	{ "pool.domus_token_create", token_create,
	    "lifetime?:int description?:string", "{string:string}",
	    ROLE_POOL_ADMIN, false, true },
	{ "pool.domus_token_list", token_list, "", "[*token]",
	    ROLE_POOL_ADMIN, false, false },
	{ "pool.domus_token_revoke", token_revoke, "id:string", "void",
	    ROLE_POOL_ADMIN, false, false },
	{ "pool.domus_join", pool_domus_join,
	    "address:string token:string fingerprint:string", "void",
	    ROLE_POOL_ADMIN, false, false },
	{ "pool.domus_status", pool_domus_status, "", "{string:string}",
	    ROLE_READ_ONLY, true, false },
	{ "pool.domus_enrol", pool_domus_enrol, "request:*", "*",
	    ROLE_NOAUTH, false, false },
	{ "pool.domus_hello", pool_domus_hello, "request:*", "*",
	    ROLE_NOAUTH, false, false },
};
const size_t nmethod_rows = sizeof(method_rows) / sizeof(method_rows[0]);
