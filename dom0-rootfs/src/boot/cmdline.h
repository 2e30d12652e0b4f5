/* SPDX-License-Identifier: ISC */
#ifndef BOOT_CMDLINE_H
#define BOOT_CMDLINE_H

#include <stdbool.h>

#include "err.h"
#include "uuid.h"

/*
 * What the kernel's command line says to dom0:
 *
 *	domus.mode=install|host|rescue	host when absent
 *	domus.state=PARTUUID		which state partition, if several
 *	domus.show=enrolment		a rescue system says how keys are enrolled
 *	answerfile=URL			only its scheme matters here
 *
 * Words of others are left alone.
 */
enum mode { MODE_HOST, MODE_INSTALL, MODE_RESCUE };

struct cmdline {
	enum mode mode;
	char state[40];		/* a partition's UUID, or "" */
	bool answers_by_net;	/* answerfile= or such is no file here */
	bool show_enrolment;
};

/* An unknown mode or a UUID that is none is an error; the rest is read. */
int cmdline_parse(const char *text, struct cmdline *c, struct err *e);

/*
 * The same of /proc/cmdline.  A machine that the installer found installed
 * already has gone on as a host: MODE_FILE then says so and wins.
 */
#define MODE_FILE "/run/domus/mode"
int cmdline_read(struct cmdline *c, struct err *e);

const char *mode_name(enum mode mode);

#endif
