/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_GUESS_H
#define DOMUSD_GUESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Who guesses passwords.  Failed logins are counted twice: for the address
 * (of IPv6, for its /64, which one machine can have all of), and for the
 * network around it (/24; of IPv6 /48), which may fail more often and counts
 * only what is free for each address.  After its free failures each must wait,
 * twice as long each time, up to a minute; ten minutes without a failure are
 * forgiven.  When more guess than there is room for, those who find none share
 * one count, with the network's limit.
 *
 * `now' is core_ms().
 */
#define GUESS_ADDRESSES 256
#define GUESS_NETWORKS 64

struct guesser {
	unsigned char who[17];	/* family, and the part of the address */
	int failures;
	int64_t last;
};

struct guesses {
	struct guesser addresses[GUESS_ADDRESSES], networks[GUESS_NETWORKS];
	struct guesser rest[2];
};

/* Must this peer (a numeric address) wait? */
bool guess_locked(struct guesses *g, const char *peer, int64_t now);

/* It did not know the password; it did. */
void guess_wrong(struct guesses *g, const char *peer, int64_t now);
void guess_right(struct guesses *g, const char *peer, int64_t now);

#endif
