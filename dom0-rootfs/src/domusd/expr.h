/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_EXPR_H
#define DOMUSD_EXPR_H

#include <stdbool.h>

#include "err.h"
#include "model.h"

struct record;

/*
 * What get_all_records_where() asks for:
 *
 *	expr = and-expr { "or" and-expr }
 *	and-expr = not-expr { "and" not-expr }
 *	not-expr = "not" not-expr | "(" expr ")" | "true" | "false" |
 *	    term ( "=" | "!=" ) term
 *	term = field "name" | "text" | 'text'
 *
 * A field is compared as text: refs, enums, numbers, true and false.  Its name
 * may stand with or without quotes, with or without "field" when it has none.
 */
struct expr;

/* NULL and e when it is something else.  The caller frees it. */
struct expr *expr_parse(const char *text, enum class_id cls, struct err *e);
bool expr_true(const struct expr *x, const struct record *r);
void expr_free(struct expr *x);

#endif
