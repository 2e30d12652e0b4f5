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
	t->ops[t->n++] = (struct op){ (enum record_kind)r->kind, r->at,
		r->len, data, t->nsaid > 0 ? t->said[t->nsaid - 1] : "" };
	return 0;
}

int
tape_load(struct tape *t, const char *path, uint64_t disk, struct err *e)
{
	const unsigned char *p, *end;
	struct record r;

	*t = (struct tape){ .map = MAP_FAILED };
	if (map_file(t, path, e) == -1)
		return -1;
	p = t->map;
	for (end = p + t->size; p < end; p += r.kind == RECORD_WRITE ||
	    r.kind == RECORD_TEXT ? r.len : 0) {
		if ((size_t)(end - p) < sizeof(r))
			return err_set(e, "%s: cut short", path);
		memcpy(&r, p, sizeof(r));
		p += sizeof(r);
		if (r.magic != RECORD_MAGIC || ((r.kind == RECORD_WRITE ||
		    r.kind == RECORD_TEXT) && r.len > (size_t)(end - p)))
			return err_set(e, "%s: no recording", path);
		if (r.kind != RECORD_TEXT && (r.at > disk ||
		    r.len > disk - r.at))
			return err_set(e, "%s: a write beyond the disk", path);
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

size_t
tape_epoch(const struct tape *t, size_t i)
{
	while (i < t->n && t->ops[i].kind != RECORD_FLUSH)
		i++;
	return i;
}
