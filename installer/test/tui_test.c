/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "answers.h"
#include "findings.h"
#include "remote.h"
#include "tui/form.h"
#include "tui/pem.h"
#include "tui/rows.h"
#include "tui/wizard.h"

static void
set(struct form *f, enum key key, const char *text)
{
	snprintf(f->text[key], FORM_TEXT, "%s", text);
}

static void
lists_of_words_are_toggled(void **state)
{
	char list[FORM_TEXT] = "";

	(void)state;
	form_toggle(list, "sda");
	form_toggle(list, "sdb");
	form_toggle(list, "sdaa");
	assert_string_equal(list, "sda sdb sdaa");
	assert_true(form_has(list, "sdaa"));
	assert_false(form_has(list, "sd"));
	form_toggle(list, "sdb");
	assert_string_equal(list, "sda sdaa");
	form_toggle(list, "sdaa");
	assert_string_equal(list, "sda");
	form_toggle(list, "sda");
	assert_string_equal(list, "");
}

/* What was typed is what the parser reads, whatever characters it has. */
static void
what_is_typed_is_what_is_parsed(void **state)
{
	static const struct answers_env env = { .zoneinfo = NULL };
	struct form *f = calloc(1, sizeof(*f));
	struct findings found = { .file = "form" };
	struct buf xml = { 0 };
	struct answers a;
	struct err e;

	(void)state;
	form_init(f);
	set(f, KEY_OF_DISK, "sda");
	set(f, KEY_OF_NIC, "00:16:3e:11:22:33");
	set(f, KEY_OF_PASSWORD, "<&\"'>]]> word");
	set(f, KEY_OF_HOSTNAME, "typed");
	set(f, KEY_OF_NTP, "manual");
	set(f, KEY_OF_NTP1, "10.0.0.9");
	assert_int_equal(form_xml(f, FORM_PLAIN, &xml, NULL, &e), 0);
	answers_parse(&a, xml.data, xml.len, &env, &found);
	assert_false(findings_bad(&found));
	assert_string_equal(a.password.text, "<&\"'>]]> word");
	assert_string_equal(a.hostname.text, "typed");
	assert_int_equal(a.ntp, NTP_MANUAL);
	assert_string_equal(a.ntp_servers.list[0].text, "10.0.0.9");
	answers_free(&a);
	findings_free(&found);
	buf_reset(&xml);

	/* The hash is made once for one password, and it is not the word. */
	assert_int_equal(form_xml(f, FORM_HASHED, &xml, NULL, &e), 0);
	assert_null(strstr(xml.data, "word</"));
	assert_non_null(strstr(xml.data, f->hash));
	assert_null(strstr(xml.data, "again"));
	buf_free(&xml);
	form_wipe(f);
	free(f);
}

/* One of the parser's, of what the form says now. */
static void
parse(struct form *f, unsigned int how, struct answers *a)
{
	static const struct answers_env env = { .zoneinfo = NULL };
	struct findings found = { .file = "form" };
	struct buf xml = { 0 };
	struct err e;

	assert_int_equal(form_xml(f, how, &xml, NULL, &e), 0);
	answers_parse(a, xml.data, xml.len, &env, &found);
	if (findings_bad(&found))
		fail_msg("%s: %s", xml.data, found.list[0].text);
	findings_free(&found);
	buf_free(&xml);
}

static void
a_mirror_is_of_two_disks(void **state)
{
	struct form *f = calloc(1, sizeof(*f));
	struct answers a;

	(void)state;
	form_init(f);
	set(f, KEY_OF_DISK, "sda");
	set(f, KEY_OF_MIRROR, "sdb");
	set(f, KEY_OF_SR_DISKS, "primary sdb sdc");
	set(f, KEY_OF_NIC, "eth0");
	parse(f, FORM_HASHED, &a);
	assert_true(a.primary.raid);
	assert_int_equal(a.primary.names.n, 2);
	assert_string_equal(a.primary.names.list[1].text, "sdb");
	assert_int_equal(a.guests.n, 1);
	assert_string_equal(a.guests.list[0].names.list[0].text, "sdc");
	answers_free(&a);
	/* back, and the mirror's disk is chosen: it is no mirror of itself */
	set(f, KEY_OF_DISK, "sdb");
	parse(f, FORM_HASHED, &a);
	assert_false(a.primary.raid);
	answers_free(&a);
	set(f, KEY_OF_DISK, "sda");
	set(f, KEY_OF_ACTION, "reinstall");
	assert_null(form_mirror(f));
	form_wipe(f);
	free(f);
}

#define ED25519 "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="

static void
a_signer_is_had_from_what_is_typed(void **state)
{
	static const char text[] = "a key:\r\n-----BEGIN PUBLIC KEY-----\r\n"
	    ED25519 "\r\n-----END PUBLIC KEY-----\r\n& more\n";
	struct form *f = calloc(1, sizeof(*f));
	const struct machine none = { 0 };
	char path[] = "/tmp/tui_test.XXXXXX";
	int fd = mkstemp(path);
	struct answers a;
	struct err e;

	(void)state;
	assert_int_equal(write(fd, text, sizeof(text) - 1),
	    sizeof(text) - 1);
	close(fd);
	form_init(f);
	set(f, KEY_OF_DISK, "sda");
	set(f, KEY_OF_NIC, "eth0");
	set(f, KEY_OF_SOURCE, "nfs");
	set(f, KEY_OF_SOURCE_URL, "nas:/a");
	set(f, KEY_OF_SOURCE_SIGNER, path);
	set(f, KEY_OF_PROXY, "http://10.0.0.1");
	assert_int_equal(pem_load(&none, path, &f->signer, &e), 0);
	unlink(path);
	parse(f, FORM_HASHED, &a);
	assert_int_equal(a.signers.n, 1);
	assert_null(a.proxy.text);	/* not asked with NFS */
	answers_free(&a);
	set(f, KEY_OF_SOURCE, "local");
	parse(f, FORM_HASHED, &a);
	assert_int_equal(a.signers.n, 0);
	answers_free(&a);
	set(f, KEY_OF_SOURCE, "nfs");
	set(f, KEY_OF_SOURCE_SIGNER, ED25519);
	assert_int_equal(pem_load(&none, ED25519, &f->signer, &e), 0);
	parse(f, FORM_HASHED, &a);
	assert_int_equal(a.signers.n, 1);
	answers_free(&a);
	assert_int_equal(pem_load(&none, path, &f->signer, &e), -1);
	assert_int_equal(pem_load(&none, "none.pem", &f->signer, &e), -1);
	assert_non_null(strstr(e.text, "no stick has that file"));
	form_wipe(f);
	free(f);
}

/* An upgrade keeps the host's network; what was typed is the installer's. */
static void
the_network_of_an_upgrade_is_checked(void **state)
{
	struct form *f = calloc(1, sizeof(*f));
	struct answers a;

	(void)state;
	form_init(f);
	set(f, KEY_OF_ACTION, "upgrade");
	set(f, KEY_OF_DISK, "sda");
	set(f, KEY_OF_NIC, "eth0");
	parse(f, FORM_HASHED, &a);
	assert_int_equal(a.mode, MODE_UPGRADE);
	assert_int_equal(a.networks.n, 0);
	answers_free(&a);
	parse(f, FORM_HASHED | FORM_NETWORK, &a);
	assert_int_equal(a.mode, MODE_FRESH);
	assert_int_equal(a.networks.n, 1);
	answers_free(&a);
	form_wipe(f);
	free(f);
}

/* Each section's lines are those with its elements. */
static void
findings_lead_to_their_screen(void **state)
{
	static const struct { enum section section; const char *has; } rows[] = {
		{ SECTION_SR, " sr-type=" },
		{ SECTION_ACTION, " mode=" },
		{ SECTION_KEYMAP, "<keymap>" },
		{ SECTION_DISK, "<primary-disk" },
		{ SECTION_NIC, "<admin-interface" },
		{ SECTION_ZONE, "<timezone>" },
	};
	struct form *f = calloc(1, sizeof(*f));
	struct sections s;
	struct buf xml = { 0 };
	const char *line;
	struct err e;

	(void)state;
	form_init(f);
	assert_true(form_fresh(f));	/* where nothing is to be kept */
	set(f, KEY_OF_ACTION, "fresh");
	assert_true(form_fresh(f));
	assert_int_equal(form_xml(f, FORM_PLAIN, &xml, &s, &e), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		line = xml.data;
		for (unsigned int n = 1; n < s.from[rows[i].section]; n++)
			line = strchr(line, '\n') + 1;
		assert_int_equal(strncmp(line, rows[i].has,
		    strlen(rows[i].has)), 0);
	}
	assert_true(s.to[SECTION_POOL] < s.from[SECTION_POOL]);
	assert_true(s.to[SECTION_NIC] > s.from[SECTION_NIC]);
	buf_free(&xml);
	free(f);
}

static void
texts_are_wrapped(void **state)
{
	const char *next;

	(void)state;
	assert_int_equal(text_wrap("one two three", 8, &next), 7);
	assert_string_equal(next, "three");
	assert_int_equal(text_wrap("one\ntwo", 8, &next), 3);
	assert_string_equal(next, "two");
	assert_int_equal(text_wrap("abcdefghij", 4, &next), 4);
	assert_string_equal(next, "efghij");
	assert_int_equal(text_wrap("\n", 4, &next), 0);
	assert_string_equal(next, "");
}

/* A disk's model may hold what would command a terminal. */
static void
terminals_get_no_commands(void **state)
{
	struct page p = { .title = "t" };
	struct rows r;

	(void)state;
	buf_str_add(&p.text, "evil \033[2J model\x9b");
	rows_make(&r, &p, 78);
	assert_string_equal(r.list[0].text, "evil ?[2J model?");
	rows_free(&r);
	page_free(&p);
}

/* A cable that was plugged in after the question was asked first. */
static bool
plug_in(void *arg, struct page *p)
{
	struct option_row *o = &p->items[0].options[0];
	unsigned int *asked = arg;

	free(o->label);
	o->label = strdup(++*asked > 1 ? "link yes" : "link no");
	return true;
}

static void
lines_tell_of_links_anew(void **state)
{
	char value[FORM_TEXT] = "", said[4096];
	struct claim claim = { .ours = true };
	unsigned int asked = 0;
	struct page p = { .title = "Card", .help = "", .refresh = plug_in,
		.arg = &asked };
	const char *no, *yes;
	int in[2], out[2];
	struct front *front;
	struct err e;
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(in) | pipe(out), 0);
	assert_int_equal(write(in[1], "7\n1\n", 4), 4);
	front = plain_open(in[0], out[1], &claim, &e);
	assert_non_null(front);
	page_item(&p, ITEM_CHOICE, "", value);
	page_option(&p, "eth0", "link ?", "");
	assert_int_equal(front->ops->ask(front, &p), REPLY_NEXT);
	front->ops->close(front);
	n = read(out[0], said, sizeof(said) - 1);
	assert_true(n > 0);
	said[n] = '\0';
	no = strstr(said, "link no");
	yes = strstr(said, "link yes");
	assert_true(no != NULL && yes > no);
	assert_string_equal(value, "eth0");
	page_free(&p);
	for (int i = 0; i < 2; i++)
		close(in[i]), close(out[i]);
}

static void
the_command_line_is_read(void **state)
{
	static const char line[] = "quiet xsshpassword=no sshpassword=a-b "
	    "ssh-key=\"ssh-ed25519 AAAA me@here\" term=dumb\n";
	char value[64];

	(void)state;
	assert_true(cmdline_value(line, "sshpassword", value, sizeof(value)));
	assert_string_equal(value, "a-b");
	assert_true(cmdline_value(line, "ssh-key", value, sizeof(value)));
	assert_string_equal(value, "ssh-ed25519 AAAA me@here");
	assert_true(cmdline_value(line, "term", value, sizeof(value)));
	assert_string_equal(value, "dumb");
	assert_false(cmdline_value(line, "password", value, sizeof(value)));
	assert_false(cmdline_value(line, "sshpassword", value, 3));
}

/* Makers give many disks one WWN, and the kernel's names wander. */
static void
a_disk_is_answered_by_a_name_of_its_own(void **state)
{
	static const struct { const char *disk, *id, *path, *answer; } rows[] = {
		{ "sda", "ata-A", "pci-1", "/dev/disk/by-id/ata-A" },
		{ "sdb", "wwn-0x1", "pci-2", "/dev/disk/by-path/pci-2" },
		{ "sdc", "wwn-0x1", "pci-3", "sdc" },
		{ "sdd", "wwn-0x1", "pci-3", "sdd" },
	};
	struct machine m = { 0 };
	char to[FORM_TEXT];
	struct disk *d;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		d = machine_disk_add(&m, rows[i].disk);
		assert_int_equal(names_add(&d->ids, "wwn-0x1"), 0);
		assert_int_equal(names_add(&d->ids, rows[i].id), 0);
		assert_int_equal(names_add(&d->paths, rows[i].path), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		disk_answer(&m, &m.disks[i], to);
		assert_string_equal(to, rows[i].answer);
	}
	machine_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_words_are_toggled),
		cmocka_unit_test(what_is_typed_is_what_is_parsed),
		cmocka_unit_test(a_mirror_is_of_two_disks),
		cmocka_unit_test(a_signer_is_had_from_what_is_typed),
		cmocka_unit_test(the_network_of_an_upgrade_is_checked),
		cmocka_unit_test(findings_lead_to_their_screen),
		cmocka_unit_test(texts_are_wrapped),
		cmocka_unit_test(terminals_get_no_commands),
		cmocka_unit_test(lines_tell_of_links_anew),
		cmocka_unit_test(the_command_line_is_read),
		cmocka_unit_test(a_disk_is_answered_by_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
