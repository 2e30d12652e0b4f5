/* SPDX-License-Identifier: ISC */
#include "vm_host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"

/* The start of struct vm_host is what libxl knows of it. */
static void
logger_message(xentoollog_logger *logger, xentoollog_level level, int errnoval,
    const char *context, const char *format, va_list al)
{
	struct vm_host *h = (struct vm_host *)(void *)logger;
	char text[400];

	if (level < XTL_WARN)
		return;
	vsnprintf(text, sizeof(text), format, al);
	text[strcspn(text, "\n")] = '\0';
	if (errnoval > 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    ": %s", strerror(errnoval));
	log_warn(h->log, "%s: %s", context != NULL ? context : "xen", text);
	if (level >= XTL_ERROR)
		snprintf(h->said, sizeof(h->said), "%s", text);
}

static void
logger_progress(xentoollog_logger *logger, const char *context,
    const char *doing, int percent, unsigned long done, unsigned long total)
{
	(void)logger;
	(void)context;
	(void)doing;
	(void)percent;
	(void)done;
	(void)total;
}

static void
logger_destroy(xentoollog_logger *logger)
{
	(void)logger;
}

int
vm_host_open(struct vm_host *h, const struct log *log, struct err *e)
{
	h->logger = (xentoollog_logger){ logger_message, logger_progress,
		logger_destroy };
	h->log = log;
	if (libxl_ctx_alloc(&h->ctx, LIBXL_VERSION, 0, &h->logger) != 0)
		return err_set(e, "libxl: cannot be used; is this a Xen dom0?");
	h->xs = xs_open(0);
	return h->xs != NULL ? 0 : err_sys(e, "xenstore");
}

void
vm_host_close(struct vm_host *h)
{
	if (h->xs != NULL)
		xs_close(h->xs);
	if (h->ctx != NULL)
		libxl_ctx_free(h->ctx);
	h->xs = NULL;
	h->ctx = NULL;
}

int
vm_host_failed(struct vm_host *h, const char *what, struct reply *r)
{
	char text[700];

	snprintf(text, sizeof(text), "%s%s%s", what,
	    h->said[0] != '\0' ? ": " : "", h->said);
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

static void
uuid_text(const libxl_uuid *u, char text[ID_UUID])
{
	snprintf(text, ID_UUID, LIBXL_UUID_FMT, LIBXL_UUID_BYTES(*u));
}

int
vm_host_find(struct vm_host *h, const char *vm, libxl_dominfo *d)
{
	int n = 0, found = 0;
	libxl_dominfo *list = libxl_list_domain(h->ctx, &n);
	char uuid[ID_UUID];

	for (int i = 0; i < n && !found; i++) {
		uuid_text(&list[i].uuid, uuid);
		if (list[i].domid == 0 || list[i].dying ||
		    strcmp(uuid, vm) != 0)
			continue;
		found = 1;
		libxl_dominfo_copy(h->ctx, d, &list[i]);
	}
	libxl_dominfo_list_free(list, n);
	return found;
}

int
vm_host_domid(struct vm_host *h, const char *vm, struct reply *r)
{
	libxl_dominfo d;
	int domid = -1;

	libxl_dominfo_init(&d);
	if (vm_host_find(h, vm, &d) == 1)
		domid = (int)d.domid;
	else
		reply_fail(r, "VM_BAD_POWER_STATE", vm, "running", "halted",
		    NULL);
	libxl_dominfo_dispose(&d);
	return domid;
}

int
vm_host_of(struct vm_host *h, const struct value *arg, struct reply *r)
{
	const char *vm = vm_config_vm(arg, r);

	return vm == NULL ? -1 : vm_host_domid(h, vm, r);
}

struct vm_path
vm_path(int domid, const char *fmt, ...)
{
	struct vm_path p;
	va_list ap;
	int n = snprintf(p.s, sizeof(p.s), "/local/domain/%d/", domid);

	va_start(ap, fmt);
	vsnprintf(p.s + n, sizeof(p.s) - (size_t)n, fmt, ap);
	va_end(ap);
	return p;
}

char *
vm_read(struct vm_host *h, const char *path)
{
	unsigned int len;

	return xs_read(h->xs, XBT_NULL, path, &len);
}

int
vm_write(struct vm_host *h, const char *path, const char *value,
    struct reply *r)
{
	struct err e;

	if (xs_write(h->xs, XBT_NULL, path, value,
	    (unsigned int)strlen(value)))
		return 0;
	err_sys(&e, "xenstore: %s", path);
	reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	return -1;
}

void
vm_sleep(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}
