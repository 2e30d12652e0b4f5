/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "file.h"
#include "jsonrpc.h"
#include "xen.h"
#include "xen_fake.h"

/*
 * What a terminal says, a guest's or dom0's: it asks for a name, repeats each
 * line, and at "flood" says more than anybody can read.
 */
const char *const xen_login[] = { "/bin/sh", "-c", "printf 'fake login: '; "
    "while read -r line; do case $line in flood) i=0; "
    "while test $i -lt 20000; do i=$((i + 1)); "
    "echo \"line $i of very many that nobody reads\"; done ;; esac; "
    "echo \"you said $line\"; done", NULL };

/*
 * A machine that is a file: for tests on the BUILD machine, never in the
 * image.  The file is the JSON of xen_facts(); what the machine is told to do
 * is written, a line each, to the same name with ".done" behind it.
 */
struct xen {
	const char *path;
	struct fake_net net;
};

int
xen_open(const struct options *o, const struct log *log, struct xen **x_r,
    struct err *e)
{
	(void)log;
	if (o->fake_xen == NULL)
		return err_set(e, "this build has no Xen: --fake-xen is needed");
	*x_r = calloc(1, sizeof(**x_r));
	if (*x_r == NULL)
		return err_set(e, "out of memory");
	(*x_r)->path = o->fake_xen;
	(*x_r)->net.state = o->state;
	return 0;
}

void
xen_close(struct xen *x)
{
	free(x);
}

static struct value *
machine_read(struct xen *x, struct err *e)
{
	struct value *v = NULL;
	char *text = NULL;
	size_t len;

	if (file_read(x->path, 1 << 20, &text, &len, e) == 0)
		v = json_parse(text, len, &value_limits_reply, e);
	free(text);
	return v;
}

struct value *
xen_facts(struct xen *x, struct err *e)
{
	struct value *v = machine_read(x, e);

	if (v != NULL)
		fake_net_facts(&x->net, v);
	return v;
}

static int
done(struct xen *x, const char *what, const char *more, struct err *e)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s.done", x->path);
	f = fopen(path, "ae");
	if (f == NULL)
		return err_sys(e, "%s", path);
	fprintf(f, "%s%s%s\n", what, *more != '\0' ? " " : "", more);
	fclose(f);
	return 0;
}

int
xen_net_try(struct xen *x, const char *path, struct err *e)
{
	struct value *facts = machine_read(x, e);
	int rc = facts == NULL ? -1 : fake_net_try(&x->net, facts, path, e);

	value_free(facts);
	return rc;
}

int
xen_net_confirm(struct xen *x, const char *peer, struct err *e)
{
	struct value *facts = machine_read(x, e);
	int rc = facts == NULL ? -1 : fake_net_confirm(&x->net, facts, peer,
	    e);

	value_free(facts);
	return rc;
}

int
xen_power(struct xen *x, bool reboot, struct err *e)
{
	return done(x, reboot ? "reboot" : "shutdown", "", e);
}

struct value *
xen_dmesg(struct xen *x, struct err *e)
{
	struct value *machine = xen_facts(x, e), *v;

	if (machine == NULL)
		return NULL;
	v = value_get(machine, "dmesg") != NULL ?
	    value_copy(value_get(machine, "dmesg")) :
	    value_new_fmt("(XEN) fake machine %s\n", x->path);
	value_free(machine);
	return v;
}

int
xen_sr(struct xen *x, const char *uuid, bool attach, struct err *e)
{
	return done(x, attach ? "attach" : "detach", uuid, e);
}
