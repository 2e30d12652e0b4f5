/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "dm.h"
#include "file.h"
#include "parts.h"
#include "probe.h"
#include "run.h"

/*
 * The local SR: ext4 on a partition or on several that are joined, mounted
 * below SR_MOUNT; or a volume group.
 */

#define SR_MOUNT "/run/sr-mount"

static void
mount_point(const char *uuid, char path[128])
{
	snprintf(path, 128, SR_MOUNT "/%.36s", uuid);
}

static bool
is_mounted(const char *path)
{
	struct stat here, above;

	return stat(path, &here) == 0 && stat(SR_MOUNT, &above) == 0 &&
	    here.st_dev != above.st_dev;
}

/*
 * All partitions that host.conf names; how many, or -1.  One that is there
 * twice, on a disk and on its copy, is an error: which to write is for a
 * person to say.
 */
static int
find_devices(const struct conf *host, char nodes[LVM_PVS][64], struct err *e)
{
	struct parts parts = { 0 };
	const struct part *part;
	const char *partuuid;
	int n = 0;

	if (parts_read("/sys", &parts, e) == -1)
		n = -1;
	while (n != -1 && n < LVM_PVS &&
	    (partuuid = conf_nth(host, "sr-partuuid", (size_t)n)) != NULL)
		if (parts_named(&parts, partuuid, &part, e) == -1)
			n = -1;
		else
			snprintf(nodes[n++], sizeof(nodes[0]), "/dev/%s",
			    part->name);
	parts_free(&parts);
	return n != 0 ? n : err_set(e, "host.conf: no sr-partuuid");
}

static bool
is_group(const struct conf *host)
{
	return strcmp(conf_get(host, "sr-type", "none"), "lvm") == 0;
}

/* A volume group is attached when all of it is there. */
static bool
look_at_group(const struct conf *host, const char *uuid, uint64_t *size,
    uint64_t *used, struct err *e)
{
	char nodes[LVM_PVS][64];
	int n = find_devices(host, nodes, e);

	return n != -1 && lvm_sr_space(uuid, (const char (*)[64])nodes,
	    (unsigned int)n, size, used, e) == 0;
}

static bool
look_at_mount(const char *uuid, uint64_t *size, uint64_t *used)
{
	struct statvfs fs;
	char path[128];

	mount_point(uuid, path);
	if (!is_mounted(path))
		return false;
	if (statvfs(path, &fs) == 0) {
		*size = (uint64_t)fs.f_blocks * fs.f_frsize;
		*used = (uint64_t)(fs.f_blocks - fs.f_bfree) * fs.f_frsize;
	}
	return true;
}

void
probe_sr(const struct conf *host, struct value *facts)
{
	const char *uuid = conf_get(host, "sr-uuid", "");
	const char *type = conf_get(host, "sr-type", "none");
	struct value *sr = value_new_struct();
	uint64_t size = 0, used = 0;
	struct err e;
	bool there;

	if (*uuid == '\0' || strcmp(type, "none") == 0) {
		value_free(sr);
		return;
	}
	there = is_group(host) ? look_at_group(host, uuid, &size, &used, &e) :
	    look_at_mount(uuid, &size, &used);
	value_set_str(sr, "uuid", uuid);
	value_set_str(sr, "type", type);
	value_set_str(sr, "partuuid", conf_get(host, "sr-partuuid", ""));
	value_set_bool(sr, "attached", there);
	if (size > 0) {
		value_set_int(sr, "size", (int64_t)size);
		value_set_int(sr, "used", (int64_t)used);
	}
	value_set(facts, "sr", sr);
}

static int
attach_sr(const struct conf *host, const char *uuid, const char *path,
    struct err *e)
{
	char nodes[LVM_PVS][64], device[64];
	const char *const fsck[] = { "e2fsck", "-p", device, NULL };
	struct run r = { 0 };
	int n;

	n = find_devices(host, nodes, e);
	if (n == -1 || file_mkdirs(path, 0755, e) == -1)
		return -1;
	snprintf(device, sizeof(device), "%s", nodes[0]);
	if (n > 1 && dm_join_sr(uuid, (const char (*)[64])nodes,
	    (unsigned int)n, device, e) == -1)
		return -1;
	/* e2fsck(8): 1 is "errors corrected" */
	if (run_with(fsck, &r, e) == -1 && r.status != 1)
		return -1;
	if (mount(device, path, "ext4", MS_NOATIME | MS_NODEV | MS_NOSUID,
	    NULL) == -1)
		return err_sys(e, "%s: mount", device);
	return 0;
}

static int
detach_sr(const struct conf *host, const char *uuid, const char *path,
    struct err *e)
{
	if (umount2(path, UMOUNT_NOFOLLOW) == -1)
		return err_sys(e, "%s", path);
	return conf_nth(host, "sr-partuuid", 1) != NULL ?
	    dm_remove_sr(uuid, e) : 0;
}

/* A group's volumes come and go one by one: only its being there counts. */
static int
attach_group(const struct conf *host, const char *uuid, bool attach,
    struct err *e)
{
	uint64_t size, used;

	if (!attach)
		return err_set(e, "SR %.36s: a local volume group cannot be "
		    "detached", uuid);
	return look_at_group(host, uuid, &size, &used, e) ? 0 : -1;
}

int
probe_sr_attach(const struct conf *host, const char *uuid, bool attach,
    struct err *e)
{
	char path[128];

	if (strcmp(conf_get(host, "sr-uuid", ""), uuid) != 0)
		return err_set(e, "SR %.36s: not on this host", uuid);
	if (is_group(host))
		return attach_group(host, uuid, attach, e);
	mount_point(uuid, path);
	if (is_mounted(path) == attach)
		return 0;
	return attach ? attach_sr(host, uuid, path, e) :
	    detach_sr(host, uuid, path, e);
}
