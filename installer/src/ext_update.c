/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <et/com_err.h>
#include <ext2fs/ext2fs.h>
#include <linux/fs.h>

#include "ext_update.h"
#include "extcopy.h"
#include "run.h"

#define BESIDE ".new"		/* after a name: what is to replace it */
#define MENDED 3		/* e2fsck(8): all is well, or was made so */

/* Whether that made it whole. */
static bool
mended_by(const char *const argv[], struct run *r, struct err *e)
{
	return run_with(argv, r, e) == 0 || (r->status > 0 &&
	    (r->status & ~MENDED) == 0);
}

/* What is in memory of the whole disk's node is older now. */
static int
forget(const char *node, struct err *e)
{
	int fd = open(node, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd == -1 || ioctl(fd, BLKFLSBUF) == -1)
		rc = err_sys(e, "%s: forget what was read", node);
	if (fd != -1)
		close(fd);
	return rc;
}

/* The superblock's copy helps when a power cut tore it: boot/state.c, too. */
int
ext_mend(const struct ext_place *p, const char *part,
    void (*line)(void *, const char *), void *arg, struct err *e)
{
	struct run r = { .line = line, .arg = arg };
	char device[4096 + 32];
	const char *argv[] = { "e2fsck", "-p", device, NULL };
	const char *copy[] = { "e2fsck", "-p", "-b", "32768", "-B", "4096",
		device, NULL };

	snprintf(device, sizeof(device), "%s?offset=%" PRIu64, p->node,
	    p->offset);
	if (part != NULL)
		snprintf(device, sizeof(device), "%s", part);
	if (mended_by(argv, &r, e) ||
	    (r.status >= 8 && r.status < 128 &&
	    extcopy_usable(p->node, p->offset, p->size) &&
	    mended_by(copy, &r, e)))
		return part != NULL ? forget(p->node, e) : 0;
	return err_in(e, "%s: the state is damaged: boot the rescue entry and "
	    "look at it (e2fsck -f)", p->node);
}

/* Two names of one directory that are to change their inodes. */
struct swap {
	const char *a, *b;
	ext2_ino_t of_a, of_b;
	int done;
};

static bool
is_named(const struct ext2_dir_entry *d, const char *name)
{
	size_t n = strlen(name);

	return (size_t)ext2fs_dirent_name_len(d) == n &&
	    memcmp(d->name, name, n) == 0;
}

static int
swap_one(ext2_ino_t dir, int entry, struct ext2_dir_entry *d, int offset,
    int blocksize, char *buf, void *arg)
{
	struct swap *s = arg;

	(void)dir, (void)entry, (void)offset, (void)blocksize, (void)buf;
	if (is_named(d, s->a))
		d->inode = s->of_b;
	else if (is_named(d, s->b))
		d->inode = s->of_a;
	else
		return 0;
	s->done++;
	return DIRENT_CHANGED;
}

static errcode_t
mark(ext2_filsys fs, bool clean)
{
	if (clean)
		fs->super->s_state |= EXT2_VALID_FS;
	else
		fs->super->s_state &= (__u16)~EXT2_VALID_FS;
	ext2fs_mark_super_dirty(fs);
	return ext2fs_flush(fs);
}

static errcode_t
open_fs(const struct ext_place *p, ext2_filsys *fs_r)
{
	char options[64];
	errcode_t r;

	initialize_ext2_error_table();
	snprintf(options, sizeof(options), "offset=%" PRIu64, p->offset);
	r = ext2fs_open2(p->node, options, EXT2_FLAG_RW | EXT2_FLAG_64BITS, 0,
	    0, unix_io_manager, fs_r);
	if (r == 0 && ext2fs_has_feature_journal_needs_recovery(
	    (*fs_r)->super))
		r = EXT2_ET_UNSUPP_FEATURE;
	if (r == 0)
		r = ext2fs_read_bitmaps(*fs_r);
	return r != 0 ? r : mark(*fs_r, false);
}

/* Handles bitmaps last: until then the file system is not clean. */
static errcode_t
close_fs(ext2_filsys *fs, errcode_t r)
{
	if (*fs == NULL)
		return r;
	if (r == 0)
		r = mark(*fs, true);
	if (r == 0)
		r = ext2fs_close_free(fs);
	if (*fs != NULL)
		ext2fs_free(*fs);
	return r;
}

static errcode_t
write_inode(ext2_filsys fs, ext2_ino_t ino, unsigned int mode)
{
	struct ext2_inode inode = { 0 };
	ext2_extent_handle_t h;
	errcode_t r = 0;

	inode.i_mode = (__u16)(S_IFREG | mode);
	inode.i_atime = inode.i_ctime = inode.i_mtime = (__u32)time(NULL);
	inode.i_links_count = 1;
	if (ext2fs_has_feature_extents(fs->super)) {
		r = ext2fs_extent_open2(fs, ino, &inode, &h);
		if (r != 0)
			return r;
		ext2fs_extent_free(h);
	}
	return ext2fs_write_new_inode(fs, ino, &inode);
}

static errcode_t
write_content(ext2_filsys fs, ext2_ino_t ino, const struct ext_file *f)
{
	const char *from = f->data;
	size_t left = f->len;
	unsigned int put = 0;
	ext2_file_t file;
	errcode_t r, r2;

	r = ext2fs_file_open(fs, ino, EXT2_FILE_WRITE, &file);
	if (r != 0)
		return r;
	for (; r == 0 && left > 0; from += put, left -= put)
		r = ext2fs_file_write(file, from, (unsigned int)left, &put);
	r2 = ext2fs_file_close(file);
	return r != 0 ? r : r2;
}

/*
 * A name that leads to no inode is dropped by e2fsck; an inode without a name
 * is a question.  So the name comes first, and goes last.  And before the name
 * its inode counts as one that may be in use.
 */
static errcode_t
create(ext2_filsys fs, ext2_ino_t dir, const char *name,
    const struct ext_file *f, ext2_ino_t *ino)
{
	errcode_t r;

	r = ext2fs_new_inode(fs, dir, (int)(S_IFREG | f->mode), NULL, ino);
	if (r != 0)
		return r;
	ext2fs_inode_alloc_stats2(fs, *ino, 1, 0);
	r = ext2fs_flush(fs);
	if (r == 0)
		r = ext2fs_link(fs, dir, name, *ino, EXT2_FT_REG_FILE);
	if (r == 0)
		r = ext2fs_flush(fs);
	if (r == 0)
		r = write_inode(fs, *ino, f->mode);
	if (r == 0)
		r = write_content(fs, *ino, f);
	return r != 0 ? r : ext2fs_flush(fs);
}

static errcode_t
drop(ext2_filsys fs, ext2_ino_t dir, const char *name)
{
	struct ext2_inode inode;
	ext2_ino_t ino;
	errcode_t r;

	r = ext2fs_namei(fs, EXT2_ROOT_INO, dir, name, &ino);
	if (r != 0)
		return r == EXT2_ET_FILE_NOT_FOUND ? 0 : r;
	r = ext2fs_read_inode(fs, ino, &inode);
	if (r == 0 && LINUX_S_ISDIR(inode.i_mode))
		r = EXT2_ET_FILE_EXISTS;
	if (r == 0) {
		inode.i_links_count = 0;
		inode.i_dtime = (__u32)time(NULL);
		r = ext2fs_write_inode(fs, ino, &inode);
	}
	if (r == 0)
		r = ext2fs_flush(fs);
	if (r == 0)
		r = ext2fs_unlink(fs, dir, name, ino, 0);
	if (r == 0)
		r = ext2fs_flush(fs);
	if (r == 0 && ext2fs_inode_has_valid_blocks2(fs, &inode))
		r = ext2fs_punch(fs, ino, &inode, NULL, 0, ~0ULL);
	if (r == 0)
		ext2fs_inode_alloc_stats2(fs, ino, -1, 0);
	return r;
}

static errcode_t
replace(ext2_filsys fs, const struct ext_file *f)
{
	char beside[EXT2_NAME_LEN + 1];
	struct swap s = { .a = f->name, .b = beside };
	struct ext2_inode inode;
	ext2_ino_t dir;
	errcode_t r;

	snprintf(beside, sizeof(beside), "%.200s" BESIDE, f->name);
	r = ext2fs_namei(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, f->dir, &dir);
	if (r == 0)
		r = ext2fs_read_inode(fs, dir, &inode);
	/* both names in one block, so that one write swaps them */
	if (r == 0 && inode.i_size > fs->blocksize)
		r = EXT2_ET_DIR_NO_SPACE;
	if (r != 0)
		return r;
	r = ext2fs_namei(fs, EXT2_ROOT_INO, dir, f->name, &s.of_a);
	if (r == EXT2_ET_FILE_NOT_FOUND)
		return create(fs, dir, f->name, f, &s.of_a);
	if (r == 0)
		r = drop(fs, dir, beside);	/* a power cut's */
	if (r == 0)
		r = create(fs, dir, beside, f, &s.of_b);
	if (r == 0)
		r = ext2fs_dir_iterate2(fs, dir, 0, NULL, swap_one, &s);
	if (r == 0 && s.done != 2)
		r = EXT2_ET_DIR_CORRUPTED;
	if (r == 0)
		r = ext2fs_flush(fs);
	return r != 0 ? r : drop(fs, dir, beside);
}

int
ext_update(const struct ext_place *p, const struct ext_file *files, size_t n,
    struct err *e)
{
	const char *name = "open";
	ext2_filsys fs = NULL;
	errcode_t r;

	r = open_fs(p, &fs);
	for (size_t i = 0; r == 0 && i < n; i++) {
		name = files[i].name;
		r = replace(fs, &files[i]);
	}
	r = close_fs(&fs, r);
	return r == 0 ? 0 : err_set(e, "%s: ext4 at byte %" PRIu64 ": %s: %s",
	    p->node, p->offset, name, error_message(r));
}

int
ext_remove(const struct ext_place *p, const char *dir, const char *name,
    struct err *e)
{
	ext2_filsys fs = NULL;
	ext2_ino_t ino;
	errcode_t r;

	r = open_fs(p, &fs);
	if (r == 0)
		r = ext2fs_namei(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, dir, &ino);
	if (r == 0)
		r = drop(fs, ino, name);
	r = close_fs(&fs, r);
	return r == 0 ? 0 : err_set(e, "%s: ext4 at byte %" PRIu64 ": %s: %s",
	    p->node, p->offset, name, error_message(r));
}
