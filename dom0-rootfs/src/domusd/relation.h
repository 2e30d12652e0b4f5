/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RELATION_H
#define DOMUSD_RELATION_H

#include <stddef.h>

#include "model.h"

/*
 * Back references: the set `many' of a record holds every record whose `one'
 * refers to it.
 */
struct relation {
	enum field_id many, one;
};

extern const struct relation relations[];
extern const size_t nrelations;

/* The relation whose `one' this is, or NULL. */
const struct relation *relation_of(enum field_id one);

/* The relation whose `many' this is, or NULL. */
const struct relation *relation_to(enum field_id many);

#endif
