/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_HIDE_H
#define INSTALLER_HIDE_H

#include <stddef.h>

/*
 * An address as it may be shown and logged: without the user's name and
 * password that stand before its "@".  The text itself when it has none, else
 * `to', cut to size.
 */
const char *hide_login(const char *text, char *to, size_t size);

#endif
