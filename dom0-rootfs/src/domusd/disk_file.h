/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_FILE_H
#define DOMUSD_DISK_FILE_H

#include <stdint.h>

/*
 * Disks as sparse files in a directory.  Each function returns 0 or an errno,
 * and what it made is on the disk when it returns.
 */
struct disk_info {
	uint64_t size, used;	/* bytes; used: what is allocated */
};

int disk_file_info(int dir, const char *name, struct disk_info *i_r);
int disk_file_create(int dir, const char *name, uint64_t size);
int disk_file_remove(int dir, const char *name);

/* EINVAL: it is larger than that. */
int disk_file_grow(int dir, const char *name, uint64_t size);

/* By reference where the file system can, else its data and not its holes. */
int disk_file_copy(int dir, const char *name, int to_dir,
    const char *to_name);

/*
 * A sparse file that has no name of a disk yet: its descriptor, or -errno.
 * Then: it takes the name, from a disk that had it, unless rc is an error;
 * that is what is returned, or another one, and then it has gone.
 */
int disk_file_begin(int dir, const char *name, uint64_t size);
int disk_file_end(int dir, const char *name, int fd, int rc);

/* What an earlier making left behind. */
int disk_file_clean(int dir);

#endif
