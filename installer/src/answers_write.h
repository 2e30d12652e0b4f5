/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ANSWERS_WRITE_H
#define INSTALLER_ANSWERS_WRITE_H

#include "answers.h"
#include "buf.h"

/*
 * The answers as an answer file: parsing it gives the same answers again.
 * Secrets are in it as they are in the answers.
 */
void answers_write(const struct answers *a, struct buf *to);

#endif
