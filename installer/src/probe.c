/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "md.h"
#include "nicpath.h"
#include "probe.h"

const char *
sys_line(struct buf *b, const char *root, const char *fmt, ...)
{
	char path[PATH_MAX], line[512];
	struct err e;
	va_list ap;
	size_t n, lead;

	n = (size_t)snprintf(path, sizeof(path), "%s", root);
	va_start(ap, fmt);
	vsnprintf(path + n, sizeof(path) - n, fmt, ap);
	va_end(ap);
	buf_reset(b);
	if (file_line(path, line, sizeof(line), &e) == -1)
		return "";
	n = strlen(line);
	while (n > 0 && line[n - 1] == ' ')
		line[--n] = '\0';
	lead = strspn(line, " ");
	buf_str_add(b, line + lead);
	return buf_str(b);
}

/* Not disks, or not ones to install on. */
static const char *const skipped[] = { "loop", "ram", "zram", "sr", "fd", "dm-",
	"nbd", "mtdblock" };

static bool
is_skipped(const char *name)
{
	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
		if (strncmp(name, skipped[i], strlen(skipped[i])) == 0)
			return true;
	/* eMMC's boot areas */
	return strncmp(name, "mmcblk", 6) == 0 && (strstr(name, "boot") !=
	    NULL || strstr(name, "rpmb") != NULL);
}

static bool
has_entries(const char *root, const char *fmt, const char *a, const char *b)
{
	char path[PATH_MAX], rest[512];
	struct dirent *d;
	bool found = false;
	DIR *dir;

	if (b != NULL)
		snprintf(rest, sizeof(rest), "%s/%s/%s", a, b, fmt);
	else
		snprintf(rest, sizeof(rest), "%s/%s", a, fmt);
	snprintf(path, sizeof(path), "%s/sys/block/%s", root, rest);
	dir = opendir(path);
	if (dir == NULL)
		return false;
	while ((d = readdir(dir)) != NULL)
		found |= d->d_name[0] != '.';
	closedir(dir);
	return found;
}

/* Where a device number is mounted, from mountinfo(5), or NULL. */
static char *
mounted_at(const char *mounts, const char *dev)
{
	unsigned int id, up;
	char number[32], base[512], at[512];
	const char *line;

	for (line = mounts; *line != '\0'; line += strcspn(line, "\n"),
	    line += *line == '\n')
		if (sscanf(line, "%u %u %31s %511s %511s", &id, &up, number,
		    base, at) == 5 && strcmp(number, dev) == 0)
			return strdup(at);
	return NULL;
}

static int
note_use(const char *root, const char *mounts, struct disk *d,
    const char *part)
{
	struct buf b = { 0 }, why = { 0 };
	const char *dev;
	char *at = NULL;
	int rc = 0;

	dev = part == NULL ? sys_line(&b, root, "/sys/block/%s/dev", d->name) :
	    sys_line(&b, root, "/sys/block/%s/%s/dev", d->name, part);
	if (part == NULL && d->array[0] != '\0')
		;	/* the RAID says whether it is in use */
	else if (has_entries(root, "holders", d->name, part))
		buf_printf(&why, "%s is part of a RAID or volume group",
		    part != NULL ? part : d->name);
	else if (dev[0] != '\0' && (at = mounted_at(mounts, dev)) != NULL)
		buf_printf(&why, "%s is mounted on %s",
		    part != NULL ? part : d->name, at);
	if (why.len > 0 && d->in_use[0] == '\0')
		rc = text_set(&d->in_use, buf_str(&why));
	free(at);
	buf_free(&why);
	buf_free(&b);
	return rc;
}

static int
probe_use(const char *root, const char *mounts, struct disk *d)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int rc = note_use(root, mounts, d, NULL);
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/block/%s", root, d->name);
	dir = opendir(path);
	if (dir == NULL)
		return rc;
	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, d->name, strlen(d->name)) == 0)
			rc |= note_use(root, mounts, d, entry->d_name);
	closedir(dir);
	return rc;
}

/* The RAID that has the disk as a member. */
static int
probe_array(const char *root, struct disk *d)
{
	char sysfs[PATH_MAX], array[32];

	snprintf(sysfs, sizeof(sysfs), "%s/sys", root);
	md_of(sysfs, d->name, array);
	return text_set(&d->array, array);
}

/* A member of a RAID that is in use is in use. */
static int
use_members(struct machine *m)
{
	for (size_t i = 0; i < m->ndisks; i++) {
		struct disk *d = &m->disks[i];
		const struct disk *array = disk_array(m, d);

		if (array != NULL && array->in_use[0] != '\0' &&
		    text_set(&d->in_use, array->in_use) == -1)
			return -1;
	}
	return 0;
}

/*
 * What holds a disk or a part of it opened it as its own: mounted file
 * systems of many disks, swap and such, which nothing above shows.
 */
static int
note_claim(struct disk *d)
{
	int fd = open(d->node, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);

	if (fd != -1)
		close(fd);
	if (fd != -1 || errno != EBUSY || d->in_use[0] != '\0' ||
	    d->array[0] != '\0')
		return 0;
	return text_set(&d->in_use, "this system uses it, as swap or as one "
	    "of the disks of a file system");
}

static void
note_medium(struct disk *d)
{
	for (size_t i = 0; i < d->nholds; i++)
		if (strcmp(d->holds[i].label, LABEL_MEDIUM) == 0 ||
		    strcmp(d->holds[i].label, LABEL_ANSWERS) == 0)
			d->medium = true;
}

static int
probe_disk(const char *root, const char *mounts, const char *name,
    struct machine *m, struct err *e)
{
	struct buf b = { 0 };
	char node[PATH_MAX];
	struct disk *d;
	uint64_t size;
	int rc = -1;

	size = strtoull(sys_line(&b, root, "/sys/block/%s/size", name), NULL,
	    10) * 512;
	if (size == 0) {
		rc = 0;		/* an empty card reader */
		goto out;
	}
	d = machine_disk_add(m, name);
	if (d == NULL) {
		err_set(e, "out of memory");
		goto out;
	}
	d->size = size;
	d->logical = (unsigned int)strtoul(sys_line(&b, root,
	    "/sys/block/%s/queue/logical_block_size", name), NULL, 10);
	d->physical = (unsigned int)strtoul(sys_line(&b, root,
	    "/sys/block/%s/queue/physical_block_size", name), NULL, 10);
	d->removable = sys_line(&b, root, "/sys/block/%s/removable",
	    name)[0] == '1';
	d->read_only = sys_line(&b, root, "/sys/block/%s/ro", name)[0] == '1';
	d->rotational = sys_line(&b, root, "/sys/block/%s/queue/rotational",
	    name)[0] == '1';
	snprintf(node, sizeof(node), "%s/dev/%s", root, name);
	if (text_set(&d->node, node) == -1 ||
	    probe_array(root, d) == -1 ||
	    probe_use(root, mounts, d) == -1 || note_claim(d) == -1) {
		err_set(e, "out of memory");
		goto out;
	}
	if (disk_probe_ids(root, d, e) == -1)
		goto out;
	d->unread = disk_probe_holds(d, e) == -1;
	if (d->unread && d->in_use[0] == '\0' &&
	    text_set(&d->in_use, e->text) == -1)
		goto out;
	note_medium(d);
	rc = 0;
out:
	buf_free(&b);
	return rc;
}

static int
each_in(const char *root, const char *where, struct machine *m,
    int (*do_one)(const char *, const char *, const char *, struct machine *,
    struct err *), struct err *e)
{
	char path[PATH_MAX], *mounts = NULL;
	struct dirent *d;
	int rc = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", root);
	/* what is not known to be free is in use */
	if (file_read(path, 1 << 20, &mounts, NULL, e) == -1)
		return err_in(e, "cannot tell what is mounted");
	snprintf(path, sizeof(path), "%s%s", root, where);
	dir = opendir(path);
	while (dir != NULL && mounts != NULL && rc == 0 &&
	    (d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.' && !is_skipped(d->d_name))
			rc = do_one(root, mounts, d->d_name, m, e);
	if (dir != NULL)
		closedir(dir);
	free(mounts);
	return rc;
}

static int
probe_nic(const char *root, const char *mounts, const char *name,
    struct machine *m, struct err *e)
{
	char path[PATH_MAX], driver[PATH_MAX];
	struct buf b = { 0 };
	struct nic *n;
	ssize_t len;
	int rc = 0;

	(void)mounts;
	/* Only hardware has a device; bridges and lo have none. */
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/device", root, name);
	if (access(path, F_OK) == -1)
		return 0;
	n = machine_nic_add(m, name);
	if (n == NULL)
		return err_set(e, "out of memory");
	/* a port of a bond has the bond's address for its own */
	rc |= text_set(&n->mac, sys_line(&b, root,
	    "/sys/class/net/%s/bonding_slave/perm_hwaddr", name));
	if (n->mac != NULL && n->mac[0] == '\0')
		rc |= text_set(&n->mac, sys_line(&b, root,
		    "/sys/class/net/%s/address", name));
	switch (sys_line(&b, root, "/sys/class/net/%s/carrier", name)[0]) {
	case '1':
		n->link = LINK_YES;
		break;
	case '0':
		n->link = LINK_NO;
		break;
	}
	snprintf(path, sizeof(path), "%s/sys/class/net/%s", root, name);
	nicpath_read(path, driver, NICPATH);
	rc |= text_set(&n->path, driver);
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/device/driver", root,
	    name);
	len = readlink(path, driver, sizeof(driver) - 1);
	if (len > 0) {
		driver[len] = '\0';
		rc |= text_set(&n->driver, strrchr(driver, '/') != NULL ?
		    strrchr(driver, '/') + 1 : driver);
	}
	buf_free(&b);
	return rc == 0 ? 0 : err_set(e, "out of memory");
}

static int
probe_rest(const char *root, struct machine *m)
{
	char path[PATH_MAX], *text = NULL, *s;
	struct err e;
	int rc = text_set(&m->cpu, "");

	snprintf(path, sizeof(path), "%s/sys/firmware/efi", root);
	m->uefi = access(path, F_OK) == 0;
	snprintf(path, sizeof(path), "%s/proc/meminfo", root);
	if (file_read(path, 1 << 16, &text, NULL, &e) == 0 &&
	    (s = strstr(text, "MemTotal:")) != NULL)
		m->memory = strtoull(s + 9, NULL, 10) * 1024;
	free(text);
	text = NULL;
	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	if (file_read(path, 16 << 20, &text, NULL, &e) == -1)
		return rc;
	for (s = text; (s = strstr(s, "processor\t")) != NULL; s++)
		m->cpus++;
	s = strstr(text, "model name\t: ");
	if (s != NULL) {
		s += strlen("model name\t: ");
		s[strcspn(s, "\n")] = '\0';
		rc |= text_set(&m->cpu, s);
	}
	free(text);
	return rc;
}

int
machine_probe(const char *root, struct machine *m, struct err *e)
{
	if (probe_rest(root, m) == -1)
		return err_set(e, "out of memory");
	if (each_in(root, "/sys/block", m, probe_disk, e) == -1 ||
	    each_in(root, "/sys/class/net", m, probe_nic, e) == -1)
		return -1;
	if (use_members(m) == -1)
		return err_set(e, "out of memory");
	machine_sort(m);
	return 0;
}

int
machine_use_image(struct machine *m, const char *name, const char *file,
    struct err *e)
{
	struct disk *d = NULL;
	struct stat st;

	if (stat(file, &st) == -1)
		return err_sys(e, "%s", file);
	for (size_t i = 0; i < m->ndisks; i++)
		if (strcmp(m->disks[i].name, name) == 0)
			d = &m->disks[i];
	if (d == NULL)
		d = machine_disk_add(m, name);
	if (d == NULL || text_set(&d->node, file) == -1)
		return err_set(e, "out of memory");
	d->size = (uint64_t)st.st_size;
	d->unread = false;
	disk_holds_free(d);
	if (disk_probe_holds(d, e) == -1)
		return -1;
	note_medium(d);
	machine_sort(m);
	return 0;
}
