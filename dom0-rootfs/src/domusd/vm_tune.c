/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

/* What a running guest has of memory and processors. */

static int
bad(struct reply *r, const char *text)
{
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

static int64_t
num(const struct value *v, const char *name)
{
	struct err ignored;
	int64_t n;

	return value_as_int(value_get(v, name), &n, &ignored) == 0 ? n : -1;
}

int
vm_tune_memory(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int64_t target = num(arg, "dynamic_max");
	int domid = vm_host_of(h, arg, r);

	if (domid == -1)
		return -1;
	if (target < 1 << 20)
		return bad(r, "dynamic_max: out of range");
	return libxl_set_memory_target(h->ctx, (uint32_t)domid, target / 1024,
	    0, 1) == 0 ? 0 : vm_host_failed(h, "memory", r);
}

int
vm_tune_vcpus(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int64_t n = num(arg, "vcpus");
	int domid = vm_host_of(h, arg, r), rc;
	libxl_bitmap map;

	if (domid == -1)
		return -1;
	if (n < 1 || n > VM_VCPUS)
		return bad(r, "vcpus: out of range");
	libxl_bitmap_init(&map);
	libxl_bitmap_alloc(h->ctx, &map, (int)n);
	for (int i = 0; i < n; i++)
		libxl_bitmap_set(&map, i);
	rc = libxl_set_vcpuonline(h->ctx, (uint32_t)domid, &map, NULL);
	libxl_bitmap_dispose(&map);
	return rc == 0 ? 0 : vm_host_failed(h, "vcpus", r);
}

static int
set_mask(struct vm_host *h, int domid, const struct vm_sched *s,
    struct reply *r)
{
	libxl_dominfo d;
	libxl_bitmap map;
	int rc;

	if (!s->masked)
		return 0;
	libxl_dominfo_init(&d);
	libxl_bitmap_init(&map);
	libxl_bitmap_alloc(h->ctx, &map, (int)sizeof(s->cpus));
	for (int i = 0; i < (int)sizeof(s->cpus); i++)
		if (s->cpus[i])
			libxl_bitmap_set(&map, i);
	rc = libxl_domain_info(h->ctx, &d, (uint32_t)domid);
	if (rc == 0)
		rc = libxl_set_vcpuaffinity_all(h->ctx, (uint32_t)domid,
		    d.vcpu_max_id + 1, &map, NULL);
	libxl_bitmap_dispose(&map);
	libxl_dominfo_dispose(&d);
	return rc == 0 ? 0 : vm_host_failed(h, "mask", r);
}

int
vm_tune_sched(struct vm_host *h, const struct value *arg, struct reply *r)
{
	int domid = vm_host_of(h, arg, r), rc;
	libxl_domain_sched_params p;
	struct vm_sched s;

	if (domid == -1 || vm_config_sched(arg, &s, r) == -1)
		return -1;
	libxl_domain_sched_params_init(&p);
	if (s.weight != -1)
		p.weight = s.weight;
	if (s.cap != -1)
		p.cap = s.cap;
	rc = libxl_domain_sched_params_set(h->ctx, (uint32_t)domid, &p);
	libxl_domain_sched_params_dispose(&p);
	return rc == 0 ? set_mask(h, domid, &s, r) :
	    vm_host_failed(h, "weight", r);
}
