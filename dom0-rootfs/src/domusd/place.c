/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "sr.h"
#include "type.h"
#include "vm_power.h"

/* Which host a VM runs on. */

/* Xen's own share of a guest: page tables, and its structures. */
#define OVERHEAD(bytes) (((int64_t)4 << 20) + (bytes) / 128)

static const struct record *
metrics(const struct db *db, const struct record *host)
{
	return rec_ref(db, host, host_metrics);
}

static bool
is_live(const struct db *db, const struct record *host)
{
	const struct record *m = metrics(db, host);

	return m != NULL && rec_bool(m, host_metrics_live);
}

static int64_t
free_memory(const struct db *db, const struct record *host)
{
	const struct record *m = metrics(db, host);

	return m != NULL ? rec_int(m, host_metrics_memory_free) : 0;
}

/* Every disk that is no empty drive must be within the host's reach. */
static int
check_storage(struct request *q, const struct record *vm,
    const struct record *host)
{
	const struct db *db = &q->core->db;
	const struct value *vbds = rec_get(vm, VM_VBDs);
	const struct record *vbd, *vdi, *sr;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		vdi = vbd != NULL && !rec_bool(vbd, VBD_empty) ?
		    rec_ref(db, vbd, VBD_VDI) : NULL;
		sr = vdi != NULL ? rec_ref(db, vdi, VDI_SR) : NULL;
		if (sr != NULL && !sr_on_host(db, sr, host))
			return req_fail(q, "VM_REQUIRES_SR", vm->ref, sr->ref,
			    NULL);
	}
	return 0;
}

static bool
has_network(const struct db *db, const struct record *net,
    const struct record *host)
{
	const struct value *pifs = rec_get(net, network_PIFs);
	const struct record *pif;

	for (size_t i = 0; i < value_len(pifs); i++) {
		pif = db_find(db, CLASS_PIF, value_str(value_at(pifs, i)));
		if (pif != NULL && rec_ref(db, pif, PIF_host) == host)
			return rec_bool(pif, PIF_currently_attached);
	}
	return value_len(pifs) == 0;	/* one that is made on demand */
}

static int
check_networks(struct request *q, const struct record *vm,
    const struct record *host)
{
	const struct db *db = &q->core->db;
	const struct value *vifs = rec_get(vm, VM_VIFs);
	const struct record *vif, *net;

	for (size_t i = 0; i < value_len(vifs); i++) {
		vif = db_find(db, CLASS_VIF, value_str(value_at(vifs, i)));
		net = vif != NULL ? rec_ref(db, vif, VIF_network) : NULL;
		if (net != NULL && !has_network(db, net, host))
			return req_fail(q, "VM_REQUIRES_NETWORK", vm->ref,
			    net->ref, NULL);
	}
	return 0;
}

static int
check_memory(struct request *q, const struct record *vm,
    const struct record *host)
{
	int64_t need = rec_int(vm, VM_memory_dynamic_max);
	char want[24], have[24];

	need += OVERHEAD(need);
	if (need <= free_memory(&q->core->db, host))
		return 0;
	snprintf(want, sizeof(want), "%lld", (long long)need);
	snprintf(have, sizeof(have), "%lld",
	    (long long)free_memory(&q->core->db, host));
	return req_fail(q, "HOST_NOT_ENOUGH_FREE_MEMORY", want, have, NULL);
}

int
place_ok(struct request *q, const struct record *vm,
    const struct record *host)
{
	if (!is_live(&q->core->db, host))
		return req_fail(q, "HOST_OFFLINE", host->ref, NULL);
	if (!rec_bool(host, host_enabled))
		return req_fail(q, "HOST_DISABLED", host->ref, NULL);
	if (strcmp(rec_str(vm, VM_domain_type), "hvm") == 0)
		return req_fail(q, "VM_HVM_REQUIRED", vm->ref, NULL);
	return check_storage(q, vm, host) == -1 ||
	    check_networks(q, vm, host) == -1 ||
	    check_memory(q, vm, host) == -1 ? -1 : 0;
}

struct record *
place_choose(struct request *q, const struct record *vm)
{
	const struct db *db = &q->core->db;
	struct record *host, *best = NULL, *like;
	size_t n = db_count(db, CLASS_host);

	like = rec_ref(db, vm, VM_affinity);
	if (like != NULL && like->cls == CLASS_host &&
	    place_ok(q, vm, like) == 0)
		return like;
	for (size_t i = 0; i < n; i++) {
		host = db_at(db, CLASS_host, i);
		if (place_ok(q, vm, host) == 0 && (best == NULL ||
		    free_memory(db, host) > free_memory(db, best)))
			best = host;
	}
	/* of one host it can be said what is wrong with it */
	if (best == NULL && n > 1)
		req_fail(q, "NO_HOSTS_AVAILABLE", NULL);
	return best;
}

int
place_assert_can_boot_here(struct request *q)
{
	const struct record *host = db_find(&q->core->db, CLASS_host,
	    req_str(q, 1));

	if (host == NULL)
		return req_fail(q, "HANDLE_INVALID", "host", req_str(q, 1),
		    NULL);
	return place_ok(q, q->self, host);
}

int
place_get_possible_hosts(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *list = value_new_array();
	const struct record *host;

	for (size_t i = 0; i < db_count(db, CLASS_host); i++) {
		host = db_at(db, CLASS_host, i);
		if (place_ok(q, q->self, host) == 0)
			value_add_str(list, host->ref);
	}
	return req_return(q, list);
}

/* Agile: any host can run it, for nothing of it is on one host only. */
int
place_assert_agile(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *vbds = rec_get(q->self, VM_VBDs);
	const struct record *vbd, *vdi, *sr;

	for (size_t i = 0; i < value_len(vbds); i++) {
		vbd = db_find(db, CLASS_VBD, value_str(value_at(vbds, i)));
		vdi = vbd != NULL ? rec_ref(db, vbd, VBD_VDI) : NULL;
		sr = vdi != NULL ? rec_ref(db, vdi, VDI_SR) : NULL;
		if (sr != NULL && !rec_bool(sr, SR_shared))
			return req_fail(q,
			    "HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr->ref,
			    NULL);
	}
	return 0;
}
