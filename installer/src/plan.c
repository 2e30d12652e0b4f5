/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "plan.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

static void
say_nics(const struct machine *m, struct buf *to)
{
	for (size_t i = 0; i < m->nnics; i++)
		buf_printf(to, "%s%s (%s)", i > 0 ? ", " : "", m->nics[i].name,
		    m->nics[i].mac);
	if (m->nnics == 0)
		buf_str_add(to, "none");
}

static void
plan_nic(struct plan *p, struct findings *f)
{
	const struct network *net = answers_management(p->answers);
	struct buf b = { 0 };
	const char *name, *mac;

	if (net == NULL)
		return;
	name = net->port.name.text;
	mac = net->port.mac.text;
	if (name == NULL && mac == NULL)
		return;			/* said by the parser */
	for (size_t i = 0; i < p->machine->nnics; i++) {
		const struct nic *n = &p->machine->nics[i];

		if ((name == NULL || strcmp(n->name, name) == 0) &&
		    (mac == NULL || strcasecmp(n->mac, mac) == 0))
			p->nic = n;
	}
	say_nics(p->machine, &b);
	if (p->nic == NULL)
		finding_add(f, ERROR, name != NULL ?
		    net->port.name.at : net->port.mac.at, NULL, "<admin-interface>: \"%s%s%s\": no "
		    "such network interface; this machine has %s",
		    name != NULL ? name : "",
		    name != NULL && mac != NULL ? " " : "",
		    mac != NULL ? mac : "", buf_str(&b));
	else if (p->nic->link == LINK_NO)
		finding_add(f, WARNING, net->at, NULL,
		    "<admin-interface>: %s has no link now", p->nic->name);
	buf_free(&b);
}

void
plan_make(struct plan *p, const struct answers *a, const struct machine *m,
    struct findings *f)
{
	*p = (struct plan){ .answers = a, .machine = m, .sr_disk = -1,
		.sr_type = SR_NONE };
	if (a->mode == MODE_FRESH)
		plan_disks(p, f);
	else
		plan_keep(p, f);
	plan_nic(p, f);
}
