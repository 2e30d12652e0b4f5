/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bootwords.h"
#include "dhcpd.h"

#define NOW 1000000

static struct site site = { .url = "http://10.0.2.2:8080/", .answers = true,
	.file = { [BOOT_BIOS] = "lpxelinux.0", [BOOT_UEFI] = "domus.efi",
	[BOOT_HTTP] = "http://10.0.2.2:8080/domus.efi",
	[BOOT_IPXE] = "http://10.0.2.2:8080/domus.ipxe" } };

static struct dhcpd *
server(const char *range)
{
	struct dhcpd *d = calloc(1, sizeof(*d));
	struct err e;

	assert_non_null(d);
	inet_pton(AF_INET, "10.0.2.2", &site.address);
	d->site = &site;
	d->netmask = htonl(0xffffff00);
	d->proxy = range == NULL;
	if (range != NULL)
		assert_int_equal(dhcpd_range(d, range, &e), 0);
	return d;
}

/* A machine's message: its number, and more options. */
struct ask {
	unsigned int nr;
	enum dhcp_type type;
	const char *address, *server, *class, *user;
	int arch;		/* -1: not said */
	bool boot_port;
	uint32_t ciaddr;
};

static bool
tell(struct dhcpd *d, const struct ask *a, struct dhcp_out *out,
    struct dhcp *answer, enum dhcpd_to *to)
{
	struct dhcp head = { .op = 1, .xid = 7, .ciaddr = a->ciaddr,
		.mac = { 0x52, 0x54, 0, 0, 0, (unsigned char)a->nr } }, in;
	unsigned char arch[2] = { 0, (unsigned char)a->arch };
	struct dhcp_out ask;
	enum boot kind;
	uint32_t ip;

	dhcp_begin(&ask, &head, a->type);
	if (a->address != NULL && inet_pton(AF_INET, a->address, &ip) == 1)
		dhcp_add_u32(&ask, DHCP_OPT_ADDRESS, ip);
	if (a->server != NULL && inet_pton(AF_INET, a->server, &ip) == 1)
		dhcp_add_u32(&ask, DHCP_OPT_SERVER, ip);
	if (a->class != NULL)
		dhcp_add_text(&ask, DHCP_OPT_CLASS, a->class);
	if (a->user != NULL)
		dhcp_add_text(&ask, DHCP_OPT_USER, a->user);
	if (a->class != NULL && a->arch != -1)
		dhcp_add(&ask, DHCP_OPT_ARCH, arch, 2);
	dhcp_end(&ask);
	assert_int_equal(dhcp_parse(&in, ask.data, ask.len), 0);
	if (!dhcpd_answer(d, &in, a->boot_port, NOW, out, to, &kind))
		return false;
	assert_int_equal(dhcp_parse(answer, out->data, out->len), 0);
	assert_int_equal(answer->op, 2);
	assert_int_equal(answer->xid, 7);
	assert_memory_equal(answer->mac, head.mac, DHCP_MAC);
	return true;
}

static const char *
offered(struct dhcpd *d, unsigned int nr, char text[INET_ADDRSTRLEN])
{
	struct dhcp_out out;
	struct dhcp a;
	enum dhcpd_to to;

	if (!tell(d, &(struct ask){ .nr = nr, .type = DHCP_DISCOVER }, &out,
	    &a, &to))
		return "none";
	assert_int_equal(dhcp_type(&a), DHCP_OFFER);
	assert_int_equal(to, DHCPD_BROADCAST);
	return inet_ntop(AF_INET, &a.yiaddr, text, INET_ADDRSTRLEN);
}

static unsigned int
requested(struct dhcpd *d, unsigned int nr, const char *address,
    const char *whom)
{
	struct dhcp_out out;
	enum dhcpd_to to;
	struct dhcp a;

	return tell(d, &(struct ask){ .nr = nr, .type = DHCP_REQUEST,
	    .address = address, .server = whom }, &out, &a, &to) ?
	    dhcp_type(&a) : 0;
}

static void
each_machine_has_an_address_of_its_own(void **state)
{
	struct dhcpd *d = server("10.0.2.1-10.0.2.4");
	char one[INET_ADDRSTRLEN], two[INET_ADDRSTRLEN], text[INET_ADDRSTRLEN];

	(void)state;
	offered(d, 1, one);
	assert_int_equal(requested(d, 1, one, "10.0.2.2"), DHCP_ACK);
	offered(d, 2, two);
	assert_string_not_equal(one, two);
	assert_int_equal(requested(d, 2, one, "10.0.2.2"), DHCP_NAK);
	assert_int_equal(requested(d, 2, "10.0.3.1", "10.0.2.2"), DHCP_NAK);
	assert_int_equal(requested(d, 2, two, "10.0.2.2"), DHCP_ACK);
	/* it has chosen another server */
	assert_int_equal(requested(d, 2, "10.0.2.9", "10.0.2.9"), 0);
	assert_string_equal(offered(d, 1, text), one);
	/* three there are, as the server's own is not given */
	assert_string_not_equal(offered(d, 3, text), "10.0.2.2");
	assert_string_equal(offered(d, 4, text), "none");
	/* what a machine gives back another may have */
	d->leases[ntohl(inet_addr(one)) - d->first].until = NOW - 1;
	assert_string_equal(offered(d, 4, text), one);
	free(d);
}

static void
an_address_that_somebody_else_has_is_not_given(void **state)
{
	struct dhcpd *d = server("10.0.2.10-10.0.2.20");
	char one[INET_ADDRSTRLEN], text[INET_ADDRSTRLEN];
	struct dhcp_out out;
	enum dhcpd_to to;
	struct dhcp a;

	(void)state;
	offered(d, 1, one);
	assert_int_equal(requested(d, 1, one, "10.0.2.2"), DHCP_ACK);
	assert_false(tell(d, &(struct ask){ .nr = 1, .type = DHCP_DECLINE,
	    .address = one }, &out, &a, &to));
	assert_string_not_equal(offered(d, 1, text), one);
	free(d);
}

/* What each kind of machine is told to boot, by a server and by a proxy. */
static const struct {
	const char *class, *user;
	int arch;
	const char *file, *prefix;
} kinds[] = {
	{ "PXEClient:Arch:00000:UNDI:002001", NULL, 0, "lpxelinux.0",
	    "http://10.0.2.2:8080/" },
	{ "PXEClient", NULL, -1, "lpxelinux.0", "http://10.0.2.2:8080/" },
	{ "PXEClient:Arch:00007:UNDI:003016", NULL, 7, "domus.efi", "" },
	{ "PXEClient:Arch:00009:UNDI:003016", NULL, 9, "domus.efi", "" },
	{ "HTTPClient:Arch:00016:UNDI:003001", NULL, 16,
	    "http://10.0.2.2:8080/domus.efi", "" },
	{ "PXEClient:Arch:00000:UNDI:002001", "iPXE", 0,
	    "http://10.0.2.2:8080/domus.ipxe", "" },
	{ "PXEClient:Arch:00007:UNDI:003010", "\4iPXE", 7,
	    "http://10.0.2.2:8080/domus.ipxe", "" },
	{ "PXEClient:Arch:00006:UNDI:003016", NULL, 6, "", "" },
	{ "HTTPClient:Arch:00007:UNDI:003016", NULL, 7, "", "" },
	{ "MSFT 5.0", NULL, -1, "", "" },
};

static void
each_kind_boots_its_own_file(void **state)
{
	struct dhcpd *full = server("10.0.2.10-10.0.2.30");
	struct dhcpd *proxy = server(NULL);
	char file[DHCP_TEXT], prefix[DHCP_TEXT], class[DHCP_TEXT];
	struct dhcp_out out;
	enum dhcpd_to to;
	struct dhcp a;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct ask ask = { .nr = (unsigned int)i, .type =
		    DHCP_DISCOVER, .class = kinds[i].class, .user =
		    kinds[i].user, .arch = kinds[i].arch };

		assert_true(tell(full, &ask, &out, &a, &to));
		dhcp_text(&a, DHCP_OPT_FILE, file);
		dhcp_text(&a, DHCP_OPT_PREFIX, prefix);
		assert_string_equal(file, kinds[i].file);
		assert_string_equal(a.file, kinds[i].file);
		assert_string_equal(prefix, kinds[i].prefix);
		assert_int_not_equal(a.yiaddr, 0);
		assert_int_equal(tell(proxy, &ask, &out, &a, &to),
		    kinds[i].file[0] != '\0');
		if (kinds[i].file[0] == '\0')
			continue;
		dhcp_text(&a, DHCP_OPT_CLASS, class);
		assert_int_equal(strncmp(kinds[i].class, class,
		    strlen(class)), 0);
		assert_string_equal(a.file, kinds[i].file);
		assert_int_equal(a.yiaddr, 0);
		assert_int_equal(a.siaddr, site.address);
		/* and when it is asked itself */
		ask.type = DHCP_REQUEST;
		assert_false(tell(proxy, &ask, &out, &a, &to));
		ask.boot_port = true;
		assert_true(tell(proxy, &ask, &out, &a, &to));
		assert_int_equal(dhcp_type(&a), DHCP_ACK);
		assert_int_equal(to, DHCPD_CLIENT);
	}
	free(full);
	free(proxy);
}

static void
the_installer_is_told_its_words(void **state)
{
	struct dhcp head = { .op = 1, .xid = 99, .ciaddr = 1,
		.mac = { 0x52, 0x54, 0, 0xd0, 0, 1 } }, in, other = head;
	struct dhcpd *all[] = { server("10.0.2.10-10.0.2.30"), server(NULL) };
	char words[BOOTWORDS_MAX];
	struct dhcp_out ask, out;
	enum dhcpd_to to;
	enum boot kind;

	(void)state;
	strcpy(site.token, "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef");
	bootwords_question(&head, &ask);
	assert_int_equal(dhcp_parse(&in, ask.data, ask.len), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(dhcpd_answer(all[i], &in, false, NOW, &out, &to,
		    &kind));
		assert_int_equal(kind, BOOT_DOMUS);
		assert_int_equal(to, DHCPD_CLIENT);
		assert_true(bootwords_answer(&head, out.data, out.len,
		    words));
		/* longer than one option can be */
		assert_true(strlen(words) > 255);
		assert_string_equal(words, "domus.source=http://10.0.2.2:8080/"
		    " progress-url=http://10.0.2.2:8080/progress answerfile="
		    "http://10.0.2.2:8080/answers?mac=${mac}&serial=${serial-}"
		    "&uuid=${uuid-} answerfile-token="
		    "0123456789abcdef0123456789abcdef0123456789abcdef"
		    "0123456789abcdef BOOTIF=01-52-54-00-d0-00-01");
		for (char *w = strtok(words, " "); w != NULL;
		    w = strtok(NULL, " "))
			assert_true(bootword_may(w, strlen(w)));
		other.xid++;
		assert_false(bootwords_answer(&other, out.data, out.len,
		    words));
		free(all[i]);
	}
	site.token[0] = '\0';
	assert_false(bootword_may("init=/bin/sh", 12));
	assert_false(bootword_may("answerfile_generator=http://s/x", 31));
	assert_false(bootword_may("answerfile=http://s/\033[2J", 24));
	assert_false(bootword_may("answerfile=", 11));
}

static void
what_is_no_dhcp_is_passed_over(void **state)
{
	struct dhcp head = { .op = 1, .xid = 1 }, m;
	struct dhcp_out o;
	unsigned char *p;

	(void)state;
	dhcp_begin(&o, &head, DHCP_DISCOVER);
	dhcp_add_text(&o, DHCP_OPT_CLASS, "x");
	dhcp_end(&o);
	assert_int_equal(dhcp_parse(&m, o.data, o.len), 0);
	for (size_t n = 0; n < 240; n += 17)
		assert_int_equal(dhcp_parse(&m, o.data, n), -1);
	/* an option that says it is longer than the packet */
	p = o.data + 240;
	p[0] = 60;
	p[1] = 200;
	assert_int_equal(dhcp_parse(&m, o.data, o.len), -1);
	p[1] = 1;
	o.data[2] = 16;
	assert_int_equal(dhcp_parse(&m, o.data, o.len), -1);
	/* a message of 4 KiB does not fit, and says so */
	dhcp_begin(&o, &head, DHCP_ACK);
	for (int i = 0; i < 20; i++)
		dhcp_add(&o, 224, o.data, 200);
	assert_true(o.full);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_machine_has_an_address_of_its_own),
		cmocka_unit_test(
		    an_address_that_somebody_else_has_is_not_given),
		cmocka_unit_test(each_kind_boots_its_own_file),
		cmocka_unit_test(the_installer_is_told_its_words),
		cmocka_unit_test(what_is_no_dhcp_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
