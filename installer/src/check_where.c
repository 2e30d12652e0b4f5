/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "nfs.h"
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

/* SERVER, SERVER:PORT or [ADDRESS]:PORT before a path. */
static const char *
check_authority(const char *s)
{
	size_t n = *s == '[' ? strcspn(s, "]") + 1 : strcspn(s, "/:?#");
	char port[8];
	unsigned int nr;

	if (n == 0 || (*s == '[' && strlen(s) < n))
		return "names no server";
	s += n;
	if (*s != ':')
		return *s == '\0' || strchr("/?#", *s) != NULL ? NULL :
		    "names no server";
	n = strcspn(++s, "/?#");
	snprintf(port, sizeof(port), "%.*s", n > 6 ? 6 : (int)n, s);
	return check_number(port, 1, 65535, &nr) ? NULL :
	    "has no valid port after its colon";
}

/* schemes: "http://" and so on, ended by NULL. */
static const char *
check_server_url(const char *s, const char *const schemes[], bool login,
    const char *bad)
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
	if (strcmp(*schemes, "nfs://") == 0)
		return check_nfs(s - n);
	if (s[strcspn(s, "/@")] == '@') {
		if (!login)
			return "holds a user name, which would be shown";
		s += strcspn(s, "@") + 1;
	}
	return check_authority(s);
}

/* The length of ${serial}, ${uuid-} and so on, which s begins with; or 0. */
static size_t
word_length(const char *s)
{
	static const char *const words[] = { "${serial", "${uuid", "${mac" };
	size_t n;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if (strncmp(s, words[i], n) != 0)
			continue;
		n += s[n] == '-';
		return s[n] == '}' ? n + 1 : 0;
	}
	return 0;
}

const char *
check_url_words(const char *s, const char *(*check)(const char *))
{
	char plain[2048];
	size_t n = 0, word;

	while (*s != '\0') {
		if (n + 1 >= sizeof(plain))
			return "is longer than a URL may be";
		word = word_length(s);
		plain[n++] = word > 0 ? 'x' : *s;
		s += word > 0 ? word : 1;
	}
	plain[n] = '\0';
	return check(plain);
}

bool
check_is_iso(const char *s)
{
	size_t n = strcspn(s, "?#");

	return n > 4 && strncasecmp(s + n - 4, ".iso", 4) == 0;
}

/* It stands on the kernel's command line, for everybody to read. */
const char *
check_answer_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://",
		"ftp://", "tftp://", "nfs://", "file:///", NULL };

	return check_server_url(s, schemes, false, "is no URL that begins "
	    "with http://, https://, ftp://, tftp://, nfs:// or file:///");
}

const char *
check_source_url(const char *s)
{
	static const char *const schemes[] = { "http://", "https://",
		"ftp://", "nfs://", "file:///", NULL };

	return check_server_url(s, schemes, true, "is no URL that begins "
	    "with http://, https://, ftp://, nfs:// or file:///");
}

const char *
check_proxy(const char *s)
{
	static const char *const schemes[] = { "http://", "https://", NULL };

	return check_server_url(s, schemes, true, "is no URL that begins "
	    "with http:// or https://");
}

const char *
check_nfs(const char *s)
{
	const char *wrong = check_url_chars(s);
	struct nfs_place p;

	return wrong != NULL ? wrong : nfs_place(s, &p);
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
