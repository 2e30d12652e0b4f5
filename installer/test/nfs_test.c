/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codes.h"
#include "nfs.h"

static void
places_are_read_or_refused(void **state)
{
	static const struct {
		const char *text, *server, *path;
		unsigned int port;
	} good[] = {
		{ "nas:/a/b", "nas", "/a/b", 0 },
		{ "10.0.0.1:/", "10.0.0.1", "/", 0 },
		{ "[2001:db8::5]:/x", "2001:db8::5", "/x", 0 },
		{ "nfs://nas/a", "nas", "/a", 0 },
		{ "nfs://nas:/a", "nas", "/a", 0 },
		{ "nfs://nas:2050/a/", "nas", "/a/", 2050 },
		{ "nfs://[fe80::1]:111/a:b", "fe80::1", "/a:b", 111 },
	};
	static const char *const bad[] = { "", "/a", "nas", "nas/a", "nas:a",
		":/a", "nas:1/a", "nfs://", "nfs:///a", "nfs://nas",
		"nfs://nas:0/a", "nfs://nas:65536/a", "nfs://nas:999999/a",
		"nfs://me:word@nas/a", "nfs://me@nas/a", "[::1:/a", "[::1]/a" };
	struct nfs_place p;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(nfs_place(good[i].text, &p));
		assert_string_equal(p.server, good[i].server);
		assert_string_equal(p.path, good[i].path);
		assert_int_equal(p.port, good[i].port);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (nfs_place(bad[i], &p) == NULL)
			fail_msg("taken: %s", bad[i]);
}

static void
a_file_is_split_from_its_directory(void **state)
{
	struct nfs_place p;

	(void)state;
	assert_null(nfs_place("nas:/a/b/x.iso", &p));
	assert_string_equal(nfs_split(&p), "x.iso");
	assert_string_equal(p.path, "/a/b");
	assert_null(nfs_place("nas:/x.iso", &p));
	assert_string_equal(nfs_split(&p), "x.iso");
	assert_string_equal(p.path, "/");
	assert_null(nfs_place("nas:/", &p));
	assert_string_equal(nfs_split(&p), "");
	assert_string_equal(p.path, "/");
}

/* As nfs(5) has them; a server that dies must not hang the installer. */
static void
the_kernel_is_told_each_version(void **state)
{
	static const char *const want[] = {
		"vers=4.1,proto=tcp,port=2049,addr=10.0.0.1,soft,timeo=100,"
		    "retrans=2",
		"vers=4.0,proto=tcp,port=2049,addr=10.0.0.1,soft,timeo=100,"
		    "retrans=2",
		"vers=3,nolock,proto=tcp,mountproto=tcp,port=2049,"
		    "addr=10.0.0.1,soft,timeo=100,retrans=2",
	};
	struct nfs_place p = { .port = 0 };
	char options[NFS_OPTIONS];

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		assert_true(nfs_options(&p, "10.0.0.1", i, options));
		assert_string_equal(options, want[i]);
	}
	assert_false(nfs_options(&p, "10.0.0.1", 3, options));
	p.port = 2050;
	assert_true(nfs_options(&p, "2001:db8::5", 2, options));
	assert_string_equal(options, "vers=3,nolock,proto=tcp6,"
	    "mountproto=tcp6,port=2050,addr=2001:db8::5,soft,timeo=100,"
	    "retrans=2");
}

static void
servers_that_are_not_there_are_named(void **state)
{
	struct err e;
	char *data;
	size_t len;

	(void)state;
	assert_int_equal(nfs_get("nfs://no.invalid/a", 9, &data, &len, &e),
	    -1);
	assert_int_equal(e.code, DI_NAME);
	assert_int_equal(nfs_get("nfs://127.0.0.1:1/a", 9, &data, &len, &e),
	    -1);
	assert_int_equal(e.code, DI_CONNECT);
	assert_non_null(strstr(e.text, "nfs://127.0.0.1:1/a: "));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read_or_refused),
		cmocka_unit_test(a_file_is_split_from_its_directory),
		cmocka_unit_test(the_kernel_is_told_each_version),
		cmocka_unit_test(servers_that_are_not_there_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
