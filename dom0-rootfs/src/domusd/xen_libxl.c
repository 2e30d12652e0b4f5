/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <time.h>
/* Xen's headers want GNU C's attributes, which they look for in this way. */
#undef __STRICT_ANSI__
#include <xenctrl.h>

#include "conf.h"
#include "core.h"
#include "hostnet.h"
#include "log.h"
#include "probe.h"
#include "xen.h"
#include "xen_libxl.h"

/* The machine as it is: Xen by libxl, the rest by probe.c. */

#define KERNEL_LOG (1 << 18)

struct xen {
	struct vm_host h;
	libxl_ctx *ctx;		/* h's */
	xc_interface *xc;
	struct conf host;	/* as it was at the last look */
	const char *state;
	xc_cpuinfo_t *idle;	/* of the last look, for utilisation */
	int nidle;
	int64_t looked;		/* milliseconds */
};

/* It changes: see hostnet.h. */
static int
host_read(struct xen *x, struct err *e)
{
	struct conf now = { 0 };
	char path[512];

	snprintf(path, sizeof(path), "%s/etc/host.conf", x->state);
	if (conf_read(path, &now, e) == -1)
		return -1;
	conf_free(&x->host);
	x->host = now;
	return 0;
}

int
xen_open(const struct options *o, const struct log *log, struct xen **x_r,
    struct err *e)
{
	struct xen *x = calloc(1, sizeof(*x));
	int rc = -1;

	if (x == NULL)
		return err_set(e, "out of memory");
	x->state = o->state;
	if (host_read(x, e) == -1 ||
	    vm_host_open(&x->h, log, e) == -1)
		goto out;
	x->ctx = x->h.ctx;
	x->xc = xc_interface_open(&x->h.logger, NULL, 0);
	if (x->xc == NULL) {
		err_set(e, "libxenctrl: cannot be used");
		goto out;
	}
	*x_r = x;
	x = NULL;
	rc = 0;
out:
	xen_close(x);
	return rc;
}

void
xen_close(struct xen *x)
{
	if (x == NULL)
		return;
	if (x->xc != NULL)
		xc_interface_close(x->xc);
	vm_host_close(&x->h);
	conf_free(&x->host);
	free(x->idle);
	free(x);
}

struct vm_host *
xen_vm_host(struct xen *x)
{
	return &x->h;
}

static void
put_capabilities(struct value *facts, const char *text)
{
	struct value *list = value_new_array();
	size_t n;

	for (const char *p = text; p != NULL && *p != '\0'; p += n) {
		p += strspn(p, " ");
		n = strcspn(p, " ");
		if (n > 0)
			value_add(list, value_new_text(p, n));
	}
	value_set(facts, "capabilities", list);
}

static void
put_version(struct xen *x, struct value *facts)
{
	const libxl_version_info *v = libxl_get_version_info(x->ctx);
	struct value *xen = value_new_struct();

	if (v != NULL) {
		value_set(xen, "version", value_new_fmt("%d.%d%s",
		    v->xen_version_major, v->xen_version_minor,
		    v->xen_version_extra));
		value_set_str(xen, "commandline", v->commandline);
		put_capabilities(facts, v->capabilities);
	}
	value_set(facts, "xen", xen);
}

/* How busy each processor was since the last look; at first since boot. */
static void
put_utilisation(struct xen *x, struct value *cpus)
{
	int n = (int)value_len(cpus), have = 0;
	xc_cpuinfo_t *now = calloc((size_t)n + 1, sizeof(*now));
	int64_t ms = core_ms();
	double idle, all;

	if (now == NULL || xc_getcpuinfo(x->xc, n, now, &have) != 0) {
		free(now);
		return;
	}
	all = (double)(ms - x->looked) * 1e6;
	for (int i = 0; i < have && i < n; i++) {
		idle = (double)(now[i].idletime -
		    (i < x->nidle ? x->idle[i].idletime : 0));
		value_set_float(value_at(cpus, (size_t)i), "utilisation",
		    all <= 0 || idle >= all ? 0.0 : 1.0 - idle / all);
	}
	free(x->idle);
	x->idle = now;
	x->nidle = have;
	x->looked = ms;
}

static int
put_machine(struct xen *x, struct value *facts, struct err *e)
{
	struct value *chipset = value_new_struct();
	libxl_physinfo p;
	unsigned int per_socket;
	int64_t page = 4096;

	libxl_physinfo_init(&p);
	if (libxl_get_physinfo(x->ctx, &p) != 0) {
		value_free(chipset);
		libxl_physinfo_dispose(&p);
		return err_set(e, "libxl: nothing about the machine");
	}
	value_set_int(facts, "memory_total", (int64_t)p.total_pages * page);
	value_set_int(facts, "memory_free", (int64_t)(p.free_pages +
	    p.scrub_pages) * page);
	value_set_str(chipset, "iommu", p.cap_hvm_directio ? "true" : "false");
	value_set(facts, "chipset_info", chipset);
	per_socket = p.threads_per_core * p.cores_per_socket;
	probe_cpu("", facts, p.nr_cpus, per_socket != 0 ?
	    (p.nr_cpus + per_socket - 1) / per_socket : 1);
	libxl_physinfo_dispose(&p);
	put_utilisation(x, value_get(facts, "cpus"));
	return 0;
}

static void
put_idle(struct xen *x, struct value *host, unsigned int n)
{
	xc_cpuinfo_t *cpus = calloc((size_t)n + 1, sizeof(*cpus));
	struct value *idle = value_new_array();
	int have = 0;

	if (cpus != NULL && xc_getcpuinfo(x->xc, (int)n, cpus, &have) == 0)
		for (int i = 0; i < have; i++)
			value_add_int(idle, (int64_t)cpus[i].idletime);
	free(cpus);
	value_set(host, "idle", idle);
}

static struct value *
host_stats(struct xen *x)
{
	struct value *host = value_new_struct();
	const int64_t page = 4096;
	libxl_physinfo p;

	libxl_physinfo_init(&p);
	if (libxl_get_physinfo(x->ctx, &p) == 0) {
		value_set_int(host, "memory_total", (int64_t)p.total_pages *
		    page);
		value_set_int(host, "memory_free", (int64_t)(p.free_pages +
		    p.scrub_pages) * page);
		put_idle(x, host, p.nr_cpus);
	}
	libxl_physinfo_dispose(&p);
	probe_load("", host);
	return host;
}

struct value *
xen_stats(struct xen *x)
{
	struct value *v = value_new_struct();
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	value_set_int(v, "time", (int64_t)now.tv_sec * 1000 +
	    now.tv_nsec / 1000000);
	clock_gettime(CLOCK_MONOTONIC, &now);
	value_set_int(v, "ns", (int64_t)now.tv_sec * 1000000000 +
	    now.tv_nsec);
	value_set(v, "host", host_stats(x));
	value_set(v, "vms", vm_stats(&x->h));
	return v;
}

static void
put_dom0(struct xen *x, struct value *facts)
{
	struct value *dom0 = value_new_struct();
	libxl_dominfo d;

	libxl_dominfo_init(&d);
	if (libxl_domain_info(x->ctx, &d, 0) == 0) {
		value_set_int(dom0, "memory", (int64_t)d.current_memkb * 1024);
		value_set_int(dom0, "vcpus", d.vcpu_online);
	}
	libxl_dominfo_dispose(&d);
	value_set(facts, "dom0", dom0);
}

struct value *
xen_facts(struct xen *x, struct err *e)
{
	struct value *facts = value_new_struct();

	probe_linux("", facts);
	put_version(x, facts);
	if (host_read(x, e) == -1 || put_machine(x, facts, e) == -1) {
		value_free(facts);
		return NULL;
	}
	put_dom0(x, facts);
	probe_bios("", facts);
	probe_secure_boot("", facts);
	probe_raids("", facts);
	probe_nics("", facts);
	probe_management("", &x->host, facts);
	hostnet_unplugged(&x->host, facts);
	probe_sr(&x->host, facts);
	return facts;
}

/* busybox init(8): SIGTERM restarts, SIGUSR2 powers off. */
int
xen_power(struct xen *x, bool reboot, struct err *e)
{
	(void)x;
	return kill(1, reboot ? SIGTERM : SIGUSR2) == -1 ?
	    err_sys(e, "init") : 0;
}

static void
put_xen_log(struct xen *x, struct buf *to)
{
	libxl_xen_console_reader *r;
	char *line;

	r = libxl_xen_console_read_start(x->ctx, 0);
	if (r == NULL)
		return;
	while (libxl_xen_console_read_line(x->ctx, r, &line) == 1)
		buf_str_add(to, line);
	libxl_xen_console_read_finish(x->ctx, r);
}

const char *const xen_login[] = { "/bin/login", NULL };

struct value *
xen_dmesg(struct xen *x, struct err *e)
{
	char *kernel = calloc(1, KERNEL_LOG + 1);
	struct buf text = { 0 };
	struct value *v = NULL;

	if (kernel == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	put_xen_log(x, &text);
	if (klogctl(3, kernel, KERNEL_LOG) > 0)	/* SYSLOG_ACTION_READ_ALL */
		buf_str_add(&text, kernel);
	free(kernel);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x7f)
			text.data[i] = '?';
	if (buf_ok(&text, e) == 0)
		v = value_new_str(buf_str(&text));
	buf_free(&text);
	return v;
}

int
xen_sr(struct xen *x, const char *uuid, bool attach, struct err *e)
{
	return probe_sr_attach(&x->host, uuid, attach, e);
}
