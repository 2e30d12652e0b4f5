/* SPDX-License-Identifier: ISC */
#ifndef PROBE_TEXT_H
#define PROBE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text in fixed room, and what is read from it.  Nothing here needs Xen. */
struct text {
	char s[256];
	size_t len;		/* what does not fit is cut off */
};

struct text *text_start(struct text *t, const char *s);
struct text *text_add(struct text *t, const char *s);
struct text *text_num(struct text *t, uint64_t n);
struct text *text_hex(struct text *t, uint64_t n);
struct text *text_ip(struct text *t, const uint8_t ip[4]);
struct text *text_mac(struct text *t, const uint8_t mac[6]);

/* Decimal digits at the start of s; the end is stored in *end_r. */
uint64_t text_read_num(const char *s, const char **end_r);

/* false: not an address, whole and with nothing behind it. */
bool text_read_ip(const char *s, uint8_t ip[4]);
bool text_read_mac(const char *s, uint8_t mac[6]);

/*
 * The value of the word "name=value" on a command line, in `value'; the last
 * such word counts.  false: there is none, or it does not fit.
 */
bool text_word(const char *line, const char *name, char *value, size_t size);

#endif
