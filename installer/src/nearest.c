/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "check.h"

/* Levenshtein's distance; names here are short. */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int row[64], old, up;
	size_t n = strlen(b), i, j;

	if (n >= 64 || strlen(a) >= 64)
		return 64;
	for (j = 0; j <= n; j++)
		row[j] = (unsigned int)j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		old = row[0];
		row[0] = (unsigned int)i;
		for (j = 1; j <= n; j++) {
			up = row[j];
			if (a[i - 1] != b[j - 1])
				old++;
			if (up + 1 < old)
				old = up + 1;
			if (row[j - 1] + 1 < old)
				old = row[j - 1] + 1;
			row[j] = old;
			old = up;
		}
	}
	return row[n];
}

void
nearest_try(struct nearest *n, const char *candidate)
{
	unsigned int d = distance(n->wanted, candidate);
	size_t len = strlen(n->wanted);

	/* A word inside the other is near, too: interface, admin-interface */
	if (len >= 5 && strstr(candidate, n->wanted) != NULL && d > 3)
		d = 3;
	if (d > 1 + len / 3)
		return;
	if (n->best == NULL || d < n->distance) {
		n->best = candidate;
		n->distance = d;
	}
}
