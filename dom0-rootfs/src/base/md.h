/* SPDX-License-Identifier: ISC */
#ifndef BASE_MD_H
#define BASE_MD_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/*
 * Linux's software RAID 1 over whole disks: what says so on each disk (a
 * version-1.0 superblock near its end, linux/raid/md_p.h), and the running
 * arrays.  What lies before it is the array's content as it is, so that
 * firmware sees a disk like any other.
 */
#define MD_MEMBERS 4		/* of an array that is made here */
#define MD_ROLES 16		/* numbers that members had, at most */
#define MD_NAME "domus"	/* an array of ours: no other is started */

struct md_super {
	unsigned char array[16];	/* whose member it is */
	char name[33];
	uint64_t size;			/* bytes of the array */
	uint64_t events;		/* the larger, the newer */
	unsigned int disks;		/* that it should have */
	unsigned int number;		/* this one's */
	unsigned int nroles;
	uint16_t roles[MD_ROLES];	/* by number: MD_NOT_IN or above: not in
					   use */
};
#define MD_NOT_IN 0xfffd

/* How large an array may be on a disk of that many bytes; 0: too small. */
uint64_t md_room(uint64_t disk_size);

/* The superblock on a disk of that size: 1 found, 0 none, -1 not readable. */
int md_read(int fd, uint64_t disk_size, struct md_super *s, struct err *e);

/* Whether the members' content is one and the same. */
enum md_content { MD_TO_COPY, MD_IS_SAME };

/*
 * Write the superblock of an array's member, with a list of what was not yet
 * copied to the other: all of it with MD_TO_COPY.  s->number is this disk's.
 */
int md_write(int fd, uint64_t disk_size, const struct md_super *s,
    enum md_content content, struct err *e);

/* Whether that member counts for the array that s speaks of. */
bool md_is_in(const struct md_super *s, unsigned int number);

/* How many members count. */
unsigned int md_active(const struct md_super *s);

/*
 * Start an array from the members' nodes as `name' ("md127"), not written
 * before something is written to it.  Fewer members than it has are enough.
 */
int md_start(const char *name, const char *const *nodes, unsigned int n,
    struct err *e);

/* Stop it; one that is in use is an error. */
int md_stop(const char *name, struct err *e);

/* Let a disk with a superblock join a running array: it is copied to. */
int md_join(const char *name, const char *node, struct err *e);

/* The running array that a disk ("sda") belongs to, or "". */
void md_of(const char *sysfs, const char *disk, char name_r[32]);

/* How a running array does. */
struct md_state {
	unsigned int level, disks, missing;
	bool copying;			/* to one that is new or was away */
	unsigned int percent;		/* of it that is done */
};
int md_look(const char *sysfs, const char *name, struct md_state *s,
    struct err *e);

#endif
