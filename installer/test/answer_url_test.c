/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cmocka.h>

#include "answer_url.h"
#include "file.h"
#include "run.h"
#include "url_words.h"

static char root[] = "/tmp/answer_url_test.XXXXXX";

static void
put(const char *path, const char *text)
{
	char whole[256];
	struct err e;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	*strrchr(whole, '/') = '\0';
	assert_int_equal(file_mkdirs(whole, 0755, &e), 0);
	snprintf(whole, sizeof(whole), "%s%s", root, path);
	assert_int_equal(file_write(whole, text, strlen(text), 0755, &e), 0);
}

static int
make_machine(void **state)
{
	(void)state;
	if (mkdtemp(root) == NULL)
		return -1;
	put("/sys/class/dmi/id/product_serial", "AB 12/\xc3\xa4 \n");
	put("/sys/class/dmi/id/product_uuid",
	    "4c4c4544-0042-3510-8051-b4c04f4a4c31\n");
	put("/sys/class/net/lo/address", "00:00:00:00:00:00\n");
	put("/sys/class/net/eth10/address", "52:54:00:00:00:10\n");
	put("/sys/class/net/eth10/device/x", "");
	put("/sys/class/net/eth2/address", "52:54:00:00:00:02\n");
	put("/sys/class/net/eth2/device/x", "");
	return 0;
}

static int
remove_machine(void **state)
{
	const char *argv[] = { "rm", "-rf", root, NULL };
	struct err e;

	(void)state;
	return run(argv, &e);
}

/* Words of a command line, and the URL, or what is said against it. */
static const struct {
	const char *words, *url, *error;
} cases[] = {
	{ "answerfile=http://s/a.xml", "http://s/a.xml", NULL },
	{ "quiet rt_answerfile=tftp://s/${mac}",
	    "tftp://s/52:54:00:00:00:02", NULL },
	{ "answerfile=http://s/${mac} BOOTIF=01-52-54-00-D0-00-01",
	    "http://s/52:54:00:d0:00:01", NULL },
	{ "answerfile=http://s/${uuid}/${serial}.xml", "http://s/"
	    "4c4c4544-0042-3510-8051-b4c04f4a4c31/AB%2012%2F%C3%A4.xml",
	    NULL },
	{ "answerfile=http://s/?s=${serial-}&u=${uuid-}", "http://s/?s="
	    "AB%2012%2F%C3%A4&u=4c4c4544-0042-3510-8051-b4c04f4a4c31", NULL },
	{ "answerfile=nfs://s/e/${uuid}/${mac}.xml", "nfs://s/e/"
	    "4c4c4544-0042-3510-8051-b4c04f4a4c31/52:54:00:00:00:02.xml",
	    NULL },
	{ "answerfile=nfs://s/${serial}", NULL, "${serial}: \"AB 12/" },
	{ "answerfile=http://s/${-}", NULL, "not ${serial}, ${uuid} or" },
	{ "answerfile=http://s/${name}", NULL, "not ${serial}, ${uuid} or" },
	{ "answerfile=http://s/${serial", "http://s/${serial", NULL },
};

static void
take_words(struct answer_url *u, const char *words)
{
	char copy[256], *word, *save;

	snprintf(copy, sizeof(copy), "%s", words);
	*u = (struct answer_url){ 0 };
	for (word = strtok_r(copy, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save))
		answer_url_word(u, word);
}

static void
words_of_the_url_are_this_machines(void **state)
{
	struct answer_url u;
	struct buf b = { 0 };
	struct err e;
	int rc;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		take_words(&u, cases[i].words);
		buf_reset(&b);
		rc = answer_url_expand(&u, root, &b, &e);
		if (cases[i].url != NULL && rc == -1)
			fail_msg("%s: %s", cases[i].words, e.text);
		if (cases[i].url != NULL)
			assert_string_equal(buf_str(&b), cases[i].url);
		else
			assert_non_null(strstr(e.text, cases[i].error));
	}
	take_words(&u, "answerfile=http://s/${uuid}");
	buf_reset(&b);
	assert_int_equal(answer_url_expand(&u, "/none", &b, &e), -1);
	assert_non_null(strstr(e.text, "${uuid}: /none/sys/class/dmi"));
	take_words(&u, "answerfile=http://s/${uuid-} answerfile-token=t0");
	buf_reset(&b);
	assert_int_equal(answer_url_expand(&u, "/none", &b, &e), 0);
	assert_string_equal(buf_str(&b), "http://s/");
	assert_string_equal(u.token, "t0");
	buf_free(&b);
}

/* To NFS a name is what it is: no %XX, in none of the ways to write it. */
static void
names_of_nfs_are_not_encoded(void **state)
{
	static const char *const both[][2] = {
		{ "nfs://s/e/${serial}.iso", "nfs://s/e/AB 12%\xc3\xa4.iso" },
		{ "s:/e/${serial}/x", "s:/e/AB 12%\xc3\xa4/x" },
		{ "file:///${serial}", "file:///AB%2012%25%C3%A4" },
	};
	char two[256];
	struct buf b = { 0 };
	struct err e;

	(void)state;
	put("/two/sys/class/dmi/id/product_serial", "AB 12%\xc3\xa4\n");
	snprintf(two, sizeof(two), "%s/two", root);
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
		buf_reset(&b);
		assert_int_equal(url_words_expand(both[i][0], "", two, &b, &e),
		    0);
		assert_string_equal(buf_str(&b), both[i][1]);
	}
	buf_free(&b);
}

/* The answers that words lead to; "" and the error when they do not. */
static const char *
answers(const char *words, struct err *e)
{
	static char text[256];
	struct answer_url u;
	struct buf name = { 0 };
	char *got = NULL;
	size_t len;

	take_words(&u, words);
	text[0] = '\0';
	if (answer_url_get(&u, root, &name, &got, &len, e) == 0)
		snprintf(text, sizeof(text), "%s", got);
	free(got);
	buf_free(&name);
	return text;
}

static void
answers_are_fetched_or_generated(void **state)
{
	char words[256];
	struct err e;

	(void)state;
	put("/a.xml", "<installation/>");
	put("/good", "#!/bin/sh\necho \"<$XS_STAGE/>\"; echo no >&2\n");
	put("/bad", "#!/bin/sh\necho '<installation/>'; echo why >&2\n"
	    "exit 3\n");
	put("/empty", "#!/bin/sh\n");
	snprintf(words, sizeof(words), "answerfile=file://%s/a.xml", root);
	assert_string_equal(answers(words, &e), "<installation/>");
	snprintf(words, sizeof(words), "answerfile_generator=file://%s/good",
	    root);
	assert_string_equal(answers(words, &e), "<answerfile/>\n");
	snprintf(words, sizeof(words), "answerfile_generator=file://%s/bad",
	    root);
	assert_string_equal(answers(words, &e), "");
	assert_non_null(strstr(e.text, "exit 3: why"));
	snprintf(words, sizeof(words), "answerfile_generator=file://%s/empty",
	    root);
	assert_string_equal(answers(words, &e), "");
	assert_string_equal(answers("answerfile=file:///a "
	    "answerfile_generator=file:///b", &e), "");
	assert_non_null(strstr(e.text, "both given"));
	assert_string_equal(answers("answerfile=gopher://s/a", &e), "");
	assert_non_null(strstr(e.text, "is no URL that begins with"));
	assert_string_equal(answers("answerfile=http://root:x@s/a", &e), "");
	assert_non_null(strstr(e.text, "holds a user name"));
}

/* RFC 1350: one request for /a.xml is answered by one block. */
static void
serve_by_tftp(int s)
{
	static const char data[] = "\0\3\0\1<installation/>";
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char got[512] = "";

	alarm(30);
	if (recvfrom(s, got, sizeof(got) - 1, 0, (struct sockaddr *)&from,
	    &len) < 9 || memcmp(got, "\0\1", 2) != 0 ||
	    strstr(got + 2, "a.xml") == NULL)
		_exit(1);
	sendto(s, data, sizeof(data) - 1, 0, (struct sockaddr *)&from, len);
	if (recv(s, got, sizeof(got), 0) != 4 ||
	    memcmp(got, "\0\4\0\1", 4) != 0)
		_exit(2);
	_exit(0);
}

static void
answers_are_fetched_by_tftp(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_DGRAM, 0), status;
	struct err e = { 0 };
	char words[256];
	pid_t child;

	(void)state;
	assert_int_equal(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)&a, &len), 0);
	child = fork();
	if (child == 0)
		serve_by_tftp(s);
	close(s);
	snprintf(words, sizeof(words), "answerfile=tftp://127.0.0.1:%u/a.xml",
	    ntohs(a.sin_port));
	assert_string_equal(answers(words, &e), "<installation/>");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_the_url_are_this_machines),
		cmocka_unit_test(names_of_nfs_are_not_encoded),
		cmocka_unit_test(answers_are_fetched_or_generated),
		cmocka_unit_test(answers_are_fetched_by_tftp),
	};

	return cmocka_run_group_tests(tests, make_machine, remove_machine);
}
