/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "serve.h"
#include "tree.h"

/* domus-serve(8) */

struct options {
	const char *root, *answers, *address, *interface, *range, *netmask,
	    *router, *dns, *token, *user;
	unsigned int http_port, tftp_port, dhcp_port, boot_port;
	bool proxy, quiet;
	const char *file[BOOT_KINDS];
};

static const struct flag {
	const char *name;
	char letter;
	const char *arg;	/* its name in the usage text, or NULL */
	const char *help;
} flags[] = {
	{ "root", 'r', "DIR", "the tree that make pxe made (.)" },
	{ "answers", 'a', "DIR", "answer files: MAC.xml, SERIAL.xml, UUID.xml, "
	    "default.xml" },
	{ "token", 't', "FILE", "answers only to those who have this token" },
	{ "interface", 'i', "NAME", "the network that is served" },
	{ "address", 'A', "ADDRESS", "this server's, as machines see it" },
	{ "dhcp", 'd', "FIRST-LAST", "give addresses, and what to boot" },
	{ "proxy", 'p', NULL, "beside a DHCP server: only what to boot" },
	{ "netmask", 'm', "MASK", "for --dhcp (the interface's)" },
	{ "router", 'R', "ADDRESS", "for --dhcp" },
	{ "dns", 'n', "ADDRESS", "for --dhcp" },
	{ "http-port", 'H', "PORT", "(80; 0: any that is free)" },
	{ "tftp-port", 'T', "PORT", "(69)" },
	{ "dhcp-port", 'D', "PORT", "(67; machines listen on the next)" },
	{ "file", 'f', "KIND=NAME", "what bios, uefi, http or ipxe boots "
	    "first" },
	{ "user", 'u', "NAME", "become this user when the ports are open" },
	{ "quiet", 'q', NULL, "say only what goes wrong" },
	{ "help", 'h', NULL, "print this text" },
};
#define NFLAGS (sizeof(flags) / sizeof(flags[0]))

static void
usage(FILE *to)
{
	fprintf(to, "usage: domus-serve [--root DIR] [--answers DIR] "
	    "(--interface NAME | --address ADDRESS)\n"
	    "           [--dhcp FIRST-LAST | --proxy] [options]\n"
	    "Install machines over the network: DHCP, TFTP and HTTP in one.\n");
	for (size_t i = 0; i < NFLAGS; i++)
		fprintf(to, "  -%c, --%-9s %-10s  %s\n", flags[i].letter,
		    flags[i].name, flags[i].arg != NULL ? flags[i].arg : "",
		    flags[i].help);
	fprintf(to, "Exit: 0 ended by a signal, 1 could not, 2 wrong usage.\n");
}

/* bios=, uefi=, http=, ipxe=; with no name that kind boots nothing, and iPXE
 * what its firmware would. */
static int
take_file(struct options *o, const char *text)
{
	static const char *const kinds[BOOT_KINDS] = { [BOOT_BIOS] = "bios=",
		[BOOT_UEFI] = "uefi=", [BOOT_HTTP] = "http=",
		[BOOT_IPXE] = "ipxe=" };

	for (int i = 0; i < BOOT_KINDS; i++)
		if (kinds[i] != NULL &&
		    strncmp(kinds[i], text, strlen(kinds[i])) == 0) {
			o->file[i] = text + strlen(kinds[i]);
			return 0;
		}
	return -1;
}

static int
take_port(const char *text, unsigned int *to)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = strtoul(text, NULL, 10);

	*to = (unsigned int)n;
	return digits == 0 || digits > 5 || text[digits] != '\0' ||
	    n > 65535 ? -1 : 0;
}

static int
take_flag(struct options *o, int letter)
{
	const struct { char letter; const char **to; } texts[] = {
		{ 'r', &o->root }, { 'a', &o->answers }, { 't', &o->token },
		{ 'i', &o->interface }, { 'A', &o->address },
		{ 'd', &o->range }, { 'm', &o->netmask }, { 'R', &o->router },
		{ 'n', &o->dns }, { 'u', &o->user },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].letter == letter) {
			*texts[i].to = optarg;
			return 0;
		}
	switch (letter) {
	case 'p':
		o->proxy = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'H':
		return take_port(optarg, &o->http_port);
	case 'T':
		return take_port(optarg, &o->tftp_port);
	case 'D':
		return take_port(optarg, &o->dhcp_port);
	case 'f':
		return take_file(o, optarg);
	default:
		return -1;
	}
}

/* 0 to go on, 1 when the help was asked for, -1 when it is wrong. */
static int
read_flags(struct options *o, int argc, char *argv[])
{
	struct option longs[NFLAGS + 1] = { 0 };
	char letters[2 * NFLAGS + 1], *s = letters;
	int c;

	for (size_t i = 0; i < NFLAGS; i++) {
		longs[i] = (struct option){ flags[i].name,
			flags[i].arg != NULL, NULL, flags[i].letter };
		*s++ = flags[i].letter;
		if (flags[i].arg != NULL)
			*s++ = ':';
	}
	*s = '\0';
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == 'h')
			return 1;
		if (take_flag(o, c) == -1)
			return -1;
	}
	if (optind != argc || (o->interface == NULL && o->address == NULL) ||
	    (o->range != NULL && o->proxy))
		return -1;
	return 0;
}

static int
address(const char *text, uint32_t *to, struct err *e)
{
	if (text != NULL && inet_pton(AF_INET, text, to) != 1)
		return err_set(e, "%s: not an IPv4 address", text);
	return 0;
}

static int
read_token(const char *path, struct site *site, struct err *e)
{
	if (path == NULL)
		return 0;
	if (file_line(path, site->token, sizeof(site->token), e) == -1)
		return -1;
	if (strlen(site->token) < 16 || strspn(site->token, "abcdefghijklmnop"
	    "qrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~+/=-") !=
	    strlen(site->token))
		return err_set(e, "%s: a token has 16 to 128 letters, digits "
		    "or -._~+/= (try: openssl rand -hex 16)", path);
	return 0;
}

static int
read_site(struct serve *s, const struct options *o, struct err *e)
{
	uint32_t is = 0, mask = 0;

	if (o->interface != NULL && (o->address == NULL || o->netmask ==
	    NULL) && socket_address(o->interface, &is, &mask, e) == -1)
		return -1;
	s->site.address = is;
	s->dhcpd.netmask = mask;
	if (address(o->address, &s->site.address, e) == -1 ||
	    address(o->netmask, &s->dhcpd.netmask, e) == -1 ||
	    address(o->router, &s->dhcpd.router, e) == -1 ||
	    address(o->dns, &s->dhcpd.dns, e) == -1 ||
	    read_token(o->token, &s->site, e) == -1)
		return -1;
	s->dhcpd.site = &s->site;
	s->dhcpd.proxy = o->proxy;
	if (o->range != NULL && dhcpd_range(&s->dhcpd, o->range, e) == -1)
		return -1;
	s->root = tree_root(o->root, e);
	if (o->answers != NULL)
		s->answers = tree_root(o->answers, e);
	s->site.answers = o->answers != NULL;
	return s->root == -1 || (o->answers != NULL && s->answers == -1) ?
	    -1 : 0;
}

static int
open_ports(struct serve *s, struct options *o, struct err *e)
{
	bool dhcp = o->range != NULL || o->proxy;
	char text[INET_ADDRSTRLEN];

	s->http = socket_tcp(&o->http_port, e);
	if (s->http == -1)
		return -1;
	s->tftp = socket_udp(&o->tftp_port, NULL, e);
	if (s->tftp == -1)
		return -1;
	s->dhcp_port = o->dhcp_port;
	/* PXE 2.1: a proxy is asked again on 4011 */
	o->boot_port = o->dhcp_port == 67 ? 4011 : o->dhcp_port + 1000;
	if (dhcp)
		s->dhcp = socket_udp(&s->dhcp_port, o->interface, e);
	if (o->proxy && s->dhcp != -1)
		s->boot = socket_udp(&o->boot_port, o->interface, e);
	if ((dhcp && s->dhcp == -1) || (o->proxy && s->boot == -1))
		return -1;
	inet_ntop(AF_INET, &s->site.address, text, sizeof(text));
	if (o->http_port == 80)
		snprintf(s->site.url, sizeof(s->site.url), "http://%s/", text);
	else
		snprintf(s->site.url, sizeof(s->site.url), "http://%s:%u/",
		    text, o->http_port);
	return 0;
}

/* UEFI's HTTP boot and iPXE take URLs. */
static int
name_files(struct serve *s, const struct options *o, char urls[2][128],
    struct err *e)
{
	static const enum boot by_url[] = { BOOT_HTTP, BOOT_IPXE };
	const char *name;

	for (int i = 0; i < BOOT_KINDS; i++) {
		s->site.file[i] = o->file[i];
		if (o->file[i] != NULL && o->file[i][0] == '\0')
			s->site.file[i] = NULL;
		if (o->file[i] != NULL && strlen(o->file[i]) > 60)
			return err_set(e, "--file %s: too long", o->file[i]);
	}
	for (int i = 0; i < 2; i++) {
		name = s->site.file[by_url[i]];
		if (name == NULL)
			continue;
		snprintf(urls[i], 128, "%s%s", s->site.url, name);
		s->site.file[by_url[i]] = urls[i];
	}
	return 0;
}

static int
become(const char *name, struct err *e)
{
	const struct passwd *pw;

	if (name == NULL)
		return 0;
	pw = getpwnam(name);
	if (pw == NULL)
		return err_set(e, "--user %s: there is none", name);
	if (setgroups(0, NULL) == -1 || setgid(pw->pw_gid) == -1 ||
	    setuid(pw->pw_uid) == -1)
		return err_sys(e, "--user %s", name);
	return 0;
}

static int
serve_with(struct serve *s, struct options *o, struct err *e)
{
	char urls[2][128];

	if (read_site(s, o, e) == -1 || open_ports(s, o, e) == -1 ||
	    name_files(s, o, urls, e) == -1 || become(o->user, e) == -1)
		return -1;
	printf("domus-serve: ready: %s, TFTP %u%s\n", s->site.url,
	    o->tftp_port, o->range != NULL ? ", DHCP" : o->proxy ?
	    ", DHCP as a proxy" : "");
	fflush(stdout);
	return serve_run(s, e);
}

int
main(int argc, char *argv[])
{
	struct options o = { .root = ".", .http_port = 80, .tftp_port = 69,
		.dhcp_port = 67, .file = { [BOOT_BIOS] = "lpxelinux.0",
		[BOOT_UEFI] = "domus.efi", [BOOT_HTTP] = "domus.efi",
		[BOOT_IPXE] = "domus.ipxe" } };
	struct log log = { .to = stdout, .least = LOG_LEVEL_INFO,
		.prog = "domus-serve" };
	struct serve *s;
	struct err e;
	int rc;

	rc = read_flags(&o, argc, argv);
	if (rc != 0) {
		usage(rc == 1 ? stdout : stderr);
		return rc == 1 ? 0 : 2;
	}
	if (o.quiet)
		log.least = LOG_LEVEL_WARN;
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		fprintf(stderr, "domus-serve: out of memory\n");
		return 1;
	}
	s->log = &log;
	s->root = s->answers = s->dhcp = s->boot = s->tftp = s->http = -1;
	rc = serve_with(s, &o, &e);
	if (rc == -1)
		fprintf(stderr, "domus-serve: %s\n", e.text);
	free(s);
	return rc == -1;
}
