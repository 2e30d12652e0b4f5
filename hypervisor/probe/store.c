/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "store.h"

#include "hypercall.h"
#include "text.h"

#define PATIENCE 1000000000	/* ns */
#define TOKEN "w"

/* Bytes to and from a ring; each waits for the other side. */
static void
put(struct store *s, const void *data, size_t len)
{
	volatile struct xenstore_domain_interface *x = s->m->store;
	const char *from = data;

	for (size_t i = 0; i < len; i++) {
		while (x->req_prod - x->req_cons >= XENSTORE_RING_SIZE) {
			machine_notify(s->m->store_port);
			machine_wait(s->m, machine_time(s->m) + PATIENCE);
		}
		x->req[MASK_XENSTORE_IDX(x->req_prod)] = from[i];
		barrier();
		x->req_prod++;
	}
}

/* What does not fit into size is read and forgotten. */
static void
get(struct store *s, void *data, size_t size, size_t len)
{
	volatile struct xenstore_domain_interface *x = s->m->store;
	char *to = data;

	for (size_t i = 0; i < len; i++) {
		while (x->rsp_prod == x->rsp_cons)
			machine_wait(s->m, machine_time(s->m) + PATIENCE);
		barrier();
		if (i < size)
			to[i] = x->rsp[MASK_XENSTORE_IDX(x->rsp_cons)];
		barrier();
		x->rsp_cons++;
	}
	machine_notify(s->m->store_port);
}

/* The next message that is no event. */
static int
answer(struct store *s, char *value, size_t size)
{
	struct xsd_sockmsg h;
	size_t len;

	for (;;) {
		get(s, &h, sizeof(h), sizeof(h));
		if (h.type == XS_WATCH_EVENT) {
			get(s, NULL, 0, h.len);
			s->changed = true;
			continue;
		}
		get(s, value, size - 1, h.len);
		len = h.len < size ? h.len : size - 1;
		value[len] = '\0';
		if (h.req_id == s->last_id)
			return h.type == XS_ERROR ? -1 : (int)len;
	}
}

static int
ask(struct store *s, uint32_t type, const char *path, const char *more,
    size_t morelen, char *value, size_t size)
{
	struct xsd_sockmsg h = { .type = type, .req_id = ++s->last_id };

	h.len = (uint32_t)(strlen(path) + 1 + morelen);
	put(s, &h, sizeof(h));
	put(s, path, strlen(path) + 1);
	put(s, more, morelen);
	machine_notify(s->m->store_port);
	return answer(s, value, size);
}

int
store_read(struct store *s, const char *path, char *value, size_t size)
{
	return ask(s, XS_READ, path, NULL, 0, value, size);
}

uint64_t
store_read_num(struct store *s, const char *path, uint64_t otherwise)
{
	const char *end;
	char value[24];
	uint64_t n;

	if (store_read(s, path, value, sizeof(value)) <= 0)
		return otherwise;
	n = text_read_num(value, &end);
	return end == value ? otherwise : n;
}

bool
store_write(struct store *s, const char *path, const char *value)
{
	char said[32];

	return ask(s, XS_WRITE, path, value, strlen(value), said,
	    sizeof(said)) != -1;
}

bool
store_write_num(struct store *s, const char *path, uint64_t n)
{
	struct text t;

	return store_write(s, path, text_num(text_start(&t, ""), n)->s);
}

bool
store_set(struct store *s, const char *dir, const char *name, uint64_t n)
{
	struct text t;

	return store_write_num(s, text_add(text_add(text_start(&t, dir), "/"),
	    name)->s, n);
}

unsigned int
store_numbers(struct store *s, const char *path, unsigned int *numbers,
    unsigned int max)
{
	const char *end;
	char names[512];
	unsigned int n = 0;
	int len = ask(s, XS_DIRECTORY, path, NULL, 0, names, sizeof(names));

	for (const char *at = names; at < names + len && n < max;
	    at += strlen(at) + 1) {
		numbers[n] = (unsigned int)text_read_num(at, &end);
		n += *at != '\0' && *end == '\0';
	}
	return n;
}

bool
store_watch(struct store *s, const char *path)
{
	char said[32];

	return ask(s, XS_WATCH, path, TOKEN, sizeof(TOKEN), said,
	    sizeof(said)) != -1;
}

void
store_unwatch(struct store *s, const char *path)
{
	char said[32];

	ask(s, XS_UNWATCH, path, TOKEN, sizeof(TOKEN), said, sizeof(said));
}

bool
store_changed(struct store *s)
{
	volatile struct xenstore_domain_interface *x = s->m->store;
	struct xsd_sockmsg h;
	bool changed;

	while (x->rsp_prod != x->rsp_cons) {
		get(s, &h, sizeof(h), sizeof(h));
		get(s, NULL, 0, h.len);
		s->changed |= h.type == XS_WATCH_EVENT;
	}
	changed = s->changed;
	s->changed = false;
	return changed;
}
