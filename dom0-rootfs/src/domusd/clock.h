/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CLOCK_H
#define DOMUSD_CLOCK_H

struct core;

/*
 * A clock that is set.  Sessions and tokens end some time after something has
 * happened, and the database holds that as time of day; when a time server
 * sets the clock, those times are moved along, so that an hour stays an hour.
 * What is older than this process is not: nobody knows what the clock was.
 */

/* Has it been set since the last look?  Called in each turn. */
void clock_look(struct core *core);

/* A token was made just now; its note's key. */
void clock_token_made(struct core *core, const char *key);

#endif
