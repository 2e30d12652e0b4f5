/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codes.h"
#include "fat_volume.h"
#include "identity.h"
#include "install.h"

/*
 * A disk is marked when it is planned for, taken when it is still that one,
 * and held until all is written.
 */

/* What tells this disk from another: its size and the bytes at its ends. */
static int
mark_fd(const struct disk *d, int fd, char hex[HASH_HEX], struct err *e)
{
	char part[65536];
	struct hash *h = NULL;
	uint64_t at;
	int rc = -1;

	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	h = hash_new();
	if (h == NULL)
		return err_set(e, "%s: out of memory", d->node);
	for (int half = 0; half < 2; half++)
		for (at = 0; at < MIB; at += sizeof(part)) {
			if (fat_pread(fd, part, sizeof(part), half == 0 ? at :
			    d->size - MIB + at, e) == -1) {
				err_in(e, "%s", d->node);
				goto out;
			}
			hash_add(h, part, sizeof(part));
		}
	rc = 0;
out:
	hash_end(h, rc == 0 ? hex : NULL);
	return rc;
}

static int
mark_disk(const struct disk *d, char hex[HASH_HEX], struct err *e)
{
	int fd, rc;

	fd = open(d->node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", d->node);
	rc = mark_fd(d, fd, hex, e);
	close(fd);
	return rc;
}

/* The boot entries of slots that a disk has now lead nowhere once it is
 * erased. */
static int
note_slots(const struct disk *d, char gone[2][UUID_TEXT], struct err *e)
{
	for (int i = 0; i < 2; i++)
		if (gpt_uuid(d->node, part_kinds[PART_SLOT_A + i].label,
		    gone[i], e) == -1)
			return -1;
	return 0;
}

int
install_mark(struct install *in, struct err *e)
{
	for (unsigned int i = 0; i < in->plan->nerased; i++)
		if (mark_disk(in->plan->erased[i], in->mark[i], e) == -1 ||
		    note_slots(in->plan->erased[i], in->gone[i], e) == -1)
			return -1;
	return 0;
}

/*
 * The steps open a disk anew by its name.  As long as a descriptor of it is
 * open, Linux gives its name to no other disk: one that is pulled out and
 * another put in its place is an error then, not written to.  The lock keeps
 * a second installation away.
 */
static int
hold(struct install *in, int disk, struct err *e)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", disk);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		err_set(e, errno == EWOULDBLOCK ? "another installation writes "
		    "it" : "it cannot be locked");
		close(fd);
		return err_code(e, DI_IN_USE);
	}
	in->held[in->nheld++] = fd;
	return 0;
}

int
install_take(struct install *in, unsigned int nr, struct err *e)
{
	const struct disk *d = in->plan->erased[nr];
	char hex[HASH_HEX];
	struct stat st;
	int fd;

	fd = open(d->node, O_RDWR | O_EXCL | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s: open for us alone", d->node);
	if (mark_fd(d, fd, hex, e) == -1)
		goto fail;
	if (!in->images && (fstat(fd, &st) == -1 || identity_check(in->root, d,
	    st.st_rdev, e) == -1))
		goto fail;
	if (strcmp(hex, in->mark[nr]) != 0) {
		err_set(e, "%s: its content changed after the plan was made: "
		    "look at it and start again", d->node);
		err_code(e, DI_CHANGED);
	} else if (hold(in, fd, e) == 0) {
		return fd;
	} else {
		err_in(e, "%s", d->node);
	}
fail:
	close(fd);
	return -1;
}

void
install_release(struct install *in)
{
	while (in->nheld > 0)
		close(in->held[--in->nheld]);
}
