/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules.h"

/* Every word of a rule, on a disk that it means and on one that it does not. */

static char *ids[] = { (char *)"ata-Fast_SSD_S1AB", (char *)"wwn-0x5002538e" };
static char *paths[] = { (char *)"pci-0000:00:17.0-ata-1" };

static const struct disk fast = {
	.ids = { ids, 2 }, .paths = { paths, 1 }, .size = 500107862016,
	.model = (char *)"Fast SSD", .serial = (char *)"S1AB",
	.wwn = (char *)"0x5002538e", .transport = (char *)"sata",
};
static const struct disk nameless = {
	.size = 4000787030016, .model = (char *)"", .serial = (char *)"",
	.wwn = (char *)"", .transport = (char *)"", .rotational = true,
	.removable = true, .nholds = 1,
};

/* What excludes the one and the other; NULL: nothing. */
static const struct {
	const char *match, *fast, *nameless;
} cases[] = {
	{ "by-id=ata-fast*", NULL, "it has no by-id" },
	{ "by-id=/dev/disk/by-id/wwn-*8e", NULL, "it has no by-id" },
	{ "by-id=scsi-*", "are not like \"scsi-*\"", "it has no by-id" },
	{ "serial=s1ab", NULL, "its serial number is not known" },
	{ "serial=S1A", "serial number \"S1AB\" is not like \"S1A\"",
	    "its serial number is not known" },
	{ "wwn=5002538*", NULL, "its WWN is not known" },
	{ "wwn=0x5002538?", NULL, "its WWN is not known" },
	{ "wwn=0x6*", "WWN \"0x5002538e\" is not like \"0x6*\"",
	    "its WWN is not known" },
	{ "model='fast *'", NULL, "its model is not known" },
	{ "model=Slow*", "model \"Fast SSD\" is not like",
	    "its model is not known" },
	{ "path=pci-*-ata-1", NULL, "it has no path" },
	{ "path=/dev/disk/by-path/pci-0000:00:17.0-ata-[12]", NULL,
	    "it has no path" },
	{ "path=usb*", "is not like \"usb*\"", "it has no path" },
	{ "transport=sata", NULL, "its transport is not known" },
	{ "transport=nvme", "transport \"sata\" is not like \"nvme\"",
	    "its transport is not known" },
	{ "size=500GB..", NULL, NULL },
	{ "size=501GB..", "smaller than ", NULL },
	{ "size=..501GB", NULL, "larger than " },
	{ "size=1TB..5TB", "smaller than ", NULL },
	{ "rotational=yes", "it is not rotational", NULL },
	{ "rotational=no", NULL, "it is rotational" },
	{ "empty=yes", NULL, "it is not empty" },
	{ "empty=no", "it is empty", NULL },
	{ "removable=yes", "it is not removable", NULL },
	{ "removable=no", NULL, "it is removable" },
	/* all must hold */
	{ "model=Fast* serial=S1AB size=..1TB rotational=no", NULL,
	    "larger than" },
	{ "model=Fast* serial=S2", "serial number", "its serial" },
};

static void
judge(const char *rule, const struct match *m, const struct disk *d,
    const char *want)
{
	struct buf why = { 0 };
	bool excluded = match_excludes(m, d, &why);

	if (excluded != (want != NULL) ||
	    (excluded && strstr(buf_str(&why), want) == NULL))
		fail_msg("%s: wanted \"%s\", got \"%s\"", rule,
		    want != NULL ? want : "", buf_str(&why));
	buf_free(&why);
}

static void
each_word_of_a_rule_means_and_excludes(void **state)
{
	static const struct answers_env env = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct findings f = { .file = "a.xml" };
		struct buf doc = { 0 };
		struct answers a;

		buf_printf(&doc, "<restore><protect match=\"%s\"/></restore>",
		    cases[i].match);
		answers_parse(&a, doc.data, doc.len, &env, &f);
		assert_int_equal(f.n, 0);
		assert_int_equal(a.protects.n, 1);
		judge(cases[i].match, &a.protects.list[0].match, &fast,
		    cases[i].fast);
		judge(cases[i].match, &a.protects.list[0].match, &nameless,
		    cases[i].nameless);
		answers_free(&a);
		findings_free(&f);
		buf_free(&doc);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_of_a_rule_means_and_excludes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
