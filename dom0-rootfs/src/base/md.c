/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <linux/types.h>
#include <linux/raid/md_p.h>

#include "md.h"

/*
 *	0 ... size: the array          MIB: what a member's end has
 *	[ GPT, partitions, GPT's copy ][ ... bitmap, superblock, ... ]
 *
 * The bitmap (kernel, drivers/md/md-bitmap.h: bitmap_super_t) notes where the
 * members may differ, so that after a power cut only that is copied.
 */
#define MIB ((uint64_t)1 << 20)
#define SECTOR 512u
#define BITMAP_SECTORS 256u
#define BITMAP_SIZE (BITMAP_SECTORS * SECTOR)
#define BITMAP_HEAD 256u
#define CHUNK ((uint64_t)64 << 20)
#define SUPER_SIZE (sizeof(struct mdp_superblock_1) + MD_ROLES * 2)
#define NO_RESYNC UINT64_MAX
#define LARGE ((uint64_t)8 << 30)
#define SPARE (64 * MIB)	/* on a large disk: one that takes its place may
				 * be a bit smaller */

enum { B_MAGIC = 0, B_VERSION = 4, B_UUID = 8, B_EVENTS = 24, B_CLEARED = 32,
	B_SYNC_SIZE = 40, B_CHUNK = 52, B_SLEEP = 56, B_RESERVED = 64 };

static uint64_t
get(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static void
put(unsigned char *p, int n, uint64_t v)
{
	for (int i = 0; i < n; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

#define AT(member) offsetof(struct mdp_superblock_1, member)
#define SIZE(member) (int)sizeof(((struct mdp_superblock_1 *)0)->member)
#define GET(b, member) get((b) + AT(member), SIZE(member))
#define PUT(b, member, v) put((b) + AT(member), SIZE(member), (v))

/* Version 1.0: at least 8 KiB from the end, at a multiple of 4 KiB. */
static uint64_t
super_at(uint64_t disk_size)
{
	return (disk_size / SECTOR - 16) / 8 * 8 * SECTOR;
}

uint64_t
md_room(uint64_t disk_size)
{
	uint64_t off = disk_size >= LARGE ? SPARE : MIB;

	return disk_size < 64 * MIB ? 0 : (disk_size - off) / MIB * MIB;
}

static uint32_t
sum(const unsigned char *b, size_t size)
{
	uint64_t all = 0;

	for (size_t i = 0; i + 4 <= size; i += 4)
		if (i != AT(sb_csum))
			all += get(b + i, 4);
	if (size % 4 >= 2)
		all += get(b + size - size % 4, 2);
	return (uint32_t)(all + (all >> 32));
}

static int
read_at(int fd, void *to, size_t len, uint64_t at, struct err *e)
{
	ssize_t n;

	do
		n = pread(fd, to, len, (off_t)at);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(e, "read error at sector %llu",
		    (unsigned long long)at / SECTOR);
	return (size_t)n == len ? 0 : err_set(e, "ends at byte %llu",
	    (unsigned long long)at);
}

static int
write_at(int fd, const unsigned char *from, size_t len, uint64_t at,
    struct err *e)
{
	ssize_t n;

	while (len > 0) {
		n = pwrite(fd, from, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write error at sector %llu",
			    (unsigned long long)at / SECTOR);
		from += n, at += (uint64_t)n, len -= (size_t)n;
	}
	return 0;
}

static bool
is_super(const unsigned char b[4096], uint64_t at)
{
	uint64_t n = GET(b, max_dev);

	return GET(b, magic) == MD_SB_MAGIC && GET(b, major_version) == 1 &&
	    GET(b, super_offset) == at / SECTOR &&
	    n <= (4096 - sizeof(struct mdp_superblock_1)) / 2 &&
	    GET(b, sb_csum) == sum(b, sizeof(struct mdp_superblock_1) + 2 *
	    (size_t)n);
}

int
md_read(int fd, uint64_t disk_size, struct md_super *s, struct err *e)
{
	unsigned char b[4096];
	uint64_t at;

	*s = (struct md_super){ 0 };
	if (md_room(disk_size) == 0)
		return 0;
	at = super_at(disk_size);
	if (read_at(fd, b, sizeof(b), at, e) == -1)
		return -1;
	if (!is_super(b, at) || GET(b, level) != 1 ||
	    GET(b, data_offset) != 0)
		return 0;
	memcpy(s->array, b + AT(set_uuid), sizeof(s->array));
	memcpy(s->name, b + AT(set_name), 32);
	s->size = GET(b, size) * SECTOR;
	s->events = GET(b, events);
	s->disks = (unsigned int)GET(b, raid_disks);
	s->number = (unsigned int)GET(b, dev_number);
	s->nroles = (unsigned int)GET(b, max_dev);
	if (s->nroles > MD_ROLES)
		s->nroles = MD_ROLES;
	for (unsigned int i = 0; i < s->nroles; i++)
		s->roles[i] = (uint16_t)get(b +
		    sizeof(struct mdp_superblock_1) + 2 * i, 2);
	return 1;
}

bool
md_is_in(const struct md_super *s, unsigned int number)
{
	return number < s->nroles && s->roles[number] < MD_NOT_IN;
}

unsigned int
md_active(const struct md_super *s)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->nroles; i++)
		n += md_is_in(s, i);
	return n;
}

static void
make_super(unsigned char *b, uint64_t at, const struct md_super *s,
    enum md_content content)
{
	uint64_t now = (uint64_t)time(NULL) & 0xffffffffff;

	PUT(b, magic, MD_SB_MAGIC);
	PUT(b, major_version, 1);
	PUT(b, feature_map, MD_FEATURE_BITMAP_OFFSET);
	memcpy(b + AT(set_uuid), s->array, sizeof(s->array));
	memcpy(b + AT(set_name), s->name, strnlen(s->name, 32));
	PUT(b, ctime, now);
	PUT(b, utime, now);
	PUT(b, level, 1);
	PUT(b, size, s->size / SECTOR);
	PUT(b, data_size, s->size / SECTOR);
	PUT(b, raid_disks, s->disks);
	PUT(b, bitmap_offset, (uint64_t)0 - BITMAP_SECTORS);
	PUT(b, super_offset, at / SECTOR);
	PUT(b, dev_number, s->number);
	PUT(b, events, s->events);
	PUT(b, resync_offset, content == MD_TO_COPY ? 0 : NO_RESYNC);
	PUT(b, max_dev, MD_ROLES);
	for (unsigned int i = 0; i < MD_ROLES; i++)
		put(b + sizeof(struct mdp_superblock_1) + 2 * i, 2,
		    i < s->nroles ? s->roles[i] : MD_DISK_ROLE_SPARE);
}

static void
make_bitmap(unsigned char *b, const struct md_super *s,
    enum md_content content)
{
	uint64_t chunk = CHUNK;

	while (s->size / chunk >= (BITMAP_SIZE - BITMAP_HEAD) * 8)
		chunk *= 2;
	put(b + B_MAGIC, 4, 0x6d746962);
	put(b + B_VERSION, 4, 4);
	memcpy(b + B_UUID, s->array, sizeof(s->array));
	put(b + B_EVENTS, 8, s->events);
	put(b + B_CLEARED, 8, s->events);
	put(b + B_SYNC_SIZE, 8, s->size / SECTOR);
	put(b + B_CHUNK, 4, chunk);
	put(b + B_SLEEP, 4, 5);
	put(b + B_RESERVED, 4, BITMAP_SECTORS);
	memset(b + BITMAP_HEAD, content == MD_TO_COPY ? 0xff : 0,
	    BITMAP_SIZE - BITMAP_HEAD);
}

int
md_write(int fd, uint64_t disk_size, const struct md_super *s,
    enum md_content content, struct err *e)
{
	uint64_t at = super_at(disk_size);
	unsigned char *b;
	int rc = -1;

	if (s->size > at - BITMAP_SIZE || s->nroles > MD_ROLES)
		return err_set(e, "the disk is too small for the RAID");
	b = calloc(1, BITMAP_SIZE + 4096);
	if (b == NULL)
		return err_set(e, "out of memory");
	make_bitmap(b, s, content);
	make_super(b + BITMAP_SIZE, at, s, content);
	if (getrandom(b + BITMAP_SIZE + AT(device_uuid), 16, 0) != 16) {
		err_sys(e, "getrandom");
		goto out;
	}
	PUT(b + BITMAP_SIZE, sb_csum, sum(b + BITMAP_SIZE, SUPER_SIZE));
	if (write_at(fd, b, BITMAP_SIZE + 4096, at - BITMAP_SIZE, e) == -1)
		goto out;
	rc = fsync(fd) == -1 ? err_sys(e, "sync") : 0;
out:
	free(b);
	return rc;
}
