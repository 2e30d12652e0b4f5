/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"

/* The kernel, the processor, the firmware. */

#define PROC_MAX (1 << 20)

static bool
line_of(const char *root, const char *path, char *to, size_t size)
{
	char full[512];
	struct err ignored;

	snprintf(full, sizeof(full), "%s%s", root, path);
	*to = '\0';
	return file_line(full, to, size, &ignored) == 0;
}

void
probe_linux(const char *root, struct value *facts)
{
	struct utsname u;
	char name[256] = "", uptime[64];

	gethostname(name, sizeof(name) - 1);
	value_set_str(facts, "hostname", name);
	if (uname(&u) == 0)
		value_set_str(facts, "kernel", u.release);
	if (line_of(root, "/proc/uptime", uptime, sizeof(uptime)))
		value_set_int(facts, "boot_time", (int64_t)time(NULL) -
		    strtoll(uptime, NULL, 10));
}

/* The value of "key<tabs>: value" in /proc/cpuinfo's first processor. */
static void
cpuinfo(const char *text, const char *key, char *to, size_t size)
{
	size_t len = strlen(key);
	const char *p = text;

	*to = '\0';
	while (p != NULL && *p != '\0' && *p != '\n') {
		if (strncmp(p, key, len) == 0 &&
		    (p[len] == '\t' || p[len] == ':' || p[len] == ' ')) {
			p += strcspn(p, ":\n");
			p += strspn(p, ": ");
			snprintf(to, size, "%.*s", (int)strcspn(p, "\n"), p);
			return;
		}
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
}

/* /proc/cpuinfo's names and XenAPI's. */
static const char *const cpu_keys[][2] = {
	{ "vendor_id", "vendor" }, { "model name", "modelname" },
	{ "cpu MHz", "speed" }, { "cpu family", "family" },
	{ "model", "model" }, { "stepping", "stepping" },
	{ "flags", "flags" },
};
#define CPU_KEYS (sizeof(cpu_keys) / sizeof(cpu_keys[0]))

static struct value *
one_cpu(const struct value *info, unsigned int number)
{
	struct value *cpu = value_new_struct();
	const char *name;

	value_set_int(cpu, "number", number);
	for (size_t i = 0; i < CPU_KEYS; i++) {
		name = cpu_keys[i][1];
		/* whole megahertz: the field is an int */
		if (strcmp(name, "speed") == 0)
			value_set_int(cpu, name, strtoll(value_get_str(info,
			    name), NULL, 10));
		else
			value_set_str(cpu, name, value_get_str(info, name));
	}
	return cpu;
}

void
probe_cpu(const char *root, struct value *facts, unsigned int ncpus,
    unsigned int nsockets)
{
	struct value *info = value_new_struct(), *cpus = value_new_array();
	char path[512], line[4096], *text = NULL;
	struct err ignored;

	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	if (file_read(path, PROC_MAX, &text, NULL, &ignored) == -1)
		text = NULL;
	for (size_t i = 0; i < CPU_KEYS; i++) {
		cpuinfo(text != NULL ? text : "", cpu_keys[i][0], line,
		    sizeof(line));
		value_set_str(info, cpu_keys[i][1], line);
	}
	free(text);
	value_set(info, "cpu_count", value_new_fmt("%u", ncpus));
	value_set(info, "socket_count", value_new_fmt("%u", nsockets));
	for (unsigned int i = 0; i < ncpus; i++)
		value_add(cpus, one_cpu(info, i));
	value_set(facts, "cpu_info", info);
	value_set(facts, "cpus", cpus);
}

/* Text that a firmware's author wrote: only what can be shown. */
static void
clean(char *s)
{
	size_t n;

	for (char *p = s; *p != '\0'; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	for (n = strlen(s); n > 0 && s[n - 1] == ' '; n--)
		s[n - 1] = '\0';
}

void
probe_bios(const char *root, struct value *facts)
{
	static const char *const names[][2] = {
		{ "bios_vendor", "bios-vendor" },
		{ "bios_version", "bios-version" },
		{ "sys_vendor", "system-manufacturer" },
		{ "product_name", "system-product-name" },
		{ "product_version", "system-version" },
		{ "product_serial", "system-serial-number" },
		{ "board_vendor", "baseboard-manufacturer" },
		{ "board_name", "baseboard-product-name" },
		{ "board_version", "baseboard-version" },
		{ "board_serial", "baseboard-serial-number" },
	};
	struct value *bios = value_new_struct();
	char path[64], line[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/sys/class/dmi/id/%s",
		    names[i][0]);
		line_of(root, path, line, sizeof(line));
		clean(line);
		value_set_str(bios, names[i][1], line);
	}
	value_set(facts, "bios", bios);
}

/* UEFI 2.10, 3.3: one byte, after efivarfs' four of attributes; 1 while the
 * firmware starts only what is signed. */
void
probe_secure_boot(const char *root, struct value *facts)
{
	char path[512], *data = NULL;
	struct err none;
	size_t len = 0;

	snprintf(path, sizeof(path), "%s/sys/firmware/efi/efivars/"
	    "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", root);
	if (file_read(path, 64, &data, &len, &none) == -1)
		data = NULL;
	value_set_bool(facts, "secure_boot", data != NULL && len == 5 &&
	    data[4] == 1);
	free(data);
}
