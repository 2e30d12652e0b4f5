/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answers.h"
#include "check.h"
#include "elements.h"

static const struct answers_env no_env = { 0 };

#define NIC "<admin-interface name=\"eth0\" proto=\"dhcp\"/>"
#define REST "<primary-disk>sda</primary-disk><source type=\"local\"/>" NIC
#define HASH6 "$6$saltsalt$" \
	"qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.q" \
	"c.eoxqOmSuNp2xS0ktL3nh/"

/* What is inside <installation>, and what one finding must say. */
static const struct {
	const char *inside, *want;
} cases[] = {
	{ "<primary-dsk>sda</primary-dsk>", "1:15: error: "
	    "<primary-dsk>: unknown element; <primary-disk>" },
	{ "<zzz/>", "<zzz>: unknown element\n" },
	{ "<primary-disk>sda</primary-disk>\n"
	    "  <primary-disk>sdb</primary-disk>",
	    "2:3: error: <primary-disk>: said twice" },
	{ "<primary-disk guest-storage='maybe'>sda</primary-disk>",
	    "1:29: error: <primary-disk guest-storage=\"maybe\">: must "
	    "be one of yes|no|true|false" },
	{ "<primary-disk guest-storage='no' gueststorage='no'>a"
	    "</primary-disk>", "said twice, as guest-storage and as" },
	{ "<primary-disk/>", "<primary-disk>: is empty" },
	{ "<primary-disk>iSCSI:10.0.0.1::::iqn.x</primary-disk>",
	    "<primary-disk>: iSCSI is not supported" },
	{ "<primary-disk swraid='yes'>sda</primary-disk>",
	    "a RAID needs exactly two disks" },
	{ "<ipaddr>10.0.0.1</ipaddr>", "<ipaddr>: belongs inside "
	    "<admin-interface|network>, not inside <installation>" },
	{ "<admin-interface proto='dhcp'/>",
	    "neither name nor hwaddr" },
	{ "<admin-interface name='eth0'/>",
	    "attribute proto is missing" },
	{ "<admin-interface hwaddr='00:16:3e:11:22' proto='dhcp'/>",
	    "\"00:16:3e:11:22\" is not a hardware address" },
	{ "<admin-interface name='eth0' proto='static'><ip>10.0.0.5"
	    "</ip><subnet>255.255.255.0</subnet><gateway>10.0.1.1"
	    "</gateway></admin-interface>", "<gateway>: \"10.0.1.1\" "
	    "is outside the network of 10.0.0.5" },
	{ "<admin-interface name='eth0' proto='static'><ip>10.0.0.255"
	    "</ip><subnet>255.255.255.0</subnet><gateway/>"
	    "</admin-interface>", "the first or last of its network" },
	{ "<admin-interface name='eth0' proto='static'><ip>10.0.0.5"
	    "</ip><subnet>255.0.255.0</subnet></admin-interface>",
	    "its ones are not together" },
	{ "<admin-interface name='eth0' proto='static'><ip>10.0.0.5"
	    "</ip></admin-interface>", "<subnet>: missing" },
	{ "<admin-interface name='eth0' proto='static'/>",
	    "static without <ipaddr>" },
	{ "<admin-interface name='eth0' proto='dhcp' vlan='4095'/>",
	    "<admin-interface vlan>: " },
	{ "<name-server>10.0.0.1,10.0.0.2</name-server>",
	    "is not an IPv4 address; write one element for each" },
	{ "<hostname>under_score</hostname>", "is not a host name" },
	{ "<timezone>../../etc/shadow</timezone>",
	    "is not a time zone" },
	{ "<keymap>../x</keymap>", "is not a name" },
	{ "<root-password type='hash'>abcdefghijklm</root-password>",
	    "is a DES hash" },
	{ "<root-password type='hash'>$y$j9T$x$y</root-password>",
	    "is a yescrypt hash" },
	{ "<root-password type='hash'>$6$salt$short</root-password>",
	    "cut short" },
	{ "<root-password>secre</root-password>",
	    "warning: <root-password>: shorter than 6" },
#define ZERO64 "0000000000000000000000000000000000000000000000000000000000000000"
#define LONG64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	{ "<root-password>" LONG64 LONG64 LONG64 LONG64 "y</root-password>",
	    "<root-password>: its value is longer than 256 bytes" },
	{ "<pool coordinator='a.b' username='root' password='x&#10;y'/>",
	    "<pool password>: its value holds a character that cannot" },
	{ "<pool coordinator='a.b' username='x&#10;token y' password='x'/>",
	    "holds a character that cannot be typed" },
	{ "<source type='url'>http://x/y?z=1</source>",
	    "is no ISO, and a directory's address has no ? and #" },
	{ "<source type='url'>http://x:y/</source>",
	    "has no valid port after its colon" },
	{ "<source type='url'>http:///y</source>", "names no server" },
	{ "<source type='url'>gopher://x/y</source>", "is no URL that" },
	{ "<source type='nfs'>x/y</source>", "is not SERVER:/DIRECTORY" },
	{ "<source type='url' fingerprint='SHA256:" ZERO64 "'>http://x/</source>",
	    "only a server by https has a certificate" },
	{ "<source type='local' fingerprint='SHA256:" ZERO64 "'/>",
	    "the medium has no certificate" },
	{ "<source type='url'>http://x/${name}/</source>",
	    "holds a character that no URL may hold" },
	{ "<source type='url'>http://x:${mac}/</source>",
	    "has no valid port after its colon" },
	{ "<signer>me</signer>", "is no certificate and no public key" },
	{ "<certificate>me</certificate>", "is no certificate in PEM" },
	{ "<script stage='packages-installed' on-error='go'>http://x/y"
	    "</script>", "on-error=\"go\">: must be one of warn|stop" },
	{ "<script stage='installation-start'>tftp://x/y</script>",
	    "is no URL that begins with" },
	{ "<script stage='installation-start'>http:///y</script>",
	    "names no server" },
	{ "<ntp source='dhcp'/><ntp-server>a.b</ntp-server>",
	    "given although <ntp> says otherwise" },
	{ "<ntp source='manual'/>", "no <ntp-server> is given" },
	{ "<ntp-server>a b</ntp-server>", "neither a host name" },
	{ "<service name='sshd' state='enabled'/><ssh-mode>off</ssh-mode>",
	    "<service>: sshd: <ssh-mode> says otherwise" },
	{ "<service name='ntpd' state='disabled'/><ntp source='dhcp'/>",
	    "<service>: ntpd: <ntp> says otherwise" },
	{ "<service name='snmpd' state='enabled'/>",
	    "warning: <service>: \"snmpd\": has no effect" },
	{ "<service name='a' state='on'/>", "must be one of enabled|disabled" },
	{ "<ntp-server>a.b</ntp-server>\n<ntp-server>a.c</ntp-server>\n"
	    "<ntp-servers>a.b</ntp-servers>",
	    "3:1: warning: <ntp-servers>: the same as on line 1" },
	{ "<ssh-mode>auto</ssh-mode>", "auto is taken as off" },
	{ "<ssh-mode>always</ssh-mode>", "must be one of on|off|auto" },
	{ "<hostname>$name</hostname>", "; it looks like a template" },
	{ "<network-backend>bridge</network-backend>",
	    "warning: <network-backend>: has no effect" },
	{ "<fcoe-interface name='eth0'/>", "the kernel has no FCoE" },
	{ "<zap-utility-partitions/>", "has no effect: with "
	    "preserve-first-partition=\"no\"" },
	{ "<pool/>", "attribute coordinator is missing" },
	{ "<pool coordinator='10.0.0.1' token='t'/>",
	    "a token needs a fingerprint" },
	{ "<pool coordinator='10.0.0.1' username='root'/>",
	    "needs token and fingerprint, or username" },
	{ "<pool coordinator='10.0.0.1' token='t' username='root' "
	    "password='x'/>", "not both" },
	{ "<pool coordinator='10.0.0.1' token='t' fingerprint='x'/>",
	    "\"x\" is not SHA256:" },
	{ "<pool coordinator='10.0.0.1:0' username='a' password='b'/>",
	    "no valid port" },
	{ "<ssh-key>ssh-dss AAAA</ssh-key>",
	    "does not begin with a key type" },
	{ "<on-failure>explode</on-failure>",
	    "must be one of shell|poweroff|reboot" },
	{ "text", "holds text where only elements may stand" },
	{ "<keymap>us</keymap", "not well-formed XML" },
};

static void
findings_name_place_and_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct findings f = { .file = "a.xml" };
		struct buf doc = { 0 }, got = { 0 };
		struct answers a;

		buf_printf(&doc, "<installation>%s" "</installation>",
		    cases[i].inside);
		answers_parse(&a, doc.data, doc.len, &no_env, &f);
		findings_print(&f, &got);
		if (strstr(buf_str(&got), cases[i].want) == NULL)
			fail_msg("%s: wanted \"%s\", got\n%s", cases[i].inside,
			    cases[i].want, buf_str(&got));
		answers_free(&a);
		findings_free(&f);
		buf_free(&doc);
		buf_free(&got);
	}
}

/* Whole documents that are not answers at all, and ones that are. */
static void
documents_are_accepted_or_refused_whole(void **state)
{
	static const struct {
		const char *doc, *want;	/* NULL: accepted */
	} docs[] = {
		{ "", "the file is empty" },
		{ "<installation/>", "<primary-disk>: missing" },
		{ "<nonsense/>", "the top element must be <installation>" },
		{ "<restore/>", NULL },
		{ "<installation mode='upgrade'/>",
		    "<existing-installation>: missing" },
		{ "<installation srtype='zfs'>" REST "</installation>",
		    "\"zfs\"" },
		{ "<installation stric='no'>" REST "</installation>",
		    "unknown attribute; strict is the nearest" },
		{ "<installation strict='no' x='1'>" REST "<y/>"
		    "</installation>", NULL },
		{ "<upgrade>" REST "</upgrade>", NULL },
		{ "<installation mode=''>" REST "</installation>", NULL },
		{ "\xef\xbb\xbf<installation>" REST "</installation>", NULL },
		{ "<installation>" REST "<root-password><![CDATA[a<b&c]]>"
		    "</root-password></installation>", NULL },
		{ "<installation>" REST "<root-password type='hash'>" HASH6
		    "</root-password></installation>", NULL },
		{ "<installation>" REST "<root-password type='hash'>!!"
		    "</root-password></installation>", NULL },
		{ "<installation>" REST "<guest-disks><guest-disk>sda"
		    "</guest-disk></guest-disks></installation>", NULL },
		{ "<!DOCTYPE installation [<!ENTITY d \"sda\">]>"
		    "<installation><primary-disk>&d;</primary-disk><source "
		    "type='local'/>" NIC "</installation>", NULL },
		{ "<!DOCTYPE installation [<!ENTITY d SYSTEM "
		    "\"file:///etc/passwd\">]><installation>&d;"
		    "</installation>", "declares an external" },
		{ "<!DOCTYPE installation SYSTEM \"http://127.0.0.1/x\">"
		    "<installation>" REST "</installation>", NULL },
		{ "<!DOCTYPE a [<!ENTITY a \"0123456789abcdef\"><!ENTITY b "
		    "\"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
		    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
		    "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">"
		    "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">"
		    "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">]>"
		    "<installation>&f;&f;&f;&f;</installation>", "error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
		struct findings f = { .file = "a.xml" };
		struct buf got = { 0 };
		struct answers a;

		answers_parse(&a, docs[i].doc, strlen(docs[i].doc), &no_env,
		    &f);
		findings_print(&f, &got);
		if (findings_bad(&f) != (docs[i].want != NULL) ||
		    (docs[i].want != NULL && strstr(buf_str(&got),
		    docs[i].want) == NULL))
			fail_msg("%s: wanted \"%s\", got\n%s", docs[i].doc,
			    docs[i].want ? docs[i].want : "accepted",
			    buf_str(&got));
		answers_free(&a);
		findings_free(&f);
		buf_free(&got);
	}
}

static void
values_are_typed_and_keep_their_places(void **state)
{
	static const char doc[] =
	    "<installation again=\"yes\">\n"
	    "<primary-disk guest-storage=\"no\"> sda </primary-disk>\n"
	    "<guest-disk>sdb</guest-disk>\n"
	    "<source type=\"local\"/>\n"
	    "<admin-interface hwaddr=\"00:16:3E:11:22:33\" proto=\"static\">\n"
	    "<ip>10.0.0.5</ip><subnet-mask>255.255.0.0</subnet-mask>\n"
	    "<gateway>10.0.9.1</gateway></admin-interface>\n"
	    "<nameserver>10.0.0.1</nameserver>\n"
	    "<ntp-servers>pool.example</ntp-servers>\n"
	    "<root-password>a &amp; <!-- no --><![CDATA[<b>]]>"
	    "</root-password>\n"
	    "<script stage=\"Filesystem-Populated\">\nhttp://x/y\n</script>\n"
	    "</installation>\n";
	struct findings f = { .file = "a.xml" };
	const struct network *n;
	struct answers a;

	(void)state;
	answers_parse(&a, doc, sizeof(doc) - 1, &no_env, &f);
	assert_int_equal(f.n, 0);
	assert_true(a.again);
	assert_false(a.guest_storage);
	assert_int_equal(a.primary.names.n, 1);
	assert_string_equal(a.primary.names.list[0].text, "sda");
	assert_int_equal(a.primary.at.line, 2);
	assert_int_equal(a.guests.n, 1);
	n = answers_management(&a);
	assert_non_null(n);
	assert_int_equal(n->proto, PROTO_STATIC);
	assert_string_equal(n->netmask.text, "255.255.0.0");
	assert_int_equal(a.ntp, NTP_MANUAL);
	assert_string_equal(a.password.text, "a & <b>");
	assert_int_equal(a.scripts.n, 1);
	assert_int_equal(a.scripts.list[0].stage, STAGE_POPULATED);
	assert_string_equal(a.scripts.list[0].url.text, "http://x/y");
	answers_free(&a);
	findings_free(&f);
}

static void
no_secret_stands_in_a_finding(void **state)
{
	static const char doc[] = "<installation>"
	    "<root-password type=\"hash\">hunter2</root-password>"
	    "<pool coordinator=\"-\" token=\"hun ter2\" password=\"hunter2\"/>"
	    "<root-password>hunter2</root-password></installation>";
	struct findings f = { .file = "a.xml" };
	struct buf got = { 0 };
	struct answers a;

	(void)state;
	answers_parse(&a, doc, sizeof(doc) - 1, &no_env, &f);
	findings_print(&f, &got);
	assert_null(strstr(buf_str(&got), "ter2"));
	answers_free(&a);
	findings_free(&f);
	buf_free(&got);
}

/* Nothing beside it that a person would try to mend. */
static void
what_is_refused_is_refused_once(void **state)
{
	static const char doc[] = "<installation>" REST
	    "<root-password>s3cret-word</root-password>"
	    "<fcoe-interface name=\"eth1\"/><fcoe-interface hwaddr=\"\"/>"
	    "</installation>";
	struct findings f = { .file = "a.xml" };
	struct answers a;

	(void)state;
	answers_parse(&a, doc, sizeof(doc) - 1, &no_env, &f);
	assert_int_equal(f.n, 2);
	for (size_t i = 0; i < f.n; i++)
		assert_non_null(strstr(f.list[i].text, "not supported: "));
	answers_free(&a);
	findings_free(&f);
}

static void
a_flood_of_findings_is_counted(void **state)
{
	struct findings f = { .file = "a.xml" };
	struct buf doc = { 0 }, got = { 0 };
	struct answers a;

	(void)state;
	buf_str_add(&doc, "<installation>");
	for (int i = 0; i < 19000; i++)
		buf_str_add(&doc, "<x/>");
	buf_str_add(&doc, "</installation>");
	answers_parse(&a, doc.data, doc.len, &no_env, &f);
	findings_print(&f, &got);
	assert_int_equal(f.n, FINDINGS_MAX);
	assert_int_equal(f.errors, 19003);
	assert_non_null(strstr(buf_str(&got), "a.xml: and 18003 more\n"));
	answers_free(&a);
	findings_free(&f);
	buf_free(&doc);
	buf_free(&got);
}

/* Every LATER and NO_EFFECT row says why; aliases and names are unique. */
static void
the_tables_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < nelements; i++) {
		const struct element *el = &elements[i];

		if (el->status != SUPPORTED)
			assert_non_null(el->why);
		if (el->check != NULL)
			assert_int_not_equal(el->into, 0);
		for (size_t j = 0; j < i; j++)
			assert_false(strcmp(el->name, elements[j].name) == 0 &&
			    strcmp(el->parent, elements[j].parent) == 0);
	}
	for (size_t i = 0; i < nattributes; i++)
		if (attributes[i].status != SUPPORTED)
			assert_non_null(attributes[i].why);
	assert_true(nattributes <= MAX_ROWS && nelements <= MAX_ROWS);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_name_place_and_cause),
		cmocka_unit_test(documents_are_accepted_or_refused_whole),
		cmocka_unit_test(values_are_typed_and_keep_their_places),
		cmocka_unit_test(no_secret_stands_in_a_finding),
		cmocka_unit_test(what_is_refused_is_refused_once),
		cmocka_unit_test(a_flood_of_findings_is_counted),
		cmocka_unit_test(the_tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
