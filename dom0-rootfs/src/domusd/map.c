/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"

/* Open addressing with linear probing; cap is a power of two. */

static size_t
hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ (h >> 32));
}

/* The slot that holds name, or the free one where it belongs. */
static size_t
slot_of(const struct map *m, const char *name)
{
	size_t i = hash(name) & (m->cap - 1);

	while (m->slots[i].name != NULL &&
	    strcmp(m->slots[i].name, name) != 0)
		i = (i + 1) & (m->cap - 1);
	return i;
}

void *
map_get(const struct map *m, const char *name)
{
	return m->cap != 0 ? m->slots[slot_of(m, name)].thing : NULL;
}

static bool
grow(struct map *m)
{
	struct map more = { .cap = m->cap != 0 ? m->cap * 2 : 64, .n = m->n };

	more.slots = calloc(more.cap, sizeof(*more.slots));
	if (more.slots == NULL)
		return false;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].name != NULL)
			more.slots[slot_of(&more, m->slots[i].name)] =
			    m->slots[i];
	free(m->slots);
	*m = more;
	return true;
}

bool
map_put(struct map *m, const char *name, void *thing)
{
	size_t i;

	if (m->n * 4 >= m->cap * 3 && !grow(m))
		return false;
	i = slot_of(m, name);
	if (m->slots[i].name == NULL)
		m->n++;
	m->slots[i] = (struct map_slot){ name, thing };
	return true;
}

void
map_remove(struct map *m, const char *name)
{
	size_t i, next, home;

	if (m->cap == 0)
		return;
	i = slot_of(m, name);
	if (m->slots[i].name == NULL)
		return;
	m->n--;
	/* Move up what probing would no longer find. */
	for (next = (i + 1) & (m->cap - 1); m->slots[next].name != NULL;
	    next = (next + 1) & (m->cap - 1)) {
		home = hash(m->slots[next].name) & (m->cap - 1);
		if (((next - home) & (m->cap - 1)) <
		    ((next - i) & (m->cap - 1)))
			continue;
		m->slots[i] = m->slots[next];
		i = next;
	}
	m->slots[i] = (struct map_slot){ NULL, NULL };
}

void
map_free(struct map *m)
{
	free(m->slots);
	*m = (struct map){ NULL, 0, 0 };
}
