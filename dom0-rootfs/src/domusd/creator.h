/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CREATOR_H
#define DOMUSD_CREATOR_H

#include "request.h"
#include "value.h"

/*
 * X.create(record) and X.destroy(self) of the classes whose objects are their
 * records and nothing more.  NULL: this class has none.
 */
method_fn *creator_find(enum class_id cls, bool create);

/*
 * For constructors: the fields that the client may set, checked and of their
 * types; the caller's.  NULL: q has failed.
 */
struct value *creator_fields(struct request *q);

/* The record that a field of them leads to; NULL: HANDLE_INVALID. */
struct record *creator_ref(struct request *q, const struct value *fields,
    enum field_id f);

#endif
