/* SPDX-License-Identifier: ISC */
#ifndef CUTS_TABLE_H
#define CUTS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A GPT as firmware and Linux read it, without any library that mends what it
 * reads.  UEFI 2.10, 5.3.
 */
#define TABLE_ENTRIES 128
#define UUID_BYTES 16

struct entry {
	unsigned char type[UUID_BYTES], uuid[UUID_BYTES];
	uint64_t start, size, flags;	/* bytes */
	char label[37];			/* what is ASCII of it */
};

struct table {
	bool mbr;		/* a protective MBR is there */
	bool signed55;		/* 0x55aa ends the first sector */
	unsigned char code[440];
	bool primary, backup;	/* whole by their checksums */
	bool bios;		/* the primary's signature, unchecked */
	struct entry first[TABLE_ENTRIES], last[TABLE_ENTRIES];
};

/* Reads what is there; -1 only when it cannot be read. */
int table_read(int fd, uint64_t size, struct table *t);

/* "c12a7328-..." as the table has it. */
void uuid_text(const unsigned char bytes[UUID_BYTES], char to[37]);

/* The entries that a firmware goes by, or NULL. */
const struct entry *table_uefi(const struct table *t);

/* The same of Linux with "gpt" on its command line, as our menus have it. */
const struct entry *table_linux(const struct table *t);

#endif
