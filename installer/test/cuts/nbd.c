/* SPDX-License-Identifier: ISC */
/*
 * A plugin of nbdkit(1): the disk of a whole machine, in an image file, with
 * each write and flush noted as record.h says.
 *
 *	nbdkit -U SOCKET PLUGIN file=IMAGE tape=FILE [disk=NUMBER]
 *
 * Two disks of one machine are two processes that write one tape.
 *
 * What the machine has not waited for may come in any order: a write that was
 * not followed by a flush may be missing after a power cut.
 */
#define NBDKIT_API_VERSION 2

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <nbdkit-plugin.h>

#include "record.h"

#define THREAD_MODEL NBDKIT_THREAD_MODEL_SERIALIZE_ALL_REQUESTS

/* One disk a process: what nbdkit gives no place of ours for before open. */
static struct {
	char *file, *tape;
	uint16_t disk;
} names;

struct disk {
	int fd, tape;
};

static int
take_config(const char *key, const char *value)
{
	char **to = strcmp(key, "file") == 0 ? &names.file :
	    strcmp(key, "tape") == 0 ? &names.tape : NULL;

	if (strcmp(key, "disk") == 0) {
		names.disk = (uint16_t)atoi(value);
		return 0;
	}
	if (to == NULL) {
		nbdkit_error("%s: not file, tape or disk", key);
		return -1;
	}
	*to = nbdkit_absolute_path(value);
	return *to == NULL ? -1 : 0;
}

static int
config_complete(void)
{
	if (names.file != NULL && names.tape != NULL)
		return 0;
	nbdkit_error("file= and tape= are needed");
	return -1;
}

static void *
open_disk(int readonly)
{
	struct disk *d = malloc(sizeof(*d));

	(void)readonly;
	if (d == NULL)
		return NULL;
	d->fd = open(names.file, O_RDWR | O_CLOEXEC);
	d->tape = open(names.tape, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0600);
	if (d->fd != -1 && d->tape != -1)
		return d;
	nbdkit_error("%s, %s: %m", names.file, names.tape);
	free(d);
	return NULL;
}

static void
close_disk(void *handle)
{
	struct disk *d = handle;

	close(d->fd);
	close(d->tape);
	free(d);
}

static int64_t
get_size(void *handle)
{
	struct disk *d = handle;
	struct stat st;

	return fstat(d->fd, &st) == -1 ? -1 : st.st_size;
}

static int
note(struct disk *d, enum record_kind kind, const void *data, uint64_t at,
    uint64_t len)
{
	struct record r = { RECORD_MAGIC, (uint16_t)kind, names.disk, at,
		len };
	struct iovec v[2] = { { &r, sizeof(r) }, { (void *)(uintptr_t)data,
	    data != NULL ? len : 0 } };

	return writev(d->tape, v, 2) == (ssize_t)(v[0].iov_len +
	    v[1].iov_len) ? 0 : -1;
}

static int
do_pread(void *handle, void *data, uint32_t len, uint64_t at, uint32_t flags)
{
	struct disk *d = handle;

	(void)flags;
	return pread(d->fd, data, len, (off_t)at) == (ssize_t)len ? 0 : -1;
}

static int
do_pwrite(void *handle, const void *data, uint32_t len, uint64_t at,
    uint32_t flags)
{
	struct disk *d = handle;

	(void)flags;
	if (pwrite(d->fd, data, len, (off_t)at) != (ssize_t)len)
		return -1;
	return note(d, RECORD_WRITE, data, at, len);
}

static int
do_zero(void *handle, uint32_t len, uint64_t at, uint32_t flags)
{
	struct disk *d = handle;

	(void)flags;
	if (fallocate(d->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)at, (off_t)len) == -1)
		return -1;
	return note(d, RECORD_ZERO, NULL, at, len);
}

static int
do_flush(void *handle, uint32_t flags)
{
	(void)flags;
	return note(handle, RECORD_FLUSH, NULL, 0, 0);
}

static struct nbdkit_plugin plugin = {
	.name = "cuts",
	.config = take_config,
	.config_complete = config_complete,
	.open = open_disk,
	.close = close_disk,
	.get_size = get_size,
	.pread = do_pread,
	.pwrite = do_pwrite,
	.zero = do_zero,
	.trim = do_zero,
	.flush = do_flush,
	.errno_is_preserved = 1,
};

NBDKIT_REGISTER_PLUGIN(plugin)
