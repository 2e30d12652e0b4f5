/* SPDX-License-Identifier: ISC */
#include "check.h"
#include "elements.h"

#define INTO(member) offsetof(struct answers, member)

#define TOP "installation"
#define BOOLEAN "yes|no|true|false"

/* Why not, for what several rows share. */
#define W_UPGRADE "this version installs afresh only"
#define W_SOURCE "this version installs from its own medium only"
#define W_NO_PACKAGES "there are no packages here: the image is checked as a " \
	"whole"
#define W_RAID "this version makes no RAID"
#define W_IPV6 "this version sets up IPv4 only"

const struct element elements[] = {
	{ "installation", "upgrade", "", SUPPORTED, REQUIRED | NO_TEXT,
	    .into = NOWHERE, .take = take_top },
	{ "restore", NULL, "", LATER, NO_TEXT, .why = W_UPGRADE },

	/* Disks */
	{ "primary-disk", NULL, TOP, SUPPORTED, REQUIRED,
	    .into = INTO(primary_disk), .take = take_primary },
	{ "guest-disks", NULL, TOP, SUPPORTED, NO_TEXT, .into = NOWHERE },
	{ "guest-disk", NULL, TOP, SUPPORTED, REPEAT,
	    .into = INTO(guest_disks) },
	{ "guest-disk", NULL, "guest-disks", SUPPORTED, REPEAT,
	    .into = INTO(guest_disks) },
	{ "raid", NULL, TOP, LATER, REPEAT | NO_TEXT, .why = W_RAID },
	{ "zap-utility-partitions", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "the whole disk is used" },
	{ "initial-partitions", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "the whole disk is used" },
	{ "existing-installation", NULL, TOP, LATER, 0, .why = W_UPGRADE },
	{ "backup-disk", NULL, TOP, LATER, 0, .why = W_UPGRADE },
	{ "bootloader", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "every disk boots by BIOS and by UEFI" },

	/* Where the software comes from */
	{ "source", NULL, TOP, SUPPORTED, REQUIRED | REPEAT | MAY_BE_EMPTY,
	    .into = NOWHERE },
	{ "driver-source", NULL, TOP, LATER, REPEAT | MAY_BE_EMPTY,
	    .why = W_SOURCE },
	{ "selected-multiversion-drivers", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "the kernel has one version of each driver" },
	{ "ui-confirmation-prompt", NULL, TOP, LATER, MAY_BE_EMPTY,
	    .why = "this version asks nothing on the console" },

	/* Network */
	{ "admin-interface", NULL, TOP, SUPPORTED, REQUIRED | NO_TEXT,
	    .into = NOWHERE, .take = take_admin },
	{ "ipaddr", "ip", "admin-interface", SUPPORTED, 0,
	    .check = check_ipv4, .into = INTO(address) },
	{ "subnet", "subnet-mask", "admin-interface", SUPPORTED, 0,
	    .check = check_netmask, .into = INTO(netmask) },
	{ "gateway", NULL, "admin-interface", SUPPORTED, MAY_BE_EMPTY,
	    .check = check_ipv4, .into = INTO(gateway) },
	{ "ipv6", NULL, "admin-interface", LATER, 0, .why = W_IPV6 },
	{ "gatewayv6", NULL, "admin-interface", LATER, MAY_BE_EMPTY,
	    .why = W_IPV6 },
	{ "name-server", "nameserver", TOP, SUPPORTED, REPEAT,
	    .check = check_ipv4, .into = INTO(name_servers) },
	{ "hostname", NULL, TOP, SUPPORTED, 0, .check = check_hostname,
	    .into = INTO(hostname) },
	{ "network-backend", NULL, TOP, NO_EFFECT, MAY_BE_EMPTY,
	    .why = "networks are Linux bridges" },
	{ "fcoe-interface", NULL, TOP, LATER, REPEAT | MAY_BE_EMPTY,
	    .why = "the kernel has no FCoE" },

	/* The host */
	{ "keymap", NULL, TOP, SUPPORTED, 0, NULL, check_name, INTO(keymap),
	    take_keymap },
	{ "timezone", NULL, TOP, SUPPORTED, 0, NULL, check_zone,
	    INTO(timezone), take_timezone },
	{ "root-password", NULL, TOP, SUPPORTED, SECRET, NULL, NULL,
	    INTO(password), take_password },
	{ "ntp", NULL, TOP, SUPPORTED, MAY_BE_EMPTY, .into = NOWHERE,
	    .take = take_ntp },
	{ "ntp-server", "ntp-servers", TOP, SUPPORTED, REPEAT,
	    .check = check_server, .into = INTO(ntp_servers) },
	{ "ssh-mode", NULL, TOP, SUPPORTED, 0, .into = NOWHERE,
	    .take = take_ssh_mode },
	{ "service", NULL, TOP, LATER, REPEAT | MAY_BE_EMPTY,
	    .why = "services cannot be switched by this version; use "
	    "<ssh-mode> for sshd" },

	/* Hooks */
	{ "script", NULL, TOP, SUPPORTED, REPEAT, .into = NOWHERE,
	    .take = take_script },
	{ "post-install-script", NULL, TOP, SUPPORTED, 0, .into = NOWHERE,
	    .take = take_post_script },
	{ "install-failed-script", NULL, TOP, SUPPORTED, 0, .into = NOWHERE,
	    .take = take_failed_script },

	/* Ours */
	{ "pool", NULL, TOP, SUPPORTED, NO_TEXT, .into = NOWHERE,
	    .take = take_pool },
	{ "ssh-key", NULL, TOP, SUPPORTED, REPEAT, .check = check_ssh_key,
	    .into = INTO(ssh_keys) },
	{ "on-failure", NULL, TOP, SUPPORTED, 0, .into = NOWHERE,
	    .take = take_on_failure },
};
const size_t nelements = sizeof(elements) / sizeof(elements[0]);

const struct attribute attributes[] = {
	{ TOP, "mode", NULL, SUPPORTED, MAY_BE_EMPTY, W_UPGRADE, "fresh",
	    "reinstall|upgrade", NULL, NOWHERE },
	{ TOP, "sr-type", "srtype", SUPPORTED, 0,
	    "this version makes SRs of type ext only", "ext", "lvm", NULL,
	    NOWHERE },
	{ TOP, "again", NULL, SUPPORTED, 0, NULL, BOOLEAN, .into = NOWHERE },
	{ TOP, "strict", NULL, SUPPORTED, 0, NULL, BOOLEAN, .into = NOWHERE },
	{ TOP, "gpgcheck", NULL, NO_EFFECT, 0, .why = W_NO_PACKAGES },
	{ TOP, "repo-gpgcheck", NULL, NO_EFFECT, 0, .why = W_NO_PACKAGES },
	{ TOP, "netinstall-gpg-check", NULL, NO_EFFECT, 0,
	    .why = W_NO_PACKAGES },

	{ "primary-disk", "guest-storage", "gueststorage", SUPPORTED, 0, NULL,
	    BOOLEAN, .into = NOWHERE },
	{ "primary-disk", "preserve-first-partition", NULL, SUPPORTED, 0,
	    "this version uses the whole disk and keeps no partition",
	    "false|no|if-utility", "true|yes", NULL, NOWHERE },
	{ "primary-disk", "sr-at-end", NULL, NO_EFFECT, 0,
	    .why = "the SR is the last partition" },
	{ "primary-disk", "fs-type", NULL, NO_EFFECT, 0,
	    .why = "the state is always on ext4" },
	{ "primary-disk", "swraid", NULL, SUPPORTED, 0, W_RAID, "no|false",
	    "yes|true", NULL, NOWHERE },

	{ "source", "type", NULL, SUPPORTED, REQUIRED, W_SOURCE, "local",
	    "url|nfs", NULL, NOWHERE },
	{ "source", "gpgcheck", NULL, NO_EFFECT, 0, .why = W_NO_PACKAGES },
	{ "source", "repo-gpgcheck", NULL, NO_EFFECT, 0, .why = W_NO_PACKAGES },

	{ "admin-interface", "name", NULL, SUPPORTED, 0, NULL, NULL, NULL,
	    check_name, INTO(nic_name) },
	{ "admin-interface", "hwaddr", NULL, SUPPORTED, 0, NULL, NULL, NULL,
	    check_mac, INTO(nic_mac) },
	{ "admin-interface", "proto", NULL, SUPPORTED, REQUIRED, NULL,
	    "dhcp|static", .into = NOWHERE },
	{ "admin-interface", "protov6", NULL, SUPPORTED, 0, W_IPV6, "none",
	    "static|dhcp|autoconf", NULL, NOWHERE },
	{ "admin-interface", "vlan", NULL, LATER, 0,
	    .why = "this version sets up no VLAN" },

	{ "root-password", "type", NULL, SUPPORTED, 0, NULL, "plaintext|hash",
	    .into = NOWHERE },
	{ "ntp", "source", NULL, SUPPORTED, REQUIRED, NULL,
	    "dhcp|default|manual|none", .into = NOWHERE },

	{ "script", "stage", NULL, SUPPORTED, REQUIRED,
	    "no packages are installed one by one; use filesystem-populated",
	    "installation-start|filesystem-populated|installation-complete",
	    "packages-installed", NULL, NOWHERE },
	{ "script", "type", NULL, SUPPORTED, 0,
	    "this version fetches by http, https and file only", "url", "nfs",
	    NULL, NOWHERE },
	{ "post-install-script", "type", NULL, SUPPORTED, 0,
	    "this version fetches by http, https and file only", "url", "nfs",
	    NULL, NOWHERE },
	{ "install-failed-script", "type", NULL, SUPPORTED, 0,
	    "this version fetches by http, https and file only", "url", "nfs",
	    NULL, NOWHERE },

	{ "pool", "coordinator", NULL, SUPPORTED, REQUIRED, NULL, NULL, NULL,
	    check_server_port, INTO(coordinator) },
	{ "pool", "token", NULL, SUPPORTED, SECRET, NULL, NULL, NULL,
	    check_token, INTO(token) },
	{ "pool", "fingerprint", NULL, SUPPORTED, 0, NULL, NULL, NULL,
	    check_fingerprint, INTO(fingerprint) },
	{ "pool", "username", NULL, SUPPORTED, 0, NULL, NULL, NULL,
	    check_typed, INTO(username) },
	{ "pool", "password", NULL, SUPPORTED, SECRET, NULL, NULL, NULL,
	    check_typed, INTO(pool_password) },
};
const size_t nattributes = sizeof(attributes) / sizeof(attributes[0]);
