/* SPDX-License-Identifier: ISC */
#include "check.h"
#include "elements.h"
#include "signature.h"

#define TOP "installation"
#define INSTALLS (FRESH | REINSTALL)
#define NIC "admin-interface|network"

/* A member of the answers, or of a structure in them. */
#define INTO(member) .into = offsetof(struct answers, member)
#define IN(type, member) .into = offsetof(struct type, member)
/* Where an element's own structure is: one, or an item of a list. */
#define OPENS(member) .opens = offsetof(struct answers, member)
#define LISTS(in, list, type) .opens = offsetof(struct in, list), \
	.item = sizeof(struct type)

/* Why not, for what several rows share. */

const struct element elements[] = {
	{ "installation", "upgrade", "", SUPPORTED, REQUIRED | NO_TEXT,
	    .take = take_top },
	{ "restore", NULL, "", SUPPORTED, NO_TEXT, .take = take_top },

	/* Disks */
	{ "primary-disk", NULL, TOP, SUPPORTED, REQUIRED | MAY_BE_EMPTY,
	    INSTALLS, OPENS(primary), .take = take_primary },
	{ "guest-disks", NULL, TOP, SUPPORTED, NO_TEXT, INSTALLS,
	    .into = 0 },
	{ "guest-disk", NULL, TOP "|guest-disks", SUPPORTED,
	    REPEAT | MAY_BE_EMPTY, INSTALLS,
	    LISTS(answers, guests, disk_rule), .take = take_rule },
	{ "protect", NULL, TOP, SUPPORTED, REPEAT | MAY_BE_EMPTY, 0,
	    LISTS(answers, protects, disk_rule), .take = take_rule },
	{ "raid", NULL, TOP, SUPPORTED, REPEAT | NO_TEXT, INSTALLS,
	    LISTS(answers, raids, raid), .take = take_raid },
	{ "disk", NULL, "raid", SUPPORTED, REPEAT | REQUIRED, INSTALLS,
	    IN(raid, disks) },
	{ "partitions", NULL, TOP, SUPPORTED, MAY_BE_EMPTY | NO_TEXT,
	    INSTALLS, .into = 0 },
	{ "zap-utility-partitions", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "with preserve-first-partition=\"no\" <primary-disk> keeps "
	    "no vendor's partition" },
	{ "initial-partitions", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "the disk is taken as it is found" },
	{ "existing-installation", NULL, TOP, SUPPORTED,
	    REQUIRED | MAY_BE_EMPTY, UPGRADE, OPENS(existing),
	    .take = take_rule },
	{ "backup-disk", NULL, TOP, SUPPORTED, MAY_BE_EMPTY, RESTORE,
	    OPENS(backup), .take = take_rule },
	{ "bootloader", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "every disk boots by BIOS and by UEFI" },

	/* Where the software comes from */
	{ "source", NULL, TOP, SUPPORTED, REQUIRED | REPEAT | MAY_BE_EMPTY,
	    INSTALLS | UPGRADE, LISTS(answers, sources, origin),
	    IN(origin, address), .take = take_source },
	{ "driver-source", NULL, TOP, NO_EFFECT, REPEAT | MAY_BE_EMPTY,
	    .why = "drivers come with the image; packages of theirs are for "
	    "another kernel" },
	{ "selected-multiversion-drivers", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "the kernel has one version of each driver" },
	{ "certificate", NULL, TOP, SUPPORTED, REPEAT,
	    .check = signature_check_authority, INTO(certificates) },
	{ "signer", NULL, TOP, SUPPORTED, REPEAT, INSTALLS | UPGRADE,
	    .check = signature_check_signer, INTO(signers) },
	{ "proxy", NULL, TOP, SUPPORTED, 0, .check = check_proxy,
	    INTO(proxy) },
	{ "timeout", NULL, TOP, SUPPORTED, NO_TEXT, .into = 0 },
	{ "ui-confirmation-prompt", NULL, TOP, SUPPORTED, MAY_BE_EMPTY,
	    INTO(confirm), .take = take_confirm },

	/* Network */
	{ "admin-interface", NULL, TOP, SUPPORTED, REQUIRED | NO_TEXT,
	    INSTALLS, LISTS(answers, networks, network), .take = take_admin },
	{ "network", NULL, TOP, SUPPORTED, REPEAT | NO_TEXT, INSTALLS,
	    LISTS(answers, networks, network), .take = take_network },
	{ "ipaddr", "ip", NIC, SUPPORTED, 0, .check = check_ipv4,
	    IN(network, address) },
	{ "subnet", "subnet-mask", NIC, SUPPORTED, 0, .check = check_netmask,
	    IN(network, netmask) },
	{ "gateway", NULL, NIC, SUPPORTED, MAY_BE_EMPTY, .check = check_ipv4,
	    IN(network, gateway) },
	{ "ipv6", NULL, NIC, SUPPORTED, 0, .check = check_ipv6_prefix, IN(network, address6) },
	{ "gatewayv6", NULL, NIC, SUPPORTED, MAY_BE_EMPTY,
	    .check = check_ipv6, IN(network, gateway6) },
	{ "bond", NULL, TOP, SUPPORTED, REPEAT | NO_TEXT, INSTALLS,
	    LISTS(answers, bonds, bond), .take = take_bond },
	{ "port", NULL, "bond", SUPPORTED, REPEAT | REQUIRED | NO_TEXT,
	    INSTALLS, LISTS(bond, ports, port), .take = take_port },
	{ "name-server", "nameserver", TOP, SUPPORTED, REPEAT, INSTALLS,
	    .check = check_ip, INTO(name_servers) },
	{ "hostname", NULL, TOP, SUPPORTED, 0, INSTALLS,
	    .check = check_hostname, INTO(hostname) },
	{ "network-backend", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "networks are Linux bridges" },
	{ "fcoe-interface", NULL, TOP, LATER, REPEAT | MAY_BE_EMPTY,
	    .why = "the kernel has no FCoE: the host must boot from a disk "
	    "of its own" },

	/* The host */
	{ "keymap", NULL, TOP, SUPPORTED, 0, INSTALLS, .check = check_name,
	    INTO(keymap), .take = take_keymap },
	{ "timezone", NULL, TOP, SUPPORTED, 0, INSTALLS, .check = check_zone,
	    INTO(timezone), .take = take_timezone },
	{ "root-password", NULL, TOP, SUPPORTED, SECRET, INSTALLS,
	    INTO(password), .take = take_password },
	{ "ntp", NULL, TOP, SUPPORTED, MAY_BE_EMPTY, INSTALLS,
	    .take = take_ntp },
	{ "ntp-server", "ntp-servers", TOP, SUPPORTED, REPEAT, INSTALLS,
	    .check = check_server, INTO(ntp_servers) },
	{ "ssh-mode", NULL, TOP, SUPPORTED, 0, INSTALLS,
	    .take = take_ssh_mode },
	{ "service", NULL, TOP, SUPPORTED, REPEAT | MAY_BE_EMPTY, INSTALLS,
	    LISTS(answers, services, service), .take = take_service },

	/* Hooks */
	{ "script", NULL, TOP, SUPPORTED, REPEAT,
	    LISTS(answers, scripts, script), IN(script, url),
	    .take = take_script },
	{ "post-install-script", NULL, TOP, SUPPORTED, 0,
	    LISTS(answers, scripts, script), IN(script, url),
	    .take = take_post_script },
	{ "install-failed-script", NULL, TOP, SUPPORTED, 0,
	    LISTS(answers, scripts, script), IN(script, url),
	    .take = take_failed_script },

	/* Ours */
	{ "pool", NULL, TOP, SUPPORTED, NO_TEXT, INSTALLS, .take = take_pool },
	{ "ssh-key", NULL, TOP, SUPPORTED, REPEAT, INSTALLS,
	    .check = check_ssh_key, INTO(ssh_keys) },
	{ "on-failure", NULL, TOP, SUPPORTED, 0, .take = take_on_failure },
};
const size_t nelements = sizeof(elements) / sizeof(elements[0]);
