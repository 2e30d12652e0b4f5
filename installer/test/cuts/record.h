/* SPDX-License-Identifier: ISC */
#ifndef CUTS_RECORD_H
#define CUTS_RECORD_H

#include <stdint.h>

/*
 * A recording of what was done to a machine's disks and to its firmware's
 * variables, in order: a row of these, each followed by its data when it has
 * any.  Made by record.c (a program's own calls) and by nbd.c (what a whole
 * machine sends), read by tape.c.
 */
enum record_kind {
	RECORD_WRITE = 'w',	/* len bytes follow */
	RECORD_ZERO = 'z',	/* len zeros; a trim, too */
	RECORD_FLUSH = 'f',	/* all before is on that disk */
	RECORD_VAR = 'v',	/* len bytes: the variable's name, NUL, value */
	RECORD_UNVAR = 'u',	/* len bytes: its name, NUL: it is removed */
	RECORD_TEXT = 't',	/* len bytes that the installer said */
};

struct record {
	uint32_t magic;
	uint16_t kind, disk;
	uint64_t at, len;
};

#define RECORD_MAGIC 0x75756344u
#define RECORD_DISKS 2

#endif
