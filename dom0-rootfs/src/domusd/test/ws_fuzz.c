/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net_query.h"
#include "net_ws.h"

/* Frames in one piece and byte by byte must come to the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
queries(const char *text)
{
	char to[16];

	query_get(text, "ref", to, sizeof(to));
	query_cookie(text, "ref", to, sizeof(to));
	query_lists(text, "binary");
	query_path_is(text, "/console");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ws one = { 0 }, two = { 0 };
	struct buf to[2] = { { 0 } }, reply[2] = { { 0 } };
	char *text = malloc(size + 1);
	int rc, rc2 = 0;

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	queries(text);
	rc = ws_feed(&one, text, size, &to[0], &reply[0]);
	for (size_t i = 0; i < size && rc2 == 0; i++)
		rc2 = ws_feed(&two, text + i, 1, &to[1], &reply[1]);
	if (rc != rc2 || to[0].len != to[1].len ||
	    reply[0].len != reply[1].len || (to[0].len > 0 &&
	    memcmp(to[0].data, to[1].data, to[0].len) != 0))
		abort();
	for (int i = 0; i < 2; i++) {
		buf_free(&to[i]);
		buf_free(&reply[i]);
	}
	free(text);
	return 0;
}
