/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core.h"
#include "log.h"
#include "priv.h"
#include "rrd.h"
#include "stats.h"

#define NS 1e9
#define KIB 1024.0

/* A number, or NaN. */
static double
number(const struct value *v, const char *name)
{
	const struct value *n = value_get(v, name);
	struct err ignored;
	int64_t i;
	double f;

	if (n == NULL)
		return NAN;
	if (value_as_int(n, &i, &ignored) == 0)
		return (double)i;
	return value_as_float(n, &f, &ignored) == 0 ? f : NAN;
}

static int64_t
integer(const struct value *v, const char *name)
{
	struct err ignored;
	int64_t i = 0;

	value_as_int(value_get(v, name), &i, &ignored);
	return i;
}

/* cpu0, cpu1, ... of times in ns, and their mean: of busy or of idle time. */
static void
take_cpus(struct rrd_owner *o, const struct value *times, bool idle,
    const char *mean)
{
	double sum = 0, v;
	char name[RRD_NAME];
	size_t n = value_len(times);
	struct err ignored;
	int64_t ns;

	for (size_t i = 0; i < n; i++) {
		if (value_as_int(value_at(times, i), &ns, &ignored) == -1)
			continue;
		snprintf(name, sizeof(name), "cpu%zu", i);
		v = rrd_rate(o, name, (double)ns, NS, 1);
		if (idle)
			rrd_gauge(o, name, v = 1 - v);
		sum += v;
	}
	if (n > 0)
		rrd_gauge(o, mean, sum / (double)n);
}

struct counter {
	const char *from, *format;	/* of the device's name */
};

/* A device's counters; its name becomes part of theirs. */
static void
take_counters(struct rrd_owner *o, const struct value *device,
    const struct counter *counters, size_t n)
{
	const char *which = value_get_str(device, "device");
	char name[RRD_NAME];
	double v;

	if (which == NULL || strpbrk(which, " :\"<>&\\") != NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		v = number(device, counters[i].from);
		if (snprintf(name, sizeof(name), "%.4s%s%s",
		    counters[i].format, which, counters[i].format + 4) <
		    (int)sizeof(name) && !isnan(v))
			rrd_rate(o, name, v, 1, 0);
	}
}

static const struct counter pif[] = {
	{ "rx_bytes", "pif__rx" },
	{ "tx_bytes", "pif__tx" },
};
static const struct counter vif[] = {
	{ "rx_bytes", "vif__rx" },
	{ "tx_bytes", "vif__tx" },
};
static const struct counter vbd[] = {
	{ "read_bytes", "vbd__read" },
	{ "write_bytes", "vbd__write" },
	{ "read_ops", "vbd__iops_read" },
	{ "write_ops", "vbd__iops_write" },
};

static void
take_devices(struct rrd_owner *o, const struct value *devices,
    const struct counter *counters, size_t n)
{
	for (size_t i = 0; i < value_len(devices); i++)
		take_counters(o, value_at(devices, i), counters, n);
}

static void
take_host(struct core *core, const struct value *v, int64_t ns,
    const struct value *vms)
{
	const struct value *nics = value_get(v, "nics");
	struct rrd_owner *o = rrd_begin(core->rrd, core->host_uuid, true, 0,
	    ns);
	double rx = 0, tx = 0, vcpus = 0;

	if (o == NULL)
		return;
	take_cpus(o, value_get(v, "idle"), true, "cpu_avg");
	rrd_gauge(o, "loadavg", number(v, "loadavg"));
	rrd_gauge(o, "memory_total_kib", number(v, "memory_total") / KIB);
	rrd_gauge(o, "memory_free_kib", number(v, "memory_free") / KIB);
	take_devices(o, nics, pif, 2);
	for (size_t i = 0; i < value_len(nics); i++) {
		rx += number(value_at(nics, i), "rx_bytes");
		tx += number(value_at(nics, i), "tx_bytes");
	}
	rrd_rate(o, "pif_aggr_rx", rx, 1, 0);
	rrd_rate(o, "pif_aggr_tx", tx, 1, 0);
	for (size_t i = 0; i < value_len(vms); i++)
		vcpus += (double)value_len(value_get(value_at(vms, i),
		    "vcpus"));
	rrd_gauge(o, "running_domains", (double)value_len(vms));
	rrd_gauge(o, "running_vcpus", vcpus);
}

/* What a guest's agent says, if there is one. */
static double
internal_free(const struct core *core, const struct record *vm)
{
	const struct record *m = rec_ref(&core->db, vm, VM_guest_metrics);

	return m == NULL ? NAN :
	    number(rec_get(m, VM_guest_metrics_memory), "free");
}

static void
take_vm(struct core *core, const struct value *v, int64_t ns)
{
	const char *uuid = value_get_str(v, "vm");
	const struct record *vm = uuid == NULL ? NULL :
	    db_by_uuid(&core->db, CLASS_VM, uuid);
	struct rrd_owner *o;

	if (vm == NULL)
		return;
	o = rrd_begin(core->rrd, uuid, false, integer(v, "domid"), ns);
	if (o == NULL)
		return;
	take_cpus(o, value_get(v, "vcpus"), false, "cpu_usage");
	rrd_gauge(o, "memory", number(v, "memory"));
	rrd_gauge(o, "memory_target", number(v, "memory_target"));
	rrd_gauge(o, "memory_internal_free", internal_free(core, vm));
	take_devices(o, value_get(v, "vbds"), vbd, 4);
	take_devices(o, value_get(v, "vifs"), vif, 2);
}

void
stats_take(struct core *core, const struct value *v)
{
	const struct value *vms = value_get(v, "vms");
	int64_t ns = integer(v, "ns");

	take_host(core, value_get(v, "host"), ns, vms);
	for (size_t i = 0; i < value_len(vms); i++)
		take_vm(core, value_at(vms, i), ns);
	rrd_commit(core->rrd, integer(v, "time"));
}

static void
answered(struct core *core, struct request *q, struct reply *r)
{
	(void)q;
	core->stats_asked = false;
	if (r->ok)
		stats_take(core, r->value);
	else
		log_warn(core->log, "statistics: %s", r->code);
}

void
stats_ask(struct core *core)
{
	const int often = core->options->interval;
	const int64_t step = (often < RRD_STEP ? often : RRD_STEP) * 1000;
	struct value *params = value_new_array();
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	core->every_due[EVERY_STATS] = core_ms() + step -
	    ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000) % step;
	if (core->rrd == NULL || core->stats_asked) {
		value_free(params);
		return;
	}
	value_add(params, value_new_struct());
	core->stats_asked = true;
	core_ask(core, core->xen, priv_names[PRIV_STATS], params, answered,
	    NULL);
}

static bool
is_ours(void *arg, const char *uuid)
{
	const struct core *core = arg;

	return strcmp(uuid, core->host_uuid) == 0 ||
	    db_by_uuid(&core->db, CLASS_VM, uuid) != NULL;
}

void
stats_sweep(struct core *core)
{
	if (core->rrd != NULL)
		rrd_sweep(core->rrd, is_ours, core);
}
