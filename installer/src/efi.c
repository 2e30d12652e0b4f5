/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/fs.h>

#include "fat_volume.h"
#include "file.h"
#include "install.h"

/*
 * Boot entries, UEFI 2.10, 3.1: BootXXXX holds one, BootOrder their order,
 * BootNext the one for the next boot alone.  In efivarfs a variable is a file
 * NAME-GUID of four bytes of attributes and its value, written by one write.
 */
#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
/* Ours: when the firmware was told by BootNext, seconds since 1970. */
#define TRIED "DomusTried-5b0f1d2e-6a57-4c59-9d3e-2f0c8a4f7b11"
#define TRIED_SECONDS 3600	/* no machine takes longer to come back */
#define ATTRIBUTES 7u		/* non-volatile, boot and runtime access */
#define TITLE "Domus"
#define LOADER "\\EFI\\BOOT\\BOOTX64.EFI"
#define MAX_ENTRIES 256
#define SECTOR 512

struct order {
	unsigned int list[MAX_ENTRIES];
	size_t n;
};

static void
var_path(char to[PATH_MAX], const char *dir, const char *name)
{
	snprintf(to, PATH_MAX, "%s/%s" GLOBAL, dir, name);
}

/* The value alone.  *data_r is NULL when there is no such variable. */
static int
var_read(const char *dir, const char *name, unsigned char **data_r,
    size_t *len_r, struct err *e)
{
	char path[PATH_MAX], *raw;
	size_t len;

	*data_r = NULL;
	*len_r = 0;
	var_path(path, dir, name);
	if (access(path, F_OK) == -1)
		return 0;
	if (file_read(path, 65536, &raw, &len, e) == -1)
		return -1;
	if (len < 4) {
		free(raw);
		return 0;
	}
	memmove(raw, raw + 4, len - 4);
	*data_r = (unsigned char *)raw;
	*len_r = len - 4;
	return 0;
}

static int
path_write(const char *path, const void *value, size_t len, struct err *e)
{
	unsigned char raw[1024];
	ssize_t n;
	int fd;

	if (len > sizeof(raw) - 4)
		return err_set(e, "%s: too long", path);
	le32_put(raw, ATTRIBUTES);
	memcpy(raw + 4, value, len);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		return err_sys(e, "%s", path);
	n = write(fd, raw, len + 4);
	if (n != (ssize_t)(len + 4))
		err_sys(e, "%s: write", path);
	close(fd);
	return n == (ssize_t)(len + 4) ? 0 : -1;
}

static int
var_write(const char *dir, const char *name, const void *value, size_t len,
    struct err *e)
{
	char path[PATH_MAX];

	var_path(path, dir, name);
	return path_write(path, value, len, e);
}

/* efivarfs makes variables that it does not know immutable. */
static void
forget_try(const char *dir)
{
	char path[PATH_MAX];
	int fd, flags = 0;

	snprintf(path, sizeof(path), "%s/" TRIED, dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	unlink(path);
}

/*
 * Firmware that was told to boot the disk and came back to the medium would
 * be told so, and reboot, for ever.
 */
static int
note_try(const char *dir, struct err *e)
{
	long long now = time(NULL), then = 0;
	char path[PATH_MAX], text[32], *raw;
	struct err none;
	size_t len;

	snprintf(path, sizeof(path), "%s/" TRIED, dir);
	if (file_read(path, 64, &raw, &len, &none) == 0) {
		then = len > 4 ? strtoll(raw + 4, NULL, 10) : 0;
		free(raw);
	}
	forget_try(dir);
	if (then != 0 && llabs(now - then) < TRIED_SECONDS)
		return err_set(e, "the firmware was told to boot the disk and "
		    "came back to the medium");
	snprintf(text, sizeof(text), "%lld", now);
	return path_write(path, text, strlen(text), e);
}

static int
read_order(const char *dir, struct order *o, struct err *e)
{
	unsigned char *data;
	size_t len;

	o->n = 0;
	if (var_read(dir, "BootOrder", &data, &len, e) == -1)
		return -1;
	for (size_t i = 0; i + 2 <= len && o->n < MAX_ENTRIES - 1; i += 2)
		o->list[o->n++] = le16(data + i);
	free(data);
	return 0;
}

static bool
is_ours(const char *dir, unsigned int nr)
{
	unsigned char *data;
	char name[16];
	struct err e;
	size_t len, i;
	bool ours;

	snprintf(name, sizeof(name), "Boot%04X", nr);
	if (var_read(dir, name, &data, &len, &e) == -1 || data == NULL)
		return false;
	ours = len >= 6 + 2 * sizeof(TITLE);
	for (i = 0; ours && i < sizeof(TITLE); i++)
		ours = le16(data + 6 + 2 * i) == (unsigned char)TITLE[i];
	free(data);
	return ours;
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
		if (sscanf(d->d_name, "Boot%4X" GLOBAL "%n", &nr, &n) == 1 &&
		    n == 8 + (int)strlen(GLOBAL) && d->d_name[n] == '\0')
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
make_option(const struct plan_part *pp, const char *uuid,
    unsigned char to[512])
{
	unsigned char *p = to + 6;
	uint64_t start = pp->start / SECTOR, size = pp->size / SECTOR;
	size_t n;

	p += put_utf16(p, TITLE);
	memset(p, 0, 42);
	p[0] = 4, p[1] = 1, p[2] = 42;		/* media: hard drive */
	le32_put(p + 4, (unsigned int)pp->kind + 1);
	le32_put(p + 8, (uint32_t)start);
	le32_put(p + 12, (uint32_t)(start >> 32));
	le32_put(p + 16, (uint32_t)size);
	le32_put(p + 20, (uint32_t)(size >> 32));
	guid_bytes(uuid, p + 24);
	p[40] = 2, p[41] = 2;			/* GPT, a GUID */
	p += 42;
	n = put_utf16(p + 4, LOADER);
	p[0] = 4, p[1] = 4;			/* media: file path */
	le16_put(p + 2, (uint32_t)(n + 4));
	p += n + 4;
	p[0] = 0x7f, p[1] = 0xff, p[2] = 4, p[3] = 0;
	p += 4;
	le32_put(to, 1);			/* active */
	le16_put(to + 4, (uint32_t)(n + 4 + 42 + 4));
	return (size_t)(p - to);
}

static void
remove_old(const char *dir, const unsigned char used[8192], struct order *o)
{
	char name[16], path[PATH_MAX];
	size_t keep = 0;

	for (unsigned int nr = 0; nr < 0x10000; nr++) {
		if ((used[nr / 8] & 1 << nr % 8) == 0 || !is_ours(dir, nr))
			continue;
		snprintf(name, sizeof(name), "Boot%04X", nr);
		var_path(path, dir, name);
		unlink(path);
		keep = 0;
		for (size_t i = 0; i < o->n; i++)
			if (o->list[i] != nr)
				o->list[keep++] = o->list[i];
		o->n = keep;
	}
}

int
efi_entry_make(struct install *in, const char *dir, struct err *e)
{
	const struct plan_part *pp = plan_part(&in->plan->disks[0],
	    PART_SLOT_A);
	unsigned char used[8192], option[512], order[2 * MAX_ENTRIES];
	unsigned int nr = 0;
	struct order o;
	char name[16];
	size_t len;

	forget_try(dir);
	if (scan(dir, used, e) == -1 || read_order(dir, &o, e) == -1)
		return -1;
	remove_old(dir, used, &o);
	if (scan(dir, used, e) == -1)
		return -1;
	while (nr < 0xffff && (used[nr / 8] & 1 << nr % 8) != 0)
		nr++;
	len = make_option(pp, in->uuids[0].part[0], option);
	snprintf(name, sizeof(name), "Boot%04X", nr);
	if (var_write(dir, name, option, len, e) == -1)
		return -1;
	le16_put(order, nr);
	for (size_t i = 0; i < o.n; i++)
		le16_put(order + 2 + 2 * i, o.list[i]);
	return var_write(dir, "BootOrder", order, 2 * (o.n + 1), e);
}

/* Whether an entry of ours leads to the partition of that UUID. */
static bool
leads_to(const char *dir, unsigned int nr, const char *uuid)
{
	size_t at = 6 + 2 * sizeof(TITLE) + 24, len;
	unsigned char guid[16] = { 0 }, *data;
	char name[16];
	struct err e;
	bool is;

	guid_bytes(uuid, guid);
	snprintf(name, sizeof(name), "Boot%04X", nr);
	if (!is_ours(dir, nr) || var_read(dir, name, &data, &len, &e) == -1)
		return false;
	is = len >= at + 16 && memcmp(data + at, guid, 16) == 0;
	free(data);
	return is;
}

int
efi_boot_next(const char *dir, const char *slot, struct err *e)
{
	unsigned char used[8192], value[2];

	if (scan(dir, used, e) == -1)
		return -1;
	for (unsigned int nr = 0; nr < 0x10000; nr++)
		if ((used[nr / 8] & 1 << nr % 8) != 0 &&
		    leads_to(dir, nr, slot)) {
			le16_put(value, nr);
			return note_try(dir, e) == -1 ? -1 :
			    var_write(dir, "BootNext", value, 2, e);
		}
	return err_set(e, "%s: no boot entry of this installation", dir);
}
