/* SPDX-License-Identifier: ISC */
#include "check.h"
#include "elements.h"

#define TOP "installation"
#define ANY_TOP "installation|restore"
#define NIC "admin-interface|network"
#define RULE "primary-disk|guest-disk|protect|existing-installation|" \
	"backup-disk"
#define OLD_SCRIPT "post-install-script|install-failed-script"

#define INTO(member) .into = offsetof(struct answers, member)
#define IN(type, member) .into = offsetof(struct type, member)

#define W_NO_PACKAGES "there are no packages here: the image is checked as a " \
	"whole"

const struct attribute attributes[] = {
	{ TOP, "mode", NULL, SUPPORTED, MAY_BE_EMPTY, WORD,
	    .values = "fresh|reinstall|upgrade", INTO(mode) },
	{ TOP, "sr-type", "srtype", SUPPORTED, 0, WORD, .values =
	    "ext|lvm|none", INTO(sr_type) },
	{ TOP, "again", NULL, SUPPORTED, 0, BOOL, INTO(again) },
	{ ANY_TOP, "strict", NULL, SUPPORTED, .kind = BOOL },
	{ ANY_TOP, "progress-url", NULL, SUPPORTED, .check = check_proxy,
	    INTO(progress) },
	{ ANY_TOP, "gpgcheck", NULL, NO_EFFECT, .why = W_NO_PACKAGES },
	{ ANY_TOP, "repo-gpgcheck", NULL, NO_EFFECT, .why = W_NO_PACKAGES },
	{ ANY_TOP, "netinstall-gpg-check", NULL, NO_EFFECT,
	    .why = W_NO_PACKAGES },

	{ RULE, "match", NULL, SUPPORTED, .values = NULL },
	{ "primary-disk|guest-disk|protect", "count", NULL, SUPPORTED,
	    .values = NULL },
	{ "primary-disk", "guest-storage", "gueststorage", SUPPORTED,
	    .kind = BOOL },
	{ "primary-disk", "preserve-first-partition", NULL, SUPPORTED, 0,
	    WORD, .values = "false|no|if-utility|true|yes" },
	{ "primary-disk", "sr-at-end", NULL, SUPPORTED, .kind = BOOL },
	{ "primary-disk|existing-installation", "fs-type", NULL, NO_EFFECT,
	    .why = "the state is always on ext4" },
	{ "primary-disk", "swraid", NULL, SUPPORTED, .kind = BOOL,
	    IN(disk_rule, raid) },
	{ "raid", "device", NULL, SUPPORTED, REQUIRED, IN(raid, device) },
	{ "partitions", "slot", NULL, SUPPORTED, .kind = SIZE,
	    INTO(slot_size) },
	{ "partitions", "state", NULL, SUPPORTED, .kind = SIZE,
	    INTO(state_size) },
	{ "partitions", "sr", NULL, SUPPORTED, .kind = SIZE, INTO(sr_size) },

	{ "source", "type", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "local|url|nfs", IN(origin, type) },
	{ "source", "fingerprint", NULL, SUPPORTED,
	    .check = check_fingerprint, IN(origin, fingerprint) },
	{ "source", "gpgcheck", NULL, NO_EFFECT, .why = W_NO_PACKAGES },
	{ "source", "repo-gpgcheck", NULL, NO_EFFECT, .why = W_NO_PACKAGES },
	{ "timeout", "network", NULL, SUPPORTED, 0, NUMBER,
	    .values = "1-86400", INTO(timeout.network) },
	{ "timeout", "fetch", NULL, SUPPORTED, 0, NUMBER,
	    .values = "1-86400", INTO(timeout.fetch) },
	{ "timeout", "install", NULL, SUPPORTED, 0, NUMBER,
	    .values = "1-86400", INTO(timeout.install) },

	{ "network", "label", NULL, SUPPORTED, .check = check_typed,
	    IN(network, label) },
	{ NIC, "name", NULL, SUPPORTED, .check = check_name,
	    IN(network, port.name) },
	{ NIC, "hwaddr", NULL, SUPPORTED, .check = check_mac,
	    IN(network, port.mac) },
	{ NIC, "path", NULL, SUPPORTED, .check = check_path,
	    IN(network, port.path) },
	{ "admin-interface", "proto", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "none|dhcp|static",
	    IN(network, proto) },
	{ "network", "proto", NULL, SUPPORTED, 0, WORD,
	    .values = "none|dhcp|static", IN(network, proto) },
	{ NIC, "protov6", NULL, SUPPORTED, 0, WORD,
	    .values = "none|dhcp|static|autoconf",
	    IN(network, proto6) },
	{ NIC, "vlan", NULL, SUPPORTED, 0, NUMBER, .values = "1-4094",
	    IN(network, vlan) },
	{ NIC, "mtu", NULL, SUPPORTED, 0, NUMBER, .values = "576-65535",
	    IN(network, mtu) },
	{ "fcoe-interface", "name", NULL, SUPPORTED,
	    .flags = MAY_BE_EMPTY },
	{ "fcoe-interface", "hwaddr", NULL, SUPPORTED,
	    .flags = MAY_BE_EMPTY },
	{ "bond", "name", NULL, SUPPORTED, REQUIRED, .check = check_name,
	    IN(bond, name) },
	{ "bond", "mode", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "active-backup|balance-slb|lacp", IN(bond, mode) },
	{ "port", "name", NULL, SUPPORTED, .check = check_name,
	    IN(port, name) },
	{ "port", "hwaddr", NULL, SUPPORTED, .check = check_mac,
	    IN(port, mac) },
	{ "port", "path", NULL, SUPPORTED, .check = check_path,
	    IN(port, path) },

	{ "root-password", "type", NULL, SUPPORTED, 0, WORD,
	    .values = "plaintext|hash" },
	{ "ntp", "source", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "dhcp|default|manual|none" },
	{ "service", "name", NULL, SUPPORTED, REQUIRED, .check = check_name,
	    IN(service, name) },
	{ "service", "state", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "enabled|disabled" },

	{ "script", "stage", NULL, SUPPORTED, REQUIRED, WORD,
	    .values = "installation-start|packages-installed|"
	    "filesystem-populated|installation-complete", IN(script, stage) },
	{ "script|" OLD_SCRIPT, "type", NULL, SUPPORTED, 0, WORD,
	    .values = "local|url|nfs", IN(script, type) },
	{ "script", "args", NULL, SUPPORTED,
	    .check = check_typed, IN(script, args) },
	{ "script", "on-error", NULL, SUPPORTED, 0, WORD,
	    .values = "warn|stop" },
	{ "script", "timeout", NULL, SUPPORTED, 0, NUMBER,
	    .values = "1-86400", IN(script, timeout) },

	{ "pool", "coordinator", NULL, SUPPORTED, REQUIRED,
	    .check = check_server_port, INTO(coordinator) },
	{ "pool", "token", NULL, SUPPORTED, SECRET, .check = check_token,
	    INTO(token) },
	{ "pool", "fingerprint", NULL, SUPPORTED, .check = check_fingerprint,
	    INTO(fingerprint) },
	{ "pool", "username", NULL, SUPPORTED, .check = check_typed,
	    INTO(username) },
	{ "pool", "password", NULL, SUPPORTED, SECRET, .check = check_typed,
	    INTO(pool_password) },
};
const size_t nattributes = sizeof(attributes) / sizeof(attributes[0]);
