/* SPDX-License-Identifier: ISC */
#ifndef PROBE_RING_H
#define PROBE_RING_H

#include <string.h>

#include "hypercall.h"

/* What Xen's ring macros want of us. */
#define xen_mb() barrier()
#define xen_rmb() barrier()
#define xen_wmb() barrier()

#include <xen/io/ring.h>

#endif
