/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elements.h"
#include "golden.h"

/* domus-answers(5) against the tables of the format. */

/* What the manual says of an element; heads that follow share it. */
static char *
manual_of(const char *page, const char *element)
{
	struct buf head = { 0 };
	const char *from, *to;

	buf_printf(&head, "\n.It Ic %s", element);
	for (from = strstr(page, buf_str(&head)); from != NULL;
	    from = strstr(from + 1, buf_str(&head)))
		if (strchr(" \n", from[head.len]) != NULL)
			break;
	if (from == NULL)
		fail_msg("domus-answers.5: no <%s>", element);
	buf_free(&head);
	from = strchr(from + 1, '\n');
	while (strncmp(from, "\n.It Ic ", 8) == 0)
		from = strchr(from + 1, '\n');
	to = strstr(from, "\n.It Ic ");
	return strndup(from, to != NULL ? (size_t)(to - from) : strlen(from));
}

/* Whether anything of a row waits for a later version. */
static bool
has_later(const struct element *el)
{
	bool later = el->status == LATER;

	for (size_t i = 0; i < nattributes; i++)
		if (is_listed(attributes[i].element, el->name))
			later |= attributes[i].status == LATER;
	return later;
}

static void
the_manual_says_of_each_element_what_holds(void **state)
{
	char *page = golden_read("installer/domus-answers.5", NULL);

	(void)state;
	for (size_t i = 0; i < nelements; i++) {
		const struct element *el = &elements[i];
		char *text = manual_of(page, el->name);
		bool later = strstr(text, "ater.") != NULL ||
		    strstr(text, "ater;") != NULL ||
		    strstr(text, "ater,") != NULL ||
		    strstr(text, "Not supported") != NULL;

		if (el->status == NO_EFFECT &&
		    strstr(text, "o effect") == NULL)
			fail_msg("domus-answers.5: <%s> has no effect",
			    el->name);
		if (el->status != NO_EFFECT && later != has_later(el))
			fail_msg("domus-answers.5: <%s>: \"later\" is %s",
			    el->name, later ? "out of date" : "missing");
		free(text);
	}
	free(page);
}

static bool
is_in_manual(const char *page, const struct element *el, const char *name)
{
	char *text = manual_of(page, el->name);
	struct buf want = { 0 };
	const char *at;
	bool found = false;

	buf_printf(&want, "Cm %s", name);
	for (at = strstr(text, buf_str(&want)); at != NULL && !found;
	    at = strstr(at + 1, buf_str(&want)))
		found = strchr(" \n", at[want.len]) != NULL;
	buf_free(&want);
	free(text);
	return found;
}

/* Under one at least of the elements that have it. */
static void
the_manual_names_every_attribute(void **state)
{
	char *page = golden_read("installer/domus-answers.5", NULL);

	(void)state;
	for (size_t i = 0; i < nattributes; i++) {
		const struct attribute *at = &attributes[i];
		bool found = false;

		for (size_t j = 0; j < nelements && !found; j++)
			found = is_listed(at->element, elements[j].name) &&
			    is_in_manual(page, &elements[j], at->name);
		if (!found)
			fail_msg("domus-answers.5: no <%s %s>", at->element,
			    at->name);
	}
	free(page);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_says_of_each_element_what_holds),
		cmocka_unit_test(the_manual_names_every_attribute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
