/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789"
#define BASE64 ALNUM "+/"
#define CRYPT64 ALNUM "./"

static bool
only(const char *s, const char *of)
{
	return s[0] != '\0' && s[strspn(s, of)] == '\0';
}

static bool
ipv4(const char *s, uint32_t *r)
{
	struct in_addr a;

	if (inet_pton(AF_INET, s, &a) != 1)
		return false;
	*r = ntohl(a.s_addr);
	return true;
}

const char *
check_ipv4(const char *s)
{
	uint32_t a;

	if (!ipv4(s, &a))
		return "is not an IPv4 address";
	if (a == 0 || a >> 28 >= 14 || a >> 24 == 127)
		return "is not the address of a machine";
	return NULL;
}

const char *
check_ip(const char *s)
{
	return strchr(s, ':') != NULL ? check_ipv6(s) : check_ipv4(s);
}

const char *
check_netmask(const char *s)
{
	uint32_t m;

	if (!ipv4(s, &m))
		return "is not a network mask such as 255.255.255.0";
	if (m == 0 || (~m & (~m + 1)) != 0)
		return "is not a network mask: its ones are not together";
	return NULL;
}

const char *
check_mac(const char *s)
{
	size_t i;

	for (i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !isxdigit((unsigned char)s[i]))
			break;
	if (i != 17 || s[17] != '\0')
		return "is not a hardware address such as 00:16:3e:11:22:33";
	return NULL;
}

/* RFC 1123, 2.1 */
const char *
check_hostname(const char *s)
{
	const char *why = "is not a host name (letters, digits, hyphens, "
	    "labels of 63 at most)";
	size_t n;

	if (s[0] == '\0' || strlen(s) > 253)
		return why;
	for (;;) {
		n = strspn(s, ALNUM "-");
		if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
			return why;
		if (s[n] == '\0')
			return NULL;
		if (s[n] != '.')
			return why;
		s += n + 1;
	}
}

const char *
check_server(const char *s)
{
	/* Only digits and dots is meant as an address. */
	if (only(s, "0123456789."))
		return check_ipv4(s);
	return check_hostname(s) == NULL ? NULL :
	    "is neither a host name nor an IPv4 address";
}

const char *
check_server_port(const char *s)
{
	const char *colon = strchr(s, ':');
	char host[256], *end;
	long port;

	if (colon == NULL)
		return check_server(s);
	port = strtol(colon + 1, &end, 10);
	if (!isdigit((unsigned char)colon[1]) || *end != '\0' || port < 1 ||
	    port > 65535 || (size_t)(colon - s) >= sizeof(host))
		return "has no valid port after its colon";
	snprintf(host, sizeof(host), "%.*s", (int)(colon - s), s);
	return check_server(host);
}

/*
 * crypt(5), as musl implements it.  DES and yescrypt are not among these: the
 * first is broken, the second unknown to musl.
 */
static const struct scheme {
	const char *prefix;
	size_t salt_min, salt_max, sum;
} schemes[] = {
	{ "$1$", 0, 8, 22 },
	{ "$5$", 1, 16, 43 },
	{ "$6$", 1, 16, 86 },
};

static const char *
check_hash_of(const struct scheme *sc, const char *s)
{
	const char *bad = "is cut short or not a crypt(5) hash";
	size_t n;

	s += strlen(sc->prefix);
	if (strncmp(s, "rounds=", 7) == 0 && sc->sum != 22) {
		n = strspn(s + 7, "0123456789");
		if (n < 4 || n > 7 || s[7 + n] != '$')
			return bad;
		s += 7 + n + 1;
	}
	n = strspn(s, CRYPT64);
	if (n < sc->salt_min || n > sc->salt_max || s[n] != '$')
		return bad;
	s += n + 1;
	return only(s, CRYPT64) && strlen(s) == sc->sum ? NULL : bad;
}

const char *
check_password_hash(const char *s)
{
	const struct scheme *sc;

	if (strcmp(s, "!!") == 0)
		return NULL;
	for (sc = schemes; sc < schemes + 3; sc++)
		if (strncmp(s, sc->prefix, strlen(sc->prefix)) == 0)
			return check_hash_of(sc, s);
	if (strncmp(s, "$2b$", 4) == 0 || strncmp(s, "$2a$", 4) == 0 ||
	    strncmp(s, "$2y$", 4) == 0)
		return strlen(s) == 60 && isdigit((unsigned char)s[4]) &&
		    isdigit((unsigned char)s[5]) && s[6] == '$' &&
		    only(s + 7, CRYPT64) ? NULL :
		    "is cut short or not a crypt(5) hash";
	if (strncmp(s, "$y$", 3) == 0)
		return "is a yescrypt hash, which dom0 cannot check";
	if (strlen(s) == 13 && only(s, CRYPT64))
		return "is a DES hash, which anybody can break";
	return "is not a crypt(5) hash";
}

const char *
check_fingerprint(const char *s)
{
	const char *bad = "is not SHA256: and the hex or base64 digits of a "
	    "certificate's hash";
	size_t digits = 0;

	if (strncmp(s, "SHA256:", 7) != 0)
		return bad;
	s += 7;
	if ((strlen(s) == 43 || (strlen(s) == 44 && s[43] == '=')) &&
	    strspn(s, BASE64) >= 43)
		return NULL;
	for (; *s != '\0'; s++) {
		if (*s == ':')
			continue;
		if (!isxdigit((unsigned char)*s))
			return bad;
		digits++;
	}
	return digits == 64 ? NULL : bad;
}

const char *
check_token(const char *s)
{
	return only(s, ALNUM "._~+/=:-") && strlen(s) <= 512 ? NULL :
	    "is not a token as domus pool-token-create prints it";
}

/* "type base64 comment"; the base64 begins with the type's name again. */
const char *
check_ssh_key(const char *s)
{
	static const char *const types[] = { "ssh-ed25519", "ssh-rsa",
		"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
		"ecdsa-sha2-nistp521", "sk-ssh-ed25519@openssh.com",
		"sk-ecdsa-sha2-nistp256@openssh.com" };
	size_t n = strcspn(s, " \t"), i;
	const char *key;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i]) == n && memcmp(s, types[i], n) == 0)
			break;
	if (i == sizeof(types) / sizeof(types[0]))
		return "does not begin with a key type such as ssh-ed25519";
	if (strpbrk(s, "\r\n") != NULL)
		return "is more than one line";
	key = s + n + strspn(s + n, " \t");
	n = strspn(key, BASE64);
	if (n < 40 || strncmp(key, "AAAA", 4) != 0)
		return "holds no key";
	key += n + strspn(key + n, "=");
	return *key == '\0' || *key == ' ' || *key == '\t' ? NULL :
	    "holds no key";
}

/* What would fail later, in host.conf or in musl's crypt, which takes 256. */
const char *
check_typed(const char *s)
{
	if (strlen(s) > 256)
		return "is longer than 256 bytes";
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return "holds a character that cannot be typed";
	return NULL;
}

const char *
check_name(const char *s)
{
	return only(s, ALNUM "_+.-") && s[0] != '.' && strlen(s) < 64 ? NULL :
	    "is not a name";
}

const char *
check_zone(const char *s)
{
	if (!only(s, ALNUM "_+-/") || strlen(s) > 63 || s[0] == '/' ||
	    strstr(s, "//") != NULL || s[strlen(s) - 1] == '/')
		return "is not a time zone such as Europe/Paris";
	return NULL;
}

bool
check_same_net(const char *a, const char *b, const char *mask)
{
	uint32_t x, y, m;

	return ipv4(a, &x) && ipv4(b, &y) && ipv4(mask, &m) &&
	    ((x ^ y) & m) == 0;
}

bool
check_is_net_edge(const char *address, const char *mask)
{
	uint32_t a, m;

	/* RFC 3021: a /31 and a /32 have no edges. */
	if (!ipv4(address, &a) || !ipv4(mask, &m) || m >= 0xfffffffe)
		return false;
	return (a & ~m) == 0 || (a & ~m) == ~m;
}
