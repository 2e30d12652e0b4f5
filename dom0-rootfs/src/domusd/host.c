/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "cert.h"
#include "core.h"
#include "dispatch.h"
#include "facts.h"
#include "host.h"
#include "jsonrpc.h"
#include "pool.h"
#include "priv.h"
#include "type.h"

/* Long enough for an answer to reach its client. */
#define ANSWER_MS 500

int
host_get_servertime(struct request *q)
{
	return req_return(q, value_new_time(core_time()));
}

/* dom0's clock runs in UTC; the time zone is for those who look at it. */
int
host_get_server_localtime(struct request *q)
{
	return req_return(q, value_new_time(core_time()));
}

int
host_get_management_interface(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *pifs = rec_get(q->self, host_PIFs);
	const struct record *pif;

	for (size_t i = 0; i < value_len(pifs); i++) {
		pif = db_find(db, CLASS_PIF, value_str(value_at(pifs, i)));
		if (pif != NULL && rec_bool(pif, PIF_management))
			return req_return_str(q, pif->ref);
	}
	return req_fail(q, "NO_HOSTS_AVAILABLE", NULL);
}

static int
need_this_host(struct request *q)
{
	if (strcmp(q->self->ref, q->core->host_ref) == 0)
		return 0;
	return req_fail(q, "NOT_IMPLEMENTED", q->method.name, NULL);
}

int
host_get_server_certificate(struct request *q)
{
	if (need_this_host(q) == -1)
		return -1;
	return req_return_str(q, q->core->cert->public_pem);
}

int
host_compute_free_memory(struct request *q)
{
	const struct record *m = rec_ref(&q->core->db, q->self, host_metrics);

	return req_return(q, value_new_int(m != NULL ?
	    rec_int(m, host_metrics_memory_free) : 0));
}

int
host_compute_memory_overhead(struct request *q)
{
	return req_return(q, value_new_int(rec_int(q->self,
	    host_memory_overhead)));
}

int
host_enable(struct request *q)
{
	db_set_bool(&q->core->db, q->self, host_enabled, true);
	return 0;
}

int
host_disable(struct request *q)
{
	db_set_bool(&q->core->db, q->self, host_enabled, false);
	return 0;
}

/* Guests that run on it, dom0 aside. */
static const char *
running_vm(const struct db *db, const struct record *host)
{
	const struct value *vms = rec_get(host, host_resident_VMs);
	const struct record *vm;

	for (size_t i = 0; i < value_len(vms); i++) {
		vm = db_find(db, CLASS_VM, value_str(value_at(vms, i)));
		if (vm != NULL && !rec_bool(vm, VM_is_control_domain))
			return vm->ref;
	}
	return NULL;
}

static int
told(struct request *q)
{
	return q->answer.ok ? 0 : req_fail_answer(q);
}

static int
power(struct request *q, enum priv what)
{
	const char *vm = running_vm(&q->core->db, q->self);

	if (rec_bool(q->self, host_enabled))
		return req_fail(q, "HOST_NOT_DISABLED", NULL);
	if (vm != NULL)
		return req_fail(q, "HOST_IN_USE", q->self->ref, "VM", vm,
		    NULL);
	return pool_ask_host(q, q->self, what, value_new_array(), told);
}

int
host_reboot(struct request *q)
{
	return power(q, PRIV_REBOOT);
}

int
host_shutdown(struct request *q)
{
	return power(q, PRIV_SHUTDOWN);
}

/* The agent ends; what supervises it starts it again. */
int
host_restart_agent(struct request *q)
{
	if (need_this_host(q) == -1)
		return -1;
	q->core->stop_due = core_ms() + ANSWER_MS;
	return 0;
}

/* Moving guests comes with guests; a host without any is evacuated. */
int
host_evacuate(struct request *q)
{
	const char *vm = running_vm(&q->core->db, q->self);

	if (vm != NULL)
		return req_fail(q, "CANNOT_EVACUATE_HOST", vm, NULL);
	return 0;
}

int
host_get_vms_which_prevent_evacuation(struct request *q)
{
	const char *vm = running_vm(&q->core->db, q->self);
	struct value *map = value_new_struct(), *why;

	if (vm != NULL) {
		why = value_new_array();
		value_add_str(why, "NOT_IMPLEMENTED");
		value_add_str(why, "VM.pool_migrate");
		value_set(map, vm, why);
	}
	return req_return(q, map);
}

static int
give_answer(struct request *q)
{
	struct value *v;

	if (!q->answer.ok)
		return req_fail_answer(q);
	v = q->answer.value;
	q->answer.value = NULL;
	return req_return(q, v);
}

int
host_dmesg(struct request *q)
{
	return pool_ask_host(q, q->self, PRIV_DMESG, value_new_array(),
	    give_answer);
}

int
host_get_log(struct request *q)
{
	return pool_ask_host(q, q->self, PRIV_LOG, value_new_array(),
	    give_answer);
}

int
host_list_methods(struct request *q)
{
	return req_return(q, dispatch_list());
}

/* A plug-in's result is text: the steps and their times, as JSON. */
static int
selftest_done(struct request *q)
{
	struct buf text = { 0 };
	struct err e;
	int rc;

	if (!q->answer.ok)
		return req_fail_answer(q);
	json_put(&text, value_get(q->answer.value, "steps"));
	rc = buf_ok(&text, &e) == -1 ?
	    req_fail(q, "INTERNAL_ERROR", e.text, NULL) :
	    req_return_str(q, buf_str(&text));
	buf_free(&text);
	return rc;
}

/* The one that there is: "domus", function "selftest", a probe guest. */
int
host_call_plugin(struct request *q)
{
	const char *type = value_get_str(q->args[3], "type");
	struct value *params, *what;

	if (strcmp(req_str(q, 1), "domus") != 0)
		return req_fail(q, "XENAPI_MISSING_PLUGIN", req_str(q, 1),
		    NULL);
	if (strcmp(req_str(q, 2), "selftest") != 0)
		return req_fail(q, "XENAPI_PLUGIN_FAILURE", req_str(q, 2),
		    "Unknown_function", "there is: selftest", NULL);
	params = value_new_array();
	what = value_new_struct();
	value_set_str(what, "type", type != NULL ? type : "pvh");
	value_add(params, what);
	return pool_ask_host(q, q->self, PRIV_SELFTEST, params,
	    selftest_done);
}

int
host_call_extension(struct request *q)
{
	return req_fail(q, "MESSAGE_METHOD_UNKNOWN", req_str(q, 1), NULL);
}

int
host_has_extension(struct request *q)
{
	return req_return(q, value_new_bool(false));
}

static bool
hostname_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 63 && s[0] != '-' && s[n - 1] != '-' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-.") == n;
}

static int
hostname_changed(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	db_set_str(&q->core->db, q->self, host_hostname, req_str(q, 1));
	return 0;
}

int
host_set_hostname_live(struct request *q)
{
	struct value *params = value_new_array();

	if (!hostname_ok(req_str(q, 1))) {
		value_free(params);
		return req_fail(q, "HOST_NAME_INVALID",
		    "not a host name", NULL);
	}
	value_add_str(params, req_str(q, 1));
	return pool_ask_host(q, q->self, PRIV_HOSTNAME_SET, params,
	    hostname_changed);
}

/* Cards are looked for all the time; now, too. */
int
host_pif_scan(struct request *q)
{
	q->core->every_due[EVERY_FACTS] = 0;
	return pool_ask_host(q, q->self, PRIV_FACTS, value_new_array(), told);
}
