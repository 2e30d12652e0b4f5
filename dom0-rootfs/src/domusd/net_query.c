/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "net_query.h"

bool
query_path_is(const char *url, const char *path)
{
	size_t len = strcspn(url, "?#");

	return len == strlen(path) && memcmp(url, path, len) == 0;
}

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

static bool
decode(const char *s, size_t len, char *to, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%') {
			if (len - i < 3 || hex(s[i + 1]) < 0 ||
			    hex(s[i + 2]) < 0)
				return false;
			c = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		}
		if (c == '\0' || n + 1 >= size)
			return false;
		to[n++] = c;
	}
	to[n] = '\0';
	return true;
}

bool
query_get(const char *url, const char *name, char *to, size_t size)
{
	const char *s = url + strcspn(url, "?#");
	size_t len = strlen(name), part;

	while (*s == '?' || *s == '&') {
		s++;
		part = strcspn(s, "&#");
		if (part > len && s[len] == '=' && strncmp(s, name, len) == 0)
			return decode(s + len + 1, part - len - 1, to, size);
		s += part;
	}
	return false;
}

bool
query_cookie(const char *header, const char *name, char *to, size_t size)
{
	size_t len = strlen(name), part;

	for (const char *s = header; *s != '\0';) {
		s += strspn(s, "; \t");
		part = strcspn(s, "; \t");
		if (part > len && s[len] == '=' && strncmp(s, name, len) == 0)
			return decode(s + len + 1, part - len - 1, to, size);
		s += part;
	}
	return false;
}

bool
query_lists(const char *header, const char *word)
{
	size_t len = strlen(word), part;

	for (const char *s = header; *s != '\0';) {
		s += strspn(s, ", \t");
		part = strcspn(s, ",; \t");
		if (part == len && strncasecmp(s, word, len) == 0)
			return true;
		s += strcspn(s, ",");
	}
	return false;
}
