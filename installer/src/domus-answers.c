/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "answers_write.h"
#include "buf.h"
#include "explain.h"
#include "file.h"
#include "machine.h"
#include "plan.h"
#include "theirs.h"
#include "xml.h"

/* domus-answers(1): prove an answer file before any machine boots. */

static const char usage_text[] =
    "usage: domus-answers check FILE\n"
    "       domus-answers plan FILE --inventory FILE\n"
    "       domus-answers convert FILE\n"
    "       domus-answers explain [ELEMENT]\n"
    "       domus-answers schema\n"
    "\n"
    "check    read an answer file and list everything wrong with it\n"
    "plan     show what it would do to the machine of an inventory, as\n"
    "         printed by domus-install --inventory\n"
    "convert  print a file for XenServer or XCP-ng as one for Domus, and note\n"
    "         what means something else here\n"
    "explain  tell what an element is for and may hold, or list them all\n"
    "schema   print the format as Relax NG\n"
    "\n"
    "Exit: 0 good, 1 the file is refused, 2 wrong usage.\n";

static const struct answers_env convert_env = { .theirs = true };
static const struct answers_env env = { "/usr/share/zoneinfo",
	"/usr/share/keymaps", NULL, false };

static int
fail(const char *why)
{
	fprintf(stderr, "domus-answers: %s\n", why);
	return 1;
}

/* What was found goes to stderr; what was asked for, to stdout. */
static int
finish(struct findings *f, const char *file, const struct buf *plan)
{
	struct buf b = { 0 };
	int bad = findings_bad(f);

	findings_print(f, &b);
	fputs(buf_str(&b), stderr);
	buf_free(&b);
	if (!bad && plan != NULL)
		fputs(buf_str(plan), stdout);
	if (bad)
		fprintf(stderr, "domus-answers: %s: refused, %zu error%s\n",
		    file, f->errors, f->errors == 1 ? "" : "s");
	else if (plan == NULL)
		printf("%s: good\n", file);
	return bad ? 1 : 0;
}

static int
check(const char *file)
{
	struct findings f = { .file = file };
	struct answers a = { 0 };
	struct err e;
	char *text;
	size_t len;
	int rc;

	if (file_read(file, XML_MAX_SIZE + 1, &text, &len, &e) == -1)
		return fail(e.text);
	answers_parse(&a, text, len, &env, &f);
	rc = finish(&f, file, NULL);
	answers_free(&a);
	findings_free(&f);
	explicit_bzero(text, len);
	free(text);
	return rc;
}

static int
load_machine(const char *file, struct machine *m)
{
	struct findings f = { .file = file };
	struct err e;
	char *text;
	size_t len;
	int rc;

	if (file_read(file, XML_MAX_SIZE + 1, &text, &len, &e) == -1)
		return fail(e.text);
	rc = machine_load(m, text, len, &f);
	if (rc == -1)
		finish(&f, file, NULL);
	findings_free(&f);
	free(text);
	return rc == -1 ? 1 : 0;
}

static int
plan(const char *file, const char *inventory)
{
	struct findings f = { .file = file };
	struct machine m = { 0 };
	struct answers a = { 0 };
	struct buf shown = { 0 };
	struct plan p;
	struct err e;
	char *text = NULL;
	size_t len = 0;
	int rc = 1;

	if (load_machine(inventory, &m) != 0)
		goto out;
	if (file_read(file, XML_MAX_SIZE + 1, &text, &len, &e) == -1) {
		fail(e.text);
		goto out;
	}
	answers_parse(&a, text, len, &env, &f);
	plan_make(&p, &a, &m, &f);
	plan_print(&p, &shown);
	rc = finish(&f, file, &shown);
out:
	buf_free(&shown);
	answers_free(&a);
	findings_free(&f);
	machine_free(&m);
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	return rc;
}

static int
convert(const char *file)
{
	struct findings f = { .file = file };
	struct answers a = { 0 };
	struct buf b = { 0 };
	struct err e;
	char *text;
	size_t len;
	int rc;

	if (file_read(file, XML_MAX_SIZE + 1, &text, &len, &e) == -1)
		return fail(e.text);
	theirs_notes(text, len, &f);
	answers_parse(&a, text, len, &convert_env, &f);
	answers_write(&a, &b);
	rc = finish(&f, file, &b);
	explicit_bzero(b.data, b.len);
	buf_free(&b);
	answers_free(&a);
	findings_free(&f);
	explicit_bzero(text, len);
	free(text);
	return rc;
}

static int
explain_one(const char *name)
{
	struct buf b = { 0 };
	const char *near;
	bool found = explain(name, &b, &near);

	fputs(buf_str(&b), stdout);
	buf_free(&b);
	if (found)
		return 0;
	fprintf(stderr, near != NULL ? "domus-answers: <%s>: no such element; "
	    "<%s> is the nearest\n" : "domus-answers: <%s>: no such element\n",
	    name, near);
	return 1;
}

static int
schema(void)
{
	struct buf b = { 0 };

	schema_print(&b);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	if (argc == 5 && strcmp(argv[1], "plan") == 0 &&
	    strcmp(argv[3], "--inventory") == 0)
		return plan(argv[2], argv[4]);
	if (argc == 3 && strcmp(argv[1], "convert") == 0)
		return convert(argv[2]);
	if ((argc == 2 || argc == 3) && strcmp(argv[1], "explain") == 0)
		return explain_one(argv[2]);
	if (argc == 2 && strcmp(argv[1], "schema") == 0)
		return schema();
	fputs(usage_text, stderr);
	return 2;
}
