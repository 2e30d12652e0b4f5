/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <vterm.h>

#include "console_rfb.h"
#include "console_term.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* X11/keysymdef.h */
#define XK_PAGE_UP 0xff55
#define XK_PAGE_DOWN 0xff56
#define XK_F1 0xffbe
#define XK_F12 0xffc9
#define XK_KP_0 0xffb0
#define UNICODE 0x01000000

static const struct {
	uint32_t keysym;
	unsigned int modifier;
} modifiers[] = {
	{ 0xffe1, VTERM_MOD_SHIFT }, { 0xffe2, VTERM_MOD_SHIFT },
	{ 0xffe3, VTERM_MOD_CTRL }, { 0xffe4, VTERM_MOD_CTRL },
	{ 0xffe7, VTERM_MOD_ALT }, { 0xffe8, VTERM_MOD_ALT },
	{ 0xffe9, VTERM_MOD_ALT }, { 0xffea, VTERM_MOD_ALT },
};

static const struct {
	uint32_t keysym;
	VTermKey key;
} keys[] = {
	{ 0xff08, VTERM_KEY_BACKSPACE }, { 0xff09, VTERM_KEY_TAB },
	{ 0xff0d, VTERM_KEY_ENTER }, { 0xff1b, VTERM_KEY_ESCAPE },
	{ 0xff50, VTERM_KEY_HOME }, { 0xff51, VTERM_KEY_LEFT },
	{ 0xff52, VTERM_KEY_UP }, { 0xff53, VTERM_KEY_RIGHT },
	{ 0xff54, VTERM_KEY_DOWN }, { XK_PAGE_UP, VTERM_KEY_PAGEUP },
	{ XK_PAGE_DOWN, VTERM_KEY_PAGEDOWN }, { 0xff57, VTERM_KEY_END },
	{ 0xff63, VTERM_KEY_INS }, { 0xffff, VTERM_KEY_DEL },
	{ 0xfe20, VTERM_KEY_TAB },	/* shift's own name for it */
	/* the keypad, without and with Num Lock */
	{ 0xff95, VTERM_KEY_HOME }, { 0xff96, VTERM_KEY_LEFT },
	{ 0xff97, VTERM_KEY_UP }, { 0xff98, VTERM_KEY_RIGHT },
	{ 0xff99, VTERM_KEY_DOWN }, { 0xff9a, VTERM_KEY_PAGEUP },
	{ 0xff9b, VTERM_KEY_PAGEDOWN }, { 0xff9c, VTERM_KEY_END },
	{ 0xff9e, VTERM_KEY_INS }, { 0xff9f, VTERM_KEY_DEL },
	{ 0xff8d, VTERM_KEY_ENTER },
};

/* The keypad's signs, from 0xffaa on: as they are typed. */
static const char keypad[] = "*+,-./0123456789";

/* Look back (up) or towards the end, half a screen at a time. */
static void
look(struct rfb *r, bool up)
{
	uint64_t top = term_top(r->term), first = term_first(r->term);
	uint64_t at = r->back ? r->line : top, step = TERM_ROWS / 2;

	if (up)
		at = at - first > step ? at - step : first;
	else
		at = top - at > step ? at + step : top;
	r->back = at != top;
	r->line = at;
	memset(r->shown, 0, sizeof(r->shown));
}

static void
look_at_end(struct rfb *r)
{
	if (r->back)
		memset(r->shown, 0, sizeof(r->shown));
	r->back = false;
}

static void
type(struct rfb *r, uint32_t keysym)
{
	uint32_t ch = keysym;

	if (keysym >= UNICODE)
		ch = keysym - UNICODE;
	else if (keysym >= 0xffaa && keysym < 0xffaa + sizeof(keypad) - 1)
		ch = (unsigned char)keypad[keysym - 0xffaa];
	else if (keysym > 0xff)
		return;		/* a key that types nothing */
	if (ch < 0x20 || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000))
		return;
	look_at_end(r);
	term_type(r->term, ch, r->modifiers);
}

void
rfb_key(struct rfb *r, uint32_t keysym, bool down)
{
	for (size_t i = 0; i < COUNT(modifiers); i++)
		if (modifiers[i].keysym == keysym) {
			if (down)
				r->modifiers |= modifiers[i].modifier;
			else
				r->modifiers &= ~modifiers[i].modifier;
			return;
		}
	if (!down)
		return;
	if ((r->modifiers & VTERM_MOD_SHIFT) != 0 &&
	    (keysym == XK_PAGE_UP || keysym == XK_PAGE_DOWN)) {
		look(r, keysym == XK_PAGE_UP);
		return;
	}
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].keysym == keysym) {
			look_at_end(r);
			term_key(r->term, keys[i].key, r->modifiers);
			return;
		}
	if (keysym >= XK_F1 && keysym <= XK_F12) {
		look_at_end(r);
		term_key(r->term, (unsigned int)VTERM_KEY_FUNCTION(keysym -
		    XK_F1 + 1), r->modifiers);
		return;
	}
	type(r, keysym);
}
