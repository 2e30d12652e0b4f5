/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_MAP_H
#define DOMUSD_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Things found by a name.  A zeroed struct is an empty map.  The map keeps
 * neither names nor things: a name must live as long as its thing is in.
 */
struct map {
	struct map_slot {
		const char *name;
		void *thing;
	} *slots;
	size_t n, cap;
};

void *map_get(const struct map *m, const char *name);

/* false: out of memory.  A thing of that name is replaced. */
bool map_put(struct map *m, const char *name, void *thing);

/* A name that is not there is fine. */
void map_remove(struct map *m, const char *name);

/* m may be empty, zeroed, or freed before. */
void map_free(struct map *m);

#endif
