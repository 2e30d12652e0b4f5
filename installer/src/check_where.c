/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "nicpath.h"

/* What a text must look like: URLs, IPv6, sizes and numbers. */

static const char *
check_url_chars(const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 127 ||
		    strchr("<>\"{}|\\^`$", *p) != NULL)
			return "holds a character that no URL may hold";
	return NULL;
}

/* schemes: "http://" and so on, ended by NULL. */
static const char *
check_server_url(const char *s, const char *const schemes[], const char *bad)
{
	const char *wrong = check_url_chars(s);
	size_t n;

	if (wrong != NULL)
		return wrong;
	for (; *schemes != NULL; schemes++) {
		n = strlen(*schemes);
		if (strncmp(s, *schemes, n) == 0)
			break;
	}
	if (*schemes == NULL)
		return bad;
	s += n;
	if (strcmp(*schemes, "file:///") == 0)
		return NULL;
	/* URLs are shown and logged. */
	if (s[strcspn(s, "/@")] == '@')
		return "holds a user name, which would be shown";
	return strcspn(s, "/:") > 0 ? NULL : "names no server";
}

const char *
check_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://",
		"file:///", NULL };

	return check_server_url(s, schemes, "is no URL that begins with "
	    "http://, https:// or file:///");
}

const char *
check_answer_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://",
		"ftp://", "tftp://", "file:///", NULL };

	return check_server_url(s, schemes, "is no URL that begins with "
	    "http://, https://, ftp://, tftp:// or file:///");
}

const char *
check_source_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://",
		"ftp://", "nfs://", "file:///", NULL };

	return check_server_url(s, schemes, "is no URL that begins with "
	    "http://, https://, ftp://, nfs:// or file:///");
}

const char *
check_proxy(const char *s)
{
	static const char *const schemes[] = { "http://", "https://", NULL };

	return check_server_url(s, schemes, "is no URL that begins with "
	    "http:// or https://");
}

/* server:/path, nfs://server/path or nfs://server:/path */
const char *
check_nfs(const char *s)
{
	const char *wrong = check_url_chars(s), *slash;
	bool url = strncmp(s, "nfs://", 6) == 0;

	if (wrong != NULL)
		return wrong;
	s += url ? 6 : 0;
	slash = strchr(s, '/');
	if (slash != NULL && slash > s && slash[-1] == ':')
		return slash - 1 > s ? NULL : "names no server";
	return url && slash != NULL && slash > s ? NULL :
	    "is not SERVER:/DIRECTORY";
}

const char *
check_path(const char *s)
{
	size_t len = strcspn(s, "["), digits = 0;

	if (s[len] == '[')
		digits = strspn(s + len + 1, "0123456789");
	return nicpath_is_pci(s, len) && (s[len] == '\0' || (digits > 0 &&
	    digits < 4 && strcmp(s + len + 1 + digits, "]") == 0)) ? NULL :
	    "is not a PCI address such as 0000:02:00.0 or, for a device's "
	    "second port, 0000:02:00.0[1]";
}

static bool
ipv6(const char *s, struct in6_addr *a)
{
	return inet_pton(AF_INET6, s, a) == 1;
}

const char *
check_ipv6(const char *s)
{
	struct in6_addr a;

	if (!ipv6(s, &a))
		return "is not an IPv6 address";
	if (IN6_IS_ADDR_UNSPECIFIED(&a) || IN6_IS_ADDR_LOOPBACK(&a) ||
	    IN6_IS_ADDR_MULTICAST(&a) || IN6_IS_ADDR_V4MAPPED(&a))
		return "is not the address of a machine";
	return NULL;
}

/* The address and the bits of "2001:db8::5/64"; false: it is not such. */
static bool
split_prefix(const char *s, char address[INET6_ADDRSTRLEN], unsigned int *bits)
{
	const char *slash = strchr(s, '/');

	if (slash == NULL || slash - s >= INET6_ADDRSTRLEN)
		return false;
	memcpy(address, s, (size_t)(slash - s));
	address[slash - s] = '\0';
	return check_number(slash + 1, 1, 128, bits);
}

const char *
check_ipv6_prefix(const char *s)
{
	char address[INET6_ADDRSTRLEN];
	unsigned int bits;

	if (!split_prefix(s, address, &bits))
		return "is not an IPv6 address with its prefix such as "
		    "2001:db8::5/64";
	return check_ipv6(address);
}

bool
check_same_net6(const char *prefix, const char *gateway)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr a, g;
	unsigned int bits, i;

	if (!split_prefix(prefix, address, &bits) || !ipv6(address, &a) ||
	    !ipv6(gateway, &g))
		return false;
	if (IN6_IS_ADDR_LINKLOCAL(&g))
		return true;
	for (i = 0; i < bits; i++)
		if (((a.s6_addr[i / 8] ^ g.s6_addr[i / 8]) &
		    0x80 >> i % 8) != 0)
			return false;
	return true;
}

bool
check_number(const char *s, unsigned long least, unsigned long most,
    unsigned int *n_r)
{
	unsigned long n;

	if (strlen(s) > 9 || s[0] == '\0' ||
	    s[strspn(s, "0123456789")] != '\0')
		return false;
	n = strtoul(s, NULL, 10);
	if (n < least || n > most)
		return false;
	*n_r = (unsigned int)n;
	return true;
}

/* Disks are sold by powers of 1000 and cut by powers of 1024. */
static const struct unit {
	const char *name;
	uint64_t bytes;
} units[] = {
	{ "MB", 1000000 }, { "MiB", 1 << 20 },
	{ "GB", 1000000000 }, { "GiB", 1 << 30 },
	{ "TB", 1000000000000 }, { "TiB", (uint64_t)1 << 40 },
};

uint64_t
size_parse(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	if (digits == 0 || digits > 6)
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(s + digits, units[i].name) == 0)
			return strtoul(s, NULL, 10) * units[i].bytes;
	return 0;
}

const char *
check_size(const char *s)
{
	return size_parse(s) > 0 ? NULL : "is not a size such as 512MiB, "
	    "100GB or 2TiB";
}
