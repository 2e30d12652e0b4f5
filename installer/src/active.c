/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "active.h"
#include "gpt_raw.h"

static unsigned int
marked(const struct gpt_raw *t)
{
	unsigned int found = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		if ((t->entries[i * t->each + GPT_E_ATTRIBUTES] &
		    GPT_LEGACY_BOOT) == 0)
			continue;
		if (found != 0)
			return 0;
		found = i + 1;
	}
	return found;
}

int
active_get(const char *node, unsigned int *nr_r, struct err *e)
{
	struct gpt_raw t = { .fd = -1 };
	int rc;

	*nr_r = 0;
	rc = gpt_raw_open(node, O_RDONLY, &t, e);
	if (rc == 0)
		*nr_r = marked(&t);
	gpt_raw_close(&t);
	return rc == -1 ? err_in(e, "%s", node) : 0;
}

int
active_set(const char *node, unsigned int nr, struct err *e)
{
	struct gpt_raw t = { .fd = -1 };
	unsigned char *flags;
	int rc;

	rc = gpt_raw_open(node, O_RDWR, &t, e);
	if (rc == 0 && (nr == 0 || nr > t.count))
		rc = err_set(e, "no partition %u", nr);
	if (rc == 0 && !gpt_raw_is_plain(&t))
		rc = err_set(e, "its partition tables are not at the disk's "
		    "ends, as ours are: was it copied from another disk?");
	for (uint32_t i = 0; rc == 0 && i < t.count; i++) {
		flags = t.entries + i * t.each + GPT_E_ATTRIBUTES;
		*flags = (unsigned char)((*flags & ~GPT_LEGACY_BOOT) |
		    (i + 1 == nr ? GPT_LEGACY_BOOT : 0));
	}
	if (rc == 0)
		rc = gpt_raw_write(&t, e);
	gpt_raw_close(&t);
	return rc == -1 ? err_in(e, "%s", node) : 0;
}
