/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_STATS_H
#define DOMUSD_STATS_H

struct core;
struct value;

/*
 * What [xen] measures, as statistics (rrd.h): every 5 s, by the clock, so that
 * a row is of the same time on every host.  The names are those of XCP-ng.
 */
void stats_ask(struct core *core);

/* vm.h's answer to `stats'. */
void stats_take(struct core *core, const struct value *v);

/* Every hour: forget VMs that are no more. */
void stats_sweep(struct core *core);

#endif
