/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text.h"

struct text *
text_start(struct text *t, const char *s)
{
	t->len = 0;
	t->s[0] = '\0';
	return text_add(t, s);
}

static void
add_char(struct text *t, char c)
{
	if (t->len + 1 >= sizeof(t->s))
		return;
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

struct text *
text_add(struct text *t, const char *s)
{
	while (*s != '\0')
		add_char(t, *s++);
	return t;
}

static struct text *
add_base(struct text *t, uint64_t n, unsigned int base, unsigned int least)
{
	char digits[20];
	unsigned int i = 0;

	do {
		digits[i++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n != 0 || i < least);
	while (i > 0)
		add_char(t, digits[--i]);
	return t;
}

struct text *
text_num(struct text *t, uint64_t n)
{
	return add_base(t, n, 10, 1);
}

struct text *
text_hex(struct text *t, uint64_t n)
{
	return add_base(t, n, 16, 1);
}

struct text *
text_ip(struct text *t, const uint8_t ip[4])
{
	for (int i = 0; i < 4; i++)
		add_base(text_add(t, i > 0 ? "." : ""), ip[i], 10, 1);
	return t;
}

struct text *
text_mac(struct text *t, const uint8_t mac[6])
{
	for (int i = 0; i < 6; i++)
		add_base(text_add(t, i > 0 ? ":" : ""), mac[i], 16, 2);
	return t;
}

uint64_t
text_read_num(const char *s, const char **end_r)
{
	uint64_t n = 0;

	while (*s >= '0' && *s <= '9')
		n = n * 10 + (uint64_t)(*s++ - '0');
	*end_r = s;
	return n;
}

bool
text_read_ip(const char *s, uint8_t ip[4])
{
	const char *end;
	uint64_t n;

	for (int i = 0; i < 4; i++) {
		n = text_read_num(s, &end);
		if (end == s || end - s > 3 || n > 255 ||
		    *end != (i < 3 ? '.' : '\0'))
			return false;
		ip[i] = (uint8_t)n;
		s = end + 1;
	}
	return true;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
text_read_mac(const char *s, uint8_t mac[6])
{
	int high, low;

	for (int i = 0; i < 6; i++, s += 3) {
		high = digit(s[0]);
		low = high == -1 ? -1 : digit(s[1]);
		if (low == -1 || s[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

bool
text_word(const char *line, const char *name, char *value, size_t size)
{
	size_t n = strlen(name), len;
	bool found = false;

	while (*line != '\0') {
		len = 0;
		while (line[len] != '\0' && line[len] != ' ')
			len++;
		if (len > n && memcmp(line, name, n) == 0 && line[n] == '=') {
			found = len - n - 1 < size;
			if (found) {
				memcpy(value, line + n + 1, len - n - 1);
				value[len - n - 1] = '\0';
			}
		}
		line += len;
		while (*line == ' ')
			line++;
	}
	return found;
}
