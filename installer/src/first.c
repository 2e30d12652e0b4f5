/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codes.h"
#include "fat_volume.h"
#include "first.h"
#include "gpt_raw.h"
#include "stub.h"

/* Open the table and be sure that the entry is the one that was planned. */
static int
open_kept(const struct plan_disk *pd, int flags, struct gpt_raw *t,
    struct err *e)
{
	const struct holding *h = pd->first;
	const char *why = NULL;
	uint64_t start, end;

	if (gpt_raw_open(pd->disk->node, flags, t, e) == -1)
		return err_in(e, "%s", pd->disk->node);
	start = le64(t->entries + GPT_E_START) * t->sector;
	end = (le64(t->entries + GPT_E_END) + 1) * t->sector;
	if (t->sector != pd->disk->logical)
		why = "it counts in other sectors than the disk's";
	else if (!gpt_raw_is_plain(t))
		why = "its tables are not at the disk's ends, as ours are: "
		    "was it copied from another disk?";
	else if (t->count <= PART_COUNT)
		why = "it has room for too few partitions";
	else if (start != h->start || end != h->start + h->size)
		why = "partition 1 is elsewhere than planned";
	else if (start < 2 * t->sector + t->size)
		why = "partition 1 lies in the table";
	if (why == NULL)
		return 0;
	err_set(e, "%s: partition 1 cannot be kept: %s", pd->disk->node, why);
	return err_code(e, DI_CHANGED);
}

int
first_check(const struct plan_disk *pd, struct err *e)
{
	struct gpt_raw t = { .fd = -1 };
	int rc = open_kept(pd, O_RDONLY, &t, e);

	gpt_raw_close(&t);
	return rc;
}

/* The stub as boot code, and the protective MBR: UEFI 2.10, 5.2.3. */
static int
write_first_sector(const struct gpt_raw *t, struct err *e)
{
	unsigned char sector[GPT_SECTOR_MAX] = { 0 }, *entry = sector + 446;
	uint64_t rest = t->sectors - 1;

	memcpy(sector, stub_code, STUB_SIZE);
	memcpy(entry, "\0\0\2\0\xee\xff\xff\xff", 8);
	le32_put(entry + 8, 1);
	le32_put(entry + 12, rest > UINT32_MAX ? UINT32_MAX : (uint32_t)rest);
	sector[510] = 0x55;
	sector[511] = 0xaa;
	if (fat_pwrite(t->fd, sector, t->sector, 0, e) == -1)
		return -1;
	return fsync(t->fd) == -1 ? err_sys(e, "sync") : 0;
}

int
first_only(const struct plan_disk *pd, uint64_t *head_r, uint64_t *tail_r,
    struct err *e)
{
	struct gpt_raw t = { .fd = -1 };
	int rc = open_kept(pd, O_RDWR, &t, e);

	if (rc == 0) {
		memset(t.entries + t.each, 0, t.size - t.each);
		t.entries[GPT_E_ATTRIBUTES] &= (unsigned char)~GPT_LEGACY_BOOT;
		if (write_first_sector(&t, e) == -1 ||
		    gpt_raw_write(&t, e) == -1)
			rc = err_in(e, "%s", pd->disk->node);
		*head_r = 2 * t.sector + t.size;
		*tail_r = (t.sectors - 1) * t.sector - t.size;
	}
	gpt_raw_close(&t);
	return rc;
}

/* A GUID's first three numbers are little-endian: UEFI 2.10, Appendix A. */
static int
put_guid(unsigned char *to, const char *text, struct err *e)
{
	static const int order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12,
		13, 14, 15 };
	unsigned int v;

	for (int i = 0; i < 16; i++) {
		text += *text == '-';
		if (sscanf(text, "%2x", &v) != 1)
			return err_set(e, "%s: not a GUID", text);
		to[order[i]] = (unsigned char)v;
		text += 2;
	}
	return 0;
}

static int
put_entry(unsigned char *to, const struct plan_part *pp, const char *uuid,
    uint32_t sector, struct err *e)
{
	const struct part_kind *kind = &part_kinds[pp->kind];

	if (put_guid(to + GPT_E_TYPE, plan_part_type(pp), e) == -1 ||
	    put_guid(to + GPT_E_UUID, uuid, e) == -1)
		return -1;
	le64_put(to + GPT_E_START, pp->start / sector);
	le64_put(to + GPT_E_END, (pp->start + pp->size) / sector - 1);
	to[GPT_E_ATTRIBUTES] = kind->boots ? GPT_LEGACY_BOOT : 0;
	for (int i = 0; kind->label[i] != '\0' && i < GPT_E_NAME_CHARS; i++)
		to[GPT_E_NAME + 2 * i] = (unsigned char)kind->label[i];
	return 0;
}

int
first_add(const struct plan_disk *pd, const struct gpt_uuids *u,
    struct err *e)
{
	struct gpt_raw t = { .fd = -1 };
	int rc = open_kept(pd, O_RDWR, &t, e);

	for (unsigned int i = 0; rc == 0 && i < pd->nparts; i++)
		rc = put_entry(t.entries + (i + 1) * t.each, &pd->parts[i],
		    u->part[i], t.sector, e);
	if (rc == 0 && gpt_raw_write(&t, e) == -1)
		rc = err_in(e, "%s", pd->disk->node);
	gpt_raw_close(&t);
	return rc;
}
