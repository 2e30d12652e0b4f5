/* SPDX-License-Identifier: ISC */
#include "plan.h"

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
	plan_nets(p, f);
}
