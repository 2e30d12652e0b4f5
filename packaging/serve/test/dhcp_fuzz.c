/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dhcpd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Any message to a server and to a proxy: what they answer can be read. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct site site = { .url = "http://10.0.2.2/",
		.answers = true, .token = "0123456789abcdef",
		.file = { [BOOT_BIOS] = "lpxelinux.0", [BOOT_UEFI] = "d.efi",
		[BOOT_HTTP] = "http://10.0.2.2/d.efi",
		[BOOT_IPXE] = "http://10.0.2.2/d.ipxe" } };
	struct dhcpd *d = calloc(1, sizeof(*d));
	struct dhcp in, back;
	struct dhcp_out out;
	enum dhcpd_to to;
	enum boot kind;
	struct err e;

	if (d == NULL || dhcp_parse(&in, data, len) == -1) {
		free(d);
		return 0;
	}
	d->site = &site;
	if (dhcpd_range(d, "10.0.2.10-10.0.2.13", &e) == -1)
		abort();
	for (int i = 0; i < 4; i++) {
		d->proxy = i >= 2;
		if (dhcpd_answer(d, &in, (i & 1) != 0, 1000, &out, &to,
		    &kind) && dhcp_parse(&back, out.data, out.len) == -1)
			abort();
	}
	free(d);
	return 0;
}
