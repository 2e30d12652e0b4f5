/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "conf.h"
#include "file.h"
#include "flags.h"
#include "hash.h"
#include "markup.h"
#include "run.h"

static void
errors_read_from_the_outside_in(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, "no space"), -1);
	assert_int_equal(err_in(&e, "/dev/%s", "sda"), -1);
	assert_string_equal(e.text, "/dev/sda: no space");
}

static void
a_buf_grows_and_is_always_a_string(void **state)
{
	struct buf b = { 0 };
	char *taken;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d,", i);
	assert_int_equal(b.len, 4000);
	assert_int_equal(strlen(buf_str(&b)), 4000);
	buf_drop(&b, 3996);
	assert_string_equal(buf_str(&b), "999,");
	taken = buf_take(&b);
	assert_string_equal(taken, "999,");
	assert_int_equal(b.len, 0);
	free(taken);
	buf_free(&b);
	buf_free(&b);
}

/* What has the file open sees what is left of it. */
static void
a_secret_is_overwritten_before_it_is_removed(void **state)
{
	char path[] = "/tmp/base_test.XXXXXX", has[8192];
	int fd = mkstemp(path);
	struct err e;
	ssize_t n;

	(void)state;
	memset(has, 's', sizeof(has));
	assert_int_equal(write(fd, has, 5000), 5000);
	assert_int_equal(file_erase(path, &e), 0);
	assert_int_equal(access(path, F_OK), -1);
	n = pread(fd, has, sizeof(has), 0);
	assert_int_equal(n, 5000);
	while (n-- > 0)
		assert_int_equal(has[n], 0);
	assert_int_equal(file_erase(path, &e), 0);
	/* not what a link leads to */
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(file_erase(path, &e), -1);
	unlink(path);
	close(fd);
}

/* Kept once asked to, for those that become as large, until they are old. */
static void
large_bufs_leave_their_memory_to_the_next(void **state)
{
	static char text[3 << 20];
	struct buf a = { 0 }, b = { 0 };
	const char *was;

	(void)state;
	memset(text, 'x', sizeof(text));
	buf_add(&a, text, sizeof(text));
	buf_free(&a);
	assert_false(buf_age_spares());
	buf_keep_spares();
	buf_add(&a, text, sizeof(text));
	was = a.data;
	buf_free(&a);
	assert_null(a.data);
	buf_str_add(&b, "small");
	assert_ptr_not_equal(b.data, was);
	buf_add(&b, text, sizeof(text));
	assert_ptr_equal(b.data, was);
	assert_int_equal(b.len, 5 + sizeof(text));
	assert_memory_equal(b.data, "smallxx", 7);
	buf_add(&a, text, sizeof(text));
	assert_ptr_not_equal(a.data, was);
	buf_free(&a);
	buf_free(&b);
	assert_true(buf_age_spares());
	assert_false(buf_age_spares());
}

static void
a_file_is_replaced_whole_and_with_its_mode(void **state)
{
	char dir[] = "/tmp/base_test.XXXXXX", path[64], *data;
	struct stat st;
	struct err e;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a/b/file", dir);
	assert_int_equal(file_write(path, "x", 1, 0600, &e), -1);
	snprintf(path, sizeof(path), "%s/a/b", dir);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(path, sizeof(path), "%s/a/b/file", dir);
	assert_int_equal(file_write(path, "old", 3, 0644, &e), 0);
	assert_int_equal(file_write(path, "n\0w", 3, 0600, &e), 0);
	assert_int_equal(file_read(path, 3, &data, &len, &e), 0);
	assert_int_equal(len, 3);
	assert_memory_equal(data, "n\0w", 4);
	free(data);
	assert_int_equal(file_read(path, 2, &data, &len, &e), -1);
	assert_non_null(strstr(e.text, "larger than 2 bytes"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(run((const char *[]){ "rm", "-r", dir, NULL }, &e), 0);
}

static void
a_conf_is_read_back_as_it_was_written(void **state)
{
	char path[] = "/tmp/base_test.XXXXXX";
	struct conf c = { 0 }, back = { 0 };
	struct err e;

	(void)state;
	assert_int_not_equal(close(mkstemp(path)), -1);
	assert_int_equal(conf_add(&c, "ssh-key", "ssh-ed25519 AA me@x", &e), 0);
	assert_int_equal(conf_add(&c, "ntp-server", "one", &e), 0);
	assert_int_equal(conf_add(&c, "ntp-server", "two", &e), 0);
	assert_int_equal(conf_add(&c, "a b", "x", &e), -1);
	assert_int_equal(conf_add(&c, "a", "x\ny", &e), -1);
	assert_int_equal(conf_set(&c, "hostname", "h1", &e), 0);
	assert_int_equal(conf_set(&c, "hostname", "h2", &e), 0);
	assert_int_equal(conf_write(&c, path, 0644, &e), 0);
	assert_int_equal(conf_read(path, &back, &e), 0);
	assert_int_equal(back.n, 4);
	assert_string_equal(conf_get(&back, "hostname", ""), "h2");
	assert_string_equal(conf_nth(&back, "ntp-server", 1), "two");
	assert_null(conf_nth(&back, "ntp-server", 2));
	assert_string_equal(conf_get(&back, "none", "dflt"), "dflt");
	conf_free(&c);
	conf_free(&c);
	conf_free(&back);
	unlink(path);
}

static void
a_bad_conf_line_is_named(void **state)
{
	static const char *const bad[] = { "a 1\nb\n", "a 1\n b\n" };
	struct conf c = { 0 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(conf_parse("host.conf", bad[i], &c, &e), -1);
		assert_string_equal(e.text,
		    "host.conf:2: not \"key value\"");
		conf_free(&c);
	}
	assert_int_equal(conf_parse("x", "# c\n\na  b \nz y", &c, &e), 0);
	assert_string_equal(conf_get(&c, "a", ""), " b ");
	assert_string_equal(conf_get(&c, "z", ""), "y");
	conf_free(&c);
}

static void
count_line(void *arg, const char *line)
{
	*(size_t *)arg += strlen(line) + 1;
}

static void
a_program_runs_and_its_failure_is_told(void **state)
{
	struct buf out = { 0 };
	size_t bytes = 0;
	struct err e;
	struct run r = { .input = "in", .output = &out,
		.env = (const char *[]){ "WORD=hello", NULL } };
	struct run lines = { .line = count_line, .arg = &bytes };
	struct run late = { .seconds = 1 };

	(void)state;
	assert_int_equal(run_with((const char *[]){ "sh", "-c",
	    "cat; echo $WORD", NULL }, &r, &e), 0);
	assert_string_equal(buf_str(&out), "inhello\n");
	buf_free(&out);

	assert_int_equal(run((const char *[]){ "sh", "-c",
	    "echo first >&2; echo 'disk full' >&2; exit 3", NULL }, &e), -1);
	assert_string_equal(e.text, "sh: exit 3: disk full");
	assert_int_equal(run((const char *[]){ "no-such-program", NULL }, &e),
	    -1);
	assert_string_equal(e.text,
	    "no-such-program: exit 127: No such file or directory");

	assert_int_equal(run_with((const char *[]){ "sh", "-c",
	    "echo one; printf two", NULL }, &lines, &e), 0);
	assert_int_equal(bytes, 8);

	assert_int_equal(run_with((const char *[]){ "sh", "-c",
	    "echo stuck >&2; exec tail -f /dev/null", NULL }, &late, &e), -1);
	assert_string_equal(e.text, "sh: killed after 1 s: stuck");
}

static void
sha256_is_sha256(void **state)
{
	char hex[HASH_HEX], path[] = "/tmp/base_test.XXXXXX";
	struct err e;
	int fd;

	(void)state;
	/* FIPS 180-4's example */
	hash_bytes("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	fd = mkstemp(path);
	assert_int_equal(write(fd, "abcd", 4), 4);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(hash_fd(fd, 3, hex, &e), 0);
	assert_memory_equal(hex, "ba7816bf", 8);
	assert_int_equal(hash_fd(fd, 3, hex, &e), -1);
	assert_string_equal(e.text, "2 bytes short");
	close(fd);
	unlink(path);
	assert_int_equal(hash_file("/nonexistent", hex, &e), -1);
}

static void
markup_is_escaped(void **state)
{
	struct buf b = { 0 };

	(void)state;
	markup_escape(&b, "a <b> & \"c\" 'd'\t\r\n\xc3\xa4");
	assert_string_equal(buf_str(&b), "a &lt;b&gt; &amp; &quot;c&quot; 'd'"
	    "&#9;&#13;&#10;\xc3\xa4");
	buf_free(&b);
}

struct given {
	char letters[8];
	const char *text;
};

static int
take_flag(void *arg, int letter, const char *text)
{
	struct given *g = arg;

	g->letters[strlen(g->letters)] = (char)letter;
	if (text != NULL)
		g->text = text;
	return letter == 'h' ? 'h' : 0;
}

static void
flags_are_read_and_printed_from_one_table(void **state)
{
	static const struct flag flags[] = {
		{ "all", 'a', NULL, "everything" },
		{ "name", 'n', "NAME", "its name" },
		{ "help", 'h', NULL, "print this" },
	};
	static const struct {
		const char *argv[6];
		bool words;
		int rc, rest;
		const char *letters;
	} rows[] = {
		{ { "p", "-a", "--name", "x", "y" }, false, 0, 4, "an" },
		{ { "p", "y", "--name=x" }, false, 0, 2, "n" },
		{ { "p", "y", "--name=x" }, true, 0, 1, "" },
		{ { "p", "-nx", "-a" }, true, 0, 3, "na" },
		{ { "p", "--help", "-a" }, true, 'h', 0, "h" },
		{ { "p", "-a", "--other" }, true, -1, 0, "a" },
		{ { "p", "-n" }, true, -1, 0, "" },
	};
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	(void)state;
	opterr = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct given g = { 0 };
		char *argv[6];
		int n = 0, rest = 0;

		memcpy(argv, rows[i].argv, sizeof(argv));
		while (argv[n] != NULL)
			n++;
		optind = 0;	/* getopt_long(3): from the start again */
		assert_int_equal(flags_read(flags, 3, n, argv, rows[i].words,
		    take_flag, &g, &rest), rows[i].rc);
		assert_int_equal(rest, rows[i].rest);
		assert_string_equal(g.letters, rows[i].letters);
		if (strchr(g.letters, 'n') != NULL)
			assert_string_equal(g.text, "x");
	}
	flags_print(to, flags, 2, 18);
	fclose(to);
	assert_string_equal(text, "  -a, --all       everything\n"
	    "  -n, --name NAME its name\n");
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_read_from_the_outside_in),
		cmocka_unit_test(a_buf_grows_and_is_always_a_string),
		cmocka_unit_test(large_bufs_leave_their_memory_to_the_next),
		cmocka_unit_test(a_file_is_replaced_whole_and_with_its_mode),
		cmocka_unit_test(a_secret_is_overwritten_before_it_is_removed),
		cmocka_unit_test(a_conf_is_read_back_as_it_was_written),
		cmocka_unit_test(a_bad_conf_line_is_named),
		cmocka_unit_test(a_program_runs_and_its_failure_is_told),
		cmocka_unit_test(sha256_is_sha256),
		cmocka_unit_test(markup_is_escaped),
		cmocka_unit_test(flags_are_read_and_printed_from_one_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
