/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codes.h"
#include "fetch_part.h"

int
fetch_part_ask(CURL *c, struct fetch_part *p, uint64_t have, struct err *e)
{
	const char *is = p->etag[0] != '\0' ? p->etag : p->modified;
	char range[32], line[300];

	fetch_part_free(p);
	p->from = have;
	curl_easy_setopt(c, CURLOPT_RANGE, NULL);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
	if (have == 0)
		return 0;
	/* not CURLOPT_RESUME_FROM: for that a whole file is an error */
	snprintf(range, sizeof(range), "%" PRIu64 "-", have);
	curl_easy_setopt(c, CURLOPT_RANGE, range);
	if (is[0] == '\0')
		return 0;
	snprintf(line, sizeof(line), "If-Range: %s", is);
	p->headers = curl_slist_append(NULL, line);
	if (p->headers == NULL) {
		err_set(e, "libcurl: out of memory");
		return err_code(e, DI_MEMORY);
	}
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, p->headers);
	return 0;
}

/* A header's value without blanks around it; false: it is another's. */
static bool
value_of(const char *line, size_t n, const char *name, char *to, size_t size)
{
	size_t len = strlen(name);

	if (n < len || strncasecmp(line, name, len) != 0)
		return false;
	line += len, n -= len;
	while (n > 0 && (*line == ' ' || *line == '\t'))
		line++, n--;
	while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
		n--;
	/* cut short it would be another's */
	snprintf(to, size, "%.*s", n < size ? (int)n : 0, line);
	return true;
}

/* An answer begins: also one that leads elsewhere, before that one's. */
static void
begin(struct fetch_part *p, const char *line)
{
	const char *blank = strchr(line, ' ');

	p->status = blank != NULL ? strtol(blank, NULL, 10) : 0;
	p->known = false;
	if (p->status != 200)
		return;
	p->etag[0] = p->modified[0] = '\0';
	p->whole = 0;
}

size_t
fetch_part_header(char *line, size_t one, size_t n, void *part)
{
	struct fetch_part *p = part;
	char text[320], value[256];

	(void)one;		/* is 1 */
	snprintf(text, sizeof(text), "%.*s", n < sizeof(text) ? (int)n : 0,
	    line);
	if (strncmp(text, "HTTP/", 5) == 0)
		begin(p, text);
	else if (value_of(text, strlen(text), "Content-Range:", value,
	    sizeof(value)))
		p->known = sscanf(value, "bytes %" SCNu64 "-%*u/%" SCNu64,
		    &p->got_from, &p->got_whole) == 2;
	else if (p->status != 200)
		;
	else if (value_of(text, strlen(text), "ETag:", value, sizeof(value)))
		/* RFC 9110, 13.1.5: not a weak one */
		snprintf(p->etag, sizeof(p->etag), "%s",
		    value[0] == '"' ? value : "");
	else if (value_of(text, strlen(text), "Last-Modified:", value,
	    sizeof(p->modified)))
		snprintf(p->modified, sizeof(p->modified), "%.63s", value);
	else if (value_of(text, strlen(text), "Content-Length:", value,
	    sizeof(value)))
		p->whole = strtoull(value, NULL, 10);
	return n;
}

int
fetch_part_place(struct fetch_part *p, uint64_t *at_r, struct err *e)
{
	*at_r = 0;
	if (p->status != 206)
		return 0;
	if (p->from > 0 && p->known && p->got_from == p->from &&
	    (p->whole == 0 || p->whole == p->got_whole)) {
		*at_r = p->from;
		return 0;
	}
	p->etag[0] = p->modified[0] = '\0';
	err_set(e, "the server sends another part than was asked for");
	return err_code(e, DI_SERVER);
}

void
fetch_part_free(struct fetch_part *p)
{
	curl_slist_free_all(p->headers);
	p->headers = NULL;
}
