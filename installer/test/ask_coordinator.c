/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "tui/coordinator.h"

/* usage: ask_coordinator ADDRESS FINGERPRINT [USER PASSWORD]
 * What the installer's pool screen asks; prints the verdict and its text. */
int
main(int argc, char *argv[])
{
	struct coordinator c = { 0 };
	struct err e = { 0 };
	int rc;

	if (argc != 3 && argc != 5) {
		fputs("usage: ask_coordinator ADDRESS FINGERPRINT [USER "
		    "PASSWORD]\n", stderr);
		return 2;
	}
	c.address = argv[1];
	c.fingerprint = argv[2];
	c.user = argc == 5 ? argv[3] : NULL;
	c.password = argc == 5 ? argv[4] : NULL;
	rc = coordinator_ask(&c, &e);
	printf("%s: %s\n", rc == 0 ? "good" : rc == 1 ? "absent" : "refused",
	    e.text);
	return 0;
}
