/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "address.h"

static int
port(const char *text, unsigned int *port_r, struct err *e)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n == 0 || n > 65535)
		return err_set(e, "%.100s: not a port", text);
	if (port_r != NULL)
		*port_r = (unsigned int)n;
	return 0;
}

int
address_split(const char *address, char *host, size_t size,
    unsigned int *port_r, struct err *e)
{
	const char *from = address, *colon = strchr(address, ':'), *end;
	size_t len;

	if (port_r != NULL)
		*port_r = 0;
	if (*address == '[') {
		from++;
		end = strchr(address, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return err_set(e, "%.200s: not a host", address);
		len = (size_t)(end - from);
		colon = end[1] == ':' ? end + 1 : NULL;
	} else {
		if (colon != NULL && strchr(colon + 1, ':') != NULL)
			colon = NULL;	/* all of it is a v6 address */
		len = colon != NULL ? (size_t)(colon - from) : strlen(from);
	}
	if (len == 0 || len >= size)
		return err_set(e, "%.200s: not a host", address);
	memcpy(host, from, len);
	host[len] = '\0';
	return colon != NULL ? port(colon + 1, port_r, e) : 0;
}
