/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "disk_nfs.h"

/* What an SR's device_config says of an NFS server. */

static struct value *
config(const char *const pairs[])
{
	struct value *v = value_new_struct();

	for (size_t i = 0; pairs[i] != NULL; i += 2)
		value_set_str(v, pairs[i], pairs[i + 1]);
	return v;
}

/* 0, or the number of the failure. */
static int
code(const struct reply *r)
{
	int n = 0;

	if (r->code != NULL)
		sscanf(r->code, "SR_BACKEND_FAILURE_%d", &n);
	return n;
}

static void
exports_are_read_strictly(void **state)
{
	static const struct {
		const char *server, *path, *version, *options;
		int code;
		const char *source;
	} cases[] = {
		{ "nas", "/vol", "", "", 0, "nas:/vol" },
		{ "10.0.0.1", "/", "4.2", "hard,timeo=50,port=2050", 0,
		    "10.0.0.1:/" },
		{ "fd00::1", "/a b", "3", "", 0, "[fd00::1]:/a b" },
		{ "", "/vol", "", "", 102, NULL },
		{ "nas,ro", "/vol", "", "", 102, NULL },
		{ "-nas", "/vol", "", "", 102, NULL },
		{ "nas", "", "", "", 101, NULL },
		{ "nas", "vol", "", "", 103, NULL },
		{ "nas", "/vol\n", "", "", 103, NULL },
		{ "nas", "/vol", "2", "", 72, NULL },
		{ "nas", "/vol", "4.1,hard", "", 72, NULL },
		{ "nas", "/vol", "", "addr=1.2.3.4", 1, NULL },
		{ "nas", "/vol", "", "vers=3", 1, NULL },
		{ "nas", "/vol", "", "timeo=0", 1, NULL },
		{ "nas", "/vol", "", "timeo=10x", 1, NULL },
		{ "nas", "/vol", "", "timeo=99999999999999999999", 1, NULL },
		{ "nas", "/vol", "", "timeo", 1, NULL },
		{ "nas", "/vol", "", "hard=1", 1, NULL },
		{ "nas", "/vol", "", "port=65536", 1, NULL },
		{ "nas", "/vol", "", ",", 1, NULL },
	};
	struct nfs_export x;
	char source[1100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value *v = config((const char *const[]){ "server",
		    cases[i].server, "serverpath", cases[i].path,
		    "nfsversion", cases[i].version, "options",
		    cases[i].options, NULL });
		struct reply r = { 0 };
		int rc = disk_nfs_export(v, &x, &r);

		if (code(&r) != cases[i].code)
			fail_msg("case %zu: %s", i, r.code);
		assert_int_equal(rc, cases[i].code == 0 ? 0 : -1);
		if (rc == 0) {
			disk_nfs_source(&x, source);
			assert_string_equal(source, cases[i].source);
		}
		reply_free(&r);
		value_free(v);
	}
}

static void
too_many_options_are_refused(void **state)
{
	struct nfs_export x;
	struct reply r = { 0 };
	char many[600] = "hard";
	struct value *v;

	(void)state;
	while (strlen(many) < 500)
		strcat(many, ",rsize=1048576");
	v = config((const char *const[]){ "server", "nas", "serverpath", "/",
	    "options", many, NULL });
	assert_int_equal(disk_nfs_export(v, &x, &r), -1);
	assert_int_equal(code(&r), 1);
	reply_free(&r);
	value_free(v);
}

static void
locations_of_images(void **state)
{
	static const struct {
		const char *location, *type;
		int rc, code;
		const char *source;
	} cases[] = {
		{ "/srv/iso", "", 0, 0, NULL },
		{ "nas:/iso", "", 1, 0, "nas:/iso" },
		{ "nas:/iso", "nfs_iso", 1, 0, "nas:/iso" },
		{ "[fd00::1]:/iso/a", "nfs_iso", 1, 0, "[fd00::1]:/iso/a" },
		{ "/srv/iso", "nfs_iso", -1, 225, NULL },
		{ "nas:iso", "", -1, 225, NULL },
		{ ":/iso", "", -1, 225, NULL },
		{ "[fd00::1:/iso", "", -1, 225, NULL },
		{ "//nas/iso", "cifs", -1, 225, NULL },
		{ "", "", -1, 220, NULL },
	};
	struct nfs_export x;
	char source[1100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct value *v = config((const char *const[]){ "location",
		    cases[i].location, "type", cases[i].type, NULL });
		struct reply r = { 0 };

		assert_int_equal(disk_nfs_location(v, &x, &r), cases[i].rc);
		assert_int_equal(code(&r), cases[i].code);
		if (cases[i].rc == 1) {
			disk_nfs_source(&x, source);
			assert_string_equal(source, cases[i].source);
		}
		reply_free(&r);
		value_free(v);
	}
}

static void
versions_are_tried_in_their_order(void **state)
{
	struct nfs_export x = { .server = "nas", .port = 2049 };
	char o[NFS_OPTIONS];

	(void)state;
	assert_true(disk_nfs_options(&x, "10.0.0.1", 0, o));
	assert_string_equal(o, "vers=4.1,proto=tcp,port=2049,addr=10.0.0.1,"
	    "soft,timeo=100,retrans=12,acdirmin=0,acdirmax=0");
	assert_true(disk_nfs_options(&x, "10.0.0.1", 1, o));
	assert_true(disk_nfs_options(&x, "fd00::1", 2, o));
	assert_non_null(strstr(o, "vers=3,proto=tcp6"));
	assert_non_null(strstr(o, ",nolock,mountproto=tcp6"));
	assert_false(disk_nfs_options(&x, "10.0.0.1", 3, o));
	strcpy(x.version, "4");
	assert_true(disk_nfs_options(&x, "10.0.0.1", 1, o));
	assert_false(disk_nfs_options(&x, "10.0.0.1", 2, o));
	strcpy(x.version, "3");
	strcpy(x.more, ",hard");
	assert_true(disk_nfs_options(&x, "10.0.0.1", 0, o));
	assert_non_null(strstr(o, "vers=3,"));
	assert_string_equal(o + strlen(o) - 5, ",hard");
	assert_false(disk_nfs_options(&x, "10.0.0.1", 1, o));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports_are_read_strictly),
		cmocka_unit_test(too_many_options_are_refused),
		cmocka_unit_test(locations_of_images),
		cmocka_unit_test(versions_are_tried_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
