/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "efi.h"
#include "efi_var.h"
#include "fat_volume.h"

/* Ours: when the firmware was told by BootNext, seconds since 1970. */
#define TRIED "DomusTried-5b0f1d2e-6a57-4c59-9d3e-2f0c8a4f7b11"
#define TRIED_SECONDS 3600	/* no machine takes longer to come back */
#define LOADER "\\EFI\\BOOT\\BOOTX64.EFI"
#define MAX_ENTRIES 256
#define DRIVE_NODE 42		/* bytes of a hard drive's device path node */

struct order {
	unsigned int list[MAX_ENTRIES];
	size_t n;
};

/* The number of a boot entry as its variable's name. */
static void
entry_name(unsigned int nr, char to[64])
{
	snprintf(to, 64, "Boot%04X" EFI_GLOBAL, nr);
}

/*
 * Firmware that was told to boot the disk and came back to the medium would
 * be told so, and reboot, for ever.
 */
static int
note_try(const char *dir, struct err *e)
{
	long long now = time(NULL), then = 0;
	unsigned char *raw;
	char text[32];
	size_t len;

	if (efi_var_read(dir, TRIED, &raw, &len, e) == 0 && raw != NULL) {
		snprintf(text, sizeof(text), "%.*s", (int)len, (char *)raw);
		then = strtoll(text, NULL, 10);
		free(raw);
	}
	efi_var_remove(dir, TRIED);
	if (then != 0 && llabs(now - then) < TRIED_SECONDS)
		return err_set(e, "the firmware was told to boot the disk and "
		    "came back to the medium");
	snprintf(text, sizeof(text), "%lld", now);
	return efi_var_write(dir, TRIED, text, strlen(text), e);
}

static int
read_order(const char *dir, struct order *o, struct err *e)
{
	unsigned char *data;
	size_t len;

	o->n = 0;
	if (efi_var_read(dir, "BootOrder" EFI_GLOBAL, &data, &len, e) == -1)
		return -1;
	for (size_t i = 0; i + 2 <= len && o->n < MAX_ENTRIES - 1; i += 2)
		o->list[o->n++] = le16(data + i);
	free(data);
	return 0;
}

static int
write_order(const char *dir, const struct order *o, struct err *e)
{
	unsigned char order[2 * MAX_ENTRIES];

	for (size_t i = 0; i < o->n; i++)
		le16_put(order + 2 * i, o->list[i]);
	return efi_var_write(dir, "BootOrder" EFI_GLOBAL, order, 2 * o->n, e);
}

static void
order_drop(struct order *o, unsigned int nr)
{
	size_t keep = 0;

	for (size_t i = 0; i < o->n; i++)
		if (o->list[i] != nr)
			o->list[keep++] = o->list[i];
	o->n = keep;
}

/* Boot0000 to BootFFFF that exist, as bits. */
static int
scan(const char *dir, unsigned char used[8192], struct err *e)
{
	struct dirent *d;
	unsigned int nr;
	int n;
	DIR *list;

	memset(used, 0, 8192);
	list = opendir(dir);
	if (list == NULL)
		return err_sys(e, "%s", dir);
	while ((d = readdir(list)) != NULL) {
		n = 0;
		if (sscanf(d->d_name, "Boot%4X" EFI_GLOBAL "%n", &nr, &n) == 1
		    && n == 8 + (int)strlen(EFI_GLOBAL) && d->d_name[n] == '\0')
			used[nr / 8] |= (unsigned char)(1 << nr % 8);
	}
	closedir(list);
	return 0;
}

/* A GUID's text as its 16 bytes: the first three fields little-endian. */
static void
guid_bytes(const char *text, unsigned char to[16])
{
	static const unsigned char order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9,
		10, 11, 12, 13, 14, 15 };
	unsigned int byte;
	size_t i = 0;

	memset(to, 0, 16);
	while (i < 16 && sscanf(text, "%2x", &byte) == 1) {
		to[order[i++]] = (unsigned char)byte;
		text += 2;
		text += *text == '-';
	}
}

static size_t
put_utf16(unsigned char *to, const char *text)
{
	size_t n = strlen(text) + 1;

	for (size_t i = 0; i < n; i++)
		le16_put(to + 2 * i, (unsigned char)text[i]);
	return 2 * n;
}

/* EFI_LOAD_OPTION: UEFI 2.10, 3.1.3; the device path: 10.3.5.1, 10.3.5.4 */
static size_t
make_option(const struct efi_slot *s, unsigned char to[512])
{
	unsigned char *p = to + 6;
	size_t n;

	p += put_utf16(p, s->title);
	memset(p, 0, DRIVE_NODE);
	p[0] = 4, p[1] = 1, p[2] = DRIVE_NODE;	/* media: hard drive */
	le32_put(p + 4, s->number);
	le32_put(p + 8, (uint32_t)s->start);
	le32_put(p + 12, (uint32_t)(s->start >> 32));
	le32_put(p + 16, (uint32_t)s->size);
	le32_put(p + 20, (uint32_t)(s->size >> 32));
	guid_bytes(s->uuid, p + 24);
	p[40] = 2, p[41] = 2;			/* GPT, a GUID */
	p += DRIVE_NODE;
	n = put_utf16(p + 4, LOADER);
	p[0] = 4, p[1] = 4;			/* media: file path */
	le16_put(p + 2, (uint32_t)(n + 4));
	p += n + 4;
	p[0] = 0x7f, p[1] = 0xff, p[2] = 4, p[3] = 0;
	p += 4;
	le32_put(to, 1);			/* active */
	le16_put(to + 4, (uint32_t)(n + 4 + DRIVE_NODE + 4));
	return (size_t)(p - to);
}

/* The GUID of the partition that an option leads to, or NULL. */
static const unsigned char *
option_guid(const unsigned char *data, size_t len)
{
	size_t at = 6;

	while (at + 2 <= len && le16(data + at) != 0)
		at += 2;
	at += 2;
	/* firmware may put hardware's nodes before the drive's */
	while (at + 4 <= len && data[at] != 0x7f) {
		size_t n = le16(data + at + 2);

		if (n < 4 || n > len - at)
			return NULL;
		if (data[at] == 4 && data[at + 1] == 1 && n >= DRIVE_NODE &&
		    data[at + 41] == 2)
			return data + at + 24;
		at += n;
	}
	return NULL;
}

static bool
leads_to(const char *dir, unsigned int nr, const char *uuid)
{
	unsigned char want[16], *data;
	const unsigned char *guid;
	char name[64];
	struct err e;
	size_t len;
	bool is;

	guid_bytes(uuid, want);
	entry_name(nr, name);
	if (efi_var_read(dir, name, &data, &len, &e) == -1 || data == NULL)
		return false;
	guid = option_guid(data, len);
	is = guid != NULL && memcmp(guid, want, 16) == 0;
	free(data);
	return is;
}

/* The first entry that leads to it, or -1. */
static int
find_entry(const char *dir, const unsigned char used[8192], const char *uuid)
{
	for (unsigned int nr = 0; nr < 0x10000; nr++)
		if ((used[nr / 8] & 1 << nr % 8) != 0 &&
		    leads_to(dir, nr, uuid))
			return (int)nr;
	return -1;
}

/* The slot's entry, made when there is none. */
static int
need_entry(const char *dir, const struct efi_slot *s, unsigned int *nr_r,
    struct err *e)
{
	unsigned char used[8192], option[512];
	unsigned int nr = 0;
	char name[64];
	int found;

	if (scan(dir, used, e) == -1)
		return -1;
	found = find_entry(dir, used, s->uuid);
	if (found != -1) {
		*nr_r = (unsigned int)found;
		return 0;
	}
	while (nr < 0xffff && (used[nr / 8] & 1 << nr % 8) != 0)
		nr++;
	entry_name(nr, name);
	*nr_r = nr;
	return efi_var_write(dir, name, option, make_option(s, option), e);
}

int
efi_make_first(const char *dir, const struct efi_slot *s, struct err *e)
{
	struct order o;
	unsigned int nr;

	efi_var_remove(dir, TRIED);
	if (need_entry(dir, s, &nr, e) == -1 || read_order(dir, &o, e) == -1)
		return -1;
	if (o.n > 0 && o.list[0] == nr)
		return 0;
	order_drop(&o, nr);
	memmove(o.list + 1, o.list, o.n * sizeof(o.list[0]));
	o.list[0] = nr;
	o.n++;
	return write_order(dir, &o, e);
}

static int
set_next(const char *dir, unsigned int nr, struct err *e)
{
	unsigned char value[2];

	le16_put(value, nr);
	return efi_var_write(dir, "BootNext" EFI_GLOBAL, value, 2, e);
}

int
efi_try(const char *dir, const struct efi_slot *s, struct err *e)
{
	unsigned int nr;

	efi_var_remove(dir, TRIED);
	return need_entry(dir, s, &nr, e) == -1 ? -1 : set_next(dir, nr, e);
}

int
efi_forget(const char *dir, const char *uuid, struct err *e)
{
	unsigned char used[8192];
	struct order o;
	char name[64];
	int nr;

	if (scan(dir, used, e) == -1 || read_order(dir, &o, e) == -1)
		return -1;
	while ((nr = find_entry(dir, used, uuid)) != -1) {
		/* out of the order first: it names no entry that is gone */
		order_drop(&o, (unsigned int)nr);
		if (write_order(dir, &o, e) == -1)
			return -1;
		entry_name((unsigned int)nr, name);
		efi_var_remove(dir, name);
		used[nr / 8] &= (unsigned char)~(1 << nr % 8);
	}
	return 0;
}

int
efi_first_of(const char *dir, const char *const uuids[2], int *which_r,
    struct err *e)
{
	struct order o;

	*which_r = -1;
	if (read_order(dir, &o, e) == -1)
		return -1;
	for (size_t i = 0; *which_r == -1 && i < o.n; i++)
		for (int k = 0; *which_r == -1 && k < 2; k++)
			if (leads_to(dir, o.list[i], uuids[k]))
				*which_r = k;
	return 0;
}

int
efi_boot_next(const char *dir, const char *uuid, struct err *e)
{
	unsigned char used[8192];
	int nr;

	if (scan(dir, used, e) == -1)
		return -1;
	nr = find_entry(dir, used, uuid);
	if (nr == -1)
		return err_set(e, "%s: no boot entry of this installation",
		    dir);
	return note_try(dir, e) == -1 ? -1 :
	    set_next(dir, (unsigned int)nr, e);
}
