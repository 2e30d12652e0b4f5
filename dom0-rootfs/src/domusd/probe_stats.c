/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

/* Counters that Linux keeps of its cards and of what it gives to guests. */

#define BACKENDS "/sys/bus/xen-backend/devices"
#define CARDS "/sys/class/net"
#define XVD 202			/* major of a guest's disks */
#define EXTENDED (1 << 28)	/* of their numbers, beyond the first 16 */

struct counter {
	const char *name, *file;
	int unit;
};

static const struct counter card[] = {
	{ "rx_bytes", "statistics/rx_bytes", 1 },
	{ "tx_bytes", "statistics/tx_bytes", 1 },
};

/* What the backend has sent is what the guest has received. */
static const struct counter vif[] = {
	{ "rx_bytes", "statistics/tx_bytes", 1 },
	{ "tx_bytes", "statistics/rx_bytes", 1 },
};

static const struct counter vbd[] = {
	{ "read_bytes", "statistics/rd_sect", 512 },
	{ "write_bytes", "statistics/wr_sect", 512 },
	{ "read_ops", "statistics/rd_req", 1 },
	{ "write_ops", "statistics/wr_req", 1 },
};

static bool
read_number(const char *path, double *to)
{
	FILE *f = fopen(path, "re");
	bool found;

	if (f == NULL)
		return false;
	found = fscanf(f, "%lf", to) == 1;
	fclose(f);
	return found;
}

/* A device of that name; what cannot be read is missing. */
static void
put_device(const char *dir, const char *name, const struct counter *counters,
    size_t n, struct value *to)
{
	struct value *v = value_new_struct();
	char path[512];
	double number;

	value_set_str(v, "device", name);
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, counters[i].file);
		if (read_number(path, &number))
			value_set_int(v, counters[i].name, (int64_t)number *
			    counters[i].unit);
	}
	value_add(to, v);
}

/* What has a device below it is a card, or a guest's end; or it is a bond. */
static bool
is_card(const char *dir, const char *name)
{
	char path[512];

	if (strncmp(name, "vif", 3) == 0)
		return false;
	snprintf(path, sizeof(path), "%s/device", dir);
	if (access(path, F_OK) == 0)
		return true;
	snprintf(path, sizeof(path), "%s/bonding", dir);
	return access(path, F_OK) == 0;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
put_cards(const char *root, struct value *host)
{
	struct value *nics = value_new_array();
	char dir[320];
	struct dirent **list;
	int n;

	snprintf(dir, sizeof(dir), "%s" CARDS, root);
	n = scandir(dir, &list, visible, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(dir, sizeof(dir), "%s" CARDS "/%.64s", root,
		    list[i]->d_name);
		if (is_card(dir, list[i]->d_name))
			put_device(dir, list[i]->d_name, card, 2, nics);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	value_set(host, "nics", nics);
}

void
probe_load(const char *root, struct value *host)
{
	char path[300];
	double load;

	snprintf(path, sizeof(path), "%s/proc/loadavg", root);
	if (read_number(path, &load))
		value_set_float(host, "loadavg", load);
	put_cards(root, host);
}

/* "xvda" of a number as xen-vbd-interface(7) has it. */
static void
disk_name(int devid, char name[16])
{
	int disk = (devid & EXTENDED) != 0 ? (devid & ~EXTENDED) >> 8 :
	    (devid & 0xff) >> 4;

	if ((devid & EXTENDED) == 0 && devid >> 8 != XVD)
		snprintf(name, 16, "%d", devid);
	else if (disk < 26)
		snprintf(name, 16, "xvd%c", 'a' + disk);
	else
		snprintf(name, 16, "xvd%c%c", 'a' + (disk / 26 - 1) % 26,
		    'a' + disk % 26);
}

static struct value *
vm_of(struct value *vms, int domid)
{
	struct err ignored;
	int64_t n;

	for (size_t i = 0; i < value_len(vms); i++)
		if (value_as_int(value_get(value_at(vms, i), "domid"), &n,
		    &ignored) == 0 && n == domid)
			return value_at(vms, i);
	return NULL;
}

/* A backend's directory is "vbd-DOMID-DEVID" or "vif-DOMID-DEVID". */
static void
put_backend(const char *root, const char *name, struct value *vms)
{
	char dir[400], disk[16], nic[16];
	struct value *vm;
	int domid, devid;

	if (sscanf(name, "vbd-%d-%d", &domid, &devid) == 2) {
		vm = vm_of(vms, domid);
		disk_name(devid, disk);
		snprintf(dir, sizeof(dir), "%s" BACKENDS "/%.64s", root, name);
		if (vm != NULL)
			put_device(dir, disk, vbd, 4, value_get(vm, "vbds"));
	} else if (sscanf(name, "vif-%d-%d", &domid, &devid) == 2) {
		vm = vm_of(vms, domid);
		snprintf(nic, sizeof(nic), "%d", devid);
		snprintf(dir, sizeof(dir), "%s" CARDS "/vif%d.%d", root,
		    domid, devid);
		if (vm != NULL)
			put_device(dir, nic, vif, 2, value_get(vm, "vifs"));
	}
}

void
probe_backends(const char *root, struct value *vms)
{
	char path[300];
	struct dirent **list;
	int n;

	for (size_t i = 0; i < value_len(vms); i++) {
		value_set(value_at(vms, i), "vbds", value_new_array());
		value_set(value_at(vms, i), "vifs", value_new_array());
	}
	snprintf(path, sizeof(path), "%s" BACKENDS, root);
	n = scandir(path, &list, visible, alphasort);
	for (int i = 0; i < n; i++) {
		put_backend(root, list[i]->d_name, vms);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}
