/* SPDX-License-Identifier: ISC */
#ifndef BASE_FAT_H
#define BASE_FAT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "hash.h"

/*
 * A FAT file system inside a file or a whole disk's node, without mounting
 * it: reading, and adding files to the root (FAT12, 16, 32).  What is read is
 * not trusted: chains and sizes are checked against the volume.
 *
 * Microsoft, "FAT: General Overview of On-Disk Format", 1.03.
 */
struct fat;

struct fat_file {
	uint32_t cluster;	/* 0: empty, or FAT12/16's root directory */
	uint32_t size;
	int is_dir;
};

/* The volume at offset of fd; fd stays the caller's and must stay open. */
int fat_open(int fd, uint64_t offset, struct fat **fat_r, struct err *e);

/* A file or directory by path; names compare without case. */
int fat_find(struct fat *fat, const char *path, struct fat_file *file_r,
    struct err *e);

/* Hand a file's bytes over, in order. */
typedef int fat_sink(void *arg, const void *data, size_t len, struct err *e);
int fat_read(struct fat *fat, const struct fat_file *file, fat_sink *sink,
    void *arg, struct err *e);

/* The same the other way: the caller asks for the next bytes. */
struct fat_reader {
	struct fat *fat;
	uint32_t cluster, at, left;
};
void fat_reader_init(struct fat_reader *r, struct fat *fat,
    const struct fat_file *file);
int fat_pull(struct fat_reader *r, void *data, size_t len, struct err *e);

/* The SHA-256 of a file. */
int fat_hash(struct fat *fat, const char *path, char hex_r[HASH_HEX],
    struct err *e);

/* A small file whole (64 KiB at most), added to a buffer. */
int fat_text(struct fat *fat, const char *path, struct buf *to,
    struct err *e);

/*
 * Every old text in a small file becomes the new one, which is as long, so
 * that the file stays where it is.  n_r: how many there were.
 */
int fat_replace(struct fat *fat, const char *path, const char *old,
    const char *new, unsigned int *n_r, struct err *e);

/* How many bytes the volume has. */
uint64_t fat_size(const struct fat *fat);

/* How many bytes of files fit. */
uint64_t fat_room(const struct fat *fat);

/*
 * Copy the volume to another place, but for clusters that hold nothing, and
 * but for its boot sector, which is blank first and last: what is there is no
 * file system, to a firmware neither, until fat_finish() says it is whole.
 */
int fat_clone(struct fat *fat, int fd, uint64_t offset, struct err *e);

/* Open such a clone before it is finished. */
int fat_open_clone(const struct fat *of, int fd, uint64_t offset,
    struct fat **fat_r, struct err *e);

/*
 * Put the clone's boot sector in place when all else is on the disk, and read
 * it back.  Where the clone begins is in it (BPB_HiddSec, for boot code).
 */
int fat_finish(const struct fat *of, int fd, uint64_t offset, struct err *e);

/*
 * A new file in the root directory, of size bytes that source() puts into its
 * buffer piece by piece.  Its content is on disk before its name is.
 */
typedef int fat_source(void *arg, void *data, size_t len, struct err *e);
int fat_create(struct fat *fat, const char *name, uint32_t size,
    fat_source *source, void *arg, struct err *e);

/* The same with a small file's bytes, in place of a file of that name. */
int fat_save(struct fat *fat, const char *name, const void *data, size_t len,
    struct err *e);

void fat_close(struct fat *fat);

/*
 * Make fd an empty FAT12 of at least `bytes' bytes for files, with clusters of
 * one sector (so a few more than 2 MiB is the most) and room for 16 files with
 * short names, fewer with long ones.  label: of 11 letters at most, in upper
 * case.
 */
int fat_format(int fd, uint32_t bytes, const char *label, struct err *e);

#endif
