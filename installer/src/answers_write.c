/* SPDX-License-Identifier: ISC */
#include "answers_write.h"
#include "markup.h"
#include "put.h"

static const char *const protos[] = { [PROTO_NONE] = "none",
	[PROTO_DHCP] = "dhcp", [PROTO_STATIC] = "static",
	[PROTO_AUTO] = "autoconf" };
static const char *const types[] = { [SOURCE_LOCAL] = "local",
	[SOURCE_URL] = "url", [SOURCE_NFS] = "nfs" };

static void
put_port(const struct port *p, struct buf *to)
{
	put_attr(to, "name", &p->name);
	put_attr(to, "hwaddr", &p->mac);
	put_attr(to, "path", &p->path);
}

static void
put_network(const struct network *n, struct buf *to)
{
	const char *name = n->management ? "admin-interface" : "network";

	buf_printf(to, "  <%s", name);
	put_attr(to, "label", &n->label);
	if (n->bond != NULL)
		put_attr(to, "name", &n->bond->name);
	put_port(&n->port, to);
	put_attr_text(to, "proto", protos[n->proto]);
	if (n->proto6 != PROTO_NONE)
		put_attr_text(to, "protov6", protos[n->proto6]);
	put_attr_number(to, "vlan", n->vlan);
	put_attr_number(to, "mtu", n->mtu);
	if (n->address.text == NULL && n->address6.text == NULL) {
		buf_str_add(to, "/>\n");
		return;
	}
	buf_str_add(to, ">\n");
	put_elem(to, "    ", "ipaddr", &n->address);
	put_elem(to, "    ", "subnet", &n->netmask);
	put_elem(to, "    ", "gateway", &n->gateway);
	put_elem(to, "    ", "ipv6", &n->address6);
	put_elem(to, "    ", "gatewayv6", &n->gateway6);
	buf_printf(to, "  </%s>\n", name);
}

static void
put_networks(const struct answers *a, struct buf *to)
{
	static const char *const modes[] = {
		[BOND_ACTIVE_BACKUP] = "active-backup",
		[BOND_BALANCE_SLB] = "balance-slb", [BOND_LACP] = "lacp" };

	for (size_t i = 0; i < a->bonds.n; i++) {
		const struct bond *b = &a->bonds.list[i];

		buf_str_add(to, "  <bond");
		put_attr(to, "name", &b->name);
		put_attr_text(to, "mode", modes[b->mode]);
		buf_str_add(to, ">\n");
		for (size_t j = 0; j < b->ports.n; j++) {
			buf_str_add(to, "    <port");
			put_port(&b->ports.list[j], to);
			buf_str_add(to, "/>\n");
		}
		buf_str_add(to, "  </bond>\n");
	}
	for (size_t i = 0; i < a->networks.n; i++)
		put_network(&a->networks.list[i], to);
	put_elems(to, "name-server", &a->name_servers);
	put_elem(to, "  ", "hostname", &a->hostname);
}

static void
put_sources(const struct answers *a, struct buf *to)
{
	for (size_t i = 0; i < a->sources.n; i++) {
		const struct origin *s = &a->sources.list[i];

		buf_str_add(to, "  <source");
		put_attr_text(to, "type", types[s->type]);
		put_attr(to, "fingerprint", &s->fingerprint);
		buf_char(to, '>');
		if (s->type != SOURCE_LOCAL && s->address.text != NULL)
			markup_escape(to, s->address.text);
		buf_str_add(to, "</source>\n");
	}
	put_elems(to, "certificate", &a->certificates);
	put_elems(to, "signer", &a->signers);
	put_elem(to, "  ", "proxy", &a->proxy);
	if (a->timeout.network != 0 || a->timeout.fetch != 0 ||
	    a->timeout.install != 0) {
		buf_str_add(to, "  <timeout");
		put_attr_number(to, "network", a->timeout.network);
		put_attr_number(to, "fetch", a->timeout.fetch);
		put_attr_number(to, "install", a->timeout.install);
		buf_str_add(to, "/>\n");
	}
	put_elem(to, "  ", "ui-confirmation-prompt", &a->confirm);
}

static void
put_host(const struct answers *a, struct buf *to)
{
	static const char *const ntp[] = { [NTP_UNSET] = NULL,
		[NTP_DHCP] = "dhcp", [NTP_DEFAULT] = "default",
		[NTP_MANUAL] = "manual", [NTP_NONE] = "none" };

	put_elem(to, "  ", "keymap", &a->keymap);
	put_elem(to, "  ", "timezone", &a->timezone);
	if (a->password.text != NULL) {
		buf_printf(to, "  <root-password type=\"%s\">",
		    a->password_hashed ? "hash" : "plaintext");
		markup_escape(to, a->password.text);
		buf_str_add(to, "</root-password>\n");
	}
	if (ntp[a->ntp] != NULL)
		buf_printf(to, "  <ntp source=\"%s\"/>\n", ntp[a->ntp]);
	put_elems(to, "ntp-server", &a->ntp_servers);
	if (!a->ssh)
		buf_str_add(to, "  <ssh-mode>off</ssh-mode>\n");
	put_elems(to, "ssh-key", &a->ssh_keys);
	for (size_t i = 0; i < a->services.n; i++) {
		buf_str_add(to, "  <service");
		put_attr(to, "name", &a->services.list[i].name);
		buf_printf(to, " state=\"%s\"/>\n",
		    a->services.list[i].enabled ? "enabled" : "disabled");
	}
}

static void
put_scripts(const struct answers *a, struct buf *to)
{
	for (size_t i = 0; i < a->scripts.n; i++) {
		const struct script *s = &a->scripts.list[i];

		buf_str_add(to, "  <script");
		put_attr_text(to, "stage", stage_name(s->stage));
		put_attr_text(to, "type", types[s->type]);
		put_attr(to, "args", &s->args);
		if (s->stop)
			put_attr_text(to, "on-error", "stop");
		put_attr_number(to, "timeout", s->timeout);
		buf_char(to, '>');
		if (s->url.text != NULL)
			markup_escape(to, s->url.text);
		buf_str_add(to, "</script>\n");
	}
}

static void
put_pool(const struct answers *a, struct buf *to)
{
	if (!a->pool)
		return;
	buf_str_add(to, "  <pool");
	put_attr(to, "coordinator", &a->coordinator);
	put_attr(to, "token", &a->token);
	put_attr(to, "fingerprint", &a->fingerprint);
	put_attr(to, "username", &a->username);
	put_attr(to, "password", &a->pool_password);
	buf_str_add(to, "/>\n");
}

void
answers_write(const struct answers *a, struct buf *to)
{
	static const char *const modes[] = { [MODE_FRESH] = "fresh",
		[MODE_REINSTALL] = "reinstall", [MODE_UPGRADE] = "upgrade" };
	static const char *const types_of_sr[] = { [SR_EXT] = "ext",
		[SR_LVM] = "lvm", [SR_NONE] = "none" };
	static const char *const ends[] = { [FAILURE_SHELL] = NULL,
		[FAILURE_POWEROFF] = "poweroff", [FAILURE_REBOOT] = "reboot" };
	const char *top = a->mode == MODE_RESTORE ? "restore" :
	    "installation";

	buf_printf(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s", top);
	if (a->mode != MODE_RESTORE)
		put_attr_text(to, "mode", modes[a->mode]);
	if (a->mode == MODE_FRESH || a->mode == MODE_REINSTALL)
		put_attr_text(to, "sr-type", types_of_sr[a->sr_type]);
	if (a->again)
		put_attr_text(to, "again", "yes");
	if (a->progress.text != NULL)
		put_attr_text(to, "progress-url", a->progress.text);
	buf_str_add(to, ">\n");
	put_disks(a, to);
	put_sources(a, to);
	put_networks(a, to);
	put_host(a, to);
	put_scripts(a, to);
	put_pool(a, to);
	if (ends[a->on_failure] != NULL)
		buf_printf(to, "  <on-failure>%s</on-failure>\n",
		    ends[a->on_failure]);
	buf_printf(to, "</%s>\n", top);
}
