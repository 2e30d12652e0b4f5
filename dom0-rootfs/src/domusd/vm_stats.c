/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <stdlib.h>

#include "id.h"
#include "probe.h"

/* What guests have used so far.  No question to xenstore but one for each. */

static void
vcpus(struct vm_host *h, uint32_t domid, struct value *to)
{
	struct value *times = value_new_array();
	int n = 0, cpus = 0;
	libxl_vcpuinfo *v = libxl_list_vcpu(h->ctx, domid, &n, &cpus);

	for (int i = 0; i < n; i++)
		value_add_int(times, (int64_t)v[i].vcpu_time);
	libxl_vcpuinfo_list_free(v, n);
	value_set(to, "vcpus", times);
}

static struct value *
one(struct vm_host *h, const libxl_dominfo *d)
{
	struct value *v = value_new_struct();
	char *target = vm_read(h, vm_path((int)d->domid, "memory/target").s);

	value_set(v, "vm", value_new_fmt(LIBXL_UUID_FMT,
	    LIBXL_UUID_BYTES(d->uuid)));
	value_set_int(v, "domid", d->domid);
	value_set_int(v, "memory", (int64_t)d->current_memkb * 1024);
	if (target != NULL)
		value_set_int(v, "memory_target", strtoll(target, NULL, 10) *
		    1024);
	free(target);
	vcpus(h, d->domid, v);
	return v;
}

struct value *
vm_stats(struct vm_host *h)
{
	struct value *all = value_new_array();
	int n = 0;
	libxl_dominfo *d = libxl_list_domain(h->ctx, &n);

	for (int i = 0; i < n; i++)
		if (d[i].domid != 0 && !d[i].dying)
			value_add(all, one(h, &d[i]));
	libxl_dominfo_list_free(d, n);
	probe_backends("", all);
	return all;
}
