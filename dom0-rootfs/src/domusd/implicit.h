/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_IMPLICIT_H
#define DOMUSD_IMPLICIT_H

#include "request.h"

/* Bodies of implicit messages, for explicit ones that do no more. */
int implicit_get_record(struct request *q);
int implicit_get_all(struct request *q);
int implicit_get_all_records(struct request *q);
int implicit_get_all_records_where(struct request *q);
int implicit_get_by_uuid(struct request *q);
int implicit_set(struct request *q);
int implicit_add_to(struct request *q);
int implicit_remove_from(struct request *q);
int implicit_add(struct request *q);
int implicit_remove(struct request *q);

/* An explicit message that only changes the field in its name. */
int implicit_plain(struct request *q);

#endif
