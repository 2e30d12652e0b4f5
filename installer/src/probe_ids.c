/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "md.h"
#include "probe.h"

/*
 * The names that udev would have made below /dev/disk: dom0 has no udev, and
 * answer files go by them.
 */

/* Blanks at the ends go, others and what is odd become one "_" each. */
static void
add_clean(struct buf *to, const char *s)
{
	bool gap = false;

	while (*s == ' ')
		s++;
	for (; *s != '\0'; s++) {
		if (*s == ' ') {
			gap = true;
			continue;
		}
		if (gap)
			buf_char(to, '_');
		gap = false;
		buf_char(to, isalnum((unsigned char)*s) ||
		    strchr("#+-.:=@_", *s) != NULL ? *s : '_');
	}
}

static int
add_id(struct disk *d, const char *prefix, const char *a, const char *b,
    const char *suffix)
{
	struct buf id = { 0 };
	int rc;

	buf_str_add(&id, prefix);
	add_clean(&id, a);
	if (a[0] != '\0' && b[0] != '\0')
		buf_char(&id, '_');
	add_clean(&id, b);
	buf_str_add(&id, suffix);
	rc = id.failed ? -1 : names_add(&d->ids, buf_str(&id));
	buf_free(&id);
	return rc;
}

/*
 * SPC-4, 7.8.6: the device identification page is a list of designators.
 * Wanted are NAA (3) and T10 vendor (1) of the logical unit (association 0).
 */
static int
read_designators(struct disk *d, const unsigned char *p, size_t len)
{
	char text[128];
	size_t n, i;

	for (i = 4; i + 4 <= len; i += 4 + n) {
		n = p[i + 3];
		if (i + 4 + n > len)
			break;
		if ((p[i + 1] & 0x30) != 0)
			continue;
		if ((p[i + 1] & 0xf) == 3 && n <= 16 && d->wwn[0] == '\0') {
			for (size_t k = 0; k < n; k++)
				snprintf(text + 2 * k, 3, "%02x", p[i + 4 + k]);
			if (n == 0 || text_set(&d->wwn, text) == -1 ||
			    add_id(d, "wwn-0x", text, "", "") == -1 ||
			    add_id(d, "scsi-3", text, "", "") == -1)
				return -1;
		}
		/* SAT: "ATA     ", model (40), serial (20) */
		if ((p[i + 1] & 0xf) == 1 && n == 68 &&
		    memcmp(p + i + 4, "ATA     ", 8) == 0) {
			snprintf(text, sizeof(text), "%.40s",
			    (const char *)p + i + 12);
			if (text_set(&d->model, text) == -1)
				return -1;
			snprintf(text, sizeof(text), "%.20s",
			    (const char *)p + i + 52);
			if (text_set(&d->serial, text) == -1)
				return -1;
		}
	}
	return 0;
}

static void
trim(char *s)
{
	size_t n = strlen(s), lead = strspn(s, " ");

	while (n > lead && s[n - 1] == ' ')
		n--;
	memmove(s, s + lead, n - lead);
	s[n - lead] = '\0';
}

/* The unit serial number page: text after four bytes. */
static int
read_scsi_serial(const char *root, struct disk *d)
{
	char path[PATH_MAX], text[65], *page = NULL;
	struct err e;
	size_t len;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/sys/block/%s/device/vpd_pg80", root,
	    d->name);
	if (file_read(path, 4096, &page, &len, &e) == -1)
		return 0;
	if (len > 4 && d->serial[0] == '\0') {
		snprintf(text, sizeof(text), "%.*s",
		    len - 4 > 64 ? 64 : (int)(len - 4), page + 4);
		trim(text);
		rc = text_set(&d->serial, text);
	}
	free(page);
	return rc;
}

static int
read_scsi(const char *root, struct disk *d)
{
	char path[PATH_MAX], *page = NULL;
	struct err e;
	size_t len;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/sys/block/%s/device/vpd_pg83", root,
	    d->name);
	if (file_read(path, 4096, &page, &len, &e) == 0)
		rc = read_designators(d, (unsigned char *)page, len);
	free(page);
	trim(d->model);
	trim(d->serial);
	return rc == -1 ? -1 : read_scsi_serial(root, d);
}

/* Of a USB stick: the serial number of the device it hangs from. */
static int
read_usb_serial(const char *root, struct disk *d, const char *where)
{
	struct buf b = { 0 };
	char up[PATH_MAX], *slash;
	const char *s;
	int rc = 0;

	snprintf(up, sizeof(up), "%s", where);
	while ((slash = strrchr(up, '/')) != NULL && strstr(up, "/usb")) {
		*slash = '\0';
		s = sys_line(&b, root, "%s/bInterfaceNumber", up);
		if (s[0] != '\0')
			continue;
		s = sys_line(&b, root, "%s/idVendor", up);
		if (s[0] == '\0')
			continue;
		rc = text_set(&d->serial,
		    sys_line(&b, root, "%s/serial", up));
		break;
	}
	buf_free(&b);
	return rc;
}

static const struct transport {
	const char *in_path, *name;
} transports[] = {
	/* The first that is found counts: a USB disk is a SCSI disk, too. */
	{ "/usb",		"usb" },
	{ "/ata",		"sata" },
	{ "/nvme",		"nvme" },
	{ "/end_device-",	"sas" },
	{ "/mmc",		"mmc" },
	{ "/vbd-",		"xen" },
	{ "/host",		"scsi" },
	{ "/virtio",		"virtio" },
};

static const char *
transport_of(const char *where)
{
	const size_t n = sizeof(transports) / sizeof(transports[0]);

	for (size_t i = 0; i < n; i++)
		if (strstr(where, transports[i].in_path) != NULL)
			return transports[i].name;
	return "";
}

static bool
is(const struct disk *d, const char *transport)
{
	return strcmp(d->transport, transport) == 0;
}

static int
add_ids(const char *root, struct disk *d)
{
	struct buf b = { 0 };
	const char *s;
	int rc = 0;

	if (is(d, "nvme")) {
		s = sys_line(&b, root, "/sys/block/%s/wwid", d->name);
		if (s[0] != '\0')
			rc |= text_set(&d->wwn, s) | add_id(d, "nvme-", s, "",
			    "");
	}
	if (d->serial[0] != '\0') {
		if (is(d, "sata"))
			rc |= add_id(d, "ata-", d->model, d->serial, "");
		else if (is(d, "nvme"))
			rc |= add_id(d, "nvme-", d->model, d->serial, "");
		else if (is(d, "virtio"))
			rc |= add_id(d, "virtio-", d->serial, "", "");
		else if (is(d, "mmc"))
			rc |= add_id(d, "mmc-", d->model, d->serial, "");
		else if (is(d, "usb") || is(d, "scsi") || is(d, "sas")) {
			struct buf vm = { 0 };

			add_clean(&vm, sys_line(&b, root,
			    "/sys/block/%s/device/vendor", d->name));
			buf_char(&vm, '_');
			add_clean(&vm, d->model);
			rc |= add_id(d, is(d, "usb") ? "usb-" : "scsi-S",
			    buf_str(&vm), d->serial, is(d, "usb") ? "-0:0" :
			    "");
			buf_free(&vm);
		}
	}
	buf_free(&b);
	return rc;
}

/* The last PCI address in a sysfs path: "0000:00:1f.2". */
static bool
pci_of(const char *where, char *pci, size_t size)
{
	unsigned int dom, bus, dev, fn;
	bool found = false;
	const char *s;
	int n;

	for (s = where; (s = strchr(s, '/')) != NULL; s++) {
		n = 0;
		if (sscanf(s, "/%x:%x:%x.%x%n", &dom, &bus, &dev, &fn, &n) == 4
		    && n > 0 && (s[n] == '/' || s[n] == '\0')) {
			snprintf(pci, size, "%04x:%02x:%02x.%x", dom, bus, dev,
			    fn);
			found = true;
		}
	}
	return found;
}

static int
add_path(const char *root, struct disk *d, const char *where)
{
	unsigned int host, channel, target, lun, port;
	struct buf b = { 0 }, path = { 0 };
	const char *s;
	char pci[32];
	int rc = 0;

	if (!pci_of(where, pci, sizeof(pci)))
		return 0;
	buf_printf(&path, "pci-%s", pci);
	if ((s = strstr(where, "/ata")) != NULL &&
	    sscanf(s, "/ata%u", &port) == 1) {
		s = sys_line(&b, root, "/sys/class/ata_port/ata%u/port_no",
		    port);
		buf_printf(&path, "-ata-%s", s[0] != '\0' ? s : "1");
	} else if (is(d, "nvme")) {
		s = sys_line(&b, root, "/sys/block/%s/nsid", d->name);
		buf_printf(&path, "-nvme-%s", s[0] != '\0' ? s : "1");
	} else if ((s = strstr(where, "/target")) != NULL &&
	    (s = strchr(s + 1, '/')) != NULL &&
	    sscanf(s, "/%u:%u:%u:%u", &host, &channel, &target, &lun) == 4) {
		buf_printf(&path, "-scsi-0:%u:%u:%u", channel, target, lun);
	}
	rc = path.failed ? -1 : names_add(&d->paths, buf_str(&path));
	buf_free(&path);
	buf_free(&b);
	return rc;
}

/* 1: it is a RAID, and what it is made of is said. */
static int
read_raid(const char *root, struct disk *d)
{
	char sysfs[PATH_MAX], text[64];
	struct md_state state;
	struct err none;
	int n;

	snprintf(sysfs, sizeof(sysfs), "%s/sys", root);
	if (strncmp(d->name, "md", 2) != 0 ||
	    md_look(sysfs, d->name, &state, &none) == -1)
		return 0;
	n = snprintf(text, sizeof(text), "RAID %u of %u disks", state.level,
	    state.disks);
	if (state.missing > 0)
		snprintf(text + n, sizeof(text) - (size_t)n, ", %u missing",
		    state.missing);
	return text_set(&d->model, text) == -1 ||
	    text_set(&d->transport, "raid") == -1 ? -1 : 1;
}

int
disk_probe_ids(const char *root, struct disk *d, struct err *e)
{
	char link[PATH_MAX], real[PATH_MAX];
	struct buf b = { 0 };
	const char *where = real;
	int rc = 0;

	snprintf(link, sizeof(link), "%s/sys/block/%s", root, d->name);
	if (realpath(link, real) == NULL)
		return err_sys(e, "%s", link);
	rc = read_raid(root, d);
	if (rc != 0)
		return rc == 1 ? 0 : err_set(e, "out of memory");
	if (strncmp(real, root, strlen(root)) == 0)
		where = real + strlen(root);
	rc |= text_set(&d->transport, transport_of(where));
	rc |= text_set(&d->model, sys_line(&b, root,
	    is(d, "mmc") ? "/sys/block/%s/device/name" :
	    "/sys/block/%s/device/model", d->name));
	rc |= text_set(&d->serial, sys_line(&b, root,
	    is(d, "virtio") ? "/sys/block/%s/serial" :
	    "/sys/block/%s/device/serial", d->name));
	if (is(d, "usb"))
		rc |= read_usb_serial(root, d, where);
	else
		rc |= read_scsi(root, d);
	rc |= add_ids(root, d);
	rc |= add_path(root, d, where);
	buf_free(&b);
	return rc == 0 ? 0 : err_set(e, "out of memory");
}
