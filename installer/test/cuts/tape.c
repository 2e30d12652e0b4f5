/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tape.h"

static int
map_file(struct tape *t, const char *path, struct err *e)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1) {
		if (fd != -1)
			close(fd);
		return err_sys(e, "%s", path);
	}
	t->size = (size_t)st.st_size;
	t->map = mmap(NULL, t->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return t->map == MAP_FAILED ? err_sys(e, "%s", path) : 0;
}

static int
more(void **list, size_t n, size_t one)
{
	void *bigger;

	if (n != 0 && (n < 64 || (n & (n - 1)) != 0))
		return 0;
	bigger = reallocarray(*list, n < 64 ? 64 : n * 2, one);
	if (bigger != NULL)
		*list = bigger;
	return bigger != NULL ? 0 : -1;
}

static int
add_text(struct tape *t, const char *text, size_t len, struct err *e)
{
	char *line = strndup(text, strnlen(text, len));

	if (line == NULL || more((void **)&t->said, t->nsaid,
	    sizeof(t->said[0])) == -1) {
		free(line);
		return err_sys(e, "tape");
	}
	line[strcspn(line, "\n")] = '\0';
	t->said[t->nsaid++] = line;
	return 0;
}

static int
add_op(struct tape *t, const struct record *r, const unsigned char *data,
    struct err *e)
{
	if (more((void **)&t->ops, t->n, sizeof(t->ops[0])) == -1)
		return err_sys(e, "tape");
	t->ops[t->n++] = (struct op){ (enum record_kind)r->kind, r->disk, r->at,
		r->len, data, t->nsaid > 0 ? t->said[t->nsaid - 1] : "" };
	return 0;
}

static bool
has_data(const struct record *r)
{
	return r->kind == RECORD_WRITE || r->kind == RECORD_TEXT ||
	    r->kind == RECORD_VAR || r->kind == RECORD_UNVAR;
}

static int
check(const struct record *r, const unsigned char *data, size_t left,
    const uint64_t disks[RECORD_DISKS], struct err *e)
{
	bool var = r->kind == RECORD_VAR || r->kind == RECORD_UNVAR;

	if (r->magic != RECORD_MAGIC || r->disk >= RECORD_DISKS ||
	    (has_data(r) && r->len > left) ||
	    (var && memchr(data, '\0', r->len) == NULL))
		return err_set(e, "no recording");
	if (!var && r->kind != RECORD_TEXT && (r->at > disks[r->disk] ||
	    r->len > disks[r->disk] - r->at))
		return err_set(e, "a write beyond the disk");
	return 0;
}

int
tape_load(struct tape *t, const char *path,
    const uint64_t disks[RECORD_DISKS], struct err *e)
{
	const unsigned char *p, *end;
	struct record r;

	*t = (struct tape){ .map = MAP_FAILED };
	if (map_file(t, path, e) == -1)
		return -1;
	p = t->map;
	for (end = p + t->size; p < end; p += has_data(&r) ? r.len : 0) {
		if ((size_t)(end - p) < sizeof(r))
			return err_set(e, "%s: cut short", path);
		memcpy(&r, p, sizeof(r));
		p += sizeof(r);
		if (check(&r, p, (size_t)(end - p), disks, e) == -1)
			return err_in(e, "%s", path);
		if (r.kind == RECORD_TEXT ? add_text(t, (const char *)p, r.len,
		    e) == -1 : add_op(t, &r, p, e) == -1)
			return -1;
	}
	return 0;
}

void
tape_free(struct tape *t)
{
	if (t->map != MAP_FAILED)
		munmap(t->map, t->size);
	for (size_t i = 0; i < t->nsaid; i++)
		free(t->said[i]);
	free(t->said);
	free(t->ops);
	*t = (struct tape){ .map = MAP_FAILED };
}

bool
op_writes(const struct op *op)
{
	return op->kind == RECORD_WRITE || op->kind == RECORD_ZERO;
}

size_t
tape_epoch(const struct tape *t, size_t i)
{
	while (i < t->n && op_writes(&t->ops[i]))
		i++;
	return i;
}
