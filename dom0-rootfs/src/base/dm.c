/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/dm-ioctl.h>

#include "dm.h"

#define CONTROL "/dev/mapper/control"

/* An ioctl's data: the head, and behind it a table's lines. */
union request {
	struct dm_ioctl head;
	char bytes[sizeof(struct dm_ioctl) + LVM_PVS *
	    (sizeof(struct dm_target_spec) + 64)];
};

static void
start(union request *q, const char *name)
{
	memset(q, 0, sizeof(*q));
	q->head.version[0] = DM_VERSION_MAJOR;
	q->head.data_size = sizeof(*q);
	q->head.data_start = sizeof(q->head);
	snprintf(q->head.name, sizeof(q->head.name), "%s", name);
}

/* One line: from where, how much, and "MAJOR:MINOR SECTOR". */
static int
add_line(union request *q, size_t *at, const struct dm_piece *p, struct err *e)
{
	struct dm_target_spec *spec = (void *)(q->bytes + *at);
	struct stat st;
	int n;

	if (stat(p->node, &st) == -1)
		return err_sys(e, "%s", p->node);
	spec->sector_start = p->at / 512;
	spec->length = p->size / 512;
	strcpy(spec->target_type, "linear");
	n = snprintf((char *)(spec + 1), 64, "%u:%u %llu",
	    (unsigned int)major(st.st_rdev), (unsigned int)minor(st.st_rdev),
	    (unsigned long long)p->from / 512);
	spec->next = (uint32_t)(sizeof(*spec) + ((size_t)n + 8) / 8 * 8);
	*at += spec->next;
	q->head.target_count++;
	return 0;
}

static int
fill(int fd, const char *name, const struct dm_piece *pieces, unsigned int n,
    struct err *e)
{
	size_t at = sizeof(struct dm_ioctl);
	union request q;

	start(&q, name);
	for (unsigned int i = 0; i < n; i++)
		if (add_line(&q, &at, &pieces[i], e) == -1)
			return -1;
	if (ioctl(fd, DM_TABLE_LOAD, &q) == -1)
		return err_sys(e, "%s: join the disks", name);
	start(&q, name);
	if (ioctl(fd, DM_DEV_SUSPEND, &q) == -1)
		return err_sys(e, "%s: start", name);
	return 0;
}

static int
make(int fd, const char *name, const char *uuid, const struct dm_piece *pieces,
    unsigned int n, union request *q, struct err *e)
{
	union request gone;
	struct err later;

	start(q, name);
	snprintf(q->head.uuid, sizeof(q->head.uuid), "%s", uuid);
	if (ioctl(fd, DM_DEV_CREATE, q) == -1)
		return err_sys(e, "%s: make", name);
	if (fill(fd, name, pieces, n, e) == 0)
		return 0;
	start(&gone, name);
	if (ioctl(fd, DM_DEV_REMOVE, &gone) == -1)
		err_sys(&later, "%s", name);
	return -1;
}

int
dm_join(const char *name, const char *uuid, const struct dm_piece *pieces,
    unsigned int n, char node_r[32], struct err *e)
{
	union request q;
	int fd, rc = 0;

	if (n == 0 || n > LVM_PVS)
		return err_set(e, "%s: %u pieces", name, n);
	fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, CONTROL);
	start(&q, name);
	if (ioctl(fd, DM_DEV_STATUS, &q) == -1)
		rc = errno == ENXIO ? make(fd, name, uuid, pieces, n, &q, e) :
		    err_sys(e, "%s: look", name);
	snprintf(node_r, 32, "/dev/dm-%u", (unsigned int)minor(q.head.dev));
	close(fd);
	return rc;
}

int
dm_remove(const char *name, struct err *e)
{
	union request q;
	int fd, rc = 0;

	fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, CONTROL);
	start(&q, name);
	if (ioctl(fd, DM_DEV_REMOVE, &q) == -1 && errno != ENXIO)
		rc = err_sys(e, "%s: remove", name);
	close(fd);
	return rc;
}
