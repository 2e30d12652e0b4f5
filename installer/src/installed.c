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

static int
to_buf(void *arg, const void *data, size_t len, struct err *e)
{
	struct buf *b = arg;

	buf_add(b, data, len);
	return buf_ok(b, e);
}

static bool
slot_is_whole(const char *node, uint64_t offset)
{
	struct fat_file file;
	struct fat *slot = NULL;
	struct buf list = { 0 };
	bool whole = false;
	struct err e;
	int fd;

	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	if (fat_open(fd, offset, &slot, &e) == 0 &&
	    fat_find(slot, "SHA256SUMS", &file, &e) == 0 &&
	    file.size < 65536 &&
	    fat_read(slot, &file, to_buf, &list, &e) == 0)
		whole = list_holds(slot, buf_str(&list));
	buf_free(&list);
	fat_close(slot);
	close(fd);
	return whole;
}

/*
 * A disk that cannot be read as ours is simply not installed: only looking
 * at it at all may fail.
 */
int
installed_check(const struct disk *d, const char *sha256, bool *is_r,
    struct err *e)
{
	struct ext_place p = { .node = d->node };
	uint64_t start, size;
	struct err damaged;
	bool state, a, b;
	char *has = NULL;

	*is_r = false;
	if (gpt_find(d->node, part_kinds[PART_STATE].label, &p.offset,
	    &p.size, &state, e) == -1)
		return -1;
	if (!state || ext_read(&p, "install/answers.sha256", 4096, &has, NULL,
	    &damaged) == -1)
		return 0;
	has[strcspn(has, "\n")] = '\0';
	if (strcmp(has, sha256) == 0) {
		/* An update may have left either slot as the good one. */
		if (gpt_find(d->node, part_kinds[PART_SLOT_A].label, &start,
		    &size, &a, e) == 0 && a)
			*is_r = slot_is_whole(d->node, start);
		if (!*is_r && gpt_find(d->node, part_kinds[PART_SLOT_B].label,
		    &start, &size, &b, e) == 0 && b)
			*is_r = slot_is_whole(d->node, start);
	}
	free(has);
	return 0;
}
