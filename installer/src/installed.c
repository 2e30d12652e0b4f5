/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ext.h"
#include "fat.h"
#include "install.h"

/* Each file of the slot's own list against its sum. */
static bool
list_holds(struct fat *slot, const char *list)
{
	char want[HASH_HEX], name[64], hex[HASH_HEX];
	unsigned int n = 0;
	struct err e;

	for (; *list != '\0'; list += strcspn(list, "\n"),
	    list += *list == '\n', n++)
		if (sscanf(list, "%64[0-9a-f]  %63[^\n]", want, name) != 2 ||
		    fat_hash(slot, name, hex, &e) == -1 ||
		    strcmp(hex, want) != 0)
			return false;
	return n > 0;
}

static bool
slot_is_whole(const char *node, uint64_t offset)
{
	struct fat *slot = NULL;
	struct buf list = { 0 };
	bool whole = false;
	struct err e;
	int fd;

	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fat_open(fd, offset, &slot, &e) == 0 &&
	    fat_text(slot, "SHA256SUMS", &list, &e) == 0)
		whole = list_holds(slot, buf_str(&list));
	buf_free(&list);
	fat_close(slot);
	close(fd);
	return whole;
}

/* The first slot that is whole: an update may have left either as the good
 * one. */
static int
find_whole(const struct disk *d, struct installed *in, struct err *e)
{
	static const enum part slots[] = { PART_SLOT_A, PART_SLOT_B };
	uint64_t start, size;
	const char *label;
	bool there;

	for (int i = 0; i < 2 && !in->is; i++) {
		label = part_kinds[slots[i]].label;
		if (gpt_find(d->node, label, &start, &size, &there, e) == -1)
			return -1;
		in->is = there && slot_is_whole(d->node, start);
		if (in->is && gpt_uuid(d->node, label, in->slot, e) == -1)
			return -1;
	}
	return 0;
}

/*
 * A disk that cannot be read as ours is simply not installed: only looking
 * at it at all may fail.
 */
int
installed_check(const struct disk *d, const char *sha256,
    struct installed *installed_r, struct err *e)
{
	const char *label = part_kinds[PART_STATE].label;
	struct ext_place p = { .node = d->node };
	struct err damaged;
	char *has = NULL;
	bool state;
	int rc = 0;

	*installed_r = (struct installed){ 0 };
	if (gpt_find(d->node, label, &p.offset, &p.size, &state, e) == -1)
		return -1;
	if (!state || ext_read(&p, "install/answers.sha256", 4096, &has, NULL,
	    &damaged) == -1)
		return 0;
	has[strcspn(has, "\n")] = '\0';
	if (strcmp(has, sha256) == 0 &&
	    (gpt_uuid(d->node, label, installed_r->state, e) == -1 ||
	    find_whole(d, installed_r, e) == -1))
		rc = -1;
	free(has);
	return rc;
}
