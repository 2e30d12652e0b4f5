/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "disk_nfs.h"
#include "tcp.h"

int
disk_nfs_find(const struct nfs_export *x, char address[64], struct reply *r)
{
	struct err e;

	if (tcp_find(x->server, x->port, address, &e) == 0)
		return 0;
	return e.sys == 0 ? disk_nfs_failed(r, NFS_NO_NAME, x->server,
	    e.text + strlen(x->server) + 2) : disk_nfs_failed(r,
	    NFS_NO_SERVICE, x->server, strerror(e.sys));
}
