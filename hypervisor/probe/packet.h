/* SPDX-License-Identifier: ISC */
#ifndef PROBE_PACKET_H
#define PROBE_PACKET_H

#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX 1514

/* Who we are on a wire; ip 0.0.0.0: nobody, who answers nothing. */
struct packet_self {
	uint8_t mac[6];
	uint8_t ip[4];
};

/*
 * The answer to a frame, as Ethernet has it: to an ARP question for our
 * address (RFC 826), and to an ICMP echo request (RFC 792).  Its length; 0:
 * none is due.  `out' has room for PACKET_MAX bytes.
 */
size_t packet_answer(const struct packet_self *self, const uint8_t *in,
    size_t len, uint8_t *out);

/* RFC 1071, over len bytes. */
uint16_t packet_sum(const uint8_t *data, size_t len);

#endif
