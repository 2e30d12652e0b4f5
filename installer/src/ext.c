/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <et/com_err.h>
#include <ext2fs/ext2fs.h>

#include "codes.h"
#include "ext.h"
#include "run.h"

/* A sparse file is in memory: its few bytes a TiB are to stay few. */
static int
make(const struct ext_place *p, bool sparse, const char *label,
    const char *uuid, const char *from, struct run *r, struct err *e)
{
	char offset[96], size[32];
	const char *argv[24];
	size_t n = 0;

	snprintf(offset, sizeof(offset), "offset=%" PRIu64 ",root_owner=0:0%s",
	    p->offset, sparse ? ",lazy_itable_init=1,nodiscard" : "");
	snprintf(size, sizeof(size), "%" PRIu64 "k", p->size / 1024);
	argv[n++] = "mke2fs";
	argv[n++] = "-q";
	argv[n++] = "-F";
	argv[n++] = "-t", argv[n++] = "ext4";
	argv[n++] = "-b", argv[n++] = "4096";
	argv[n++] = "-m", argv[n++] = "0";
	argv[n++] = "-L", argv[n++] = label;
	argv[n++] = "-U", argv[n++] = uuid;
	argv[n++] = "-E", argv[n++] = offset;
	if (from != NULL)
		argv[n++] = "-d", argv[n++] = from;
	if (sparse)
		argv[n++] = "-O", argv[n++] = "sparse_super2",
		argv[n++] = "-G", argv[n++] = "256";
	argv[n++] = p->node;
	argv[n++] = size;
	argv[n] = NULL;
	if (run_with(argv, r, e) == 0)
		return 0;
	/* Nobody else kills it. */
	return r->status == 128 + SIGKILL ? err_code(e, DI_MEMORY) : -1;
}

int
ext_make(const struct ext_place *p, const char *label, const char *uuid,
    const char *from, void (*line)(void *, const char *), void *arg,
    struct err *e)
{
	struct run r = { .line = line, .arg = arg };

	return make(p, false, label, uuid, from, &r, e);
}

int
ext_make_sparse(const struct ext_place *p, const char *label,
    const char *uuid, void (*line)(void *, const char *), void *arg,
    struct err *e)
{
	struct run r = { .line = line, .arg = arg };

	return make(p, true, label, uuid, NULL, &r, e);
}

static int
lib_error(struct err *e, const struct ext_place *p, const char *what,
    errcode_t r)
{
	return err_set(e, "%s: ext4 at byte %" PRIu64 ": %s: %s", p->node,
	    p->offset, what, error_message(r));
}

static int
ext_open(const struct ext_place *p, int flags, ext2_filsys *fs_r,
    struct err *e)
{
	char options[64];
	errcode_t r;

	initialize_ext2_error_table();
	snprintf(options, sizeof(options), "offset=%" PRIu64, p->offset);
	r = ext2fs_open2(p->node, options, flags | EXT2_FLAG_64BITS, 0, 0,
	    unix_io_manager, fs_r);
	return r != 0 ? lib_error(e, p, "open", r) : 0;
}

static int
read_inode(ext2_filsys fs, ext2_ino_t ino, size_t max, char **data_r,
    size_t *len_r, errcode_t *r)
{
	ext2_file_t file = NULL;
	unsigned int got = 0;
	char *data = NULL;
	__u64 size = 0;

	*r = ext2fs_file_open(fs, ino, 0, &file);
	if (*r == 0)
		*r = ext2fs_file_get_lsize(file, &size);
	if (*r == 0 && size > max)
		*r = EXT2_ET_FILE_TOO_BIG;
	if (*r == 0) {
		data = malloc((size_t)size + 1);
		*r = data == NULL ? EXT2_ET_NO_MEMORY : 0;
	}
	if (*r == 0)
		*r = ext2fs_file_read(file, data, (unsigned int)size, &got);
	if (file != NULL)
		ext2fs_file_close(file);
	if (*r != 0) {
		free(data);
		return -1;
	}
	data[got] = '\0';
	*data_r = data;
	if (len_r != NULL)
		*len_r = got;
	return 0;
}

int
ext_read(const struct ext_place *p, const char *path, size_t max,
    char **data_r, size_t *len_r, struct err *e)
{
	ext2_filsys fs = NULL;
	ext2_ino_t ino;
	errcode_t r;
	int rc = -1;

	if (ext_open(p, 0, &fs, e) == -1)
		return -1;
	r = ext2fs_namei(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, path, &ino);
	if (r != 0 || read_inode(fs, ino, max, data_r, len_r, &r) == -1)
		lib_error(e, p, path, r);
	else
		rc = 0;
	ext2fs_free(fs);
	return rc;
}

static errcode_t
put_content(ext2_filsys fs, ext2_ino_t ino, const void *data, size_t len)
{
	ext2_file_t file;
	unsigned int put;
	errcode_t r, r2;

	r = ext2fs_file_open(fs, ino, EXT2_FILE_WRITE, &file);
	if (r != 0)
		return r;
	for (const char *s = data; r == 0 && len > 0; s += put, len -= put)
		r = ext2fs_file_write(file, s, (unsigned int)len, &put);
	r2 = ext2fs_file_close(file);
	return r != 0 ? r : r2;
}

static errcode_t
new_inode(ext2_filsys fs, ext2_ino_t dir, const char *name, unsigned int mode,
    ext2_ino_t *ino)
{
	struct ext2_inode inode = { 0 };
	errcode_t r;

	r = ext2fs_new_inode(fs, dir, (int)(S_IFREG | mode), NULL, ino);
	if (r != 0)
		return r;
	inode.i_mode = (__u16)(S_IFREG | mode);
	inode.i_atime = inode.i_ctime = inode.i_mtime = (__u32)time(NULL);
	inode.i_links_count = 1;
	if (ext2fs_has_feature_extents(fs->super)) {
		ext2_extent_handle_t h;

		r = ext2fs_extent_open2(fs, *ino, &inode, &h);
		if (r != 0)
			return r;
		ext2fs_extent_free(h);
	}
	r = ext2fs_write_new_inode(fs, *ino, &inode);
	if (r != 0)
		return r;
	ext2fs_inode_alloc_stats2(fs, *ino, 1, 0);
	r = ext2fs_link(fs, dir, name, *ino, EXT2_FT_REG_FILE);
	if (r != EXT2_ET_DIR_NO_SPACE)
		return r;
	r = ext2fs_expand_dir(fs, dir);
	return r != 0 ? r : ext2fs_link(fs, dir, name, *ino, EXT2_FT_REG_FILE);
}

/* Replacing keeps the inode: its size goes to 0 and grows anew. */
static errcode_t
empty_inode(ext2_filsys fs, ext2_ino_t ino)
{
	ext2_file_t file;
	errcode_t r;

	r = ext2fs_file_open(fs, ino, EXT2_FILE_WRITE, &file);
	if (r != 0)
		return r;
	r = ext2fs_file_set_size2(file, 0);
	ext2fs_file_close(file);
	return r;
}

/*
 * What is half written must not look whole: without the mark, the host's
 * e2fsck -p looks at all of it before it is mounted.
 */
static errcode_t
mark_whole(ext2_filsys fs, bool whole)
{
	if (whole)
		fs->super->s_state |= EXT2_VALID_FS;
	else
		fs->super->s_state &= (__u16)~EXT2_VALID_FS;
	ext2fs_mark_super_dirty(fs);
	return ext2fs_flush(fs);
}

static errcode_t
put_file(ext2_filsys fs, const char *dir, const char *name, const void *data,
    size_t len, unsigned int mode)
{
	ext2_ino_t parent, ino;
	errcode_t r;

	r = ext2fs_read_bitmaps(fs);
	if (r == 0)
		r = ext2fs_namei(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, dir,
		    &parent);
	if (r == 0) {
		r = ext2fs_namei(fs, EXT2_ROOT_INO, parent, name, &ino);
		if (r == EXT2_ET_FILE_NOT_FOUND)
			r = new_inode(fs, parent, name, mode, &ino);
		else if (r == 0)
			r = empty_inode(fs, ino);
	}
	if (r == 0)
		r = put_content(fs, ino, data, len);
	if (r == 0)
		r = ext2fs_write_bitmaps(fs);
	return r != 0 ? r : ext2fs_flush(fs);
}

int
ext_write(const struct ext_place *p, const char *dir, const char *name,
    const void *data, size_t len, unsigned int mode, struct err *e)
{
	ext2_filsys fs = NULL;
	errcode_t r;

	if (ext_open(p, EXT2_FLAG_RW, &fs, e) == -1)
		return -1;
	r = mark_whole(fs, false);
	if (r == 0)
		r = put_file(fs, dir, name, data, len, mode);
	if (r == 0)
		r = mark_whole(fs, true);
	if (r == 0)
		r = ext2fs_close_free(&fs);
	if (fs != NULL)
		ext2fs_free(fs);
	return r != 0 ? lib_error(e, p, name, r) : 0;
}

struct journal {
	int (*piece)(void *arg, uint64_t start, uint64_t size, struct err *e);
	void *arg;
	unsigned int block;		/* bytes */
	uint64_t start, size;		/* blocks in a row, not yet told */
	int rc;
	struct err *e;
};

static int
journal_tell(struct journal *j)
{
	if (j->rc == 0 && j->size > 0)
		j->rc = j->piece(j->arg, j->start, j->size, j->e);
	j->size = 0;
	return j->rc;
}

static int
journal_block(ext2_filsys fs, blk64_t *nr, e2_blkcnt_t count, blk64_t ref,
    int offset, void *arg)
{
	struct journal *j = arg;

	(void)fs, (void)ref, (void)offset;
	if (count < 0)
		return 0;
	if (*nr * j->block != j->start + j->size) {
		journal_tell(j);
		j->start = *nr * j->block;
	}
	j->size += j->block;
	return j->rc == -1 ? BLOCK_ABORT : 0;
}

int
ext_journal(const struct ext_place *p, int (*piece)(void *arg, uint64_t start,
    uint64_t size, struct err *e), void *arg, struct err *e)
{
	struct journal j = { .piece = piece, .arg = arg, .e = e };
	ext2_filsys fs = NULL;
	errcode_t r;

	if (ext_open(p, 0, &fs, e) == -1)
		return -1;
	j.block = fs->blocksize;
	r = ext2fs_block_iterate3(fs, EXT2_JOURNAL_INO, BLOCK_FLAG_READ_ONLY,
	    NULL, journal_block, &j);
	ext2fs_free(fs);
	if (j.rc == -1 || (r == 0 && journal_tell(&j) == -1))
		return -1;
	return r != 0 ? lib_error(e, p, "journal", r) : 0;
}
