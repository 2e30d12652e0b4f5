/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_THEIRS_H
#define INSTALLER_THEIRS_H

#include <stddef.h>

#include "findings.h"

/*
 * Add a note to f for everything in a file for XenServer or XCP-ng that means
 * something else to Domus.  What is wrong with the file is not said.
 */
void theirs_notes(const char *text, size_t len, struct findings *f);

#endif
