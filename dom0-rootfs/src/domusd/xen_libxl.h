/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XEN_LIBXL_H
#define DOMUSD_XEN_LIBXL_H

struct value;
struct vm_host;
struct xen;

/* Xen as [xen] itself has it open; x's. */
struct vm_host *xen_vm_host(struct xen *x);

/* vm.h's answer to `stats'. */
struct value *xen_stats(struct xen *x);

#endif
