/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include "packet.h"

#define ETHER 14
#define ARP 28

static unsigned int
get16(const uint8_t *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static void
put16(uint8_t *p, unsigned int n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

uint16_t
packet_sum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(data + i);
	if (len % 2 != 0)
		sum += (uint32_t)data[len - 1] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
ether(const struct packet_self *self, const uint8_t *in, uint8_t *out)
{
	memcpy(out, in + 6, 6);
	memcpy(out + 6, self->mac, 6);
	memcpy(out + 12, in + 12, 2);
}

static size_t
arp(const struct packet_self *self, const uint8_t *in, size_t len,
    uint8_t *out)
{
	/* Ethernet, IPv4, 6 and 4 bytes, a question */
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	const uint8_t *q = in + ETHER;
	uint8_t *a = out + ETHER;

	if (len < ETHER + ARP || memcmp(q, head, sizeof(head)) != 0 ||
	    memcmp(q + 24, self->ip, 4) != 0)
		return 0;
	ether(self, in, out);
	memcpy(a, head, sizeof(head));
	a[7] = 2;
	memcpy(a + 8, self->mac, 6);
	memcpy(a + 14, self->ip, 4);
	memcpy(a + 18, q + 8, 10);
	return ETHER + ARP;
}

/* Whole, for us, not a fragment, without options: as ping(8) sends. */
static size_t
echo(const struct packet_self *self, const uint8_t *in, size_t len,
    uint8_t *out)
{
	const uint8_t *ip = in + ETHER;
	size_t total;
	uint8_t *a;

	if (len < ETHER + 20 + 8 || ip[0] != 0x45 || ip[9] != 1 ||
	    (get16(ip + 6) & 0x3fff) != 0 || memcmp(ip + 16, self->ip, 4) != 0)
		return 0;
	total = get16(ip + 2);
	if (total < 28 || total > len - ETHER || ip[20] != 8 ||
	    packet_sum(ip, 20) != 0 || packet_sum(ip + 20, total - 20) != 0)
		return 0;
	ether(self, in, out);
	a = out + ETHER;
	memcpy(a, ip, total);
	memcpy(a + 12, self->ip, 4);
	memcpy(a + 16, ip + 12, 4);
	a[8] = 64;
	put16(a + 10, 0);
	put16(a + 10, packet_sum(a, 20));
	a[20] = 0;
	put16(a + 22, 0);
	put16(a + 22, packet_sum(a + 20, total - 20));
	return ETHER + total;
}

size_t
packet_answer(const struct packet_self *self, const uint8_t *in, size_t len,
    uint8_t *out)
{
	static const uint8_t nobody[4];

	if (len < ETHER || len > PACKET_MAX ||
	    memcmp(self->ip, nobody, 4) == 0)
		return 0;
	switch (get16(in + 12)) {
	case 0x0806:
		return arp(self, in, len, out);
	case 0x0800:
		return echo(self, in, len, out);
	default:
		return 0;
	}
}
