/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "pool.h"
#include "vm_make.h"

/*
 * The templates of a pool, made once in its life: a note says so, and whoever
 * removes or changes one keeps his way.
 */
#define NOTE "templates"
#define GIB ((int64_t)1 << 30)
#define MIB ((int64_t)1 << 20)

static const struct template {
	const char *name, *description, *type;
	int64_t memory, least;		/* MiB */
	int vcpus;
	int64_t disk;			/* GiB; 0: none */
	const char *distribution;	/* "" none */
} templates[] = {
	{ "Other install media", "Boots what its disks or its CD hold; "
	    "takes no disk of its own until it is given one", "pvh",
	    1024, 128, 1, 0, "" },
	{ "Linux PV", "Any Linux with GRUB on its disk, paravirtual", "pv",
	    1024, 128, 1, 8, "" },
	{ "Linux PVH", "Any Linux 5.0 or newer with GRUB on its disk", "pvh",
	    1024, 128, 1, 8, "" },
	{ "Debian Bookworm 12", "Debian GNU/Linux 12", "pvh", 2048, 256, 1,
	    10, "debian" },
	{ "Debian Trixie 13", "Debian GNU/Linux 13", "pvh", 2048, 256, 1, 10,
	    "debian" },
	{ "Ubuntu Jammy Jellyfish 22.04", "Ubuntu 22.04 LTS", "pvh", 4096,
	    512, 2, 20, "ubuntu" },
	{ "Ubuntu Noble Numbat 24.04", "Ubuntu 24.04 LTS", "pvh", 4096, 512,
	    2, 20, "ubuntu" },
	{ "Rocky Linux 8", "Rocky Linux 8 with a kernel for PVH, such as "
	    "kernel-ml", "pvh", 2048, 1024, 1, 20, "rhlike" },
	{ "Rocky Linux 9", "Rocky Linux 9 with a kernel for PVH, such as "
	    "kernel-ml", "pvh", 2048, 1536, 1, 20, "rhlike" },
	{ "AlmaLinux 8", "AlmaLinux 8 with a kernel for PVH, such as "
	    "kernel-ml", "pvh", 2048, 1024, 1, 20, "rhlike" },
	{ "AlmaLinux 9", "AlmaLinux 9 with a kernel for PVH, such as "
	    "kernel-ml", "pvh", 2048, 1536, 1, 20, "rhlike" },
	{ "Alpine Linux 3", "Alpine Linux, virtual", "pvh", 512, 64, 1, 4,
	    "alpine" },
};
#define TEMPLATES (sizeof(templates) / sizeof(templates[0]))

static struct value *
other_config(const struct template *t)
{
	struct value *v = value_new_struct();

	value_set_str(v, "default_template", "true");
	if (t->disk > 0)
		value_set(v, "disks", value_new_fmt("<provision><disk "
		    "device=\"0\" size=\"%lld\" sr=\"\" bootable=\"true\" "
		    "type=\"system\"/></provision>",
		    (long long)(t->disk * GIB)));
	if (*t->distribution != '\0') {
		value_set_str(v, "linux_template", "true");
		value_set_str(v, "install-distro", t->distribution);
	}
	return v;
}

/* The bounds that Xen Orchestra offers; in XML, as xapi has them. */
static struct value *
recommendations(const struct template *t)
{
	return value_new_fmt("<restrictions><restriction "
	    "field=\"memory-static-max\" max=\"1649267441664\"/><restriction "
	    "field=\"memory-static-min\" min=\"%lld\"/><restriction "
	    "field=\"vcpus-max\" max=\"64\"/><restriction "
	    "property=\"number-of-vbds\" max=\"16\"/><restriction "
	    "property=\"number-of-vifs\" max=\"16\"/></restrictions>",
	    (long long)(t->least * MIB));
}

static void
make(struct db *db, const struct template *t)
{
	static const char *const memory[] = { "memory_static_max",
		"memory_dynamic_max", "memory_dynamic_min" };
	struct value *v = value_new_struct(), *platform = value_new_struct();

	value_set_str(platform, "cores-per-socket", "1");
	value_set(v, "platform", platform);
	value_set_str(v, "name_label", t->name);
	value_set_str(v, "name_description", t->description);
	value_set_str(v, "reference_label", t->distribution);
	value_set_str(v, "domain_type", t->type);
	value_set_bool(v, "is_a_template", true);
	value_set_bool(v, "is_default_template", true);
	for (size_t i = 0; i < 3; i++)
		value_set_int(v, memory[i], t->memory * MIB);
	value_set_int(v, "memory_static_min", t->least * MIB);
	value_set_int(v, "VCPUs_max", t->vcpus);
	value_set_int(v, "VCPUs_at_startup", t->vcpus);
	value_set_str(v, "actions_after_shutdown", "destroy");
	value_set_str(v, "actions_after_reboot", "restart");
	value_set_str(v, "actions_after_crash", "restart");
	value_set_bool(v, "has_vendor_device", false);
	value_set(v, "other_config", other_config(t));
	value_set(v, "recommendations", recommendations(t));
	vm_new(db, v);
}

void
template_make_all(struct core *core)
{
	struct db *db = &core->db;

	if (db_note(db, NOTE) != NULL || core->pool->member)
		return;
	db_begin(db, true);
	for (size_t i = 0; i < TEMPLATES; i++)
		make(db, &templates[i]);
	db_note_set(db, NOTE, "1");
	core_commit(core, "templates");
}
