/* SPDX-License-Identifier: ISC */
#ifndef PROBE_STORE_H
#define PROBE_STORE_H

#include "probe.h"

/*
 * xenstore, by its ring: one question at a time.  Paths are the domain's own
 * unless they begin with '/'.
 */
struct store {
	struct machine *m;
	uint32_t last_id;
	bool changed;		/* something that is watched; see below */
};

/* What is there, cut to size; its length, or -1. */
int store_read(struct store *s, const char *path, char *value, size_t size);
uint64_t store_read_num(struct store *s, const char *path, uint64_t otherwise);

/* false: not allowed, or a broken store. */
bool store_write(struct store *s, const char *path, const char *value);
bool store_write_num(struct store *s, const char *path, uint64_t n);

/* dir/name, for the many that lie below a device. */
bool store_set(struct store *s, const char *dir, const char *name,
    uint64_t n);

/* The names in a directory, as numbers; how many, at most max. */
unsigned int store_numbers(struct store *s, const char *path,
    unsigned int *numbers, unsigned int max);

/* store_changed() is true once after anything below path has changed. */
bool store_watch(struct store *s, const char *path);
void store_unwatch(struct store *s, const char *path);
bool store_changed(struct store *s);

#endif
