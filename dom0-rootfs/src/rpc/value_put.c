/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "value.h"

/* Putting into containers and finding in structs. */

/* Structs up to this size are searched from end to end. */
#define SMALL 16

/* Room for one more in the array of things of that size at *data. */
static bool
room(struct value *v, void **data, size_t size)
{
	uint32_t cap = v->cap != 0 ? v->cap : 4;
	void *more;

	if (v->len < v->cap)
		return true;
	if (v->cap != 0) {
		if (cap > UINT32_MAX / 2)
			return false;
		cap *= 2;
	}
	more = reallocarray(*data, cap, size);
	if (more == NULL)
		return false;
	*data = more;
	v->cap = cap;
	return true;
}

void
value_add(struct value *a, struct value *item)
{
	void *data;

	if (!value_is(a, VALUE_ARRAY)) {
		value_free(item);
		return;
	}
	data = a->u.items;
	if (item == NULL || !room(a, &data, sizeof(*a->u.items))) {
		a->failed = true;
		value_free(item);
		return;
	}
	a->u.items = data;
	a->u.items[a->len++] = item;
}

static int
by_name(const void *a, const void *b, void *members)
{
	const struct value_member *m = members;

	return strcmp(m[*(const uint32_t *)a].name,
	    m[*(const uint32_t *)b].name);
}

/* Where name stands in `sorted', or where it belongs. */
static uint32_t
place(const struct value *v, uint32_t n, const char *name, bool *found_r)
{
	uint32_t low = 0, high = n, mid;
	int cmp;

	*found_r = false;
	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = strcmp(v->u.members[v->sorted[mid]].name, name);
		if (cmp == 0) {
			*found_r = true;
			return mid;
		}
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The member of that name, or UINT32_MAX. */
static uint32_t
find(const struct value *v, const char *name)
{
	bool found;
	uint32_t at;

	if (v->sorted != NULL) {
		at = place(v, v->len, name, &found);
		return found ? v->sorted[at] : UINT32_MAX;
	}
	for (uint32_t i = 0; i < v->len; i++)
		if (strcmp(v->u.members[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static void
index_drop(struct value *v)
{
	free(v->sorted);
	v->sorted = NULL;
}

bool
value_index(struct value *v)
{
	uint32_t *sorted;

	if (!value_is(v, VALUE_STRUCT) || v->len < 2)
		return true;
	sorted = reallocarray(NULL, v->cap, sizeof(*sorted));
	if (sorted == NULL) {
		v->failed = true;
		return true;
	}
	for (uint32_t i = 0; i < v->len; i++)
		sorted[i] = i;
	qsort_r(sorted, v->len, sizeof(*sorted), by_name, v->u.members);
	for (uint32_t i = 1; i < v->len; i++)
		if (by_name(&sorted[i - 1], &sorted[i], v->u.members) == 0) {
			free(sorted);
			return false;
		}
	index_drop(v);
	v->sorted = sorted;
	return true;
}

/* Tell the index of the member just put at the end. */
static void
index_last(struct value *v, uint32_t old_cap)
{
	uint32_t at, *sorted;
	bool found;

	if (v->cap != old_cap) {
		sorted = reallocarray(v->sorted, v->cap, sizeof(*sorted));
		if (sorted == NULL) {
			index_drop(v);
			return;
		}
		v->sorted = sorted;
	}
	at = place(v, v->len - 1, v->u.members[v->len - 1].name, &found);
	memmove(v->sorted + at + 1, v->sorted + at,
	    (v->len - 1 - at) * sizeof(*v->sorted));
	v->sorted[at] = v->len - 1;
}

void
value_append(struct value *v, const char *name, struct value *item)
{
	char *copy = name != NULL ? strdup(name) : NULL;
	void *data;

	if (!value_is(v, VALUE_STRUCT)) {
		free(copy);
		value_free(item);
		return;
	}
	index_drop(v);
	data = v->u.members;
	if (item == NULL || copy == NULL ||
	    !room(v, &data, sizeof(*v->u.members))) {
		v->failed = true;
		free(copy);
		value_free(item);
		return;
	}
	v->u.members = data;
	v->u.members[v->len++] = (struct value_member){ copy, item };
}

void
value_set(struct value *v, const char *name, struct value *item)
{
	uint32_t *sorted, at, old_cap, old_len;

	if (!value_is(v, VALUE_STRUCT) || item == NULL || name == NULL) {
		if (value_is(v, VALUE_STRUCT))
			v->failed = true;
		value_free(item);
		return;
	}
	at = find(v, name);
	if (at != UINT32_MAX) {
		value_free(v->u.members[at].value);
		v->u.members[at].value = item;
		return;
	}
	/* value_append() forgets the index; keep it over the call. */
	sorted = v->sorted;
	v->sorted = NULL;
	old_cap = v->cap;
	old_len = v->len;
	value_append(v, name, item);
	v->sorted = sorted;
	if (v->len == old_len)
		return;
	if (sorted != NULL)
		index_last(v, old_cap);
	else if (v->len > SMALL)
		value_index(v);
}

bool
value_remove_at(struct value *v, size_t i)
{
	if (value_is(v, VALUE_ARRAY) && i < v->len) {
		value_free(v->u.items[i]);
		memmove(v->u.items + i, v->u.items + i + 1,
		    (v->len - i - 1) * sizeof(*v->u.items));
	} else if (value_is(v, VALUE_STRUCT) && i < v->len) {
		index_drop(v);
		free(v->u.members[i].name);
		value_free(v->u.members[i].value);
		memmove(v->u.members + i, v->u.members + i + 1,
		    (v->len - i - 1) * sizeof(*v->u.members));
	} else
		return false;
	v->len--;
	return true;
}

bool
value_remove(struct value *v, const char *name)
{
	uint32_t at;

	if (!value_is(v, VALUE_STRUCT))
		return false;
	at = find(v, name);
	return at != UINT32_MAX && value_remove_at(v, at);
}

struct value *
value_take(struct value *v, const char *name)
{
	struct value *item;
	uint32_t at;

	if (!value_is(v, VALUE_STRUCT))
		return NULL;
	at = find(v, name);
	if (at == UINT32_MAX)
		return NULL;
	item = v->u.members[at].value;
	v->u.members[at].value = NULL;
	value_remove_at(v, at);
	return item;
}

struct value *
value_get(const struct value *v, const char *name)
{
	uint32_t at;

	if (!value_is(v, VALUE_STRUCT))
		return NULL;
	at = find(v, name);
	return at != UINT32_MAX ? v->u.members[at].value : NULL;
}
