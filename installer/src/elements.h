/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ELEMENTS_H
#define INSTALLER_ELEMENTS_H

#include <stddef.h>

#include "answers.h"
#include "findings.h"

struct xml_elem;

/*
 * What an answer file may hold: one row an element, one row an attribute.
 * The reader (answers.c), domus-answers(5) and the tests go by these tables.
 */
enum status {
	SUPPORTED,
	NO_EFFECT,	/* accepted with a warning that says why */
	LATER,		/* refused with an error that says why */
};

enum { REQUIRED = 1, REPEAT = 2, MAY_BE_EMPTY = 4, SECRET = 8, NO_TEXT = 16 };

/* One file on its way into answers. */
struct reader {
	struct answers *a;
	struct findings *f;
	const struct answers_env *env;
	enum severity unknown;	/* an unknown name's: strict="no" warns */
};

struct element {
	const char *name, *alias;	/* alias may be NULL */
	const char *parent;
	enum status status;
	unsigned int flags;
	const char *why;		/* when not SUPPORTED */
	/* The text: what it must be, and which member it becomes. */
	const char *(*check)(const char *);
	size_t into;			/* a struct value; values if REPEAT */
	/* For what a row cannot say; after the above. */
	void (*take)(struct reader *, const struct xml_elem *);
};

struct attribute {
	const char *element, *name, *alias;
	enum status status;
	unsigned int flags;
	const char *why;
	const char *values;		/* "a|b|c"; NULL: any */
	const char *later;		/* values that are LATER: "d|e" */
	const char *(*check)(const char *);
	size_t into;
};

#define NOWHERE ((size_t)-1)

extern const struct element elements[];
extern const size_t nelements;
extern const struct attribute attributes[];
extern const size_t nattributes;

/* take.c: the rows' own functions. */
void take_top(struct reader *, const struct xml_elem *);
void take_primary(struct reader *, const struct xml_elem *);
void take_password(struct reader *, const struct xml_elem *);
void take_keymap(struct reader *, const struct xml_elem *);
void take_timezone(struct reader *, const struct xml_elem *);
void take_admin(struct reader *, const struct xml_elem *);
void take_ntp(struct reader *, const struct xml_elem *);
void take_ssh_mode(struct reader *, const struct xml_elem *);
void take_script(struct reader *, const struct xml_elem *);
void take_post_script(struct reader *, const struct xml_elem *);
void take_failed_script(struct reader *, const struct xml_elem *);
void take_pool(struct reader *, const struct xml_elem *);
void take_on_failure(struct reader *, const struct xml_elem *);

#endif
