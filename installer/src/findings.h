/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FINDINGS_H
#define INSTALLER_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

/*
 * Everything there is to say about an answer file and the machine it is for:
 * all of it in one run, each with its place, what is wrong and what to do.
 * Secrets never stand in a finding.
 */

/* Line and column count from 1; line 0 is "the file as a whole". */
struct place {
	unsigned int line, column;
};

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
	enum severity severity;
	struct place at;
	char *text;
	char *remedy;		/* "" when the text says it all */
};

/* More than anybody reads; the rest is counted only. */
#define FINDINGS_MAX 1000

struct findings {
	const char *file;	/* the name to print; the caller's */
	struct finding *list;
	size_t n, errors, more;
	bool failed;		/* out of memory: counts as an error */
};

/* remedy may be NULL. */
void finding_add(struct findings *f, enum severity severity, struct place at,
    const char *remedy, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Whether anything found forbids to go on. */
bool findings_bad(const struct findings *f);

/* In order of place: "file:line:column: error: what; remedy". */
void findings_print(struct findings *f, struct buf *to);

/* f may be empty, zeroed, or freed before. */
void findings_free(struct findings *f);

#endif
