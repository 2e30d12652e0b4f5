/* SPDX-License-Identifier: ISC */
#include <blkid/blkid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "file.h"
#include "probe.h"
#include "run.h"

/* The local SR: a partition with ext4, mounted below SR_MOUNT. */

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

void
probe_sr(const struct conf *host, struct value *facts)
{
	const char *uuid = conf_get(host, "sr-uuid", "");
	const char *type = conf_get(host, "sr-type", "none");
	struct value *sr = value_new_struct();
	struct statvfs fs;
	char path[128];
	bool mounted;

	if (*uuid == '\0' || strcmp(type, "none") == 0) {
		value_free(sr);
		return;
	}
	mount_point(uuid, path);
	mounted = is_mounted(path);
	value_set_str(sr, "uuid", uuid);
	value_set_str(sr, "type", type);
	value_set_str(sr, "partuuid", conf_get(host, "sr-partuuid", ""));
	value_set_bool(sr, "attached", mounted);
	if (mounted && statvfs(path, &fs) == 0) {
		value_set_int(sr, "size", (int64_t)fs.f_blocks *
		    (int64_t)fs.f_frsize);
		value_set_int(sr, "used", (int64_t)(fs.f_blocks - fs.f_bfree) *
		    (int64_t)fs.f_frsize);
	}
	value_set(facts, "sr", sr);
}

/* Linux keeps no partition UUIDs in sysfs: libblkid reads the tables. */
static int
find_device(const char *partuuid, char *device, size_t size, struct err *e)
{
	char *name = blkid_evaluate_tag("PARTUUID", partuuid, NULL);

	if (name == NULL)
		return err_set(e, "no partition has the UUID %s", partuuid);
	snprintf(device, size, "%s", name);
	free(name);
	return 0;
}

static int
attach_sr(const struct conf *host, const char *path, struct err *e)
{
	const char *partuuid = conf_get(host, "sr-partuuid", "");
	char device[300];
	const char *const fsck[] = { "e2fsck", "-p", device, NULL };
	struct run r = { 0 };

	if (*partuuid == '\0')
		return err_set(e, "host.conf: no sr-partuuid");
	if (find_device(partuuid, device, sizeof(device), e) == -1 ||
	    file_mkdirs(path, 0755, e) == -1)
		return -1;
	/* e2fsck(8): 1 is "errors corrected" */
	if (run_with(fsck, &r, e) == -1 && r.status != 1)
		return -1;
	if (mount(device, path, "ext4", MS_NOATIME | MS_NODEV | MS_NOSUID,
	    NULL) == -1)
		return err_sys(e, "%s: mount", device);
	return 0;
}

int
probe_sr_attach(const struct conf *host, const char *uuid, bool attach,
    struct err *e)
{
	char path[128];

	if (strcmp(conf_get(host, "sr-uuid", ""), uuid) != 0)
		return err_set(e, "SR %.36s: not on this host", uuid);
	mount_point(uuid, path);
	if (is_mounted(path) == attach)
		return 0;
	if (attach)
		return attach_sr(host, path, e);
	return umount2(path, UMOUNT_NOFOLLOW) == -1 ?
	    err_sys(e, "%s", path) : 0;
}
