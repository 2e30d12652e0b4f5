/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ip.h"

unsigned int
ip_size(const struct ip *ip)
{
	return ip->family == AF_INET6 ? 16 : 4;
}

bool
ip_parse(struct ip *ip, int family, const char *text)
{
	*ip = (struct ip){ 0 };
	if (inet_pton(family, text, ip->a) != 1)
		return false;
	ip->family = family;
	ip->bits = ip_size(ip) * 8;
	return true;
}

bool
ip_parse_prefix(struct ip *ip, int family, const char *text)
{
	size_t len = strcspn(text, "/"), digits;
	char address[IP_TEXT];
	unsigned long bits;

	*ip = (struct ip){ 0 };
	if (len >= sizeof(address) || text[len] != '/')
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	digits = strspn(text + len + 1, "0123456789");
	bits = strtoul(text + len + 1, NULL, 10);
	if (digits == 0 || digits > 3 || text[len + 1 + digits] != '\0' ||
	    !ip_parse(ip, family, address))
		return false;
	if (bits == 0 || bits > ip->bits) {
		*ip = (struct ip){ 0 };
		return false;
	}
	ip->bits = (unsigned int)bits;
	return true;
}

int
netmask_bits(const char *text)
{
	struct in_addr mask;
	uint32_t m, rest;
	int bits = 0;

	if (inet_pton(AF_INET, text, &mask) != 1)
		return -1;
	m = ntohl(mask.s_addr);
	rest = ~m;
	if ((rest & (rest + 1)) != 0)
		return -1;
	for (; m != 0; m <<= 1)
		bits++;
	return bits;
}

bool
ip_same_net(const struct ip *a, const struct ip *b)
{
	unsigned int whole = a->bits / 8, rest = a->bits % 8;

	if (a->family != b->family || memcmp(a->a, b->a, whole) != 0)
		return false;
	return rest == 0 ||
	    (((unsigned int)a->a[whole] ^ b->a[whole]) >> (8 - rest)) == 0;
}

bool
ip_equal(const struct ip *a, const struct ip *b)
{
	return a->family == b->family &&
	    memcmp(a->a, b->a, ip_size(a)) == 0;
}

const char *
ip_text(const struct ip *ip, char *to)
{
	if (inet_ntop(ip->family, ip->a, to, IP_TEXT) == NULL)
		*to = '\0';
	return to;
}
