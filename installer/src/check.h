/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_CHECK_H
#define INSTALLER_CHECK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a text must look like.  Each returns NULL when it does, else what is
 * wrong, to follow the text in a message: "10.0.0": "is not an IPv4 address".
 */
const char *check_ipv4(const char *s);
const char *check_netmask(const char *s);
const char *check_ipv6(const char *s);
const char *check_ip(const char *s);		/* either */
const char *check_ipv6_prefix(const char *s);	/* 2001:db8::5/64 */
const char *check_mac(const char *s);
const char *check_hostname(const char *s);
const char *check_server(const char *s);	/* host name or IPv4 */
const char *check_server_port(const char *s);	/* the same, or with :port */
const char *check_answer_url(const char *s);
const char *check_source_url(const char *s);	/* may hold a login */
const char *check_nfs(const char *s);		/* server:/path */
/* Of a URL in which words of url_words.h may stand, what check() says. */
const char *check_url_words(const char *s, const char *(*check)(const char *));
bool check_is_iso(const char *s);		/* or else a directory */
const char *check_proxy(const char *s);		/* http://server:port */
const char *check_path(const char *s);		/* a bus's: 0000:02:00.0 */
const char *check_size(const char *s);		/* 512MiB, 100GB */
const char *check_password_hash(const char *s);	/* what musl's crypt knows */
const char *check_fingerprint(const char *s);	/* SHA256:hex or :base64 */
const char *check_token(const char *s);
const char *check_ssh_key(const char *s);
const char *check_typed(const char *s);	/* a password, a user's name */
const char *check_name(const char *s);		/* a file name, no path */
const char *check_zone(const char *s);		/* a relative path of those */

/* Bytes of a text that check_size() is content with. */
uint64_t size_parse(const char *s);

/* A decimal number in those bounds. */
bool check_number(const char *s, unsigned long least, unsigned long most,
    unsigned int *n_r);

/* Whether two IPv4 addresses are in one network of that mask. */
bool check_same_net(const char *a, const char *b, const char *mask);

/* Whether an IPv6 gateway is link-local or in an address/prefix's network. */
bool check_same_net6(const char *prefix, const char *gateway);

/* Whether it is the network's own or its broadcast address. */
bool check_is_net_edge(const char *address, const char *mask);

/* The table's name nearest to a mistyped one, or NULL when none is near. */
struct nearest {
	const char *wanted, *best;
	unsigned int distance;
};
void nearest_try(struct nearest *n, const char *candidate);

#endif
