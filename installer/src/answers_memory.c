/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "answers.h"

/*
 * Texts and lists of one set of answers are let go together, so that no
 * member can be forgotten, nor a secret left behind.
 */
struct answers_block {
	struct answers_block *next;
	size_t size;
	max_align_t data[];
};

void *
answers_alloc(struct answers *a, size_t size)
{
	struct answers_block *b = calloc(1, sizeof(*b) + size);

	if (b == NULL)
		return NULL;
	b->size = size;
	b->next = a->memory;
	a->memory = b;
	return b->data;
}

char *
answers_text(struct answers *a, const char *text, size_t len)
{
	char *s = answers_alloc(a, len + 1);

	if (s != NULL)
		memcpy(s, text, len);
	return s;
}

/* Lists have no capacity: they double when their length is a power of two. */
void *
answers_item(struct answers *a, void *list, size_t item)
{
	struct values head;		/* every list is a pointer and a count */
	void *more;

	memcpy(&head, list, sizeof(head));
	if ((head.n & (head.n - 1)) == 0) {
		more = answers_alloc(a, (head.n == 0 ? 1 : head.n * 2) * item);
		if (more == NULL)
			return NULL;
		if (head.n > 0)
			memcpy(more, head.list, head.n * item);
		head.list = more;
	}
	head.n++;
	memcpy(list, &head, sizeof(head));
	return (char *)head.list + (head.n - 1) * item;
}

void
answers_free(struct answers *a)
{
	struct answers_block *b;

	while ((b = a->memory) != NULL) {
		a->memory = b->next;
		explicit_bzero(b->data, b->size);
		free(b);
	}
	*a = (struct answers){ 0 };
}
