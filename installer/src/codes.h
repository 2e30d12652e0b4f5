/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_CODES_H
#define INSTALLER_CODES_H

#include <stddef.h>

#include "err.h"

/*
 * What can end an installation, each by a number that does not change:
 * "DI-404".  domus-install(8) lists them from this table's words; a test
 * compares.  An error carries its number in err.code.
 */
enum code {
	DI_ANSWERS = 101,
	DI_REFUSED,
	DI_NO_MEDIUM,
	DI_PROBE,
	DI_DAMAGED = 201,
	DI_SOURCE,
	DI_NO_SUMS,
	DI_VERSION,
	DI_SIGNATURE,
	DI_NAME = 301,
	DI_CONNECT,
	DI_STALLED,
	DI_SHORT,
	DI_SERVER,
	DI_CERTIFICATE,
	DI_LARGE,
	DI_ADDRESS,
	DI_NOT_FOUND,
	DI_GONE = 401,
	DI_IN_USE,
	DI_CHANGED,
	DI_READ = ERR_READ,
	DI_WRITE = ERR_WRITE,
	DI_FULL,
	DI_DIFFERS,
	DI_TABLE,
	DI_MKFS,
	DI_BOOT,
	DI_EXISTING,
	DI_MEMORY = 501,
	DI_WORK,
	DI_HOOK,
	DI_LATE,
	DI_OTHER = 901,
};

struct code_row {
	enum code code;
	const char *what, *remedy;
};

extern const struct code_row code_rows[];
extern const size_t ncode_rows;

/* The row; that of DI_OTHER when there is none. */
const struct code_row *code_row(int code);

/* The error's own, or what its errno or its words tell, or `otherwise'. */
enum code code_of(const struct err *e, enum code otherwise);

/* What a step's failure is that says no more. */
enum code code_of_step(const char *step);

/* "text [DI-nnn]", and what to do about it as a second line. */
struct ui;
void fail_say(struct ui *ui, const struct err *e, enum code otherwise);

#endif
