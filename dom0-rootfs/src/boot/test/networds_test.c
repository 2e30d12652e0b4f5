/* SPDX-License-Identifier: ISC */
/* Names of cards, host.conf's further networks, and the boot options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "netboot.h"
#include "netplan.h"
#include "nics.h"
#include "sysfs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct nics three = { .n = 3, .list = {
    { .name = "eth0", .mac = "52:54:00:00:00:01", .path = "0000:00:05.0" },
    { .name = "eth1", .mac = "52:54:00:00:00:02", .path = "0000:00:03.0",
      .label = "Port 1" },
    { .name = "eth2", .mac = "52:54:00:00:00:03", .path = "0000:00:04.0" } },
};

/* The names that the three cards get, in their order above. */
static void
assert_names(const struct nic_rules *r, const char *names)
{
	struct nics n = three;
	struct buf b = { 0 };

	nics_name(&n, r);
	for (size_t i = 0; i < n.n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", n.list[i].want);
	assert_string_equal(buf_str(&b), names);
	buf_free(&b);
}

static void
cards_keep_their_names_whatever_the_kernel_says(void **state)
{
	static const struct {
		const char *conf, *names;
	} cases[] = {
		{ "", "eth0 eth1 eth2" },
		{ "card eth2 52:54:00:00:00:01 0000:00:05.0\n"
		  "card eth0 52:54:00:00:00:02 0000:00:03.0\n"
		  "card eth1 52:54:00:00:00:03 0000:00:04.0\n",
		  "eth2 eth0 eth1" },
		/* a card was replaced: its place has the name */
		{ "card eth0 52:54:00:00:00:99 0000:00:04.0\n"
		  "card eth1 52:54:00:00:00:01 -\n"
		  "card eth2 - 0000:00:03.0\n", "eth1 eth2 eth0" },
		/* a card was moved into the place of one that is gone */
		{ "card eth0 52:54:00:00:00:99 0000:00:05.0\n"
		  "card eth1 52:54:00:00:00:01 0000:00:09.0\n",
		  "eth1 eth2 eth3" },
		/* new ones take no name of an absent one, in order of place */
		{ "card eth0 52:54:00:00:00:99 0000:00:09.0\n",
		  "eth3 eth1 eth2" },
	};
	struct nic_rules r;
	struct conf c;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		c = (struct conf){ 0 };
		assert_int_equal(conf_parse("c", cases[i].conf, &c, &e), 0);
		assert_int_equal(nic_rules_conf(&c, &r, &e), 0);
		assert_names(&r, cases[i].names);
		conf_free(&c);
	}
}

/* A card on the board, and one with two ports in slot 3. */
static void
cards_are_known_by_their_places(void **state)
{
	static const struct {
		const char *name, *path, *index, *place;
	} cards[] = {
		{ "eth0", "0000:03:00.1", NULL, "p3p2" },
		{ "eth1", "0000:00:1f.6", "1\n", "em1" },
		{ "eth2", "0000:03:00.0", NULL, "p3p1" },
		{ "eth3", "0000:05:00.0", NULL, "" },
	};
	char path[128], to[64];
	struct nic_rules r = { .n = 0 };
	struct sysfs s;
	struct nics n;
	struct err e;

	(void)state;
	sysfs_make(&s);
	sysfs_put(&s, "/bus/pci/slots/3/address", "0000:03:00\n");
	sysfs_put(&s, "/bus/pci/slots/5-1/address", "0000:05:00\n");
	for (size_t i = 0; i < COUNT(cards); i++) {
		snprintf(path, sizeof(path), "/devices/pci0000:00/%s/",
		    cards[i].path);
		sysfs_put(&s, path, "");
		snprintf(path, sizeof(path), "/devices/pci0000:00/%s/index",
		    cards[i].path);
		if (cards[i].index != NULL)
			sysfs_put(&s, path, cards[i].index);
		snprintf(path, sizeof(path), "/class/net/%s/type",
		    cards[i].name);
		sysfs_put(&s, path, "1\n");
		snprintf(path, sizeof(path), "/class/net/%s/address",
		    cards[i].name);
		snprintf(to, sizeof(to), "52:54:00:00:00:0%zu\n", i);
		sysfs_put(&s, path, to);
		snprintf(path, sizeof(path), "/class/net/%s/device",
		    cards[i].name);
		snprintf(to, sizeof(to), "../../../devices/pci0000:00/%s",
		    cards[i].path);
		sysfs_link(&s, path, to);
	}
	assert_int_equal(nics_read(s.root, &n, &e), 0);
	for (size_t i = 0; i < COUNT(cards); i++)
		assert_string_equal(n.list[i].place, cards[i].place);
	assert_int_equal(nic_rules_map(&r, "eth0:s:p3p2", &e), 0);
	assert_int_equal(nic_rules_map(&r, "eth5:d:em1", &e), 0);
	nics_name(&n, &r);
	assert_string_equal(n.list[0].want, "eth0");
	assert_string_equal(n.list[1].want, "eth5");
	sysfs_remove(&s);
}

static void
map_netdev_names_cards(void **state)
{
	static const struct {
		const char *words, *names, *why;
	} cases[] = {
		{ "map_netdev=eth0:52:54:00:00:00:03", "eth2 eth1 eth0",
		    NULL },
		{ "map_netdev=1:d:0000:00:05.0[0] map_netdev=eth0:s:"
		    "52:54:00:00:00:02", "eth1 eth0 eth2", NULL },
		{ "map_netdev=eth0:\"Port 1\" quiet", "eth2 eth0 eth1", NULL },
		{ "'map_netdev=eth0:Port 1'", "eth2 eth0 eth1", NULL },
		{ "map_netdev=eth0:0000:00:05.0[1]", "eth3 eth1 eth2", NULL },
		{ "map_netdev=ethx:1", NULL, "not ethN:CARD" },
		{ "map_netdev=eth0:", NULL, "no MAC, no PCI address" },
		{ "map_netdev=eth0:a map_netdev=eth0:b", NULL, "has one" },
		{ "map_netdev=eth0:a map_netdev=eth1:a", NULL, "has one" },
	};
	struct netboot b;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(netboot_parse(cases[i].words, &b, &e),
		    cases[i].names != NULL ? 0 : -1);
		if (cases[i].names != NULL)
			assert_names(&b.map, cases[i].names);
		else
			assert_non_null(strstr(e.text, cases[i].why));
	}
}

static void
paths_are_those_of_pci(void **state)
{
	static const char *const names[] = { "eth0", "eth1", "eth2" };
	static const char *const devices[] = {
		"pci0000:00/0000:00:1c.0/0000:03:00.0/virtio1",
		"pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0",
		"pci0000:00/0000:00:1c.0/0000:04:00.1" };
	static const char *const paths[] = { "0000:03:00.0", "",
		"0000:04:00.1[1]" };
	char path[128], to[128];
	struct sysfs s;
	struct nics n;
	struct err e;

	(void)state;
	sysfs_make(&s);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "/devices/%s/", devices[i]);
		sysfs_put(&s, path, "");
		snprintf(path, sizeof(path), "/class/net/%s/type", names[i]);
		sysfs_put(&s, path, "1\n");
		snprintf(path, sizeof(path), "/class/net/%s/address",
		    names[i]);
		sysfs_put(&s, path, "52:54:00:00:00:01\n");
		snprintf(path, sizeof(path), "/class/net/%s/device", names[i]);
		snprintf(to, sizeof(to), "../../../devices/%s", devices[i]);
		sysfs_link(&s, path, to);
	}
	sysfs_put(&s, "/class/net/eth2/dev_port", "1\n");
	sysfs_put(&s, "/class/net/eth2/bonding_slave/perm_hwaddr",
	    "52:54:00:00:00:77\n");
	assert_int_equal(nics_read(s.root, &n, &e), 0);
	assert_int_equal(n.n, 3);
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(n.list[i].path, paths[i]);
	assert_string_equal(n.list[2].mac, "52:54:00:00:00:77");
	sysfs_remove(&s);
}

static void
print(const struct network *n, struct buf *to)
{
	static const char *const bonds[] = { "", "active-backup ",
		"balance-slb ", "lacp " };
	static const char *const ways[] = { "none", "auto", "dhcp", "static",
		"any" };
	char name[NIC_NAME], text[IP_TEXT];

	network_lower(n, name);
	buf_printf(to, "%s=%s %s", n->bridge, name, bonds[n->bond]);
	for (size_t i = 0; i < n->nports; i++)
		buf_printf(to, "%s ", n->ports[i]);
	buf_printf(to, "mtu %u %s", n->mtu, n->ipv4 == IPV4_NONE ? "none" :
	    n->ipv4 == IPV4_DHCP ? "dhcp" : ip_text(&n->address, text));
	if (n->gateway.family != 0)
		buf_printf(to, " by %s", ip_text(&n->gateway, text));
	buf_printf(to, " %s", ways[n->ipv6]);
	if (n->address6.family != 0)
		buf_printf(to, " %s/%u", ip_text(&n->address6, text),
		    n->address6.bits);
	if (n->gateway6.family != 0)
		buf_printf(to, " by %s", ip_text(&n->gateway6, text));
	buf_char(to, '\n');
}

static void
networks_are_planned(void **state)
{
	static const struct {
		const char *conf, *plan, *says;
	} cases[] = {
		{ "bond bond0 lacp eth0 eth1\nnic bond0\nvlan 10\nmtu 9000\n"
		  "ipv4 static\naddress 10.1.0.5\nnetmask 255.255.0.0\n"
		  "gateway 10.1.0.1\nipv6 static\naddress6 fd00::5/64\n"
		  "gateway6 fe80::1\nnet1.nic eth2\nnet2.nic bond0\n"
		  "net2.vlan 20\nnet2.ipv6 autoconf\n",
		  "xenbr0=bond0.10 lacp eth0 eth1 mtu 9000 10.1.0.5 by 10.1.0.1"
		  " static fd00::5/64 by fe80::1\n"
		  "xenbr1=eth2 mtu 0 none none\n"
		  "xenbr2=bond0.20 lacp eth0 eth1 mtu 0 none auto\n", NULL },
		{ "bond bond0 active-backup eth0 eth7\nnic bond0\nipv6 none\n",
		  "xenbr0=bond0 active-backup eth0 mtu 0 dhcp none\n",
		  "bond0's network card eth7 is not there" },
		/* one that cannot be does not keep the others away */
		{ "bond b balance-slb eth0 eth1\nnic b\nipv4 none\n"
		  "ipv6 dhcp\nnet1.nic eth9\nnet2.nic eth2\nnet2.vlan 4095\n"
		  "net3.nic eth2\n",
		  "xenbr0=b balance-slb eth0 eth1 mtu 0 none dhcp\n"
		  "xenbr3=eth2 mtu 0 none none\n", "net2.vlan 4095: not a "
		  "number from 1 to 4094: none of 3 network cards is eth9" },
		{ "bond b round-robin eth0\nnic b\n", "", "\"round-robin\": "
		  "not active-backup" },
		{ "bond b lacp eth8\nnic b\n", "", "none of b's" },
		{ "nic eth0\nipv6 static\naddress6 fd00::5\n", "",
		  "with its prefix's length" },
		{ "nic eth0\nipv6 static\naddress6 fd00::5/64\n"
		  "gateway6 fd01::1\n", "", "not in the network of fd00::5/64" },
		{ "nic eth0\nipv6 maybe\n", "", "not one of the known ways" },
		{ "nic eth0\nmtu 100\n", "", "not a number from 576" },
	};
	struct netplan p;
	struct buf b = { 0 };
	struct conf c;
	struct err e;
	int rc;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		c = (struct conf){ 0 };
		e.text[0] = '\0';
		buf_reset(&b);
		assert_int_equal(conf_parse("c", cases[i].conf, &c, &e), 0);
		rc = netplan_make(&c, &three, &p, &e);
		for (size_t j = 0; j < p.n; j++)
			print(&p.list[j], &b);
		assert_string_equal(buf_str(&b), cases[i].plan);
		if (cases[i].says != NULL)
			assert_non_null(strstr(rc == -1 ? e.text : p.note,
			    cases[i].says));
		else
			assert_int_equal(rc, 0);
		conf_free(&c);
	}
	buf_free(&b);
}

static void
boot_options_are_planned(void **state)
{
	static const struct {
		const char *words, *plan, *why;
	} cases[] = {
		{ "install answerfile=http://a/b?network_device=eth9",
		  "=eth0 mtu 0 dhcp any\n=eth1 mtu 0 dhcp any\n"
		  "=eth2 mtu 0 dhcp any\n", NULL },
		{ "network_device=eth1 network_config=dhcp:vlan=7",
		  "=eth1.7 mtu 0 dhcp any\n", NULL },
		{ "answerfile_device=eth0,52:54:00:00:00:03",
		  "=eth0 mtu 0 dhcp any\n=eth2 mtu 0 dhcp any\n", NULL },
		{ "network_device=52:54:00:00:00:02 network_config=\"static:"
		  "ip=10.0.0.5;netmask=255.255.255.0;gateway=10.0.0.1;"
		  "dns=10.0.0.2,fd00::2;domain=example.org;vlan=5;mtu=9000\"",
		  "=eth1.5 mtu 9000 10.0.0.5 by 10.0.0.1 none\n", NULL },
		{ "network_device=eth0 network_config=static:ipv6=fd00::5/64;"
		  "gatewayv6=fd00::1",
		  "=eth0 mtu 0 none static fd00::5/64 by fd00::1\n", NULL },
		{ "network_device=eth7", NULL, "no such network card; this "
		  "machine has eth0 (52:54:00:00:00:01), eth1" },
		{ "network_config=static:ip=10.0.0.5;netmask=255.0.0.0", NULL,
		  "3 network cards would have that address" },
		{ "network_config=static:netmask=255.0.0.0", NULL, "no ip=" },
		{ "network_config=static:ip=10.0.0.5", NULL, "no netmask=" },
		{ "network_config=static:ip=10.0.0.500", NULL, "cannot be" },
		{ "network_config=static:ip=10.0.0.5;netmask=255.255.255.0;"
		  "gateway=10.0.1.1", NULL, "not in the network" },
		{ "network_config=static:adress=1", NULL, "not one of ip=" },
		{ "network_config=dhcp:ip=10.0.0.5", NULL, "static only" },
		{ "network_config=dhcp:vlan=0", NULL, "vlan=0: cannot be" },
		{ "network_config=bootp", NULL, "not dhcp or static" },
	};
	struct netplan p;
	struct netboot o;
	struct buf b = { 0 };
	struct err e;
	int rc;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_reset(&b);
		rc = netboot_parse(cases[i].words, &o, &e);
		if (rc == 0)
			rc = netboot_plan(&o, &three, &p, &e);
		assert_int_equal(rc, cases[i].why != NULL ? -1 : 0);
		for (size_t j = 0; rc == 0 && j < p.n; j++)
			print(&p.list[j], &b);
		if (rc == 0)
			assert_string_equal(buf_str(&b), cases[i].plan);
		else
			assert_non_null(strstr(e.text, cases[i].why));
	}
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    cards_keep_their_names_whatever_the_kernel_says),
		cmocka_unit_test(cards_are_known_by_their_places),
		cmocka_unit_test(map_netdev_names_cards),
		cmocka_unit_test(paths_are_those_of_pci),
		cmocka_unit_test(networks_are_planned),
		cmocka_unit_test(boot_options_are_planned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
