/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dhcp.h"

/* RFC 2131, 2: op htype hlen hops xid secs flags ciaddr yiaddr siaddr giaddr
 * chaddr[16] sname[64] file[128], then the magic cookie and options. */
enum { AT_OP, AT_HTYPE, AT_HLEN, AT_XID = 4, AT_FLAGS = 10, AT_CIADDR = 12,
	AT_YIADDR = 16, AT_SIADDR = 20, AT_GIADDR = 24, AT_CHADDR = 28,
	AT_FILE = 108, AT_COOKIE = 236, AT_OPTIONS = 240 };

#define LEAST 300		/* BOOTP's; some ROMs drop what is shorter */
#define PAD 0
#define END 255
#define PART 255		/* the most that one option holds */

static const unsigned char cookie[] = { 99, 130, 83, 99 };

static uint32_t
get32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The option at *at, moving on; false at the end, or when it is cut off. */
static bool
next(const unsigned char *o, size_t n, size_t *at, size_t *is, bool *cut)
{
	while (*at < n && o[*at] == PAD)
		++*at;
	*is = *at;
	*cut = false;
	if (*at >= n || o[*at] == END)
		return false;
	*cut = n - *at < 2 || n - *at - 2 < o[*at + 1];
	if (!*cut)
		*at += 2u + o[*at + 1];
	return !*cut;
}

int
dhcp_parse(struct dhcp *m, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t at = 0, is;
	bool cut;

	*m = (struct dhcp){ 0 };
	if (len < AT_OPTIONS || p[AT_HTYPE] != 1 || p[AT_HLEN] != DHCP_MAC ||
	    memcmp(p + AT_COOKIE, cookie, sizeof(cookie)) != 0 ||
	    (p[AT_OP] != 1 && p[AT_OP] != 2))
		return -1;
	m->op = p[AT_OP];
	m->xid = get32(p + AT_XID);
	m->flags = (unsigned int)p[AT_FLAGS] << 8 | p[AT_FLAGS + 1];
	m->ciaddr = get32(p + AT_CIADDR);
	m->yiaddr = get32(p + AT_YIADDR);
	m->siaddr = get32(p + AT_SIADDR);
	m->giaddr = get32(p + AT_GIADDR);
	memcpy(m->mac, p + AT_CHADDR, DHCP_MAC);
	memcpy(m->file, p + AT_FILE, sizeof(m->file) - 1);
	m->options = p + AT_OPTIONS;
	m->noptions = len - AT_OPTIONS;
	while (next(m->options, m->noptions, &at, &is, &cut))
		;
	return cut ? -1 : 0;
}

int
dhcp_option(const struct dhcp *m, unsigned int code, void *to, size_t size)
{
	size_t at = 0, is, len = 0, part;
	bool found = false, cut;

	while (next(m->options, m->noptions, &at, &is, &cut)) {
		if (m->options[is] != code)
			continue;
		found = true;
		part = m->options[is + 1];
		if (part > size - len)
			part = size - len;
		memcpy((char *)to + len, m->options + is + 2, part);
		len += part;
	}
	return found ? (int)len : -1;
}

void
dhcp_text(const struct dhcp *m, unsigned int code, char to[DHCP_TEXT])
{
	int n = dhcp_option(m, code, to, DHCP_TEXT - 1);

	to[n > 0 ? n : 0] = '\0';
	/* a NUL at the end is common, elsewhere it hides something */
	if (n > 1 && strlen(to) < (size_t)n - 1)
		to[0] = '\0';
}

unsigned int
dhcp_type(const struct dhcp *m)
{
	unsigned char type[2];

	return dhcp_option(m, DHCP_OPT_TYPE, type, sizeof(type)) == 1 ?
	    type[0] : 0;
}

uint32_t
dhcp_u32(const struct dhcp *m, unsigned int code)
{
	unsigned char v[5];

	return dhcp_option(m, code, v, sizeof(v)) == 4 ? get32(v) : 0;
}

void
dhcp_mac(const unsigned char mac[DHCP_MAC], char to[DHCP_MAC_TEXT])
{
	snprintf(to, DHCP_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void
put32(unsigned char *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

void
dhcp_begin(struct dhcp_out *o, const struct dhcp *head, enum dhcp_type type)
{
	unsigned char t = (unsigned char)type;
	unsigned char *p = o->data;

	memset(o, 0, sizeof(*o));
	p[AT_OP] = (unsigned char)head->op;
	p[AT_HTYPE] = 1;
	p[AT_HLEN] = DHCP_MAC;
	put32(p + AT_XID, head->xid);
	p[AT_FLAGS] = (unsigned char)(head->flags >> 8);
	p[AT_FLAGS + 1] = (unsigned char)head->flags;
	put32(p + AT_CIADDR, head->ciaddr);
	put32(p + AT_YIADDR, head->yiaddr);
	put32(p + AT_SIADDR, head->siaddr);
	put32(p + AT_GIADDR, head->giaddr);
	memcpy(p + AT_CHADDR, head->mac, DHCP_MAC);
	memcpy(p + AT_FILE, head->file, strlen(head->file));
	memcpy(p + AT_COOKIE, cookie, sizeof(cookie));
	o->len = AT_OPTIONS;
	dhcp_add(o, DHCP_OPT_TYPE, &t, 1);
}

/* One that is longer than an option can be stands in parts: RFC 3396. */
void
dhcp_add(struct dhcp_out *o, unsigned int code, const void *data, size_t len)
{
	size_t part, parts = len / PART + 1;

	if (sizeof(o->data) - 1 - o->len < len + 2 * parts) {
		o->full = 1;
		return;
	}
	do {
		part = len < PART ? len : PART;
		o->data[o->len++] = (unsigned char)code;
		o->data[o->len++] = (unsigned char)part;
		memcpy(o->data + o->len, data, part);
		o->len += part;
		data = (const char *)data + part;
		len -= part;
	} while (len > 0);
}

void
dhcp_add_u32(struct dhcp_out *o, unsigned int code, uint32_t value)
{
	dhcp_add(o, code, &value, sizeof(value));
}

void
dhcp_add_text(struct dhcp_out *o, unsigned int code, const char *text)
{
	dhcp_add(o, code, text, strlen(text));
}

void
dhcp_end(struct dhcp_out *o)
{
	o->data[o->len++] = END;
	if (o->len < LEAST)
		o->len = LEAST;
}
