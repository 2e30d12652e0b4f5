/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "background.h"
#include "file.h"
#include "options.h"
#include "other.h"
#include "serve.h"
#include "slot.h"
#include "tree.h"

/* domus-serve(8) */

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
	    read_token(o->token, &s->site, e) == -1 ||
	    (o->tokens != NULL && tokens_read(o->tokens, &s->tokens, e) == -1)
	    || (o->only != NULL && site_only(&s->site, o->only, e) == -1))
		return -1;
	s->dhcpd.site = &s->site;
	s->dhcpd.proxy = o->proxy;
	s->dhcpd.once = o->once ? &s->machines : NULL;
	if (o->range != NULL && dhcpd_range(&s->dhcpd, o->range, e) == -1)
		return -1;
	s->roots.tree = tree_root(o->root, e);
	if (s->roots.tree != -1 && o->slot != NULL)
		s->roots.slot = slot_open(o->slot, e);
	if (o->answers != NULL)
		s->answers = tree_root(o->answers, e);
	s->site.answers = o->answers != NULL;
	if (o->minutes != 0)
		s->until = serve_now() + (time_t)o->minutes * 60;
	return s->roots.tree == -1 || (o->slot != NULL && s->roots.slot == -1)
	    || (o->answers != NULL && s->answers == -1) ? -1 : 0;
}

static int
open_ports(struct serve *s, struct options *o, struct err *e)
{
	bool dhcp = o->range != NULL || o->proxy;
	const char *bound = o->bound ? o->interface : NULL;
	char text[INET_ADDRSTRLEN];

	s->http = socket_tcp(&o->http_port, bound, e);
	if (s->http == -1)
		return -1;
	s->tftp = socket_udp(&o->tftp_port, bound, false, e);
	if (s->tftp == -1)
		return -1;
	s->dhcp_port = o->dhcp_port;
	/* PXE 2.1: a proxy is asked again on 4011 */
	o->boot_port = o->dhcp_port == 67 ? 4011 : o->dhcp_port + 1000;
	if (dhcp)
		s->dhcp = socket_udp(&s->dhcp_port, o->interface, false,
		    e);
	if (o->proxy && s->dhcp != -1)
		s->boot = socket_udp(&o->boot_port, o->interface, false,
		    e);
	if ((dhcp && s->dhcp == -1) || (o->proxy && s->boot == -1))
		return -1;
	/* on other ports there is nobody but us */
	if (o->range != NULL && o->interface != NULL && s->dhcp_port == 67 &&
	    other_none(o->interface, e) == -1)
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
serve_with(struct serve *s, struct options *o, int tell, struct err *e)
{
	char urls[2][128];

	if (read_site(s, o, e) == -1 || open_ports(s, o, e) == -1 ||
	    name_files(s, o, urls, e) == -1 ||
	    (o->pid != NULL && background_note(o->pid, e) == -1) ||
	    become(o->user, e) == -1)
		return -1;
	printf("domus-serve: ready: %s, TFTP %u%s\n", s->site.url,
	    o->tftp_port, o->range != NULL ? ", DHCP" : o->proxy ?
	    ", DHCP as a proxy" : "");
	fflush(stdout);
	if (o->pid != NULL && background_ready(tell, e) == -1)
		return -1;
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
	int rc, tell = -1;

	rc = options_read(&o, argc, argv);
	if (rc != 0) {
		options_usage(rc == 1 ? stdout : stderr);
		return rc == 1 ? 0 : 2;
	}
	if (o.quiet)
		log.least = LOG_LEVEL_WARN;
	if (o.pid != NULL) {
		rc = background_fork(&tell);
		if (rc != 0)
			return rc == 1 ? 0 : 1;
		log = (struct log){ .to = background_log(), .least = log.least };
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		fprintf(stderr, "domus-serve: out of memory\n");
		return 1;
	}
	s->log = &log;
	s->roots = (struct roots){ -1, -1 };
	s->answers = s->dhcp = s->boot = s->tftp = s->http = -1;
	rc = serve_with(s, &o, tell, &e);
	if (rc == -1)
		fprintf(stderr, "domus-serve: %s\n", e.text);
	free(s);
	return rc == -1;
}
