/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SERVICE_H
#define BOOT_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmdline.h"

/*
 * Which services runsvdir(8) supervises: /etc/sv/NAME is linked into
 * /run/service when the mode and the facts say so.
 */
enum fact {
	FACT_XEN	= 1 << 0,	/* this is a dom0 */
	FACT_STATE	= 1 << 1,	/* state can be written, host.conf is
					   there */
	FACT_SSH	= 1 << 2,	/* host.conf wants it */
	FACT_NTP	= 1 << 3,
};

struct service {
	const char *name;
	unsigned int modes;	/* bits: 1 << enum mode */
	unsigned int needs;	/* all of these facts */
	bool last;		/* others need it while they stop */
};

extern const struct service services[];	/* in strcmp() order of name */
extern const size_t nservices;

bool service_wanted(const struct service *s, enum mode mode,
    unsigned int facts);

#define SERVICE_DIR "/run/service"

#endif
