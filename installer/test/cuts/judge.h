/* SPDX-License-Identifier: ISC */
#ifndef CUTS_JUDGE_H
#define CUTS_JUDGE_H

#include <stdbool.h>

#include "bench.h"
#include "hash.h"

/*
 * What a machine would do with the disk on the bench, by BIOS and by UEFI.
 *
 * A disk boots the old or the new image only if all of it is there: the boot
 * code, a slot whose files match its own list, the menus' state, a file system
 * on it that is clean or that e2fsck -p mends, the host's files on that, and
 * its SR on all disks.  Anything else that a firmware would start is garbage;
 * so is a slot that boots by itself and says that it is on trial.
 */
enum boots { BOOTS_NOTHING, BOOTS_OLD, BOOTS_NEW, BOOTS_GARBAGE };

/* A disk as it was before the recording, or after it. */
#define STATE_FILES 3
struct side {
	bool domus;
	unsigned char code[440];
	char lists[2][HASH_HEX];	/* of the slots' SHA256SUMS; "" */
	char files[STATE_FILES][HASH_HEX];	/* "": none */
};

struct slot {
	bool fat;
	enum boots boots;
	char state[37];			/* the UUID that the menus tell */
	bool other;			/* its syslinux starts the other one */
	bool trial;
	char why[200];
};

/* What was found already, by a region's key. */
#define MEMO 256
struct memo {
	uint64_t key;
	struct slot slot;
	bool used;
};

struct judge {
	struct side sides[2];		/* old, new */
	struct memo memo[BENCH_REGIONS][MEMO];
	/* The SR at the end: whether it is that one already, by its key. */
	struct bench *after;
	struct { uint64_t key; bool used, same; } sr[RECORD_DISKS][MEMO];
	/* Both disks are members of a RAID 1: a firmware starts either, and
	 * either, or what is copied from it, is what Linux reads. */
	bool mirror;
	unsigned int boot, data;	/* those that are looked at now */
	uint64_t kept, kept_end;	/* partition 1, if it must stay */
	const char *scratch;		/* a file for copies */
	size_t slots, states;		/* looked at, not remembered */
};

extern const char *const boots_names[];

struct verdict {
	enum boots bios, uefi;
	char why[256];			/* of garbage */
};

/* What the disk is now; with regions, where its parts are. */
int judge_learn(struct bench *b, struct side *s, struct err *e);
int judge_regions(struct bench *b, struct err *e);

/* Partition 1 as it is now is to be in a table at every point. */
int judge_keep(struct judge *j, struct bench *b, struct err *e);

int judge(struct judge *j, struct rack *r, struct verdict *v,
    struct err *e);

/* sr.c: why the SR is not the one of that image's host; NULL: it is. */
const char *sr_look(struct judge *j, const struct rack *r, enum boots image);

/* slots.c */
void slot_look(struct judge *j, struct bench *b, uint64_t start,
    struct slot *s);
void state_look(struct judge *j, struct bench *b, uint64_t start,
    uint64_t size, struct slot *s);
bool slot_list(struct bench *b, uint64_t start, char hex[HASH_HEX]);
extern const char *const state_files[STATE_FILES];

#endif
