/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "parts.h"

#define TABLE_MAX ((size_t)8 << 20)
#define FIELDS 6

static int
part_add(struct parts *p, const char *line, struct err *e)
{
	struct part *part, new = { 0 };
	char **fields[FIELDS] = { &new.name, &new.version, &new.package,
		&new.origin, &new.licence, &new.files };
	const char *at = line;
	size_t len;

	for (size_t i = 0; i < FIELDS; i++) {
		len = strcspn(at, "\t");
		if ((i + 1 < FIELDS) != (at[len] == '\t') ||
		    (len == 0 && i + 1 < FIELDS))
			return err_set(e, "%.40s: not %d fields between tabs",
			    line, FIELDS);
		*fields[i] = strndup(at, len);
		if (*fields[i] == NULL)
			return err_set(e, "out of memory");
		at += len + 1;
	}
	part = reallocarray(p->list, p->n + 1, sizeof(*part));
	if (part == NULL)
		return err_set(e, "out of memory");
	p->list = part;
	part[p->n++] = new;
	return 0;
}

static int
owner_add(struct parts *p, const char *line, struct err *e)
{
	size_t len = strcspn(line, " ");
	struct owner *owner;
	char name[64];

	if (line[len] != ' ' || len >= sizeof(name))
		return err_set(e, "%.40s: not \"NAME FILE\"", line);
	memcpy(name, line, len);
	name[len] = '\0';
	owner = reallocarray(p->owners, p->nowners + 1, sizeof(*owner));
	if (owner == NULL)
		return err_set(e, "out of memory");
	p->owners = owner;
	owner += p->nowners;
	owner->part = parts_find(p, name);
	if (owner->part == NULL)
		return err_set(e, "%s: no licence of it is in "
		    "configs/licences", name);
	owner->file = strdup(line + len + 1);
	p->nowners += owner->file != NULL;
	return owner->file != NULL ? 0 : err_set(e, "out of memory");
}

static int
each_line(const char *path, struct parts *p,
    int (*take)(struct parts *, const char *, struct err *), struct err *e)
{
	char *text, *line, *rest;
	int rc = 0;

	if (file_read(path, TABLE_MAX, &text, NULL, e) == -1)
		return -1;
	for (line = strtok_r(text, "\n", &rest); rc == 0 && line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		rc = take(p, line, e);
	free(text);
	return rc == -1 ? err_in(e, "%s", path) : 0;
}

static int
by_file(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	return r != 0 ? r : strcmp(x->part->name, y->part->name);
}

int
parts_read(struct parts *p, const char *table, const char *owners,
    struct err *e)
{
	if (each_line(table, p, part_add, e) == -1 ||
	    each_line(owners, p, owner_add, e) == -1)
		return -1;
	if (parts_find(p, "domus") == NULL)
		return err_set(e, "%s: lacks domus itself", table);
	if (p->nowners > 0)
		qsort(p->owners, p->nowners, sizeof(*p->owners), by_file);
	return 0;
}

const struct part *
parts_find(const struct parts *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].name, name) == 0)
			return &p->list[i];
	return NULL;
}

int
parts_owners(const struct parts *p, const char *file,
    const struct part *of[OWNERS_MAX], size_t *n_r, struct err *e)
{
	size_t low = 0, high = p->nowners, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(p->owners[mid].file, file) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*n_r = 0;
	for (; low < p->nowners && strcmp(p->owners[low].file, file) == 0;
	    low++) {
		if (*n_r == OWNERS_MAX)
			return err_set(e, "%s: more than %d parts made it",
			    file, OWNERS_MAX);
		of[(*n_r)++] = p->owners[low].part;
	}
	if (*n_r == 0)
		of[(*n_r)++] = parts_find(p, "domus");
	return 0;
}

void
parts_free(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].version);
		free(p->list[i].package);
		free(p->list[i].origin);
		free(p->list[i].licence);
		free(p->list[i].files);
	}
	for (size_t i = 0; i < p->nowners; i++)
		free(p->owners[i].file);
	free(p->list);
	free(p->owners);
	*p = (struct parts){ 0 };
}
