/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_EXPLAIN_H
#define INSTALLER_EXPLAIN_H

#include <stdbool.h>

#include "buf.h"

/* The answer file's format, told from its tables. */

/* What is said of a row; NULL: nothing.  attribute NULL: of the element. */
const char *help_find(const char *element, const char *attribute);

/*
 * An element (or its alias) by its name: what it is for, where it stands and
 * what it may hold.  NULL: a list of all.  False: there is no such element;
 * near_r is the nearest, or NULL.
 */
bool explain(const char *name, struct buf *to, const char **near_r);

/* The whole format as a Relax NG schema. */
void schema_print(struct buf *to);

#endif
