/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"

void
finding_add(struct findings *f, enum severity severity, struct place at,
    const char *remedy, const char *fmt, ...)
{
	struct finding *more, *one;
	va_list ap;
	int n;

	if (f->n >= FINDINGS_MAX) {
		f->more++;
		f->errors += severity == SEVERITY_ERROR;
		return;
	}
	more = realloc(f->list, (f->n + 1) * sizeof(*more));
	if (more == NULL) {
		f->failed = true;
		return;
	}
	f->list = more;
	one = &more[f->n];
	*one = (struct finding){ .severity = severity, .at = at };
	va_start(ap, fmt);
	n = vasprintf(&one->text, fmt, ap);
	va_end(ap);
	one->remedy = strdup(remedy != NULL ? remedy : "");
	if (n == -1 || one->remedy == NULL) {
		if (n != -1)
			free(one->text);
		free(one->remedy);
		f->failed = true;
		return;
	}
	f->n++;
	if (severity == SEVERITY_ERROR)
		f->errors++;
}

bool
findings_bad(const struct findings *f)
{
	return f->errors > 0 || f->failed;
}

/* Stable: what was found first at one place stays first. */
static void
sort_by_place(struct findings *f)
{
	struct finding one;
	size_t i, j;

	for (i = 1; i < f->n; i++) {
		one = f->list[i];
		for (j = i; j > 0; j--) {
			const struct place *p = &f->list[j - 1].at;

			if (p->line < one.at.line || (p->line == one.at.line &&
			    p->column <= one.at.column))
				break;
			f->list[j] = f->list[j - 1];
		}
		f->list[j] = one;
	}
}

void
findings_print(struct findings *f, struct buf *to)
{
	static const char *const words[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};
	const struct finding *one;

	sort_by_place(f);
	for (size_t i = 0; i < f->n; i++) {
		one = &f->list[i];
		buf_printf(to, "%s:", f->file);
		if (one->at.line > 0)
			buf_printf(to, "%u:%u:", one->at.line, one->at.column);
		buf_printf(to, " %s: %s", words[one->severity], one->text);
		if (one->remedy[0] != '\0')
			buf_printf(to, "; %s", one->remedy);
		buf_char(to, '\n');
	}
	if (f->more > 0)
		buf_printf(to, "%s: and %zu more\n", f->file, f->more);
	if (f->failed)
		buf_printf(to, "%s: error: out of memory\n", f->file);
}

void
findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].text);
		free(f->list[i].remedy);
	}
	free(f->list);
	f->list = NULL;
	f->n = f->errors = f->more = 0;
	f->failed = false;
}
