/* SPDX-License-Identifier: ISC */
#ifndef TUI_CONSOLES_H
#define TUI_CONSOLES_H

#include "session.h"
#include "tui.h"

/*
 * The person's installer on every console of the kernel at once (and on those
 * that come later, by tui_here()): the first one where a key is pressed has
 * it, the others wait.
 */
enum tui_end tui_consoles(const struct options *o, struct ui *ui);

/* On standard input and output; the type of terminal is TERM's. */
enum tui_end tui_here(const struct options *o, struct err *e);

#endif
