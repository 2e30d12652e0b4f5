/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PROBE_H
#define DOMUSD_PROBE_H

#include "conf.h"
#include "err.h"
#include "value.h"

/*
 * What Linux itself knows of the machine, put into the facts of xen.h.  root
 * is where /proc, /sys, /etc and /run are: "" but in tests.
 */
void probe_linux(const char *root, struct value *facts);
void probe_cpu(const char *root, struct value *facts, unsigned int ncpus,
    unsigned int nsockets);
void probe_bios(const char *root, struct value *facts);
void probe_secure_boot(const char *root, struct value *facts);
void probe_raids(const char *root, struct value *facts);
void probe_nics(const char *root, struct value *facts);
void probe_management(const char *root, const struct conf *host,
    struct value *facts);
void probe_sr(const struct conf *host, struct value *facts);

/*
 * Of the answer to `stats' (vm.h): load and cards of the host, and devices of
 * the VMs in an array whose members say their domid.
 */
void probe_load(const char *root, struct value *host);
void probe_backends(const char *root, struct value *vms);

/* Mount or unmount the local SR that host.conf names. */
int probe_sr_attach(const struct conf *host, const char *uuid, bool attach,
    struct err *e);

#endif
