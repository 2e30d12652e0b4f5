/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_CONFIRM_H
#define INSTALLER_CONFIRM_H

#include <stdbool.h>

struct ui;

/*
 * <ui-confirmation-prompt>: ask, where ui speaks, whether to go on, for as
 * long as it takes.  Only the word yes on a line is a yes; anything else, and
 * the end of input, is a no.  root: before /dev and /proc.
 */
bool confirm_ask(struct ui *ui, const char *root, const char *question);

#endif
