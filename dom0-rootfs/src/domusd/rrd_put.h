/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RRD_PUT_H
#define DOMUSD_RRD_PUT_H

#include <stdbool.h>

struct buf;

/* One value of a row: <v>0.25</v>, or 0.25; NaN is "NaN" in JSON. */
void rrd_put(struct buf *to, float v, bool json);

#endif
