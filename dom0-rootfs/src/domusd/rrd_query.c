/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rrd_text.h"
#include "value.h"

static int
integer(const char *s, int64_t *to)
{
	char *end;
	double f;

	errno = 0;
	*to = strtoll(s, &end, 10);
	if (errno == 0 && end != s && *end == '\0')
		return 0;
	/* some clients send seconds with a fraction */
	f = strtod(s, &end);
	if (end == s || *end != '\0' || !(fabs(f) < 1e15))
		return -1;
	*to = (int64_t)f;
	return 0;
}

static bool
truth(const char *s)
{
	return s != NULL && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
}

int
rrd_query(const struct value *query, struct rrd_query *to,
    const char **name_r)
{
	const char *start = value_get_str(query, "start");
	const char *interval = value_get_str(query, "interval");
	const char *vm = value_get_str(query, "vm_uuid");
	const char *cf = value_get_str(query, "cf");

	*to = (struct rrd_query){ .vm = vm != NULL ? vm : "",
	    .host = truth(value_get_str(query, "host")),
	    .json = truth(value_get_str(query, "json")) };
	*name_r = "start";
	if (start != NULL && integer(start, &to->start) == -1)
		return -1;
	*name_r = "interval";
	if (interval != NULL && (integer(interval, &to->interval) == -1 ||
	    to->interval < 0))
		return -1;
	*name_r = "cf";
	return cf == NULL || strcmp(cf, "AVERAGE") == 0 ? 0 : -1;
}
