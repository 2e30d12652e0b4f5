/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PUT_H
#define INSTALLER_PUT_H

#include "answers.h"
#include "buf.h"

/* Pieces of an answer file; what is not given (NULL, 0) prints nothing. */
void put_attr(struct buf *to, const char *name, const struct value *v);
void put_attr_text(struct buf *to, const char *name, const char *text);
void put_attr_number(struct buf *to, const char *name, unsigned int n);
void put_elem(struct buf *to, const char *indent, const char *name,
    const struct value *v);
void put_elems(struct buf *to, const char *name, const struct values *vs);

/* In the largest unit that holds it whole; size_parse() reads it back. */
void put_size(struct buf *to, uint64_t bytes);

/* put_disks.c: all that is about disks */
void put_disks(const struct answers *a, struct buf *to);

#endif
