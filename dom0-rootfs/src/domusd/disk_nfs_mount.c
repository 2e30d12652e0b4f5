/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "disk_file.h"
#include "disk_nfs_mount.h"
#include "file.h"
#include "id.h"

static bool
is_protocol(int sys)
{
	return sys == EPROTONOSUPPORT || sys == EINVAL || sys == EPROTO ||
	    sys == EOPNOTSUPP;
}

int
disk_nfs_mount(const struct nfs_export *x, const char *below,
    const char *at, bool readonly, struct reply *r)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
	    (readonly ? MS_RDONLY : 0);
	char address[64], data[NFS_OPTIONS], what[1100], full[1200];
	int why = EPROTONOSUPPORT;
	struct err e;

	if (disk_nfs_find(x, address, r) == -1)
		return -1;
	if (file_mkdirs(at, 0755, &e) == -1)
		return disk_nfs_failed(r, NFS_NO_MOUNT, at, e.text);
	disk_nfs_source(x, what);
	snprintf(full, sizeof(full), "%s%s%s", what, *below != '\0' ? "/" :
	    "", below);
	for (unsigned int i = 0; disk_nfs_options(x, address, i, data); i++) {
		if (mount(full, at, "nfs", flags, data) == 0)
			return 0;
		/* the first that tells more than "not by that version" */
		if (is_protocol(why))
			why = errno;
	}
	rmdir(at);
	return disk_nfs_failed(r, is_protocol(why) ? NFS_BAD_VERSION :
	    NFS_NO_MOUNT, full, strerror(why));
}

/* The whole export for a moment; the directory, or -1. */
static int
open_export(const char *root, const struct nfs_export *x,
    char at[DISK_PATH], struct reply *r)
{
	int dir;

	snprintf(at, DISK_PATH, "%.270s/.export.%ld", root, (long)getpid());
	if (disk_nfs_mount(x, "", at, false, r) == -1)
		return -1;
	dir = open(at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* nobody else shall come upon it, and it ends with this process */
	umount2(at, MNT_DETACH);
	rmdir(at);
	return dir != -1 ? dir : disk_nfs_failed(r, NFS_NO_MOUNT, x->path,
	    strerror(errno));
}

int
disk_nfs_create(const char *root, const struct nfs_export *x,
    const char *sr, struct reply *r)
{
	char at[DISK_PATH];
	int dir = open_export(root, x, at, r), rc = 0;

	if (dir == -1)
		return -1;
	if (mkdirat(dir, sr, 0755) == -1)
		rc = disk_nfs_failed(r, NFS_NOT_CREATED, x->path,
		    strerror(errno));
	close(dir);
	return rc;
}

int
disk_nfs_remove(const char *root, const struct nfs_export *x,
    const char *sr, struct reply *r)
{
	char at[DISK_PATH];
	int dir = open_export(root, x, at, r), own, rc = 0;

	if (dir == -1)
		return -1;
	own = openat(dir, sr, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (own != -1) {
		disk_file_clean(own);
		close(own);
	}
	if (unlinkat(dir, sr, AT_REMOVEDIR) == -1 && errno != ENOENT)
		rc = disk_nfs_failed(r, NFS_NOT_REMOVED, sr, strerror(errno));
	close(dir);
	return rc;
}

struct value *
disk_nfs_list(const char *root, const struct nfs_export *x, struct reply *r)
{
	char at[DISK_PATH];
	int dir = open_export(root, x, at, r);
	struct value *list, *v;
	struct dirent *e;
	struct stat st;
	DIR *d;

	if (dir == -1)
		return NULL;
	d = fdopendir(dir);
	if (d == NULL) {
		disk_nfs_failed(r, NFS_NO_MOUNT, x->path, strerror(errno));
		close(dir);
		return NULL;
	}
	list = value_new_array();
	while ((e = readdir(d)) != NULL) {
		if (!id_is_uuid(e->d_name) || fstatat(dirfd(d), e->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) == -1 || !S_ISDIR(st.st_mode))
			continue;
		v = value_new_struct();
		value_set_str(v, "uuid", e->d_name);
		value_add(list, v);
	}
	closedir(d);
	return list;
}
