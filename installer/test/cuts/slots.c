/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adv.h"
#include "ext.h"
#include "fat_volume.h"
#include "judge.h"
#include "run.h"

#define TELL "domus.state="
#define TRIAL "domus.trial=1"

/* What the configuration is and, of guests and pools, what is known. */
const char *const state_files[STATE_FILES] = { "etc/host.conf", "etc/shadow",
	"db/domus.db" };

/* Each write is looked at once: what no write touched is as it was. */
static struct memo *
remember(struct judge *j, const struct bench *b, uint64_t start)
{
	struct memo *m;

	for (int r = 1; r < BENCH_REGIONS; r++)
		if (b->end[r] != 0 && b->start[r] == start) {
			m = &j->memo[r][b->key[r] % MEMO];
			if (!m->used || m->key != b->key[r])
				*m = (struct memo){ .key = b->key[r] };
			return m;
		}
	return NULL;
}

static void
bad(struct slot *s, const char *why)
{
	s->boots = BOOTS_GARBAGE;
	snprintf(s->why, sizeof(s->why), "%.199s", why);
}

/* Every file of the slot's own list. */
static int
check_list(struct fat *fat, const char *list, struct err *e)
{
	char want[HASH_HEX], name[64], hex[HASH_HEX];
	int n = 0;

	for (; *list != '\0'; list += strcspn(list, "\n"),
	    list += *list == '\n', n++) {
		if (sscanf(list, "%64[0-9a-f]  %63[^\n]", want, name) != 2)
			return err_set(e, "SHA256SUMS: damaged");
		if (fat_hash(fat, name, hex, e) == -1)
			return -1;
		if (strcmp(hex, want) != 0)
			return err_set(e, "%s: damaged", name);
	}
	return n >= 5 ? 0 : err_set(e, "SHA256SUMS: only %d files", n);
}

/* Both menus tell the same state.  On trial by either is on trial. */
static int
check_menus(struct fat *fat, char state[37], bool *trial, struct err *e)
{
	static const char *const menus[] = { "syslinux/syslinux.cfg",
		"loader/entries/host.conf" };
	struct buf b = { 0 };
	const char *told;
	int rc = 0;

	for (int i = 0; rc == 0 && i < 2; i++) {
		buf_reset(&b);
		rc = fat_text(fat, menus[i], &b, e);
		told = rc == 0 ? strstr(buf_str(&b), TELL) : NULL;
		if (rc == 0 && (told == NULL || (i == 1 && strncmp(told +
		    strlen(TELL), state, 36) != 0)))
			rc = err_set(e, "%s: tells no state", menus[i]);
		if (rc == 0) {
			snprintf(state, 37, "%.36s", told + strlen(TELL));
			*trial |= strstr(buf_str(&b), TRIAL) != NULL;
		}
	}
	buf_free(&b);
	return rc;
}

static bool
list_of(struct fat *fat, struct buf *list, char hex[HASH_HEX])
{
	struct err e;

	if (fat_text(fat, "SHA256SUMS", list, &e) == -1)
		return false;
	hash_bytes(list->data, list->len, hex);
	return true;
}

bool
slot_list(struct bench *b, uint64_t start, char hex[HASH_HEX])
{
	struct buf list = { 0 };
	struct fat *fat = NULL;
	struct err e;
	bool is;

	is = fat_open(b->fd, start, &fat, &e) == 0 &&
	    list_of(fat, &list, hex);
	fat_close(fat);
	buf_free(&list);
	return is;
}

static void
look(struct judge *j, struct fat *fat, struct slot *s)
{
	char hex[HASH_HEX], once[256] = "";
	struct buf list = { 0 };
	struct err e;

	s->boots = BOOTS_NOTHING;
	if (!list_of(fat, &list, hex)) {
		bad(s, "a slot without SHA256SUMS");
		goto out;
	}
	for (int side = 1; side >= 0; side--)
		for (int i = 0; i < 2; i++)
			if (strcmp(j->sides[side].lists[i], hex) == 0)
				s->boots = side == 0 ? BOOTS_OLD : BOOTS_NEW;
	if (s->boots == BOOTS_NOTHING)
		bad(s, "a slot of another image");
	else if (check_list(fat, buf_str(&list), &e) == -1 ||
	    check_menus(fat, s->state, &s->trial, &e) == -1 ||
	    adv_once_get(fat, once, sizeof(once), &e) == -1)
		bad(s, e.text);
	else if (once[0] != '\0' && strcmp(once, "other") != 0)
		bad(s, "syslinux is told a command that nobody knows");
	s->other = strcmp(once, "other") == 0;
out:
	buf_free(&list);
}

void
slot_look(struct judge *j, struct bench *b, uint64_t start, struct slot *s)
{
	static const unsigned char none[FAT_SECTOR];
	struct memo *m = remember(j, b, start);
	unsigned char sector[FAT_SECTOR];
	struct fat *fat = NULL;
	struct err e;

	if (m != NULL && m->used) {
		*s = m->slot;
		return;
	}
	j->slots++;
	*s = (struct slot){ .fat = true };
	if (fat_pread(b->fd, sector, sizeof(sector), start, &e) == -1)
		bad(s, e.text);
	else if (memcmp(sector, none, sizeof(none)) == 0)
		s->fat = false;
	else if (fat_open(b->fd, start, &fat, &e) == -1)
		bad(s, e.text);
	else
		look(j, fat, s);
	fat_close(fat);
	if (m != NULL) {
		m->slot = *s;
		m->used = true;
	}
}

/* As the host does before it mounts it (boot/state.c): on a copy. */
static int
mend(struct judge *j, struct bench *b, uint64_t start, uint64_t size,
    struct err *e)
{
	char from[64], bytes[64], input[256], output[256];
	const char *copy[] = { "dd", input, output, "bs=1M", "conv=sparse",
		"iflag=skip_bytes,count_bytes", from, bytes, "status=none",
		NULL };
	const char *fsck[] = { "e2fsck", "-p", j->scratch, NULL };
	const char *second[] = { "e2fsck", "-p", "-b", "32768", "-B", "4096",
		j->scratch, NULL };
	const char *again[] = { "e2fsck", "-fn", j->scratch, NULL };
	struct run r = { 0 };

	snprintf(from, sizeof(from), "skip=%llu", (unsigned long long)start);
	snprintf(bytes, sizeof(bytes), "count=%llu", (unsigned long long)size);
	snprintf(input, sizeof(input), "if=%s", b->path);
	snprintf(output, sizeof(output), "of=%s", j->scratch);
	unlink(j->scratch);
	if (run(copy, e) == -1)
		return -1;
	if (truncate(j->scratch, (off_t)size) == -1)
		return err_sys(e, "%s", j->scratch);
	if (run_with(fsck, &r, e) == -1 && r.status >= 8)
		run_with(second, &r, e);
	if (r.status > 1)
		return err_in(e, "e2fsck -p does not mend it");
	return run(again, e);
}

static int
check_files(const struct judge *j, const struct ext_place *p, struct err *e)
{
	char hex[HASH_HEX], *data;
	size_t len;

	for (int i = 0; i < STATE_FILES; i++) {
		hex[0] = '\0';
		if (ext_read(p, state_files[i], 1 << 20, &data, &len, e) == 0) {
			hash_bytes(data, len, hex);
			free(data);
		}
		if (strcmp(hex, j->sides[1].files[i]) != 0 &&
		    (!j->sides[0].domus ||
		    strcmp(hex, j->sides[0].files[i]) != 0))
			return err_set(e, "%s: neither the old nor the new",
			    state_files[i]);
	}
	return 0;
}

static int
check_state(struct judge *j, struct bench *b, uint64_t start, uint64_t size,
    struct err *e)
{
	struct ext_place p = { j->scratch, 0, size };

	return mend(j, b, start, size, e) == -1 ? -1 : check_files(j, &p, e);
}

void
state_look(struct judge *j, struct bench *b, uint64_t start, uint64_t size,
    struct slot *s)
{
	struct memo *m = remember(j, b, start);
	struct err e;

	if (m != NULL && m->used) {
		*s = m->slot;
		return;
	}
	j->states++;
	*s = (struct slot){ .boots = BOOTS_NOTHING };
	if (check_state(j, b, start, size, &e) == -1)
		bad(s, e.text);
	if (m != NULL) {
		m->slot = *s;
		m->used = true;
	}
}
