/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CREATOR_H
#define DOMUSD_CREATOR_H

#include "request.h"

/*
 * X.create(record) and X.destroy(self) of the classes whose objects are their
 * records and nothing more.  NULL: this class has none.
 */
method_fn *creator_find(enum class_id cls, bool create);

#endif
