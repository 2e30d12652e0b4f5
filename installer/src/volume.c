/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "file.h"
#include "volume.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256	/* Linux 5.10 */
#endif

/*
 * MS_RDONLY alone is not enough for ext4: it replays a journal all the same,
 * and that writes.
 */
static const struct volume_kind {
	const char *type, *mount, *options;
} kinds[] = {
	{ "iso9660", "iso9660", NULL },
	{ "vfat", "vfat", NULL },
	{ "ext2", "ext4", "noload,errors=continue" },
	{ "ext3", "ext4", "noload,errors=continue" },
	{ "ext4", "ext4", "noload,errors=continue" },
};

static const struct volume_kind *
kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

/* NULL: not of that label, or nothing that is mounted here. */
static const struct volume_kind *
look(const char *node, const char *label)
{
	const struct volume_kind *kind = NULL;
	const char *l = NULL, *t = NULL;
	blkid_probe pr;

	pr = blkid_new_probe_from_filename(node);
	if (pr == NULL)
		return NULL;
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr,
	    BLKID_SUBLKS_LABEL | BLKID_SUBLKS_TYPE);
	if (blkid_do_safeprobe(pr) == 0 &&
	    blkid_probe_lookup_value(pr, "LABEL", &l, NULL) == 0 &&
	    blkid_probe_lookup_value(pr, "TYPE", &t, NULL) == 0 &&
	    strcmp(l, label) == 0)
		kind = kind_of(t);
	blkid_free_probe(pr);
	return kind;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct volume *)a)->name,
	    ((const struct volume *)b)->name);
}

static bool
is_part_of(const char *root, const char *disk, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/class/block/%s/%s", root, disk,
	    name);
	return access(path, F_OK) == 0;
}

/* A disk's name sorts before its partitions'. */
static size_t
drop_parts(const char *root, struct volume *list, size_t n)
{
	size_t to = 0, k;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < to; k++)
			if (is_part_of(root, list[k].name, list[i].name))
				break;
		if (k == to)
			list[to++] = list[i];
	}
	return to;
}

size_t
volumes_find(const char *root, const char *label,
    struct volume list[VOLUMES_MAX])
{
	const struct volume_kind *kind;
	char path[PATH_MAX];
	struct dirent *d;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/class/block", root);
	dir = opendir(path);
	while (dir != NULL && n < VOLUMES_MAX && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.' ||
		    strncmp(d->d_name, "loop", 4) == 0 ||
		    strncmp(d->d_name, "ram", 3) == 0 ||
		    strlen(d->d_name) >= sizeof(list[n].name))
			continue;
		snprintf(path, sizeof(path), "%s/dev/%s", root, d->d_name);
		kind = look(path, label);
		if (kind == NULL)
			continue;
		strcpy(list[n].name, d->d_name);
		list[n++].kind = kind;
	}
	if (dir != NULL)
		closedir(dir);
	if (n > 1)
		qsort(list, n, sizeof(*list), by_name);
	return drop_parts(root, list, n);
}

int
volume_mount(const struct volume *v, const char *where, struct err *e)
{
	char node[PATH_MAX];

	if (file_mkdirs(where, 0700, e) == -1)
		return -1;
	snprintf(node, sizeof(node), "/dev/%s", v->name);
	if (mount(node, where, v->kind->mount, MS_RDONLY | MS_NOSUID |
	    MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW, v->kind->options) == -1)
		return err_sys(e, "%s: mount as %s", node, v->kind->mount);
	return 0;
}

int
volume_read(const char *path, size_t max, char **data_r, size_t *len_r,
    struct err *e)
{
	struct stat st;

	*data_r = NULL;
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "%s: not a plain file", path);
	return file_read(path, max, data_r, len_r, e);
}
