/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "answers.h"
#include "answers_write.h"
#include "elements.h"
#include "explain.h"
#include "golden.h"
#include "theirs.h"

/*
 * The format told in four ways: the tables, the schema, the writer and the
 * words of explain.  They must not drift apart.
 */

static const struct answers_env no_env = { 0 };

#define REST "<primary-disk>sda</primary-disk><source type=\"local\"/>" \
	"<admin-interface name=\"eth0\" proto=\"dhcp\"/>"

static void
quiet(void *ctx, const char *fmt, ...)
{
	(void)ctx;
	(void)fmt;
}

static xmlRelaxNGPtr
load_schema(struct buf *text)
{
	xmlRelaxNGParserCtxtPtr parser;
	xmlRelaxNGPtr schema;

	schema_print(text);
	parser = xmlRelaxNGNewMemParserCtxt(buf_str(text), (int)text->len);
	assert_non_null(parser);
	schema = xmlRelaxNGParse(parser);
	xmlRelaxNGFreeParserCtxt(parser);
	assert_non_null(schema);
	return schema;
}

static bool
is_valid(xmlRelaxNGPtr schema, const char *doc)
{
	xmlRelaxNGValidCtxtPtr ctx = xmlRelaxNGNewValidCtxt(schema);
	xmlDocPtr d = xmlReadMemory(doc, (int)strlen(doc), "a.xml", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	    XML_PARSE_NOENT);
	int rc;

	assert_non_null(d);
	xmlRelaxNGSetValidErrors(ctx, quiet, quiet, NULL);
	rc = xmlRelaxNGValidateDoc(ctx, d);
	xmlFreeDoc(d);
	xmlRelaxNGFreeValidCtxt(ctx);
	return rc == 0;
}

static void
the_schema_is_as_published(void **state)
{
	struct buf b = { 0 };

	(void)state;
	schema_print(&b);
	golden_check("installer/answers.rng", &b);
	buf_free(&b);
}

/* Whether the parser accepts a text. */
static bool
is_accepted(const char *doc)
{
	struct findings f = { .file = "a.xml" };
	struct answers a;
	bool good;

	answers_parse(&a, doc, strlen(doc), &no_env, &f);
	good = !findings_bad(&f);
	answers_free(&a);
	findings_free(&f);
	return good;
}

static void
every_accepted_file_is_valid_in_the_schema(void **state)
{
	struct buf text = { 0 };
	xmlRelaxNGPtr schema = load_schema(&text);
	glob_t g = { 0 };
	size_t accepted = 0;

	(void)state;
	glob("configs/answers/*.xml", 0, NULL, &g);
	glob("installer/test/plan/*.xml", GLOB_APPEND, NULL, &g);
	glob("installer/test/whole/*.xml", GLOB_APPEND, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char *doc = golden_read(g.gl_pathv[i], NULL);

		if (strstr(g.gl_pathv[i], "inventory") == NULL &&
		    strstr(doc, "strict=") == NULL && is_accepted(doc)) {
			accepted++;
			if (!is_valid(schema, doc))
				fail_msg("%s: not valid", g.gl_pathv[i]);
		}
		free(doc);
	}
	assert_true(accepted > 10);
	globfree(&g);
	xmlRelaxNGFree(schema);
	buf_free(&text);
}

/* What both the parser and the schema say of it. */
static const struct {
	const char *doc;
	bool good;
} verdicts[] = {
	{ "<installation>" REST "</installation>", true },
	{ "<upgrade mode=''>" REST "</upgrade>", true },
	{ "<installation><source type='local'/></installation>", false },
	{ "<installation mode='nonsense'>" REST "</installation>", false },
	{ "<installation>" REST REST "</installation>", false },
	{ "<installation x='1'>" REST "</installation>", false },
	{ "<installation>" REST "<x/></installation>", false },
	{ "<installation>" REST "text</installation>", false },
	{ "<installation>" REST "<hostname/></installation>", false },
	{ "<installation>" REST "<nameserver>10.0.0.1</nameserver>"
	    "<name-server>10.0.0.2</name-server></installation>", true },
	{ "<installation>" REST "<ntp/></installation>", false },
	{ "<installation>" REST "<ntp source='none'/></installation>", true },
	{ "<installation>" REST "<bootloader location='mbr'>grub2"
	    "</bootloader></installation>", true },
	{ "<installation>" REST "<fcoe-interface name='eth0'/>"
	    "</installation>", false },
	{ "<installation>" REST "<guest-disks><guest-disk>sda</guest-disk>"
	    "<guest-disk>sdb</guest-disk></guest-disks></installation>",
	    true },
	{ "<installation>" REST "<pool/></installation>", false },
	{ "<nonsense/>", false },
};

static void
parser_and_schema_agree(void **state)
{
	struct buf text = { 0 };
	xmlRelaxNGPtr schema = load_schema(&text);

	(void)state;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		const char *doc = verdicts[i].doc;

		if (is_accepted(doc) != verdicts[i].good)
			fail_msg("the parser: %s", doc);
		if (is_valid(schema, doc) != verdicts[i].good)
			fail_msg("the schema: %s", doc);
	}
	xmlRelaxNGFree(schema);
	buf_free(&text);
}

static void
every_row_is_explained(void **state)
{
	struct buf b = { 0 };
	const char *near;

	(void)state;
	for (size_t i = 0; i < nelements; i++) {
		assert_true(explain(elements[i].name, &b, &near));
		if (strstr(buf_str(&b), ": ?\n") != NULL)
			fail_msg("help.c: no <%s>", elements[i].name);
		if (strstr(buf_str(&b), "    ?\n") != NULL)
			fail_msg("help.c: an attribute of <%s> is missing",
			    elements[i].name);
		buf_reset(&b);
	}
	assert_true(explain("ntp", &b, &near));
	assert_string_equal(buf_str(&b),
	    "<ntp>: where the time comes from\n"
	    "stands in installation, optional, once, only with mode "
	    "fresh|reinstall\n"
	    "attributes:\n"
	    "  source=dhcp|default|manual|none (required)\n"
	    "    manual with ntp-server elements (default: what fits them and "
	    "DHCP)\n");
	assert_false(explain("primary-dsk", &b, &near));
	assert_string_equal(near, "primary-disk");
	buf_reset(&b);
	assert_true(explain(NULL, &b, &near));
	assert_non_null(strstr(buf_str(&b), "\npool "));
	buf_free(&b);
}

/* Files that between them hold every row; installer/test/whole/ */
static const char *const wholes[] = { "fresh", "rules", "upgrade", "restore" };

static void
read_whole(const char *name, struct buf *doc)
{
	struct buf path = { 0 };
	size_t len;
	char *text;

	buf_printf(&path, "installer/test/whole/%s.xml", name);
	text = golden_read(buf_str(&path), &len);
	buf_add(doc, text, len);
	free(text);
	buf_free(&path);
}

/* What is written of a text; all its errors but those of LATER rows fail. */
static void
rewrite(const char *name, const char *doc, size_t len, struct buf *to)
{
	struct findings f = { .file = name };
	struct answers a;

	answers_parse(&a, doc, len, &no_env, &f);
	for (size_t i = 0; i < f.n; i++)
		if (f.list[i].severity == SEVERITY_ERROR &&
		    strstr(f.list[i].text, ": not supported: ") == NULL)
			fail_msg("%s:%u: %s", name, f.list[i].at.line,
			    f.list[i].text);
	answers_write(&a, to);
	answers_free(&a);
	findings_free(&f);
}

static void
written_answers_read_back_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
		struct buf doc = { 0 }, once = { 0 }, twice = { 0 };
		struct buf ok = { 0 };

		read_whole(wholes[i], &doc);
		rewrite(wholes[i], doc.data, doc.len, &once);
		rewrite("written", once.data, once.len, &twice);
		assert_string_equal(buf_str(&once), buf_str(&twice));
		buf_printf(&ok, "installer/test/whole/%s.ok", wholes[i]);
		golden_check(buf_str(&ok), &once);
		buf_free(&doc);
		buf_free(&once);
		buf_free(&twice);
		buf_free(&ok);
	}
}

/* What is said of a file of theirs, then the file as one of ours. */
static void
convert(const char *name, const char *doc, size_t len, struct buf *to)
{
	static const struct answers_env env = { .theirs = true };
	struct findings f = { .file = name };
	struct answers a;

	theirs_notes(doc, len, &f);
	answers_parse(&a, doc, len, &env, &f);
	findings_print(&f, to);
	if (!findings_bad(&f))
		answers_write(&a, to);
	answers_free(&a);
	findings_free(&f);
}

static void
a_file_of_theirs_is_converted_with_notes(void **state)
{
	struct buf doc = { 0 }, got = { 0 };
	const char *file;

	(void)state;
	read_whole("theirs", &doc);
	convert("theirs.xml", doc.data, doc.len, &got);
	golden_check("installer/test/whole/theirs.ok", &got);
	file = strstr(buf_str(&got), "<?xml");
	assert_non_null(file);
	assert_true(is_accepted(file));
	buf_free(&doc);
	buf_free(&got);
}

/* Converting is no way around a check, and never makes a worse file. */
static void
what_is_accepted_can_be_converted(void **state)
{
	size_t n = 0;
	glob_t g;

	(void)state;
	if (glob("../shared/samples/answerfiles/*.xml", 0, NULL, &g) != 0)
		skip();
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct buf got = { 0 };
		const char *file;
		char *doc;
		size_t len;

		doc = golden_read(g.gl_pathv[i], &len);
		convert("a.xml", doc, len, &got);
		file = strstr(buf_str(&got), "<?xml");
		if (is_accepted(doc) || file != NULL) {
			n++;
			assert_non_null(file);
			assert_true(is_accepted(file));
		}
		free(doc);
		buf_free(&got);
	}
	assert_true(n > 0);
	globfree(&g);
}

/* What is read, but written as something else or not at all. */
static const char *const other_way[] = { "guest-disks", "strict",
	"post-install-script", "install-failed-script", "swraid",
	"sr-at-end", NULL };

static bool
is_other_way(const char *name)
{
	for (size_t i = 0; other_way[i] != NULL; i++)
		if (strcmp(other_way[i], name) == 0)
			return true;
	return false;
}

static void
every_row_is_read_and_written_in_these_files(void **state)
{
	struct buf in = { 0 }, out = { 0 }, want = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++) {
		struct buf doc = { 0 };

		read_whole(wholes[i], &doc);
		rewrite(wholes[i], doc.data, doc.len, &out);
		buf_add(&in, doc.data, doc.len);
		buf_free(&doc);
	}
	for (size_t i = 0; i < nelements + nattributes; i++) {
		const char *name = i < nelements ? elements[i].name :
		    attributes[i - nelements].name;
		enum status status = i < nelements ? elements[i].status :
		    attributes[i - nelements].status;

		if (status == NO_EFFECT || strcmp(name, "fcoe-interface") == 0)
			continue;
		buf_reset(&want);
		buf_printf(&want, i < nelements ? "<%s" : " %s=\"", name);
		if (strstr(buf_str(&in), buf_str(&want)) == NULL)
			fail_msg("installer/test/whole: nowhere %s", name);
		if (!is_other_way(name) &&
		    strstr(buf_str(&out), buf_str(&want)) == NULL)
			fail_msg("answers_write() does not know %s", name);
	}
	buf_free(&in);
	buf_free(&out);
	buf_free(&want);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_is_as_published),
		cmocka_unit_test(every_accepted_file_is_valid_in_the_schema),
		cmocka_unit_test(parser_and_schema_agree),
		cmocka_unit_test(every_row_is_explained),
		cmocka_unit_test(written_answers_read_back_the_same),
		cmocka_unit_test(every_row_is_read_and_written_in_these_files),
		cmocka_unit_test(a_file_of_theirs_is_converted_with_notes),
		cmocka_unit_test(what_is_accepted_can_be_converted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
