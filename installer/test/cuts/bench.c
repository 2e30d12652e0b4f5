/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "fat_volume.h"

int
bench_open(struct bench *b, const char *path, struct err *e)
{
	struct stat st;

	*b = (struct bench){ .path = path };
	b->fd = open(path, O_RDWR | O_CLOEXEC);
	if (b->fd == -1 || fstat(b->fd, &st) == -1)
		return err_sys(e, "%s", path);
	b->size = (uint64_t)st.st_size;
	return 0;
}

void
bench_close(struct bench *b)
{
	for (size_t i = 0; i < b->nundo; i++)
		free(b->undo[i].data);
	free(b->undo);
	if (b->fd != -1)
		close(b->fd);
	*b = (struct bench){ .fd = -1 };
}

uint64_t
op_sectors(const struct op *op)
{
	return op->len == 0 ? 0 : (op->at + op->len - 1) / BENCH_SECTOR -
	    op->at / BENCH_SECTOR + 1;
}

/* FNV-1a over words: the same writes in the same order, the same key. */
static void
add_key(uint64_t *key, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t words[] = { a, b, c };

	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 8; k++)
			*key = (*key ^ ((words[i] >> 8 * k & 0xff) + 1)) *
			    0x100000001b3;
}

static void
add_keys(struct bench *b, size_t nr, uint64_t at, uint64_t len)
{
	bool inside = false;

	for (int r = 1; r < BENCH_REGIONS; r++) {
		if (at >= b->end[r] || at + len <= b->start[r])
			continue;
		add_key(&b->key[r], nr, at, len);
		inside |= at >= b->start[r] && at + len <= b->end[r];
	}
	if (!inside)
		add_key(&b->key[0], nr, at, len);
}

static int
zero(int fd, uint64_t at, uint64_t len, struct err *e)
{
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)at, (off_t)len) == -1 ? err_sys(e, "zero") : 0;
}

static struct saved *
push(struct bench *b, uint64_t at, uint64_t len, struct err *e)
{
	struct saved *list;

	list = reallocarray(b->undo, b->nundo + 1, sizeof(*list));
	if (list == NULL) {
		err_sys(e, "undo");
		return NULL;
	}
	b->undo = list;
	list[b->nundo] = (struct saved){ .at = at, .len = len };
	return &list[b->nundo++];
}

/* What is data there; then, on top, the whole of it as a hole. */
static int
save(struct bench *b, uint64_t at, uint64_t len, struct err *e)
{
	off_t from = (off_t)at, to, end = (off_t)(at + len);
	struct saved *s;

	while ((from = lseek(b->fd, from, SEEK_DATA)) != -1 && from < end) {
		to = lseek(b->fd, from, SEEK_HOLE);
		to = to < end ? to : end;
		s = push(b, (uint64_t)from, (uint64_t)(to - from), e);
		if (s == NULL || (s->data = malloc(s->len)) == NULL)
			return err_sys(e, "undo");
		if (fat_pread(b->fd, s->data, s->len, s->at, e) == -1)
			return -1;
		from = to;
	}
	s = push(b, at, len, e);
	if (s == NULL)
		return -1;
	memcpy(s->key, b->key, sizeof(s->key));
	return 0;
}

int
bench_undo(struct bench *b, size_t to, struct err *e)
{
	int rc = 0;

	while (b->nundo > to) {
		struct saved *s = &b->undo[--b->nundo];

		if (s->data != NULL) {
			if (fat_pwrite(b->fd, s->data, s->len, s->at, e) == -1)
				rc = -1;
			free(s->data);
			continue;
		}
		if (zero(b->fd, s->at, s->len, e) == -1)
			rc = -1;
		memcpy(b->key, s->key, sizeof(b->key));
		b->writes--;
	}
	return rc;
}

int
bench_put(struct bench *b, const struct tape *t, size_t nr, uint64_t from,
    uint64_t to, int for_a_while, struct err *e)
{
	const struct op *op = &t->ops[nr];
	uint64_t first = op->at / BENCH_SECTOR, at, end;

	at = (first + from) * BENCH_SECTOR;
	end = (first + to) * BENCH_SECTOR;
	if (at < op->at)
		at = op->at;
	if (end > op->at + op->len)
		end = op->at + op->len;
	if (!op_writes(op) || end <= at)
		return 0;
	if (for_a_while && save(b, at, end - at, e) == -1)
		return -1;
	add_keys(b, nr, at, end - at);
	b->writes++;
	return op->kind == RECORD_ZERO ? zero(b->fd, at, end - at, e) :
	    fat_pwrite(b->fd, op->data + (at - op->at), end - at, at, e);
}

int
rack_open(struct rack *r, const char *const paths[], unsigned int n,
    const char *vars, struct err *e)
{
	for (r->n = 0; r->n < n; r->n++)
		if (bench_open(&r->disks[r->n], paths[r->n], e) == -1)
			return -1;
	return vars != NULL ? nvram_load(&r->nvram, vars, e) : 0;
}

void
rack_close(struct rack *r)
{
	while (r->n > 0)
		bench_close(&r->disks[--r->n]);
}

const uint64_t *
rack_sizes(const struct rack *r, uint64_t to[RECORD_DISKS])
{
	for (unsigned int i = 0; i < r->n; i++)
		to[i] = r->disks[i].size;
	return to;
}
