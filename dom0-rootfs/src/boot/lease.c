/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "lease.h"
#include "path.h"

#define RDNSS 25		/* RFC 8106 */
#define DNSSL 31

static const char *
env(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? value : "";
}

/* Blank-separated addresses; those that are none are passed over. */
static size_t
addresses(int family, const char *text, struct ip *to, size_t max)
{
	char one[IP_TEXT];
	size_t n = 0, len;

	for (; *text != '\0' && n < max; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (len == 0 || len >= sizeof(one))
			continue;
		memcpy(one, text, len);
		one[len] = '\0';
		if (ip_parse(&to[n], family, one))
			n++;
	}
	return n;
}

void
lease_name(const char *text, char *to, size_t size)
{
	*to = '\0';
	for (const char *p = text; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && (p == text ||
		    (*p != '-' && *p != '.')))
			return;
	if (strlen(text) < size)
		memcpy(to, text, strlen(text) + 1);
}

static int
take4(struct lease *l, struct err *e)
{
	int bits = netmask_bits(env("subnet"));

	l->family = AF_INET;
	if (addresses(AF_INET, env("ip"), &l->address, 1) != 1)
		return err_set(e, "%s: DHCP gave no address", l->interface);
	if (bits < 1)
		return err_set(e, "%s: DHCP gave no netmask", l->interface);
	l->address.bits = (unsigned int)bits;
	addresses(AF_INET, env("router"), &l->router, 1);
	l->ndns = addresses(AF_INET, env("dns"), l->dns, LEASE_SERVERS);
	l->nntp = addresses(AF_INET, env("ntpsrv"), l->ntp, LEASE_SERVERS);
	lease_name(env("domain"), l->domain, sizeof(l->domain));
	lease_name(env("hostname"), l->hostname, sizeof(l->hostname));
	return 0;
}

/* DHCPv6 gives an address and no network: what is on the link the routers
 * say.  A list of domains may follow the first. */
static int
take6(struct lease *l, struct err *e)
{
	char first[256];

	l->family = AF_INET6;
	if (addresses(AF_INET6, env("ipv6"), &l->address, 1) != 1)
		return err_set(e, "%s: DHCPv6 gave no address", l->interface);
	l->ndns = addresses(AF_INET6, env("dns"), l->dns, LEASE_SERVERS);
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(env("search"),
	    " "), env("search"));
	lease_name(first, l->domain, sizeof(l->domain));
	return 0;
}

int
lease_take(struct lease *l, struct err *e)
{
	*l = (struct lease){ 0 };
	if (*env("interface") == '\0' ||
	    strlen(env("interface")) >= sizeof(l->interface))
		return err_set(e, "no interface in udhcpc's environment");
	snprintf(l->interface, sizeof(l->interface), "%s", env("interface"));
	return strcmp(env(LEASE_FAMILY), "6") == 0 ? take6(l, e) : take4(l, e);
}

/* Type, length in eights, reserved, lifetime, then addresses. */
static int
rdnss(struct lease *l, const unsigned char *o, size_t len)
{
	static const unsigned char ended[4];

	if (memcmp(o + 4, ended, sizeof(ended)) == 0)
		return 1;
	for (size_t at = 8; at + 16 <= len && l->ndns < LEASE_SERVERS;
	    at += 16) {
		struct ip *ip = &l->dns[l->ndns++];

		*ip = (struct ip){ .family = AF_INET6, .bits = 128 };
		memcpy(ip->a, o + at, 16);
	}
	return 1;
}

/* The first of its domains, as labels with their lengths before them. */
static int
dnssl(struct lease *l, const unsigned char *o, size_t len)
{
	char name[256] = "";
	size_t at = 8, n, used = 0;

	for (; at < len && o[at] != 0; at += n + 1) {
		n = o[at];
		if (n > 63 || at + 1 + n > len || used + n + 2 > sizeof(name))
			return 0;
		if (used > 0)
			name[used++] = '.';
		memcpy(name + used, o + at + 1, n);
		used += n;
		name[used] = '\0';
	}
	lease_name(name, l->domain, sizeof(l->domain));
	return *l->domain != '\0';
}

int
lease_router(struct lease *l, const unsigned char *option, size_t len)
{
	l->family = AF_INET6;
	l->router_said = true;
	if (len < 8 || option[1] == 0 || option[1] * 8u > len)
		return 0;
	switch (option[0]) {
	case RDNSS:
		return rdnss(l, option, option[1] * 8u);
	case DNSSL:
		return dnssl(l, option, option[1] * 8u);
	default:
		return 0;
	}
}

static const char *
name_of(const struct lease *l)
{
	return l->router_said ? "ra" : l->family == AF_INET6 ? "6" : "4";
}

int
lease_save(const struct lease *l, const char *dir, struct err *e)
{
	char text[IP_TEXT];
	struct conf c = { 0 };
	struct path p;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < l->ndns; i++)
		rc = conf_add(&c, "name-server", ip_text(&l->dns[i], text), e);
	for (size_t i = 0; rc == 0 && i < l->nntp; i++)
		rc = conf_add(&c, "ntp-server", ip_text(&l->ntp[i], text), e);
	if (rc == 0 && l->family == AF_INET6 && l->address.family != 0)
		rc = conf_add(&c, "address6", ip_text(&l->address, text), e);
	if (rc == 0 && *l->domain != '\0')
		rc = conf_add(&c, "domain", l->domain, e);
	if (rc == 0)
		rc = file_mkdirs(dir, 0755, e);
	if (rc == 0)
		rc = conf_write(&c, path_of(&p, "%s/lease.%s.%s", dir,
		    l->interface, name_of(l)), 0644, e);
	conf_free(&c);
	return rc;
}

void
lease_forget(const char *interface, int family, const char *dir)
{
	struct path p;

	unlink(path_of(&p, "%s/lease.%s.%d", dir, interface,
	    family == AF_INET6 ? 6 : 4));
}

bool
lease_address6(const char *interface, const char *dir, struct ip *ip)
{
	struct conf c = { 0 };
	struct path p;
	struct err none;
	bool is;

	is = conf_read(path_of(&p, "%s/lease.%s.6", dir, interface), &c, &none)
	    == 0 && ip_parse(ip, AF_INET6, conf_get(&c, "address6", ""));
	conf_free(&c);
	return is;
}

static int
is_lease(const struct dirent *d)
{
	return strncmp(d->d_name, "lease.", 6) == 0;
}

void
leases_forget(const char *dir)
{
	struct dirent **names = NULL;
	struct path p;
	int n = scandir(dir, &names, is_lease, NULL);

	for (int i = 0; i < n; i++) {
		unlink(path_of(&p, "%s/%s", dir, names[i]->d_name));
		free(names[i]);
	}
	free(names);
}

static bool
has(const struct conf *c, const struct conf_line *line)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->lines[i].key, line->key) == 0 &&
		    strcmp(c->lines[i].value, line->value) == 0)
			return true;
	return false;
}

int
leases_read(const char *dir, struct conf *c, struct err *e)
{
	struct dirent **names = NULL;
	struct conf one;
	struct path p;
	int n, rc = 0;

	n = scandir(dir, &names, is_lease, alphasort);
	for (int i = 0; i < n; i++) {
		one = (struct conf){ 0 };
		if (rc == 0)
			rc = conf_read(path_of(&p, "%s/%s", dir,
			    names[i]->d_name), &one, e);
		for (size_t j = 0; rc == 0 && j < one.n; j++)
			if (!has(c, &one.lines[j]))
				rc = conf_add(c, one.lines[j].key,
				    one.lines[j].value, e);
		conf_free(&one);
		free(names[i]);
	}
	free(names);
	return rc;
}

void
resolv_make(const struct conf *host, const struct conf *leases,
    struct buf *to)
{
	const struct conf *from = host;
	const char *value;

	for (size_t i = 0; (value = conf_nth(leases, "domain", i)) != NULL;
	    i++)
		buf_printf(to, "%s%s", i == 0 ? "search " : " ", value);
	if (conf_get(leases, "domain", NULL) != NULL)
		buf_char(to, '\n');
	if (conf_get(host, "name-server", NULL) == NULL)
		from = leases;
	for (size_t i = 0; (value = conf_nth(from, "name-server", i)) != NULL;
	    i++)
		buf_printf(to, "nameserver %s\n", value);
}
