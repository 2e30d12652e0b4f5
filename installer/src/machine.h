/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_MACHINE_H
#define INSTALLER_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "findings.h"

/*
 * The machine an installation is planned for: probed (probe.h), or read from
 * the file that domus-install --inventory prints.  Planning sees nothing else,
 * so a plan can be tried without the machine.
 */

/* Something found on a disk. */
struct holding {
	uint64_t start, size;	/* bytes; the whole disk: 0 and its size */
	char *what;		/* "gpt", "ext4", "LVM2_member" ... */
	char *label;		/* "" when none */
	unsigned int number;	/* of the partition; 0: it is none */
	char *type, *name;	/* its type: a GUID, or "0xde"; its name */
};

struct names {
	char **list;
	size_t n;
};

struct disk {
	char *name;		/* the kernel's: "sda" */
	char *node;		/* what to open: "/dev/sda" or an image file */
	struct names ids;	/* names below /dev/disk/by-id */
	struct names paths;	/* names below /dev/disk/by-path */
	uint64_t size;		/* bytes */
	unsigned int logical, physical;		/* sector sizes, bytes */
	char *model, *serial, *wwn, *transport;	/* "" when not known */
	bool removable, read_only, rotational;
	bool medium;		/* holds the medium that runs or the answers */
	char *in_use;		/* by what; "" when free */
	char *array;		/* the RAID in machine that it is a member of */
	bool unread;		/* what it holds could not be looked at */
	struct holding *holds;
	size_t nholds;
};

/* A card that is not up does not tell whether it has a link. */
enum link { LINK_UNKNOWN, LINK_NO, LINK_YES };

struct nic {
	char *name, *mac, *driver;
	char *path;		/* nicpath.h; "" when it has none */
	enum link link;
};

struct machine {
	bool uefi;
	uint64_t memory;	/* bytes that dom0 sees */
	char *cpu;
	unsigned int cpus;
	struct disk *disks;
	size_t ndisks;
	struct nic *nics;
	size_t nnics;
};

/* A zeroed machine is empty.  New ones are zeroed but for "" texts; NULL: no
 * memory.  Valid until the next is added. */
struct disk *machine_disk_add(struct machine *m, const char *name);
struct nic *machine_nic_add(struct machine *m, const char *name);
struct holding *disk_holding_add(struct disk *d, const char *what,
    const char *label);
void disk_holds_free(struct disk *d);
int names_add(struct names *n, const char *name);

/* Replace a member's text; -1: no memory. */
int text_set(char **member, const char *text);

/* Sort disks and NICs by name: sda, sdb, sdaa; eth2 before eth10. */
void machine_sort(struct machine *m);

/*
 * Whether a disk goes by that name: sda, /dev/sda, a name below
 * /dev/disk/by-id or by-path, with or without the directory.
 */
bool disk_is_called(const struct disk *d, const char *name);

/* Whether both are one disk with one content, as far as a probe tells. */
bool disk_is_same(const struct disk *a, const struct disk *b);

/* The RAID that a member belongs to; NULL: it is no member. */
const struct disk *disk_array(const struct machine *m, const struct disk *d);

/* Whether it is one of a RAID's disks and the RAID does not run. */
bool disk_is_torn(const struct disk *d);

/* "sda: 20 GiB QEMU HARDDISK QM00001" */
void disk_describe(const struct disk *d, struct buf *to);

/* "512 MiB", "1.8 TiB" */
void size_print(struct buf *to, uint64_t bytes);

/* "unknown", "no", "yes" */
const char *link_name(enum link link);

/* The inventory file. */
void machine_save(const struct machine *m, struct buf *to);
int machine_load(struct machine *m, const char *text, size_t len,
    struct findings *f);

void machine_free(struct machine *m);

#endif
