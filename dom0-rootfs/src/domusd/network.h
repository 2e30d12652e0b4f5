/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NETWORK_H
#define DOMUSD_NETWORK_H

#include "request.h"

/*
 * Networks.  One with PIFs is their bridge, which domus-net(8) makes; one
 * without is internal to each host: its bridge is made with the first VIF
 * that is plugged, and goes with the last.
 */
int network_create(struct request *q);
int network_destroy(struct request *q);
int network_set_default_locking_mode(struct request *q);

#endif
