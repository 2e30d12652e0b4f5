/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "lease.h"
#include "netplan.h"
#include "sysfs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct nics two = { .n = 2, .list = {
    { .name = "eth0", .mac = "52:54:00:00:00:01" },
    { .name = "eth1", .mac = "52:54:00:00:00:02" } } };
static const struct nics single = { .n = 1, .list = {
    { .name = "eth5", .mac = "52:54:00:00:00:05" } } };
static const struct nics nothing;

static void
the_card_is_chosen(void **state)
{
	static const struct {
		const char *conf;
		const struct nics *nics;
		const char *nic;	/* NULL: refused */
		const char *says;	/* part of the note or error */
	} cases[] = {
		{ "nic eth1\nnic-mac 52:54:00:00:00:02\nipv4 dhcp\n", &two,
		    "eth1", "" },
		/* the kernel numbered them anew: the card counts */
		{ "nic eth0\nnic-mac 52:54:00:00:00:02\n", &two, "eth1", "" },
		{ "nic-mac 52:54:00:00:00:02\n", &two, "eth1", "" },
		{ "nic eth0\n", &two, "eth0", "" },
		/* the card was replaced */
		{ "nic eth1\nnic-mac 52:54:00:00:00:99\n", &two, "eth1",
		    "(eth1, 52:54:00:00:00:99) is not there: using eth1" },
		{ "nic eth0\nnic-mac 52:54:00:00:00:99\n", &single, "eth5",
		    "is not there: using eth5" },
		{ "nic eth0\n", &single, "eth5", "using eth5" },
		{ "nic eth7\nnic-mac 52:54:00:00:00:99\n", &two, NULL,
		    "none of 2 network cards is eth7 or has 52:54" },
		{ "", &two, "eth0", "" },
		{ "", &nothing, NULL, "no network card was found" },
	};
	struct conf c;
	struct netplan p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		c = (struct conf){ 0 };
		assert_int_equal(conf_parse("c", cases[i].conf, &c, &e), 0);
		assert_int_equal(netplan_make(&c, cases[i].nics, &p, &e),
		    cases[i].nic != NULL ? 0 : -1);
		if (cases[i].nic != NULL) {
			assert_string_equal(p.list[0].link, cases[i].nic);
			assert_non_null(strstr(p.note, cases[i].says));
			if (*cases[i].says == '\0')
				assert_string_equal(p.note, "");
		} else
			assert_non_null(strstr(e.text, cases[i].says));
		conf_free(&c);
	}
}

static void
static_addresses_are_checked(void **state)
{
	static const struct {
		const char *conf, *why;
	} cases[] = {
		{ "address 10.0.0.5\nnetmask 255.255.255.0\n"
		    "gateway 10.0.0.1\n", NULL },
		{ "address 10.0.0.5\nnetmask 255.255.255.0\n", NULL },
		{ "address 10.0.0.5\n", "no netmask" },
		{ "netmask 255.0.0.0\n", "no address" },
		{ "address 10.0.0.500\nnetmask 255.0.0.0\n",
		    "not an IPv4 address" },
		{ "address 10.0.0.5\nnetmask 255.0.255.0\n",
		    "not a netmask" },
		{ "address 10.0.0.5\nnetmask 0.0.0.0\n", "not a netmask" },
		{ "address 10.0.0.5\nnetmask 255.255.255.0\n"
		    "gateway 10.0.1.1\n", "not in the network of 10.0.0.5/24" },
	};
	struct conf c;
	struct netplan p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		c = (struct conf){ 0 };
		assert_int_equal(conf_add(&c, "ipv4", "static", &e), 0);
		assert_int_equal(conf_parse("c", cases[i].conf, &c, &e), 0);
		assert_int_equal(netplan_make(&c, &two, &p, &e),
		    cases[i].why == NULL ? 0 : -1);
		if (cases[i].why != NULL)
			assert_non_null(strstr(e.text, cases[i].why));
		conf_free(&c);
	}
}

static void
what_is_waited_for_is_the_named_card(void **state)
{
	struct conf c = { 0 };
	struct err e;

	(void)state;
	assert_true(netplan_settled(&c, &two));
	assert_false(netplan_settled(&c, &nothing));
	assert_int_equal(conf_add(&c, "nic", "eth0", &e), 0);
	assert_true(netplan_settled(&c, &two));
	assert_false(netplan_settled(&c, &single));
	/* a MAC counts more than a name that another card may have taken */
	assert_int_equal(conf_add(&c, "nic-mac", "52:54:00:00:00:99", &e), 0);
	assert_false(netplan_settled(&c, &two));
	conf_free(&c);
}

static void
only_cards_are_listed(void **state)
{
	struct sysfs s;
	struct nics n;
	struct err e;

	(void)state;
	sysfs_make(&s);
	sysfs_put(&s, "/class/net/eth1/type", "1\n");
	sysfs_put(&s, "/class/net/eth1/address", "52:54:00:00:00:02\n");
	sysfs_put(&s, "/class/net/eth1/device/", "");
	sysfs_put(&s, "/class/net/eth0/type", "1\n");
	sysfs_put(&s, "/class/net/eth0/address", "52:54:00:00:00:01\n");
	sysfs_put(&s, "/class/net/eth0/device/", "");
	sysfs_put(&s, "/class/net/xenbr0/type", "1\n");
	sysfs_put(&s, "/class/net/ib0/type", "32\n");
	sysfs_put(&s, "/class/net/ib0/device/", "");
	sysfs_put(&s, "/class/net/vif1.0/type", "1\n");
	sysfs_put(&s, "/class/net/vif1.0/device/", "");
	assert_int_equal(nics_read(s.root, &n, &e), 0);
	assert_int_equal(n.n, 2);
	assert_string_equal(n.list[0].name, "eth0");
	assert_string_equal(n.list[1].mac, "52:54:00:00:00:02");
	sysfs_remove(&s);
}

static void
lease_env(const char *const pairs[][2], size_t n)
{
	static const char *const names[] = { "interface", "ip", "subnet",
	    "router", "dns", "ntpsrv", "domain", "hostname", "ipv6", "search",
	    LEASE_FAMILY };

	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
	for (size_t i = 0; i < n; i++)
		setenv(pairs[i][0], pairs[i][1], 1);
}

static void
a_lease_is_taken_with_care(void **state)
{
	static const char *const good[][2] = {
		{ "interface", "xenbr0" }, { "ip", "10.0.2.15" },
		{ "subnet", "255.255.255.0" },
		{ "router", "10.0.2.2 10.9.9.9" },
		{ "dns", "10.0.2.3 bad 10.0.2.4" }, { "ntpsrv", "10.0.2.5" },
		{ "domain", "example.org" }, { "hostname", "$(reboot)" },
	};
	static const char *const bad[][2] = {
		{ "interface", "xenbr0" }, { "ip", "10.0.2.15" },
		{ "subnet", "255.0.255.0" },
	};
	char text[IP_TEXT];
	struct lease l;
	struct err e;

	(void)state;
	lease_env(good, COUNT(good));
	assert_int_equal(lease_take(&l, &e), 0);
	assert_string_equal(ip_text(&l.router, text), "10.0.2.2");
	assert_int_equal(l.address.bits, 24);
	assert_int_equal(l.ndns, 2);
	assert_int_equal(l.nntp, 1);
	assert_string_equal(l.domain, "example.org");
	assert_string_equal(l.hostname, "");
	for (int n = COUNT(bad); n >= 0; n--) {
		lease_env(bad, (size_t)n);
		assert_int_equal(lease_take(&l, &e), -1);
	}
}

/* What a router and a DHCPv6 server say is kept beside DHCP's. */
static void
servers_come_from_every_lease(void **state)
{
	static const char *const six[][2] = {
		{ "interface", "xenbr0" }, { LEASE_FAMILY, "6" },
		{ "ipv6", "fd00:0000:0000:0000:0000:0000:0000:0005" },
		{ "dns", "fd00::53" }, { "search", "six.example more" },
	};
	static const unsigned char rdnss[] = { 25, 3, 0, 0, 0, 0, 1, 0,
	    0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x54 };
	static const unsigned char dnssl[] = { 31, 2, 0, 0, 0, 0, 1, 0,
	    2, 'r', 'a', 1, 'x', 0, 0, 0 };
	struct conf host = { 0 }, leases = { 0 };
	struct lease l, four = { .interface = "xenbr0", .family = AF_INET,
	    .ndns = 1, .domain = "four.example" };
	struct buf text = { 0 };
	struct sysfs s;
	struct ip had;
	struct err e;

	(void)state;
	sysfs_make(&s);
	ip_parse(&four.dns[0], AF_INET, "10.0.2.3");
	assert_int_equal(lease_save(&four, s.root, &e), 0);
	lease_env(six, COUNT(six));
	assert_int_equal(lease_take(&l, &e), 0);
	assert_int_equal(lease_save(&l, s.root, &e), 0);
	assert_true(lease_address6("xenbr0", s.root, &had));
	assert_true(ip_equal(&had, &l.address));
	l = (struct lease){ .interface = "xenbr0" };
	assert_int_equal(lease_router(&l, rdnss, sizeof(rdnss)), 1);
	assert_int_equal(lease_router(&l, dnssl, sizeof(dnssl)), 1);
	assert_string_equal(l.domain, "ra.x");
	for (size_t len = 0; len < sizeof(rdnss); len++)
		assert_int_equal(lease_router(&l, rdnss, len), 0);
	assert_int_equal(lease_save(&l, s.root, &e), 0);
	assert_int_equal(leases_read(s.root, &leases, &e), 0);
	resolv_make(&host, &leases, &text);
	assert_string_equal(buf_str(&text), "search four.example six.example "
	    "ra.x\nnameserver 10.0.2.3\nnameserver fd00::53\n"
	    "nameserver fd00::54\n");
	/* a person's own name servers go before all leases */
	assert_int_equal(conf_add(&host, "name-server", "10.1.1.1", &e), 0);
	leases_forget(s.root);
	conf_free(&leases);
	assert_int_equal(leases_read(s.root, &leases, &e), 0);
	buf_reset(&text);
	resolv_make(&host, &leases, &text);
	assert_string_equal(buf_str(&text), "nameserver 10.1.1.1\n");
	buf_free(&text);
	conf_free(&host);
	sysfs_remove(&s);
}

static void
netmasks_have_their_ones_together(void **state)
{
	static const struct {
		const char *mask;
		int bits;
	} cases[] = {
		{ "0.0.0.0", 0 }, { "128.0.0.0", 1 }, { "255.255.255.0", 24 },
		{ "255.255.255.255", 32 }, { "255.0.255.0", -1 },
		{ "0.0.0.255", -1 },
		{ "24", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(netmask_bits(cases[i].mask), cases[i].bits);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_card_is_chosen),
		cmocka_unit_test(static_addresses_are_checked),
		cmocka_unit_test(what_is_waited_for_is_the_named_card),
		cmocka_unit_test(only_cards_are_listed),
		cmocka_unit_test(a_lease_is_taken_with_care),
		cmocka_unit_test(servers_come_from_every_lease),
		cmocka_unit_test(netmasks_have_their_ones_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
