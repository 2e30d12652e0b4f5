/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ELEMENTS_H
#define INSTALLER_ELEMENTS_H

#include <stddef.h>

#include "answers.h"
#include "findings.h"

struct xml_attr;
struct xml_elem;

/*
 * What an answer file may hold: one row an element, one row an attribute.
 * The reader (answers.c), answers.rng, domus-answers(5), domus-answers
 * explain and the tests go by these tables.
 */
enum status {
	SUPPORTED,
	NO_EFFECT,	/* accepted with a warning that says why */
	LATER,		/* read, and refused with an error that says why */
};

enum { REQUIRED = 1, REPEAT = 2, MAY_BE_EMPTY = 4, SECRET = 8, NO_TEXT = 16 };

/* The modes in which a row means something; 0: in all. */
enum { FRESH = 1 << MODE_FRESH, REINSTALL = 1 << MODE_REINSTALL,
	UPGRADE = 1 << MODE_UPGRADE, RESTORE = 1 << MODE_RESTORE };

/* What a text becomes in the member that it goes into. */
enum kind {
	TEXT,		/* struct value; with REPEAT, struct values */
	BOOL,		/* bool */
	WORD,		/* an enum: the word's place among the values */
	NUMBER,		/* unsigned int; values: "least-most" */
	SIZE,		/* uint64_t, bytes */
};

/* One file on its way into answers. */
struct reader {
	struct answers *a;
	struct findings *f;
	const struct answers_env *env;
	enum severity unknown;	/* an unknown name's: strict="no" warns */
	void *object;		/* the structure that members are in */
};

/*
 * A row's members are offsets into struct answers, or into the structure
 * that the nearest element around opened; 0: none.  An element opens the
 * structure at .opens; with .item, .opens is a list and a new item of that
 * size is added.
 */
struct element {
	const char *name, *alias;	/* alias may be NULL */
	const char *parent;		/* "a|b" */
	enum status status;
	unsigned int flags, modes;
	const char *why;		/* when not SUPPORTED */
	const char *what;		/* for explain, one line */
	/* The text: what it must be, and which member it becomes. */
	const char *(*check)(const char *);
	size_t into;
	size_t opens, item;
	/* For what a row cannot say; after the above. */
	void (*take)(struct reader *, const struct xml_elem *);
};

struct attribute {
	const char *element, *name, *alias;	/* element: "a|b" */
	enum status status;
	unsigned int flags;
	enum kind kind;
	const char *why;
	const char *values;		/* "a|b|c"; NULL: any */
	const char *(*check)(const char *);
	size_t into;
};

/* Of either table, at most; a test proves it. */
#define MAX_ROWS 256

extern const struct element elements[];
extern const size_t nelements;
extern const struct attribute attributes[];
extern const size_t nattributes;

/* lookup.c: a word's place in "a|b|c", or -1; case is folded. */
int word_index(const char *list, const char *word);
bool is_listed(const char *list, const char *word);

/* NULL: no row.  The top elements' parent is "". */
const struct element *element_find(const char *name, const char *parent);
const struct attribute *attribute_find(const struct element *el,
    const char *name);
bool is_inside(const struct element *el, const char *parent);

/* What to do about a wrong text that holds $name; NULL: it holds none. */
const char *template_remedy(const char *text);

/* reading.c: the member at that offset of what is being filled. */
void *member(struct reader *, size_t into);
void store_text(struct reader *, size_t into, bool many, const char *text,
    struct place at);

/* NO_EFFECT and LATER say so; true: nothing more to look at. */
bool is_set_aside(struct reader *, enum status, const char *why, struct place,
    const char *what);

/* How bad it is what their installers take without a word. */
enum severity if_theirs(const struct reader *);

/* The same text twice in a list is a slip of the pen. */
void warn_of_same(struct reader *, const struct values *, const char *element);

void read_attributes(struct reader *, const struct element *,
    const struct xml_elem *);

/* Say so, with the nearest known name. */
void unknown_element(struct reader *, const struct xml_elem *);
void unknown_attribute(struct reader *, const struct element *,
    const struct xml_attr *);

/* The mode that the top element states; MODE_FRESH when it makes no sense. */
enum mode mode_of(const struct xml_elem *top);

/* The attribute's value; NULL when it is not there or empty. */
const char *take_attr(const struct xml_elem *, const char *name);

/* Whether it is there and yes. */
bool take_yes(const struct xml_elem *, const char *name);

/* take.c, take_disk.c, take_net.c: the rows' own functions. */
void take_top(struct reader *, const struct xml_elem *);
void take_primary(struct reader *, const struct xml_elem *);
void take_rule(struct reader *, const struct xml_elem *);
void take_raid(struct reader *, const struct xml_elem *);
void take_source(struct reader *, const struct xml_elem *);
void take_confirm(struct reader *, const struct xml_elem *);
void take_password(struct reader *, const struct xml_elem *);
void take_keymap(struct reader *, const struct xml_elem *);
void take_timezone(struct reader *, const struct xml_elem *);
void take_admin(struct reader *, const struct xml_elem *);
void take_network(struct reader *, const struct xml_elem *);
void take_bond(struct reader *, const struct xml_elem *);
void take_port(struct reader *, const struct xml_elem *);
void take_ntp(struct reader *, const struct xml_elem *);
void take_ssh_mode(struct reader *, const struct xml_elem *);
void take_service(struct reader *, const struct xml_elem *);
void take_script(struct reader *, const struct xml_elem *);
void take_post_script(struct reader *, const struct xml_elem *);
void take_failed_script(struct reader *, const struct xml_elem *);
void take_pool(struct reader *, const struct xml_elem *);
void take_on_failure(struct reader *, const struct xml_elem *);

/* What follows from several elements together; at the very end. */
void settle_disks(struct reader *);
void settle_sources(struct reader *);
void settle_networks(struct reader *);

#endif
