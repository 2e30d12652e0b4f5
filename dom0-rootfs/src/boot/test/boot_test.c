/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmdline.h"
#include "keymap.h"
#include "service.h"
#include "stop.h"
#include "uevent.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define UUID "0fc63daf-8483-4772-8e79-3d69d8477de4"

static void
the_command_line_says_the_mode(void **state)
{
	static const struct {
		const char *text, *why;	/* why: part of the error, or NULL */
		struct cmdline c;
	} cases[] = {
		{ "", NULL, { MODE_HOST, "", false, false } },
		{ "root=/dev/sda quiet\n", NULL, { MODE_HOST, "", false, false } },
		{ "console=hvc0 domus.mode=install", NULL,
		    { MODE_INSTALL, "", false, false } },
		{ "domus.mode=rescue\tdomus.state=" UUID "\n", NULL,
		    { MODE_RESCUE, UUID, false, false } },
		{ "domus.mode=install answerfile=https://x/a.xml", NULL,
		    { MODE_INSTALL, "", true, false } },
		{ "domus.mode=install rt_answerfile=http://x/a.xml", NULL,
		    { MODE_INSTALL, "", true, false } },
		{ "domus.mode=install answerfile_generator=tftp://x/a", NULL,
		    { MODE_INSTALL, "", true, false } },
		{ "domus.boot=net domus.mode=install answerfile=file:///a",
		    NULL, { MODE_INSTALL, "", true, false } },
		{ "domus.boot=cd domus.mode=install", NULL,
		    { MODE_INSTALL, "", false, false } },
		{ "answerfile=file:///answers.xml", NULL,
		    { MODE_HOST, "", false, false } },
		/* a typing mistake never installs, and the rest counts */
		{ "domus.mode=Install domus.state=" UUID, "not install",
		    { MODE_HOST, UUID, false, false } },
		{ "domus.state=sda3 domus.mode=rescue", "not a PARTUUID",
		    { MODE_RESCUE, "", false, false } },
		{ "domus.mode=rescue domus.show=enrolment", NULL,
		    { MODE_RESCUE, "", false, true } },
		{ "domus.show=all", "not enrolment",
		    { MODE_HOST, "", false, false } },
		{ "xdomus.mode=install", NULL, { MODE_HOST, "", false, false } },
	};
	struct cmdline c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		assert_int_equal(cmdline_parse(cases[i].text, &c, &e),
		    cases[i].why != NULL ? -1 : 0);
		if (cases[i].why != NULL)
			assert_non_null(strstr(e.text, cases[i].why));
		assert_int_equal(c.mode, cases[i].c.mode);
		assert_string_equal(c.state, cases[i].c.state);
		assert_int_equal(c.answers_by_net, cases[i].c.answers_by_net);
		assert_int_equal(c.show_enrolment, cases[i].c.show_enrolment);
	}
}

static void
uuids_are_told_from_what_is_none(void **state)
{
	(void)state;
	assert_true(is_uuid(UUID));
	assert_true(is_uuid("0FC63DAF-8483-4772-8E79-3D69D8477DE4"));
	assert_false(is_uuid(""));
	assert_false(is_uuid("0fc63daf-8483-4772-8e79-3d69d8477de"));
	assert_false(is_uuid(UUID "0"));
	assert_false(is_uuid("../../../../../../../../../etc/shadow-xx"));
}

static void
services_are_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < nservices; i++)
		assert_true(strcmp(services[i - 1].name, services[i].name) < 0);
}

static void
services_follow_mode_and_facts(void **state)
{
	static const struct {
		const char *name;
		enum mode mode;
		unsigned int facts;
		bool wanted;
	} cases[] = {
		{ "domusd", MODE_HOST, FACT_STATE | FACT_XEN, true },
		{ "domusd", MODE_HOST, FACT_XEN, false },
		{ "domusd", MODE_INSTALL, FACT_STATE, false },
		{ "sshd", MODE_HOST, FACT_SSH | FACT_STATE, true },
		{ "sshd", MODE_HOST, FACT_STATE, false },
		/* without state there are no keys and nobody may log in */
		{ "sshd", MODE_HOST, FACT_SSH, false },
		{ "sshd", MODE_RESCUE, FACT_SSH | FACT_STATE, false },
		/* a host that cannot read its configuration is to be found */
		{ "network", MODE_HOST, 0, true },
		{ "network", MODE_INSTALL, FACT_STATE, false },
		{ "xenstored", MODE_RESCUE, FACT_XEN, true },
		{ "xenstored", MODE_HOST, FACT_STATE, false },
		{ "syslogd", MODE_INSTALL, 0, true },
		{ "devices", MODE_HOST, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct service *s = services;

		while (strcmp(s->name, cases[i].name) != 0)
			assert_true(++s < services + nservices);
		assert_int_equal(service_wanted(s, cases[i].mode,
		    cases[i].facts), cases[i].wanted);
	}
}

static void
our_mounts_are_found_newest_first(void **state)
{
	static const char mounts[] =
	    "/dev/loop0 / squashfs ro 0 0\n"
	    "tmpfs /var tmpfs rw 0 0\n"
	    "/dev/sda3 /var/lib/domus ext4 rw 0 0\n"
	    "/dev/sda4 /run/sr-mount/abc ext4 rw 0 0\n"
	    "/dev/sdb1 /mnt vfat rw 0 0\n"
	    "/dev/loop1 /run/sr-mount/abc/x iso9660 ro 0 0\n";
	static const char *const want[] = { "/run/sr-mount/abc/x",
	    "/run/sr-mount/abc", "/var/lib/domus" };
	char *where;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		where = stop_mount(mounts, i);
		assert_non_null(where);
		assert_string_equal(where, want[i]);
		free(where);
	}
	assert_null(stop_mount(mounts, COUNT(want)));
	assert_null(stop_mount("", 0));
	assert_null(stop_mount("\n\n", 0));
}

static void
uevents_are_read(void **state)
{
	static const char event[] = "add@/devices/pci0/x\0ACTION=add\0"
	    "DEVPATH=/devices/pci0/x\0MODALIAS=pci:v8086\0SEQNUM=1";
	struct uevent u;

	(void)state;
	memcpy(u.data, event, sizeof(event));
	assert_true(uevent_parse(&u, sizeof(event)));
	assert_string_equal(u.action, "add");
	assert_string_equal(u.modalias, "pci:v8086");
	/* cut off in the middle of a word, as a full buffer would */
	memcpy(u.data, event, sizeof(event));
	assert_true(uevent_parse(&u, 29));
	assert_string_equal(u.action, "ad");
	assert_null(u.modalias);
	/* udev's own messages, which anybody might send */
	memcpy(u.data, "libudev\0\xfe\xed\xca\xfe", 12);
	assert_false(uevent_parse(&u, 12));
	assert_false(uevent_parse(&u, 0));
}

static size_t
keymap_make(unsigned char *to, unsigned char has)
{
	size_t n = 0;

	memcpy(to, "bkeymap", 7);
	memset(to + 7, 0, KEYMAP_TABLES);
	to[7] = has;
	n = 7 + KEYMAP_TABLES;
	for (size_t i = 0; has != 0 && i < KEYMAP_KEYS; i++) {
		to[n++] = (unsigned char)i;
		to[n++] = 0xf0;
	}
	return n;
}

static void
keymaps_are_read_strictly(void **state)
{
	static struct keymap k;
	unsigned char map[1024];
	struct err e;
	size_t n;

	(void)state;
	n = keymap_make(map, 1);
	assert_int_equal(keymap_parse(map, n, &k, &e), 0);
	assert_int_equal(k.has[0], 1);
	assert_int_equal(k.code[0][5], 0xf005);
	assert_int_equal(keymap_parse(map, n - 1, &k, &e), -1);
	assert_int_equal(keymap_parse(map, n + 1, &k, &e), -1);
	assert_int_equal(keymap_parse(map, 3, &k, &e), -1);
	n = keymap_make(map, 0);
	assert_int_equal(keymap_parse(map, n, &k, &e), 0);
	map[7] = 2;
	assert_int_equal(keymap_parse(map, n, &k, &e), -1);
	map[0] = 'x';
	assert_int_equal(keymap_parse(map, n, &k, &e), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_line_says_the_mode),
		cmocka_unit_test(uuids_are_told_from_what_is_none),
		cmocka_unit_test(services_are_sorted),
		cmocka_unit_test(services_follow_mode_and_facts),
		cmocka_unit_test(our_mounts_are_found_newest_first),
		cmocka_unit_test(uevents_are_read),
		cmocka_unit_test(keymaps_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
