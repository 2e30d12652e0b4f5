/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_TEST_GOLDEN_H
#define INSTALLER_TEST_GOLDEN_H

#include "answers.h"
#include "buf.h"

/*
 * Fail unless the file `ok' holds exactly this text.  With UPDATE=1 in the
 * environment it is written instead, to be reviewed in the diff.
 */
void golden_check(const char *ok, const struct buf *text);

/* Read a whole file; fail when that is not possible.  The caller frees it. */
char *golden_read(const char *path, size_t *len_r);

#endif
