/* SPDX-License-Identifier: ISC */
#include <poll.h>

#include "full.h"

#define ESC 27

/*
 * What terminals send whatever their type's entry says: a serial line's vt100
 * is a program that knows more keys than a vt100 had.
 */
static const struct {
	const char *sent;
	int key;
} more_keys[] = {
	{ "\033[A", KEY_UP }, { "\033OA", KEY_UP },
	{ "\033[B", KEY_DOWN }, { "\033OB", KEY_DOWN },
	{ "\033[C", KEY_RIGHT }, { "\033OC", KEY_RIGHT },
	{ "\033[D", KEY_LEFT }, { "\033OD", KEY_LEFT },
	{ "\033[Z", KEY_BTAB }, { "\033[3~", KEY_DC },
	{ "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
	{ "\033OP", KEY_F(1) }, { "\033[11~", KEY_F(1) },
	{ "\033[[A", KEY_F(1) }, { "\033[M", KEY_F(1) },
	{ "\033OQ", KEY_F(2) }, { "\033[12~", KEY_F(2) },
	{ "\033[[B", KEY_F(2) }, { "\033[N", KEY_F(2) },
	{ "\0331", KEY_F(1) }, { "\0332", KEY_F(2) },
};

void
full_add_keys(void)
{
	for (size_t i = 0; i < sizeof(more_keys) / sizeof(more_keys[0]); i++)
		define_key(more_keys[i].sent, more_keys[i].key);
}

/* Esc alone, or of a key that nobody knows: that one is no key. */
static int
lone_escape(void)
{
	int c;

	timeout(20);
	c = getch();
	if (c == ERR)
		return ESC;
	while (c != ERR)
		c = getch();
	return KEY_MAX;
}

int
full_key(struct full *f, bool *lost_r)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };
	int c;

	*lost_r = false;
	timeout(1000);
	c = getch();
	if (c == ESC)
		return lone_escape();
	if (c != ERR || poll(&p, 1, 0) <= 0)
		return c;
	timeout(0);
	c = getch();
	*lost_r = c == ERR;	/* there is something, and nothing came */
	return c;
}
