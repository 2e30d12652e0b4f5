/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PLAN_H
#define INSTALLER_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "buf.h"
#include "findings.h"
#include "layout.h"
#include "machine.h"
#include "md.h"

/*
 * A RAID 1 to be made of disks that are erased.  It is a disk itself, whose
 * texts are in here: a plan is not copied.
 */
struct plan_array {
	struct disk disk;
	const struct disk *members[MD_MEMBERS];
	unsigned int nmembers;
	unsigned int disks;	/* with those that are missing */
	char name[16], node[4096], model[64], none[1];
};

/* One partition to be. */
struct plan_part {
	enum part kind;
	uint64_t start, size;	/* bytes */
	bool volume;		/* for LVM: a piece of the SR */
};

/* A disk to be erased and what becomes of it. */
struct plan_disk {
	const struct disk *disk;
	struct plan_array *array;	/* whose disk it is, or NULL */
	const struct holding *first;	/* partition 1, if it is kept */
	struct plan_part parts[PART_COUNT];
	unsigned int nparts;
};

/*
 * What will be done: decided whole before anything is written, from the
 * answers and the machine alone.  Points into both.
 */
#define PLAN_DISKS 16
#define PLAN_ARRAYS 2
#define PLAN_ERASED (PLAN_DISKS + PLAN_ARRAYS * MD_MEMBERS)

#define PLAN_NETS 64
#define PLAN_PORTS 8

/* A network, and the card it is on, or the cards of its bond. */
struct plan_net {
	const struct network *said;
	const struct nic *nics[PLAN_PORTS];
	unsigned int nnics;
};

struct plan {
	const struct answers *answers;
	const struct machine *machine;
	struct plan_disk disks[PLAN_DISKS];	/* the primary one first */
	unsigned int ndisks;
	struct plan_array arrays[PLAN_ARRAYS];
	unsigned int narrays;
	/* The disks of the machine that are written, and which of disks each
	 * is, or is a member of. */
	const struct disk *erased[PLAN_ERASED];
	unsigned int erased_for[PLAN_ERASED];
	unsigned int nerased;
	enum sr_type sr_type;
	unsigned int nsr;	/* how many of them have a part of the SR */
	int sr_disk;		/* which is the first of those; -1 */
	struct plan_net nets[PLAN_NETS];	/* management's first */
	unsigned int nnets;
	const struct nic *nic;	/* management's, or its bond's first; or
				   NULL */
};

/*
 * Whether the SR is a volume group: of sr-type lvm, or because ext4 over
 * several disks lies on one.
 */
bool plan_sr_is_group(const struct plan *p);

/* Everything against it is added to f; the plan holds if !findings_bad(f). */
void plan_make(struct plan *p, const struct answers *a,
    const struct machine *m, struct findings *f);

/*
 * plan_keep.c: reinstall, upgrade and restore.  disks[0] is the disk of the
 * installation that is kept, without partitions: they stay as they are.
 */
void plan_keep(struct plan *p, struct findings *f);
void plan_keep_print(const struct plan *p, struct buf *to);

/* For a person, and for the golden tests.  No secrets. */
void plan_print(const struct plan *p, struct buf *to);

/* plan_disks.c: which disks, and their partitions. */
void plan_disks(struct plan *p, struct findings *f);

/* A finding when another of the machine's disks is the same one. */
void plan_one_path(const struct machine *m, const struct disk *d,
    const char *element, struct place at, struct findings *f);

/*
 * plan_raid.c: a RAID of the rule's disks, as the plan's next disk.  NULL: a
 * finding says why not.
 */
struct disk_set;
struct disk_rule;
const struct disk *plan_raid(struct plan *p, const struct disk_rule *rule,
    const struct disk_set *set, const char *element, struct place at,
    struct findings *f);

/*
 * plan_first.c: partition 1 of the primary disk stays if the answers say so,
 * or nothing and it is a vendor's.  False: a finding says why it cannot.
 */
bool plan_first(struct plan *p, struct findings *f);

/* Where the first of a disk's parts begins, and what number part nr has. */
uint64_t plan_begin(const struct plan_disk *pd);
unsigned int plan_number(const struct plan_disk *pd, unsigned int nr);

/* Another disk of the plan; it is written, or its members are. */
void plan_add(struct plan *p, const struct disk *d, struct plan_array *array);

/* What is to be erased of RAIDs that are there already, and of what they are
 * made, must fit together. */
void plan_check_raids(const struct plan *p, struct place at,
    struct findings *f);

/* plan_net.c: which cards the networks are on. */
void plan_nets(struct plan *p, struct findings *f);

/* One line for each network, and its name servers. */
void plan_print_nets(const struct plan *p, struct buf *to);

/* The type GUID of a partition to be. */
const char *plan_part_type(const struct plan_part *pp);

/* The partition of that kind on one of the plan's disks, or NULL. */
const struct plan_part *plan_part(const struct plan_disk *d, enum part kind);

#endif
