/* SPDX-License-Identifier: ISC */
#include "blk.h"
#include "net.h"

#include <xen/sched.h>

/* The probe: says what it was given, uses it, and does as it is told. */

#define DEVICES 4		/* of each kind; the rest is only named */
#define SECOND 1000000000

struct probe {
	struct machine m;
	struct store s;
	uint64_t began;
	uint64_t target;	/* KiB of memory, as dom0 said last */
	uint64_t extra;		/* pages besides; may wrap */
	struct net nets[DEVICES];
	struct blk blks[DEVICES];
	bool net_there[DEVICES], blk_there[DEVICES];
};

void probe_main(struct start_info *si, unsigned long pvh);

static void
say(struct probe *p, const struct text *t)
{
	console_say(&p->m, "probe: ");
	console_say(&p->m, t->s);
	console_say(&p->m, "\n");
}

/* On the console, and below data/probe, where dom0 can read it. */
static void
tell(struct probe *p, const char *name, const struct text *value)
{
	struct text t;

	store_write(&p->s, text_add(text_start(&t, "data/probe/"), name)->s,
	    value->s);
	text_add(text_add(text_start(&t, name), " "), value->s);
	say(p, &t);
}

static void
tell_num(struct probe *p, const char *name, uint64_t n)
{
	struct text t;

	tell(p, name, text_num(text_start(&t, ""), n));
}

/* In the way of the guest agents that people have. */
static void
tell_address(struct probe *p, struct net *n)
{
	struct text path, value;

	text_ip(text_start(&value, ""), n->self.ip);
	text_num(text_start(&path, "attr/vif/"), n->d.id);
	store_write(&p->s, text_add(&path, "/ipv4/0")->s, value.s);
}

static void
tell_vif(struct probe *p, struct net *n)
{
	struct text name, value;

	text_num(text_start(&name, "vif/"), n->d.id);
	text_mac(text_start(&value, ""), n->self.mac);
	text_ip(text_add(&value, " "), n->self.ip);
	tell(p, name.s, &value);
}

/* ip= is the first vif's; the next ones have the addresses behind it. */
static void
open_vif(struct probe *p, unsigned int slot, unsigned int id)
{
	static struct net_pages pages[DEVICES] __attribute__((aligned(PAGE)));
	struct net *n = &p->nets[slot];
	struct text t;
	char ip[16];

	if (!net_open(n, &p->s, id, &pages[slot])) {
		say(p, text_num(text_start(&t, "no backend: vif/"), id));
		return;
	}
	p->net_there[slot] = true;
	if (text_word(p->m.cmdline, "ip", ip, sizeof(ip)) &&
	    text_read_ip(ip, n->self.ip))
		n->self.ip[3] = (uint8_t)(n->self.ip[3] + id);
	tell_vif(p, n);
	tell_address(p, n);
}

/* At both ends of the disk: what lies between is left alone. */
static const char *
use_pattern(struct blk *b, uint64_t seed, bool write)
{
	const uint64_t at[2] = { 0, b->sectors - PATTERN_SECTORS };

	for (int i = 0; i < 2 && write; i++) {
		pattern_make(b->pages->data, seed, at[i]);
		if (!blk_write(b, at[i]))
			return "write-error";
	}
	if (write && !blk_flush(b))
		return "flush-error";
	for (int i = 0; i < 2; i++) {
		memset(b->pages->data, 0, PAGE);
		if (!blk_read(b, at[i]))
			return "read-error";
		if (!pattern_is(b->pages->data, seed, at[i]))
			return "differs";
	}
	return write ? "written" : "verified";
}

/* vbd=write, vbd=verify, with seed=N; else only the first page is read. */
static const char *
use_disk(struct probe *p, struct blk *b)
{
	uint64_t seed = 0;
	const char *end;
	char word[24];

	if (b->sectors < 2 * PATTERN_SECTORS)
		return "too-small";
	if (text_word(p->m.cmdline, "seed", word, sizeof(word)))
		seed = text_read_num(word, &end);
	if (text_word(p->m.cmdline, "vbd", word, sizeof(word))) {
		if (strcmp(word, "write") == 0 && !b->readonly)
			return use_pattern(b, seed, true);
		if (strcmp(word, "verify") == 0)
			return use_pattern(b, seed, false);
	}
	return blk_read(b, 0) ? "read" : "read-error";
}

static void
open_vbd(struct probe *p, unsigned int slot, unsigned int id)
{
	static struct blk_pages pages[DEVICES] __attribute__((aligned(PAGE)));
	struct blk *b = &p->blks[slot];
	struct text name, value;

	text_num(text_start(&name, "vbd/"), id);
	if (!blk_open(b, &p->s, id, &pages[slot])) {
		text_add(text_start(&value, "no backend: "), name.s);
		say(p, &value);
		return;
	}
	p->blk_there[slot] = true;
	text_num(text_start(&value, ""), b->sectors);
	text_num(text_add(&value, " "), b->sector_size);
	text_add(&value, b->readonly ? " ro " : " rw ");
	tell(p, name.s, text_add(&value, use_disk(p, b)));
}

static bool
is_open(const struct probe *p, bool net, unsigned int id)
{
	for (unsigned int i = 0; i < DEVICES; i++)
		if (net ? p->net_there[i] && p->nets[i].d.id == id :
		    p->blk_there[i] && p->blks[i].d.id == id)
			return true;
	return false;
}

static void
open_new(struct probe *p, bool net)
{
	unsigned int ids[8], n, slot;

	n = store_numbers(&p->s, net ? "device/vif" : "device/vbd", ids, 8);
	for (unsigned int i = 0; i < n; i++) {
		if (is_open(p, net, ids[i]))
			continue;
		for (slot = 0; slot < DEVICES &&
		    (net ? p->net_there : p->blk_there)[slot]; slot++)
			;
		if (slot < DEVICES && net)
			open_vif(p, slot, ids[i]);
		else if (slot < DEVICES)
			open_vbd(p, slot, ids[i]);
	}
}

/* A backend that closes, or has gone. */
static bool
leaving(struct device *d)
{
	enum xenbus_state s = device_backend(d);

	return s == XenbusStateUnknown || s >= XenbusStateClosing;
}

static void
close_old(struct probe *p, bool all)
{
	struct text t;

	for (unsigned int i = 0; i < DEVICES; i++) {
		if (p->net_there[i] && (all || leaving(&p->nets[i].d))) {
			net_close(&p->nets[i]);
			p->net_there[i] = false;
			say(p, text_num(text_start(&t, "closed vif/"),
			    p->nets[i].d.id));
		}
		if (p->blk_there[i] && (all || leaving(&p->blks[i].d))) {
			blk_close(&p->blks[i]);
			p->blk_there[i] = false;
			say(p, text_num(text_start(&t, "closed vbd/"),
			    p->blks[i].d.id));
		}
	}
}

static void
watch(struct probe *p)
{
	static const char *const paths[] = { "control/shutdown", "device",
		"memory/target" };
	static const char *const can[] = { "control/feature-poweroff",
		"control/feature-reboot", "control/feature-suspend" };

	for (unsigned int i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		store_watch(&p->s, paths[i]);
	for (unsigned int i = 0; i < sizeof(can) / sizeof(*can); i++)
		store_write(&p->s, can[i], "1");
}

static void
report(struct probe *p)
{
	struct text t;

	tell(p, "type", text_start(&t, p->m.pv ? "pv" : "pvh"));
	tell_num(p, "memory", machine_pages() * PAGE);
	tell_num(p, "memory-max", machine_pages_max() * PAGE);
	tell_num(p, "vcpus", machine_vcpus());
	tell(p, "cmdline", text_start(&t, p->m.cmdline));
	store_write(&p->s, "data/os_name", "Domus probe");
	store_write(&p->s, "data/os_distro", "domus-probe");
}

static void
suspend(struct probe *p)
{
	struct text t;

	say(p, text_start(&t, "suspending"));
	if (!machine_suspend(&p->m)) {
		say(p, text_start(&t, "goes on"));
		return;
	}
	p->s.changed = false;
	memset(p->net_there, 0, sizeof(p->net_there));
	memset(p->blk_there, 0, sizeof(p->blk_there));
	report(p);
	watch(p);
	open_new(p, true);
	open_new(p, false);
	tell_num(p, "resumed", machine_time(&p->m) / 1000000);
}

/* "" is what we write there when we have understood. */
static void
obey(struct probe *p)
{
	char what[16];
	struct text t;

	if (store_read(&p->s, "control/shutdown", what, sizeof(what)) <= 0)
		return;
	store_write(&p->s, "control/shutdown", "");
	if (strcmp(what, "suspend") == 0) {
		suspend(p);
		return;
	}
	say(p, text_add(text_start(&t, "told to "), what));
	close_old(p, true);
	if (strcmp(what, "reboot") == 0)
		machine_end(SHUTDOWN_reboot);
	machine_end(SHUTDOWN_poweroff);
}

/*
 * The target, in KiB, is not quite what a guest counts: the difference that
 * there is in the beginning stays.
 */
static void
balloon(struct probe *p)
{
	uint64_t target = store_read_num(&p->s, "memory/target", 0);

	if (target == 0 || target == p->target)
		return;
	if (p->target == 0)
		p->extra = machine_pages() - target * 1024 / PAGE;
	else
		tell_num(p, "memory", machine_balloon(&p->m,
		    target * 1024 / PAGE + p->extra) * PAGE);
	p->target = target;
}

/* end=crash, end=reboot, end=poweroff: by itself. */
static void
end_as_asked(struct probe *p)
{
	char how[16];

	if (!text_word(p->m.cmdline, "end", how, sizeof(how)))
		return;
	machine_end(strcmp(how, "crash") == 0 ? SHUTDOWN_crash :
	    strcmp(how, "reboot") == 0 ? SHUTDOWN_reboot : SHUTDOWN_poweroff);
}

static void
run(struct probe *p)
{
	bool any;

	for (;;) {
		any = store_changed(&p->s);
		if (any) {
			obey(p);
			balloon(p);
			close_old(p, false);
			open_new(p, true);
			open_new(p, false);
		}
		for (unsigned int i = 0; i < DEVICES; i++)
			if (p->net_there[i])
				any |= net_run(&p->nets[i]);
		if (!any)
			machine_wait(&p->m, machine_time(&p->m) + SECOND);
	}
}

void
probe_main(struct start_info *si, unsigned long pvh)
{
	static struct probe p;

	machine_open(&p.m, si, pvh);
	p.s.m = &p.m;
	p.began = machine_time(&p.m);
	report(&p);
	watch(&p);
	open_new(&p, true);
	open_new(&p, false);
	balloon(&p);
	end_as_asked(&p);
	tell_num(&p, "ready", (machine_time(&p.m) - p.began) / 1000);
	run(&p);
}
