/* SPDX-License-Identifier: ISC */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "session.h"

struct front;

/*
 * The installer for a person: asks on a terminal what an answer file would
 * say, shows the plan, installs, and lets a failure be tried again.
 */
enum tui_end {
	TUI_REBOOT, TUI_POWEROFF,
	TUI_SHELL,		/* whoever sat there wants a prompt */
	TUI_LOST,		/* the terminal is gone; nothing goes on */
	TUI_TAKEN,		/* another terminal was used first */
};

enum tui_end tui_run(const struct options *o, struct front *front);

#endif
