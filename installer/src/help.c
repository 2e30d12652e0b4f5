/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "elements.h"
#include "explain.h"

/*
 * One sentence for each row of the tables, in their order.  attribute NULL:
 * the element itself.  Where elements share an attribute, the first is named.
 */
static const struct help {
	const char *element, *attribute, *what;
} helps[] = {
	{ "installation", NULL, "the top element of an installation" },
	{ "installation", "mode", "erase and install, keep what an "
	    "installation of Domus has, or put a newer image beside it "
	    "(default fresh)" },
	{ "installation", "sr-type", "the local SR's type (default ext)" },
	{ "installation", "again", "install although the same answers are "
	    "installed already (default no)" },
	{ "installation", "progress-url", "an URL that is told by POST how "
	    "far the installation is" },
	{ "installation", "strict", "no: unknown names are warnings "
	    "(default yes)" },
	{ "installation", "gpgcheck", "whether packages' signatures are "
	    "checked" },
	{ "installation", "repo-gpgcheck", "whether the package list's "
	    "signature is checked" },
	{ "installation", "netinstall-gpg-check", "an old name of gpgcheck" },
	{ "restore", NULL, "the top element to go back to the image before" },

	{ "primary-disk", NULL, "the disk to erase and install on: a name, or "
	    "a rule" },
	{ "primary-disk", "match", "the disks that are meant: KEY=VALUE ... "
	    "of by-id, serial, wwn, model, path, transport, size, rotational, "
	    "empty, removable; texts may hold * and ?" },
	{ "primary-disk", "count", "how many disks must match, or any "
	    "(default 1)" },
	{ "primary-disk", "guest-storage", "the SR takes the rest of the disk "
	    "(default yes)" },
	{ "primary-disk", "preserve-first-partition", "whether partition 1, "
	    "a vendor's, is kept (default if-utility)" },
	{ "primary-disk", "sr-at-end", "a test aid there; the SR is always "
	    "the last partition" },
	{ "primary-disk", "fs-type", "the root's file system" },
	{ "primary-disk", "swraid", "two disks, sda,sdb, become a RAID 1 "
	    "(default no)" },
	{ "guest-disks", NULL, "may stand around guest-disk elements" },
	{ "guest-disk", NULL, "a disk to erase for the SR: a name, or a "
	    "rule" },
	{ "protect", NULL, "a disk that is never written, whatever else "
	    "names it" },
	{ "raid", NULL, "a RAID 1, named in primary-disk or guest-disk" },
	{ "raid", "device", "its name, md127" },
	{ "disk", NULL, "one of a RAID's two disks, or missing" },
	{ "partitions", NULL, "the sizes of partitions, as 512MiB or 20GB" },
	{ "partitions", "slot", "of each of the two slots" },
	{ "partitions", "state", "of the state" },
	{ "partitions", "sr", "of the SR on the primary disk (default: the "
	    "rest)" },
	{ "zap-utility-partitions", NULL, "theirs, until 7: keep "
	    "no vendor's partition" },
	{ "initial-partitions", NULL, "a test aid: partitions to begin "
	    "with" },
	{ "existing-installation", NULL, "the disk of the installation to "
	    "upgrade" },
	{ "backup-disk", NULL, "the disk of the installation to restore, when "
	    "there are several" },
	{ "bootloader", NULL, "how theirs boots" },

	{ "source", NULL, "where the image comes from; several are tried in "
	    "order" },
	{ "source", "type", "the medium that runs, a URL, or server:/path" },
	{ "source", "fingerprint", "of an https server's certificate, "
	    "instead of the known authorities" },
	{ "source", "gpgcheck", "whether packages' signatures are checked" },
	{ "source", "repo-gpgcheck", "whether the package list's signature is "
	    "checked" },
	{ "driver-source", NULL, "packages of drivers" },
	{ "selected-multiversion-drivers", NULL, "which version of each "
	    "driver" },
	{ "certificate", NULL, "an authority of https servers' certificates, "
	    "besides the known ones: PEM" },
	{ "signer", NULL, "who may sign images, a certificate or a public key "
	    "in PEM (default: as the installer's image says)" },
	{ "proxy", NULL, "the URL of the proxy for all that is fetched" },
	{ "timeout", NULL, "time limits, in seconds" },
	{ "timeout", "network", "until an interface has its address" },
	{ "timeout", "fetch", "until one file has arrived" },
	{ "timeout", "install", "for the whole installation" },
	{ "ui-confirmation-prompt", NULL, "any text: ask on the console "
	    "before anything is written" },

	{ "admin-interface", NULL, "the management network" },
	{ "admin-interface", "name", "the card's name in the kernel, or a "
	    "bond's" },
	{ "admin-interface", "hwaddr", "the card's hardware address" },
	{ "admin-interface", "path", "the card's place on the bus, "
	    "0000:02:00.0" },
	{ "admin-interface", "proto", "how it gets its IPv4 address" },
	{ "admin-interface", "protov6", "how it gets its IPv6 address "
	    "(default none)" },
	{ "admin-interface", "vlan", "the VLAN's tag (default: none)" },
	{ "admin-interface", "mtu", "the largest packet, in bytes (default "
	    "1500)" },
	{ "network", NULL, "a further network, with or without an address of "
	    "the host's" },
	{ "network", "label", "the network's name" },
	{ "network", "proto", "how the host gets an IPv4 address in it "
	    "(default none)" },
	{ "ipaddr", NULL, "the IPv4 address, with proto=\"static\"" },
	{ "subnet", NULL, "the IPv4 network's mask" },
	{ "gateway", NULL, "the IPv4 router; may be empty" },
	{ "ipv6", NULL, "the IPv6 address and prefix, 2001:db8::5/64, with "
	    "protov6=\"static\"" },
	{ "gatewayv6", NULL, "the IPv6 router; may be empty" },
	{ "bond", NULL, "several cards used as one" },
	{ "bond", "name", "what an interface's name is to be the bond" },
	{ "bond", "mode", "how the cards share the work" },
	{ "port", NULL, "a card of a bond" },
	{ "port", "name", "the card's name in the kernel" },
	{ "port", "hwaddr", "the card's hardware address" },
	{ "port", "path", "the card's place on the bus" },
	{ "name-server", NULL, "the address of a DNS server (default: as DHCP "
	    "says)" },
	{ "hostname", NULL, "the host's name (default: as DHCP says)" },
	{ "network-backend", NULL, "theirs: bridge or openvswitch" },
	{ "fcoe-interface", NULL, "a card that reaches disks by FCoE" },
	{ "fcoe-interface", "name", "the card's name in the kernel" },
	{ "fcoe-interface", "hwaddr", "the card's hardware address" },

	{ "keymap", NULL, "the console's keymap (default us)" },
	{ "timezone", NULL, "as Europe/Paris (default Etc/UTC)" },
	{ "root-password", NULL, "root's password, or its hash" },
	{ "root-password", "type", "plaintext, or what crypt(3) makes "
	    "(default plaintext)" },
	{ "ntp", NULL, "where the time comes from" },
	{ "ntp", "source", "manual with ntp-server elements (default: what "
	    "fits them and DHCP)" },
	{ "ntp-server", NULL, "a time server" },
	{ "ssh-mode", NULL, "on, off or auto: whether sshd runs (default "
	    "on)" },
	{ "service", NULL, "a service to start, or not to" },
	{ "service", "name", "its name" },
	{ "service", "state", "whether it starts" },

	{ "script", NULL, "the URL of a program to run" },
	{ "script", "stage", "when it runs" },
	{ "script", "type", "where it comes from (default url)" },
	{ "script", "args", "arguments after the stage's own" },
	{ "script", "on-error", "what a failure of it does to the "
	    "installation (default warn)" },
	{ "script", "timeout", "seconds until it is ended (default 600)" },
	{ "post-install-script", NULL, "as script with stage "
	    "filesystem-populated" },
	{ "install-failed-script", NULL, "as script with stage "
	    "installation-complete" },

	{ "pool", NULL, "the pool that the host joins" },
	{ "pool", "coordinator", "its address, with :port if not 443" },
	{ "pool", "token", "from domus pool-token-create" },
	{ "pool", "fingerprint", "of the coordinator's certificate" },
	{ "pool", "username", "instead of a token" },
	{ "pool", "password", "of that user" },
	{ "ssh-key", NULL, "a line of root's authorized_keys" },
	{ "on-failure", NULL, "what follows a failed installation (default "
	    "shell)" },
};

const char *
help_find(const char *element, const char *attribute)
{
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (strcmp(helps[i].element, element) == 0 &&
		    (attribute == NULL ? helps[i].attribute == NULL :
		    helps[i].attribute != NULL &&
		    strcmp(helps[i].attribute, attribute) == 0))
			return helps[i].what;
	return NULL;
}
