/* SPDX-License-Identifier: ISC */
#ifndef CUTS_RECORD_H
#define CUTS_RECORD_H

#include <stdint.h>

/*
 * A recording of what was done to a disk: a row of these, each followed by
 * its data when it has any.  Made by record.c (a program's own calls) and by
 * nbd.c (what a whole machine sends), read by tape.c.
 */
enum record_kind {
	RECORD_WRITE = 'w',	/* len bytes follow */
	RECORD_ZERO = 'z',	/* len zeros; a trim, too */
	RECORD_FLUSH = 'f',	/* all before is on the disk */
	RECORD_TEXT = 't',	/* len bytes that the installer said */
};

struct record {
	uint32_t magic, kind;
	uint64_t at, len;
};

#define RECORD_MAGIC 0x74756344u

#endif
