/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "flags.h"
#include "options.h"

static const struct flag flags[] = {
	{ "root", 'r', "DIR", "the tree that make pxe made (.)" },
	{ "slot", 's', "DEVICE", "the image is the one in a host's slot" },
	{ "answers", 'a', "DIR", "answer files: MAC.xml, SERIAL.xml, UUID.xml, "
	    "default.xml" },
	{ "token", 't', "FILE", "answers only to those who have this token" },
	{ "pool-tokens", 'P', "FILE", "one a machine, for ${pool-token} in "
	    "answers" },
	{ "only", 'o', "MAC,...", "machines that are served; else all" },
	{ "once", 'O', NULL, "what is installed is not booted again" },
	{ "interface", 'i', "NAME", "the network that is served" },
	{ "bound", 'b', NULL, "take nothing that comes by another" },
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
	{ "minutes", 'M', "N", "end after that" },
	{ "background", 'B', "FILE", "go on there; FILE has the process's "
	    "number" },
	{ "user", 'u', "NAME", "become this user when the ports are open" },
	{ "quiet", 'q', NULL, "say only what goes wrong" },
	{ "help", 'h', NULL, "print this text" },
};
#define NFLAGS (sizeof(flags) / sizeof(flags[0]))

void
options_usage(FILE *to)
{
	fprintf(to, "usage: domus-serve [--root DIR] [--answers DIR] "
	    "(--interface NAME | --address ADDRESS)\n"
	    "           [--dhcp FIRST-LAST | --proxy] [options]\n"
	    "Install machines over the network: DHCP, TFTP and HTTP in one.\n");
	flags_print(to, flags, NFLAGS, 31);
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
take_number(const char *text, unsigned int *to)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = strtoul(text, NULL, 10);

	*to = (unsigned int)n;
	return digits == 0 || digits > 5 || text[digits] != '\0' ||
	    n > 65535 ? -1 : 0;
}

static int
take_flag(void *arg, int letter, const char *text)
{
	struct options *o = arg;
	const struct { char letter; const char **to; } texts[] = {
		{ 'r', &o->root }, { 'a', &o->answers }, { 't', &o->token },
		{ 'i', &o->interface }, { 'A', &o->address },
		{ 'd', &o->range }, { 'm', &o->netmask }, { 'R', &o->router },
		{ 'n', &o->dns }, { 'u', &o->user }, { 's', &o->slot },
		{ 'P', &o->tokens }, { 'o', &o->only }, { 'B', &o->pid },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].letter == letter) {
			*texts[i].to = text;
			return 0;
		}
	switch (letter) {
	case 'p':
		o->proxy = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'O':
		o->once = true;
		return 0;
	case 'b':
		o->bound = true;
		return 0;
	case 'M':
		return take_number(text, &o->minutes) == -1 ||
		    o->minutes == 0 ? -1 : 0;
	case 'H':
		return take_number(text, &o->http_port);
	case 'T':
		return take_number(text, &o->tftp_port);
	case 'D':
		return take_number(text, &o->dhcp_port);
	case 'f':
		return take_file(o, text);
	case 'h':
		return 1;
	default:
		return -1;
	}
}

int
options_read(struct options *o, int argc, char *argv[])
{
	int rest, rc = flags_read(flags, NFLAGS, argc, argv, false, take_flag,
	    o, &rest);

	if (rc != 0)
		return rc;
	return rest != argc || (o->interface == NULL &&
	    (o->address == NULL || o->bound)) || (o->range != NULL &&
	    o->proxy) ? -1 : 0;
}
