/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <string.h>

#include "guess.h"

#define LONGEST_LOCK_MS 60000
#define FORGIVEN_MS (10 * 60 * 1000)

/* Failures that cost nothing, then a wait that doubles each time. */
static const struct level {
	unsigned int bytes4, bytes6;	/* of the address that count */
	int free;
} levels[] = {
	{ 4, 8, 5 },
	{ 3, 6, 50 },
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))
enum { ADDRESS, NETWORK };

/* A peer that has no address is somebody all the same. */
static void
name(const char *peer, const struct level *level, unsigned char who[17])
{
	unsigned char a[16];

	memset(who, 0, 17);
	if (inet_pton(AF_INET, peer, a) == 1) {
		who[0] = 4;
		memcpy(who + 1, a, level->bytes4);
	} else if (inet_pton(AF_INET6, peer, a) == 1) {
		who[0] = 6;
		memcpy(who + 1, a, level->bytes6);
	}
}

static bool
forgiven(const struct guesser *x, int64_t now)
{
	return x->failures == 0 || now - x->last > FORGIVEN_MS;
}

/* The one who is meant, or a free place with his name; or all the rest. */
static struct guesser *
find(struct guesses *g, size_t i, const char *peer, int64_t now)
{
	struct guesser *all = i == ADDRESS ? g->addresses : g->networks;
	size_t n = i == ADDRESS ? GUESS_ADDRESSES : GUESS_NETWORKS;
	struct guesser *x, *room = NULL;
	unsigned char who[17];

	name(peer, &levels[i], who);
	for (x = all; x < all + n; x++) {
		if (forgiven(x, now))
			room = x;
		else if (memcmp(x->who, who, sizeof(who)) == 0)
			return x;
	}
	if (room == NULL) {
		room = &g->rest[i];
		if (forgiven(room, now))
			room->failures = 0;
		return room;
	}
	*room = (struct guesser){ .last = now };
	memcpy(room->who, who, sizeof(who));
	return room;
}

static bool
must_wait(const struct guesser *x, int unpunished, int64_t now)
{
	int more = x->failures - unpunished;

	if (more < 0)
		return false;
	return now - x->last <
	    (more >= 6 ? LONGEST_LOCK_MS : INT64_C(1000) << more);
}

bool
guess_locked(struct guesses *g, const char *peer, int64_t now)
{
	const struct guesser *x;

	for (size_t i = 0; i < LEVELS; i++) {
		x = find(g, i, peer, now);
		if (must_wait(x, x == &g->rest[i] ? levels[NETWORK].free :
		    levels[i].free, now))
			return true;
	}
	return false;
}

static void
count(struct guesser *x, int64_t now)
{
	x->failures++;
	x->last = now;
}

/* One address that fails for ever must not lock out its whole network. */
void
guess_wrong(struct guesses *g, const char *peer, int64_t now)
{
	struct guesser *x = find(g, ADDRESS, peer, now);
	bool more = x == &g->rest[ADDRESS] ||
	    x->failures < levels[ADDRESS].free;

	count(x, now);
	if (more)
		count(find(g, NETWORK, peer, now), now);
}

void
guess_right(struct guesses *g, const char *peer, int64_t now)
{
	struct guesser *x = find(g, ADDRESS, peer, now);

	if (x != &g->rest[ADDRESS])
		x->failures = 0;
}
