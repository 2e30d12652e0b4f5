/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcpd.h"

#define LEASE 3600		/* seconds */
#define BAD 600			/* an address that somebody else has */
#define OFFERED 60
#define END_OF_VENDOR 255

int
dhcpd_range(struct dhcpd *d, const char *text, struct err *e)
{
	char first[16], last[16];
	struct in_addr a, b;
	int end = 0;

	if (sscanf(text, "%15[0-9.]-%15[0-9.]%n", first, last, &end) != 2 ||
	    text[end] != '\0' || inet_pton(AF_INET, first, &a) != 1 ||
	    inet_pton(AF_INET, last, &b) != 1 ||
	    ntohl(a.s_addr) > ntohl(b.s_addr))
		return err_set(e, "%s: not a range as "
		    "192.0.2.100-192.0.2.150", text);
	d->first = ntohl(a.s_addr);
	d->n = ntohl(b.s_addr) - d->first + 1;
	return d->n <= DHCPD_MAX && d->n > 0 ? 0 :
	    err_set(e, "%s: more than %d addresses", text, DHCPD_MAX);
}

/* RFC 4578, 2.1, and UEFI: what the firmware says that it is. */
static enum boot
by_arch(const struct dhcp *in, bool http)
{
	unsigned char arch[2];

	if (dhcp_option(in, DHCP_OPT_ARCH, arch, 2) != 2 || arch[0] != 0)
		return http ? BOOT_NONE : BOOT_BIOS;
	switch (arch[1]) {
	case 0:
		return http ? BOOT_NONE : BOOT_BIOS;
	case 7:
	case 9:
		return http ? BOOT_NONE : BOOT_UEFI;
	case 16:
		return http ? BOOT_HTTP : BOOT_NONE;
	default:
		return BOOT_NONE;
	}
}

static enum boot
kind_of(const struct dhcpd *d, const struct dhcp *in)
{
	char class[DHCP_TEXT], user[DHCP_TEXT], mac[DHCP_MAC_TEXT];
	bool http, pxe;

	dhcp_text(in, DHCP_OPT_CLASS, class);
	dhcp_text(in, DHCP_OPT_USER, user);
	if (strcmp(user, "Domus") == 0)
		return BOOT_DOMUS;
	dhcp_mac(in->mac, mac);
	if (d->once != NULL && machines_done(d->once, mac))
		return BOOT_NONE;
	pxe = strncmp(class, "PXEClient", 9) == 0;
	http = strncmp(class, "HTTPClient", 10) == 0;
	if (!pxe && !http)
		return BOOT_NONE;
	/* RFC 3004 wants a length before it, iPXE puts none */
	if (strcmp(user + (user[0] == 4), "iPXE") == 0 &&
	    d->site->file[BOOT_IPXE] != NULL)
		return BOOT_IPXE;
	return by_arch(in, http);
}

static bool
is_mine(const struct dhcpd_lease *l, const struct dhcp *in)
{
	return l->until != 0 && !l->bad &&
	    memcmp(l->mac, in->mac, DHCP_MAC) == 0;
}

static bool
is_free(const struct dhcpd *d, const struct dhcpd_lease *l, time_t now)
{
	return l->until < now && d->first + (uint32_t)(l - d->leases) !=
	    ntohl(d->site->address);
}

/* The lease of this address, or NULL when it is not ours to give. */
static struct dhcpd_lease *
lease_at(struct dhcpd *d, uint32_t address)
{
	uint32_t nr = ntohl(address) - d->first;

	return address != 0 && nr < d->n ? &d->leases[nr] : NULL;
}

/* The machine's own, the one it asks for, or one that is free; from its MAC,
 * so that it is the same after a restart that has forgotten all. */
static struct dhcpd_lease *
lease_find(struct dhcpd *d, const struct dhcp *in, time_t now)
{
	struct dhcpd_lease *asked = lease_at(d, dhcp_u32(in,
	    DHCP_OPT_ADDRESS));
	uint32_t from = 0, i;

	for (i = 0; i < d->n; i++)
		if (is_mine(&d->leases[i], in))
			return &d->leases[i];
	if (asked != NULL && is_free(d, asked, now))
		return asked;
	for (i = 0; i < DHCP_MAC; i++)
		from = from * 31 + in->mac[i];
	for (i = 0; i < d->n; i++) {
		struct dhcpd_lease *l = &d->leases[(from + i) % d->n];

		if (is_free(d, l, now))
			return l;
	}
	return NULL;
}

static void
lease_give(struct dhcpd_lease *l, const struct dhcp *in, time_t until)
{
	memcpy(l->mac, in->mac, DHCP_MAC);
	l->until = until;
	l->bad = false;
}

/* What to boot.  An URL may stand in the old field, too: UEFI reads both. */
static void
boot_add(const struct dhcpd *d, const struct dhcp *in, enum boot kind,
    struct dhcp_out *out)
{
	/* PXE 2.1, table 2-1: discover no other server, take the file */
	static const unsigned char just_boot[] = { 6, 1, 8, END_OF_VENDOR };
	struct buf words = { 0 };
	unsigned char guid[17];
	char mac[DHCP_MAC_TEXT], text[INET_ADDRSTRLEN];

	if (kind == BOOT_DOMUS) {
		dhcp_mac(in->mac, mac);
		site_words(d->site, mac, &words);
		dhcp_add_text(out, DHCP_OPT_WORDS, buf_str(&words));
		buf_free(&words);
		return;
	}
	if (kind == BOOT_HTTP) {
		dhcp_add_text(out, DHCP_OPT_CLASS, "HTTPClient");
	} else if (d->proxy) {
		dhcp_add_text(out, DHCP_OPT_CLASS, "PXEClient");
		dhcp_add(out, DHCP_OPT_VENDOR, just_boot, sizeof(just_boot));
	}
	if (d->proxy && dhcp_option(in, DHCP_OPT_GUID, guid, 17) == 17)
		dhcp_add(out, DHCP_OPT_GUID, guid, 17);
	inet_ntop(AF_INET, &d->site->address, text, sizeof(text));
	dhcp_add_text(out, DHCP_OPT_TFTP, text);
	dhcp_add_text(out, DHCP_OPT_FILE, d->site->file[kind]);
	/* only lpxelinux.0 can fetch by HTTP */
	if (kind == BOOT_BIOS && strncmp(d->site->file[kind], "lpx", 3) == 0)
		dhcp_add_text(out, DHCP_OPT_PREFIX, d->site->url);
}

static bool
reply(const struct dhcpd *d, const struct dhcp *in, enum boot kind,
    enum dhcp_type type, const struct dhcpd_lease *l, struct dhcp_out *out)
{
	struct dhcp head = { .op = 2, .xid = in->xid, .flags = in->flags,
		.ciaddr = in->ciaddr, .giaddr = in->giaddr };
	bool boots = kind == BOOT_DOMUS || d->site->file[kind] != NULL;

	memcpy(head.mac, in->mac, DHCP_MAC);
	if (boots && type != DHCP_NAK) {
		head.siaddr = d->site->address;
		if (kind != BOOT_DOMUS)
			snprintf(head.file, sizeof(head.file), "%s",
			    d->site->file[kind]);
	}
	if (l != NULL)
		head.yiaddr = htonl(d->first + (uint32_t)(l - d->leases));
	dhcp_begin(out, &head, type);
	dhcp_add_u32(out, DHCP_OPT_SERVER, d->site->address);
	if (l != NULL)
		dhcp_add_u32(out, DHCP_OPT_LEASE, htonl(LEASE));
	if (type != DHCP_NAK && !d->proxy && d->netmask != 0)
		dhcp_add_u32(out, DHCP_OPT_NETMASK, d->netmask);
	if (type != DHCP_NAK && !d->proxy && d->router != 0)
		dhcp_add_u32(out, DHCP_OPT_ROUTER, d->router);
	if (type != DHCP_NAK && !d->proxy && d->dns != 0)
		dhcp_add_u32(out, DHCP_OPT_DNS, d->dns);
	if (boots && type != DHCP_NAK)
		boot_add(d, in, kind, out);
	dhcp_end(out);
	return !out->full;
}

/* RFC 2131, 4.3.2: the machine has chosen, or begins with what it had. */
static bool
request(struct dhcpd *d, const struct dhcp *in, enum boot kind, time_t now,
    struct dhcp_out *out)
{
	uint32_t server = dhcp_u32(in, DHCP_OPT_SERVER);
	uint32_t wants = dhcp_u32(in, DHCP_OPT_ADDRESS);
	struct dhcpd_lease *l;

	if (server != 0 && server != d->site->address)
		return false;
	l = lease_at(d, wants != 0 ? wants : in->ciaddr);
	if (l == NULL || (!is_mine(l, in) && !is_free(d, l, now)))
		return reply(d, in, BOOT_NONE, DHCP_NAK, NULL, out);
	lease_give(l, in, now + LEASE);
	return reply(d, in, kind, DHCP_ACK, l, out);
}

static bool
serve(struct dhcpd *d, const struct dhcp *in, enum boot kind, time_t now,
    struct dhcp_out *out)
{
	struct dhcpd_lease *l;

	switch (dhcp_type(in)) {
	case DHCP_DISCOVER:
		l = lease_find(d, in, now);
		if (l == NULL)
			return false;
		if (!is_mine(l, in))
			lease_give(l, in, now + OFFERED);
		return reply(d, in, kind, DHCP_OFFER, l, out);
	case DHCP_REQUEST:
		return request(d, in, kind, now, out);
	case DHCP_INFORM:
		return reply(d, in, kind, DHCP_ACK, NULL, out);
	case DHCP_DECLINE:
		l = lease_at(d, dhcp_u32(in, DHCP_OPT_ADDRESS));
		if (l != NULL && is_mine(l, in)) {
			l->bad = true;
			l->until = now + BAD;
		}
		return false;
	case DHCP_RELEASE:
		l = lease_at(d, in->ciaddr);
		if (l != NULL && is_mine(l, in))
			l->until = now - 1;
		return false;
	default:
		return false;
	}
}

/* Only those that look for something to boot, or for our words. */
static bool
serve_proxy(struct dhcpd *d, const struct dhcp *in, enum boot kind,
    bool boot_port, struct dhcp_out *out)
{
	unsigned int type = dhcp_type(in);

	if (kind == BOOT_NONE || (kind != BOOT_DOMUS &&
	    d->site->file[kind] == NULL))
		return false;
	if (type == DHCP_DISCOVER && kind != BOOT_DOMUS)
		return reply(d, in, kind, DHCP_OFFER, NULL, out);
	if ((type == DHCP_REQUEST && boot_port) || type == DHCP_INFORM)
		return reply(d, in, kind, DHCP_ACK, NULL, out);
	return false;
}

bool
dhcpd_answer(struct dhcpd *d, const struct dhcp *in, bool boot_port,
    time_t now, struct dhcp_out *out, enum dhcpd_to *to, enum boot *kind_r)
{
	enum boot kind = kind_of(d, in);
	unsigned int type = dhcp_type(in);

	*kind_r = kind;
	*to = in->giaddr != 0 ? DHCPD_RELAY : boot_port || (in->ciaddr != 0 &&
	    (type == DHCP_REQUEST || type == DHCP_INFORM)) ? DHCPD_CLIENT :
	    DHCPD_BROADCAST;
	if (in->op != 1 || !site_takes(d->site, in->mac))
		return false;
	return d->proxy || boot_port ?
	    serve_proxy(d, in, kind, boot_port, out) :
	    serve(d, in, kind, now, out);
}
