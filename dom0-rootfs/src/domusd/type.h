/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_TYPE_H
#define DOMUSD_TYPE_H

#include "model.h"
#include "value.h"

/*
 * Values against the types of the data model.  `type' may go on behind the
 * type that is meant ("string to:int" is a string).
 */

#define NULL_REF "OpaqueRef:NULL"

/*
 * A new value of exactly this type made from one that a client sent: numbers
 * may be text, booleans numbers, dates of any shape.  NULL and e when it is
 * something else.  Unchecked: whether a reference leads anywhere.
 */
struct value *type_take(const char *type, const struct value *v,
    struct err *e);

/* What a field holds when nobody says: its default, or "" 0 {} NULL_REF. */
struct value *type_default(const struct model_field *f);

/* Where the type ends. */
const char *type_end(const char *type);

#endif
