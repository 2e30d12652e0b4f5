/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

int
text_set(char **member, const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return -1;
	free(*member);
	*member = copy;
	return 0;
}

int
names_add(struct names *n, const char *name)
{
	char **more = realloc(n->list, (n->n + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	n->list = more;
	more[n->n] = strdup(name);
	if (more[n->n] == NULL)
		return -1;
	n->n++;
	return 0;
}

struct disk *
machine_disk_add(struct machine *m, const char *name)
{
	struct disk *more, *d;
	char **texts[7];
	size_t i;

	more = realloc(m->disks, (m->ndisks + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	m->disks = more;
	d = &more[m->ndisks];
	*d = (struct disk){ .logical = 512, .physical = 512 };
	d->node = NULL;
	texts[0] = &d->node, texts[1] = &d->model, texts[2] = &d->serial;
	texts[3] = &d->wwn, texts[4] = &d->transport, texts[5] = &d->in_use;
	texts[6] = &d->array;
	m->ndisks++;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (text_set(texts[i], "") == -1)
			return NULL;
	return text_set(&d->name, name) == -1 ? NULL : d;
}

struct nic *
machine_nic_add(struct machine *m, const char *name)
{
	struct nic *more, *n;

	more = realloc(m->nics, (m->nnics + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	m->nics = more;
	n = &more[m->nnics++];
	*n = (struct nic){ 0 };
	if (text_set(&n->name, name) == -1 || text_set(&n->mac, "") == -1 ||
	    text_set(&n->driver, "") == -1 || text_set(&n->path, "") == -1)
		return NULL;
	return n;
}

struct holding *
disk_holding_add(struct disk *d, const char *what, const char *label)
{
	struct holding *more, *h;

	more = realloc(d->holds, (d->nholds + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	d->holds = more;
	h = &more[d->nholds++];
	*h = (struct holding){ 0 };
	if (text_set(&h->what, what) == -1 ||
	    text_set(&h->label, label) == -1 ||
	    text_set(&h->type, "") == -1 || text_set(&h->name, "") == -1)
		return NULL;
	return h;
}

/* Numbers by their value, shorter letters first: sdb before sdaa. */
static int
name_compare(const char *a, const char *b)
{
	size_t la, lb, na, nb;
	int c;

	for (;;) {
		la = strcspn(a, "0123456789");
		lb = strcspn(b, "0123456789");
		if (la != lb)
			return la < lb ? -1 : 1;
		c = strncmp(a, b, la);
		if (c != 0 || a[la] == '\0' || b[lb] == '\0')
			return c != 0 ? c : strcmp(a, b);
		a += la, b += lb;
		na = strspn(a, "0123456789");
		nb = strspn(b, "0123456789");
		if (na != nb)
			return na < nb ? -1 : 1;
		c = strncmp(a, b, na);
		if (c != 0)
			return c;
		a += na, b += nb;
	}
}

static int
by_disk_name(const void *a, const void *b)
{
	return name_compare(((const struct disk *)a)->name,
	    ((const struct disk *)b)->name);
}

static int
by_nic_name(const void *a, const void *b)
{
	return name_compare(((const struct nic *)a)->name,
	    ((const struct nic *)b)->name);
}

void
machine_sort(struct machine *m)
{
	if (m->ndisks > 1)
		qsort(m->disks, m->ndisks, sizeof(*m->disks), by_disk_name);
	if (m->nnics > 1)
		qsort(m->nics, m->nnics, sizeof(*m->nics), by_nic_name);
}

static bool
is_among(const struct names *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->list[i], name) == 0)
			return true;
	return false;
}

bool
disk_is_called(const struct disk *d, const char *name)
{
	if (strncmp(name, "/dev/", 5) == 0)
		name += 5;
	if (strncmp(name, "disk/by-id/", 11) == 0)
		return is_among(&d->ids, name + 11);
	if (strncmp(name, "disk/by-path/", 13) == 0)
		return is_among(&d->paths, name + 13);
	return strcmp(d->name, name) == 0 || is_among(&d->ids, name) ||
	    is_among(&d->paths, name);
}

const struct disk *
disk_array(const struct machine *m, const struct disk *d)
{
	for (size_t i = 0; d->array[0] != '\0' && i < m->ndisks; i++)
		if (strcmp(m->disks[i].name, d->array) == 0)
			return &m->disks[i];
	return NULL;
}

bool
disk_is_torn(const struct disk *d)
{
	for (size_t i = 0; d->array[0] == '\0' && i < d->nholds; i++)
		if (d->holds[i].start == 0 && strcmp(d->holds[i].what,
		    "linux_raid_member") == 0)
			return true;
	return false;
}

static bool
same_names(const struct names *a, const struct names *b)
{
	for (size_t i = 0; a->n == b->n && i < a->n; i++)
		if (strcmp(a->list[i], b->list[i]) != 0)
			return false;
	return a->n == b->n;
}

bool
disk_is_same(const struct disk *a, const struct disk *b)
{
	if (a->size != b->size || strcmp(a->model, b->model) != 0 ||
	    strcmp(a->serial, b->serial) != 0 ||
	    strcmp(a->wwn, b->wwn) != 0 || !same_names(&a->ids, &b->ids) ||
	    !same_names(&a->paths, &b->paths) || a->nholds != b->nholds)
		return false;
	for (size_t i = 0; i < a->nholds; i++)
		if (a->holds[i].start != b->holds[i].start ||
		    a->holds[i].size != b->holds[i].size ||
		    strcmp(a->holds[i].what, b->holds[i].what) != 0 ||
		    strcmp(a->holds[i].label, b->holds[i].label) != 0)
			return false;
	return true;
}

void
size_print(struct buf *to, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
		"PiB", "EiB" };
	uint64_t part = 0;
	size_t u = 0;

	while (bytes >= 1024 && u < 6) {
		part = bytes % 1024;
		bytes /= 1024;
		u++;
	}
	if (bytes < 10 && part * 10 / 1024 > 0)
		buf_printf(to, "%u.%u %s", (unsigned int)bytes,
		    (unsigned int)(part * 10 / 1024), units[u]);
	else
		buf_printf(to, "%u %s", (unsigned int)bytes, units[u]);
}

void
disk_describe(const struct disk *d, struct buf *to)
{
	buf_printf(to, "%s: ", d->name);
	size_print(to, d->size);
	if (d->model[0] != '\0')
		buf_printf(to, " %s", d->model);
	if (d->serial[0] != '\0')
		buf_printf(to, " %s", d->serial);
}

static void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->list[i]);
	free(n->list);
}

void
disk_holds_free(struct disk *d)
{
	for (size_t i = 0; i < d->nholds; i++) {
		free(d->holds[i].what);
		free(d->holds[i].label);
		free(d->holds[i].type);
		free(d->holds[i].name);
	}
	free(d->holds);
	d->holds = NULL;
	d->nholds = 0;
}

static void
disk_free(struct disk *d)
{
	disk_holds_free(d);
	names_free(&d->ids);
	names_free(&d->paths);
	free(d->name);
	free(d->node);
	free(d->model);
	free(d->serial);
	free(d->wwn);
	free(d->transport);
	free(d->in_use);
	free(d->array);
}

void
machine_free(struct machine *m)
{
	for (size_t i = 0; i < m->ndisks; i++)
		disk_free(&m->disks[i]);
	for (size_t i = 0; i < m->nnics; i++) {
		free(m->nics[i].name);
		free(m->nics[i].mac);
		free(m->nics[i].driver);
		free(m->nics[i].path);
	}
	free(m->disks);
	free(m->nics);
	free(m->cpu);
	*m = (struct machine){ 0 };
}
