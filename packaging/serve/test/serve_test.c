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

#include "file.h"
#include "files.h"
#include "machines.h"
#include "progress.h"
#include "tree.h"

static char top[] = "/tmp/serve_test.XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[256];
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	*strrchr(path, '/') = '\0';
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(file_write(path, text, strlen(text), 0644, &e), 0);
}

static void
link_to(const char *target, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(symlink(target, path), 0);
}

static int
make_tree(void **state)
{
	char path[256];

	(void)state;
	if (mkdtemp(top) == NULL)
		return -1;
	put("secret", "secret");
	put("root/a", "aa");
	put("root/dir/b", "bb");
	put("root/pxelinux.cfg/default", "APPEND vmlinuz domus.boot=net "
	    "quiet --- initrd\nx domus.boot=net\n");
	put("root/pxelinux.cfg/01-52-54-00-d0-00-09", "own\n");
	put("root/domus.ipxe", "module vmlinuz domus.boot=net\n");
	put("answers/52-54-00-d0-00-01.xml", "by mac");
	put("answers/AB_12_.xml", "by serial");
	put("answers/4c4c4544-0042.xml", "by uuid");
	put("answers/default.xml", "default");
	link_to("dir/b", "root/inside");
	link_to("../secret", "root/outside");
	link_to("/etc/passwd", "root/absolute");
	link_to("..", "root/up");
	snprintf(path, sizeof(path), "%s/root/pipe", top);
	return mkfifo(path, 0600);
}

static int
remove_tree(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static int
root(const char *name)
{
	char path[256];
	struct err e;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	fd = tree_root(path, &e);
	assert_int_not_equal(fd, -1);
	return fd;
}

static void
no_name_leads_out_of_the_tree(void **state)
{
	static const struct { const char *name, *text; } cases[] = {
		{ "a", "aa" }, { "/a", "aa" }, { "//a", "aa" }, { "\\a",
		"aa" }, { "dir/b", "bb" }, { "dir\\b", "bb" },
		{ "/dir/../a", "aa" }, { "inside", "bb" },
		{ "", NULL }, { "/", NULL }, { "dir", NULL }, { ".", NULL },
		{ "..", NULL }, { "../secret", NULL },
		{ "/../secret", NULL }, { "..\\secret", NULL },
		{ "dir/../../secret", NULL }, { "outside", NULL },
		{ "absolute", NULL }, { "up/secret", NULL },
		{ "up/root/a", NULL }, { "/etc/passwd", NULL },
		{ "pipe", NULL }, { "/proc/self/environ", NULL },
		{ "a/", NULL }, { "a\n", NULL },
	};
	int fd = root("root");
	char *text, longest[5000];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = tree_read(fd, cases[i].name, 100, &len);
		if ((text == NULL) != (cases[i].text == NULL))
			fail_msg("%s: %s", cases[i].name, text);
		if (text != NULL)
			assert_string_equal(text, cases[i].text);
		free(text);
	}
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_null(tree_read(fd, longest, 100, &len));
	/* larger than it may be */
	assert_null(tree_read(fd, "dir/b", 1, &len));
	close(fd);
}

static void
answers_are_those_of_the_machine(void **state)
{
	static const struct { const char *names[3], *text; } cases[] = {
		{ { "52-54-00-d0-00-01", "AB 12/", "4c4c4544-0042" },
		"by mac" },
		{ { "52-54-00-d0-00-02", "AB 12/", "4c4c4544-0042" },
		"by serial" },
		{ { NULL, "", "4c4c4544-0042" }, "by uuid" },
		{ { NULL, "../secret", "..", }, "default" },
		{ { NULL, NULL, NULL }, "default" },
	};
	int fd = root("answers");
	char *text;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = tree_answers(fd, cases[i].names, 3, &len);
		assert_non_null(text);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
	close(fd);
	fd = root("root");
	assert_null(tree_answers(fd, cases[0].names, 3, &len));
	close(fd);
}

#define WORDS " domus.source=http://s/ progress-url=http://s/progress"

static void
configurations_say_where_the_server_is(void **state)
{
	static const struct { const char *name, *text; } cases[] = {
		{ "pxelinux.cfg/default", "APPEND vmlinuz domus.boot=net"
		WORDS " quiet --- initrd\nx domus.boot=net" WORDS "\n" },
		{ "/pxelinux.cfg/01-52-54-00-D0-00-01",
		"APPEND vmlinuz domus.boot=net" WORDS
		" BOOTIF=01-52-54-00-d0-00-01 quiet --- initrd\n"
		"x domus.boot=net" WORDS " BOOTIF=01-52-54-00-d0-00-01\n" },
		{ "pxelinux.cfg/01-52-54-00-d0-00-09", "own\n" },
		{ "domus.ipxe", "module vmlinuz domus.boot=net" WORDS "\n" },
		{ "pxelinux.cfg/C0A80001", NULL },
		{ "pxelinux.cfg/../../secret", NULL },
	};
	struct site s = { .url = "http://s/" };
	const struct roots r = { root("root"), -1 };
	struct file f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(files_open(&s, &r, cases[i].name, &f),
		    cases[i].text != NULL ? 0 : -1);
		if (cases[i].text != NULL)
			assert_string_equal(buf_str(&f.text), cases[i].text);
		files_close(&f);
	}
	s.answers = true;
	assert_int_equal(files_open(&s, &r, "domus.ipxe", &f), 0);
	assert_non_null(strstr(buf_str(&f.text), "?mac=${netX/mac}&serial="
	    "${serial:uristring}&uuid=${uuid}"));
	files_close(&f);
	close(r.tree);
}

/* A slot has the image, and other files that are nobody's business. */
static void
a_slot_is_behind_the_tree(void **state)
{
	static const struct { const char *name, *text; } cases[] = {
		{ "a", "aa" }, { "xen.gz", "xen" }, { "/xen.gz", "xen" },
		{ "SHA256SUMS", "sums" }, { "BOOTX64.EFI", "loader" },
		{ "image.sums", NULL }, { "loader/entries/host.conf", NULL },
		{ "vmlinuz", NULL }, { "../root/a", NULL },
	};
	struct site s = { .url = "http://s/" };
	struct roots r;
	struct file f;
	char text[16];

	(void)state;
	put("slot/xen.gz", "xen");
	put("slot/image.sums", "sums");
	put("slot/EFI/BOOT/BOOTX64.EFI", "loader");
	put("slot/loader/entries/host.conf", "domus.state=");
	r = (struct roots){ root("root"), root("slot") };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(files_open(&s, &r, cases[i].name, &f),
		    cases[i].text != NULL ? 0 : -1);
		if (cases[i].text != NULL) {
			assert_int_equal(read(f.fd, text, sizeof(text)),
			    strlen(cases[i].text));
			assert_memory_equal(text, cases[i].text,
			    strlen(cases[i].text));
		}
		files_close(&f);
	}
	close(r.tree);
	close(r.slot);
}

static int
post(struct machines *all, const char *body)
{
	struct err e;

	return machines_post(all, "10.0.2.15", body, strlen(body), 1000, &e);
}

/* What the installer tells is what the server takes. */
static void
progress_is_told_and_taken(void **state)
{
	static const char *const lines[] = { "L Domus 1.0", "S 3 14 40 40 100 "
		"slot copy the image", "P 50", "L   copied 50 %", "L FAILED: "
		"step slot: \xff no [DI-405]", "L what went before:" };
	struct told t = { .mac = "52:54:00:d0:00:01", .run = "r1",
		.serial = "a\"b" };
	struct machines all = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		told_line(&t, lines[i]);
	told_json(&t, &b);
	assert_int_equal(post(&all, buf_str(&b)), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.list->state, MACHINE_INSTALLS);
	assert_int_equal(all.list->permille, 600);
	assert_string_equal(all.list->title, "copy the image");
	assert_string_equal(all.list->serial, "a\"b");
	told_line(&t, "E 0");
	buf_reset(&b);
	told_json(&t, &b);
	assert_int_equal(post(&all, buf_str(&b)), 0);
	assert_int_equal(all.list->state, MACHINE_FAILED);
	assert_string_equal(all.list->text, "FAILED: step slot: ? no "
	    "[DI-405]");
	/* it comes again, and one was lost */
	assert_int_equal(post(&all, buf_str(&b)), 0);
	assert_int_equal(all.list->posts, 2);
	t.done = true;
	t.seq++;
	buf_reset(&b);
	told_json(&t, &b);
	assert_int_equal(post(&all, buf_str(&b)), 0);
	assert_int_equal(all.list->lost, 1);
	assert_int_equal(all.list->state, MACHINE_DONE);
	assert_int_equal(all.list->permille, 1000);
	/* a boot later */
	assert_int_equal(post(&all, "{\"run\":\"r2\",\"seq\":1,\"event\":"
	    "\"begin\",\"mac\":\"52-54-00-D0-00-01\"}"), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.list->lost, 0);
	assert_int_equal(all.list->state, MACHINE_INSTALLS);
	machines_free(&all);
	buf_free(&b);
}

static void
garbage_is_no_progress(void **state)
{
	static const char *const bad[] = { "", "x", "{}", "[]", "[[[[[[[[",
		"{\"run\":\"a\",\"seq\":1}", "{\"run\":\"a\",\"seq\":-1,"
		"\"event\":\"done\"}", "{\"seq\":1,\"event\":\"done\"}",
		"{\"run\":\"a\",\"seq\":1,\"event\":\"dance\"}",
		"{\"run\":\"a\",\"seq\":1,\"event\":\"done\"",
		"{\"run\":{\"run\":{\"run\":{\"run\":{\"run\":1}}}}}" };
	struct machines all = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (post(&all, bad[i]) != -1)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(all.n, 0);
	/* what a page shows is not run */
	assert_int_equal(post(&all, "{\"run\":\"a\",\"seq\":1,\"event\":"
	    "\"step\",\"text\":\"<script>\\\"&\"}"), 0);
	machines_html(&all, 1005, &b);
	assert_null(strstr(buf_str(&b), "<script"));
	assert_non_null(strstr(buf_str(&b), "&lt;script&gt;&quot;&amp;"));
	buf_reset(&b);
	machines_json(&all, 1005, -1, &b);
	assert_non_null(strstr(buf_str(&b), "<script>\\\"&"));
	assert_non_null(strstr(buf_str(&b), "\"silent\":5"));
	buf_free(&b);
	machines_free(&all);
}

static void
the_oldest_machine_goes_when_there_is_no_room(void **state)
{
	struct machines all = { 0 };
	char mac[32];

	(void)state;
	for (unsigned int i = 0; i < MACHINES_MAX + 10; i++) {
		snprintf(mac, sizeof(mac), "52:54:00:00:%02x:%02x", i >> 8,
		    i & 0xff);
		assert_non_null(machines_seen(&all, mac, "", (time_t)i));
	}
	assert_int_equal(all.n, MACHINES_MAX);
	assert_string_equal(all.list[0].mac, "52:54:00:00:04:00");
	assert_string_equal(all.list[10].mac, "52:54:00:00:00:0a");
	machines_free(&all);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_name_leads_out_of_the_tree),
		cmocka_unit_test(answers_are_those_of_the_machine),
		cmocka_unit_test(configurations_say_where_the_server_is),
		cmocka_unit_test(a_slot_is_behind_the_tree),
		cmocka_unit_test(progress_is_told_and_taken),
		cmocka_unit_test(garbage_is_no_progress),
		cmocka_unit_test(
		    the_oldest_machine_goes_when_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
