/* SPDX-License-Identifier: ISC */
#include "wizard.h"

/* The questions, in their order. */
const struct screen screens[] = {
	{ "Keyboard", FOR_ALL, SECTION_KEYMAP, keymap_build, NULL,
	    NULL, keymap_leave,
	    "The keymap of this machine's own keyboard, here and on the "
	    "installed host. It does not matter on a serial line or over SSH: "
	    "there the keyboard is your terminal's. Type a letter to jump to "
	    "the names that begin with it." },
	{ "Welcome", FOR_ALL, SECTION_NONE, welcome_build, NULL,
	    NULL, welcome_leave,
	    "What the installer found in this machine. Nothing is written "
	    "before the summary at the end, and until then every screen can "
	    "be gone back to without losing what was typed.\n"
	    "A disk that is missing here has no driver, or its controller "
	    "hides it in a RAID mode that only its maker's driver knows." },
	{ "Licence", FOR_ALL, SECTION_NONE, licence_build, NULL,
	    NULL, licence_leave,
	    "Domus itself may be used, copied and changed by anybody. The "
	    "programs in the image that are others' keep their own "
	    "licences." },
	{ "Existing installations", FOR_ALL, SECTION_ACTION, action_build,
	    action_wanted, NULL, NULL,
	    "A Domus host was found on a disk.\n"
	    "Upgrade puts this image beside the old one, keeps everything, "
	    "and tries the new one at the next boot.\n"
	    "Reinstall keeps the guests' disks and makes the host anew.\n"
	    "Restore goes back to the image in the other slot.\n"
	    "Install anew erases what is on the disks that are chosen "
	    "later." },
	{ "Disk", FOR_ALL, SECTION_DISK, disk_build, NULL,
	    disk_typed, NULL,
	    "The disk that Domus itself goes on, and that this machine boots "
	    "from. Everything on it is erased, which is why it is asked for "
	    "even when there is only one. Compare the serial number with the "
	    "label on the disk when in doubt.\n"
	    "Disks with a dash cannot be used; the line below says why." },
	{ "Mirror", FOR_FRESH, SECTION_DISK, mirror_build,
	    mirror_wanted, NULL, NULL,
	    "Two disks that hold the same: the kernel writes to both, reads "
	    "from either, and either boots alone. When one fails it is "
	    "replaced by domus-raid --add. Only disks of the same size (5 % "
	    "more or less) and the same sectors are offered; an answer file "
	    "can name others." },
	{ "Storage for guests", FOR_FRESH, SECTION_SR, sr_build, NULL, NULL, NULL,
	    "The storage repository (SR) holds the guests' disks. ext keeps "
	    "them as files, which can be thin; lvm as volumes. It may be on "
	    "what the first disk has left, on further disks, which are erased "
	    "wholly, or nowhere, when all guests' disks are on the network." },
	{ "Source", FOR_ALL & ~FOR_RESTORE, SECTION_NONE, source_build, NULL,
	    NULL, NULL,
	    "Where the image to be installed comes from: from the medium that "
	    "was booted, or from a server. A server's image is checked against "
	    "its SHA256SUMS before anything is written. What is asked of the "
	    "network is asked next then, as the server is reached by it." },
	{ "Address of the source", FOR_ALL & ~FOR_RESTORE, SECTION_SOURCE,
	    origin_build, origin_wanted, origin_typed, NULL,
	    "Signer: who may sign the image's SHA256SUMS; a certificate or "
	    "public key. Without one, and without https, nobody vouches for "
	    "what comes, unless this installer's own image knows its "
	    "signer.\n"
	    "Fingerprint: of the server's certificate, with https (SHA256: "
	    "and 64 digits). Authority: who signed that certificate, if the "
	    "image does not know it.\n"
	    "Signer and authority are typed as a file's name on a stick "
	    "(signer.pem), as a path in this system (/tmp/ca.pem), or as the "
	    "base64 of the PEM on one line.\n"
	    "Proxy: http://server:port." },
	{ "Check of the image", FOR_ALL & ~FOR_RESTORE, SECTION_NONE,
	    verify_build, NULL, NULL, verify_leave,
	    "Every part of the image is checked against its SHA-256 sum before "
	    "the first byte is written to a disk, whatever is said here. "
	    "Checking now only tells earlier that an image is bad." },
	{ "Root's password", FOR_NEW, SECTION_PASSWORD, password_build, NULL,
	    password_typed, NULL,
	    "For the console, for SSH and for the XenAPI. It is kept as a "
	    "SHA-512 hash only, also in an answer file saved at the end." },
	{ "Remote login", FOR_NEW, SECTION_SSH, ssh_build, NULL, NULL, NULL,
	    "Whether sshd runs on the host, and a public key that lets root "
	    "in without a password: a line as in ~/.ssh/id_ed25519.pub." },
	{ "Management network card", FOR_NETWORK, SECTION_NONE, nic_build,
	    NULL, nic_typed, NULL,
	    "The card by which the host is managed. The link's state is read "
	    "each second: pull the cable, or plug it in, to see which card it "
	    "is. Further cards are set up later, through the XenAPI." },
	{ "Bond", FOR_NETWORK, SECTION_NONE, bond_build, bond_wanted, NULL,
	    bond_leave,
	    "Several cards can work as one. active-backup needs nothing of "
	    "the switch; LACP (802.3ad) must be set up there; balance-slb "
	    "shares the guests' traffic among the cards without the switch's "
	    "help." },
	{ "Addresses", FOR_NETWORK, SECTION_NONE, address_build, NULL, NULL,
	    address_leave,
	    "How the host gets its addresses. A VLAN's number (1 to 4094) is "
	    "needed only when the switch sends the management network "
	    "tagged." },
	{ "Fixed addresses", FOR_NETWORK, SECTION_NONE, static_build,
	    static_wanted, NULL, static_leave,
	    "IPv4: address, netmask and gateway as 192.0.2.10, 255.255.255.0 "
	    "and 192.0.2.1. IPv6: an address with its prefix, 2001:db8::10/64, "
	    "and the gateway's address." },
	{ "Host name and name servers", FOR_NETWORK, SECTION_NAMES,
	    names_build, NULL, NULL, names_leave,
	    "The host's name, with or without a domain. Empty: as DHCP says. "
	    "Name servers are IP addresses; with DHCP they may be left "
	    "empty." },
	{ "Time zone: region", FOR_NEW, SECTION_NONE, region_build, NULL, NULL, NULL,
	    "First the region, then the city. Etc/UTC is a good choice for a "
	    "server. Type a letter to jump." },
	{ "Time zone: city", FOR_NEW, SECTION_ZONE, city_build, city_wanted,
	    NULL, NULL,
	    "The city whose clocks the host shows. Type a letter to jump." },
	{ "Clock", FOR_NEW, SECTION_NTP, ntp_build, NULL, NULL, NULL,
	    "Hosts of a pool must agree on the time. The default servers are "
	    "those of pool.ntp.org." },
	{ "Time servers", FOR_NEW, SECTION_NTP, servers_build, servers_wanted,
	    NULL, NULL, "Host names or IP addresses, at least one." },
	{ "Pool", FOR_NEW, SECTION_NONE, pool_build, NULL, NULL, NULL,
	    "A host is the coordinator of a pool of its own, or joins "
	    "another's pool as its member. On the coordinator, domus "
	    "pool-token-create prints a token and the fingerprint." },
	{ "Joining the pool", FOR_NEW, SECTION_POOL, join_build, join_wanted,
	    NULL, join_leave,
	    "The coordinator is asked right now: its certificate must have the "
	    "fingerprint, and a user's name and password must let in. For "
	    "this the installer takes the network that was just typed, unless "
	    "it has one already. The host itself joins at its first boot, and "
	    "tries again until it is a member." },
	{ "Summary", FOR_ALL, SECTION_NONE, summary_build, NULL,
	    NULL, summary_leave,
	    "All of the plan. From the next screen on the disks named here "
	    "are erased; what is said to be lost cannot be had back." },
};
const size_t nscreens = sizeof(screens) / sizeof(screens[0]);
