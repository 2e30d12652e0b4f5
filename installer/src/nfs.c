/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "codes.h"
#include "file.h"
#include "nfs.h"
#include "tcp.h"

/* What the kernel says, for whoever has to mend it. */
static enum code
kind_of(int sys)
{
	static const struct { int sys; enum code code; } kinds[] = {
		{ ENOENT, DI_NOT_FOUND }, { ENOTDIR, DI_NOT_FOUND },
		{ ECONNREFUSED, DI_CONNECT }, { EHOSTUNREACH, DI_CONNECT },
		{ ENETUNREACH, DI_CONNECT }, { EHOSTDOWN, DI_CONNECT },
		{ ETIMEDOUT, DI_STALLED }, { EIO, DI_STALLED },
		{ ENOMEM, DI_MEMORY }, { ENODEV, DI_OTHER },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].sys == sys)
			return kinds[i].code;
	return DI_SERVER;
}

/* The first of the server's addresses that answers. */
static int
find_address(const struct nfs_place *p, char to[64], struct err *e)
{
	if (tcp_find(p->server, p->port != 0 ? p->port : 2049, to, e) == 0)
		return 0;
	return err_code(e, e->sys == 0 ? DI_NAME : DI_CONNECT);
}

static bool
is_protocol(int sys)
{
	return sys == EPROTONOSUPPORT || sys == EINVAL || sys == EPROTO ||
	    sys == EOPNOTSUPP;
}

int
nfs_mount(const struct nfs_place *p, const char *at, struct err *e)
{
	bool six = strchr(p->server, ':') != NULL;
	char address[64], options[NFS_OPTIONS], what[1400];
	int why = EPROTONOSUPPORT;

	if (find_address(p, address, e) == -1 ||
	    file_mkdirs(at, 0700, e) == -1)
		return -1;
	snprintf(what, sizeof(what), "%s%s%s:%s", six ? "[" : "", p->server,
	    six ? "]" : "", p->path);
	for (unsigned int i = 0; nfs_options(p, address, i, options); i++) {
		if (mount(what, at, "nfs", MS_RDONLY | MS_NOSUID | MS_NODEV |
		    MS_NOEXEC, options) == 0)
			return 0;
		/* the first that tells more than "not by that version" */
		if (is_protocol(why))
			why = errno;
	}
	errno = why;
	err_sys(e, "%s: mount by NFS", what);
	return err_code(e, kind_of(why));
}

void
nfs_unmount(const char *at)
{
	umount2(at, MNT_FORCE);
	umount2(at, MNT_DETACH);
}

int
nfs_get(const char *text, size_t max, char **data_r, size_t *len_r,
    struct err *e)
{
	struct nfs_place p;
	const char *wrong = nfs_place(text, &p), *name;
	char path[sizeof(NFS_DIR) + sizeof(p.path)];
	int rc;

	if (wrong != NULL)
		return err_set(e, "%s %s", text, wrong);
	name = nfs_split(&p);
	if (nfs_mount(&p, NFS_DIR, e) == -1)
		return err_in(e, "%s", text);
	snprintf(path, sizeof(path), NFS_DIR "/%s", name);
	rc = file_read(path, max, data_r, len_r, e);
	if (rc == -1 && e->sys != 0)
		err_code(e, kind_of(e->sys));
	nfs_unmount(NFS_DIR);
	return rc == -1 ? err_in(e, "%s", text) : 0;
}
