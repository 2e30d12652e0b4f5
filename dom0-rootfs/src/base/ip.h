/* SPDX-License-Identifier: ISC */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>

#define IP_TEXT 46		/* INET6_ADDRSTRLEN */

/* An address of either family, with the length of its network. */
struct ip {
	int family;		/* AF_INET, AF_INET6; 0: none */
	unsigned char a[16];	/* as on the wire; the first 4 for IPv4 */
	unsigned int bits;
	bool lasting;		/* of an interface: not for a while only */
};

/* An address alone, its bits those of the family; false: it is none. */
bool ip_parse(struct ip *ip, int family, const char *text);

/* "fd00::5/64" */
bool ip_parse_prefix(struct ip *ip, int family, const char *text);

/* A netmask's length, or -1 when its ones are not together. */
int netmask_bits(const char *text);

/* Whether b lies in a's network. */
bool ip_same_net(const struct ip *a, const struct ip *b);

bool ip_equal(const struct ip *a, const struct ip *b);

unsigned int ip_size(const struct ip *ip);	/* bytes of a */

/* The address without its bits; to has IP_TEXT bytes.  Returns it. */
const char *ip_text(const struct ip *ip, char *to);

#endif
