/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISPATCH_H
#define DOMUSD_DISPATCH_H

#include "request.h"

/*
 * Names to methods, and what must hold before one runs.
 */

/* What the method of that name is.  -1: the API has none. */
int dispatch_find(const char *name, struct method *m_r);

/* Fill in q's method, role and arguments, or fail with the right code. */
int dispatch_check(struct request *q);

/* The names of all methods that do something. */
struct value *dispatch_list(void);

/* Methods with a body of their own.  Those of XenAPI take the rest from the
 * data model; ours bring it along. */
struct method_row {
	const char *name;
	method_fn *run;
	const char *params, *result;	/* NULL: see the data model */
	enum role role;
	bool member;		/* a member answers it too */
	bool no_task;		/* its result is for the caller's eyes only */
};
extern const struct method_row method_rows[];
extern const size_t nmethod_rows;

/* Implicit messages: getters, setters, records.  -1: not one of them. */
int implicit_find(struct method *m);

#endif
