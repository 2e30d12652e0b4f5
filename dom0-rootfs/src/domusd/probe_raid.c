/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "md.h"
#include "probe.h"

static int
is_md(const struct dirent *d)
{
	return strncmp(d->d_name, "md", 2) == 0 &&
	    isdigit((unsigned char)d->d_name[2]);
}

/* The kernel's RAIDs that run, by name. */
void
probe_raids(const char *root, struct value *facts)
{
	struct value *raids = value_new_array(), *v;
	char sysfs[256], path[300];
	struct dirent **list;
	struct md_state s;
	struct err none;
	int n;

	snprintf(sysfs, sizeof(sysfs), "%s/sys", root);
	snprintf(path, sizeof(path), "%s/block", sysfs);
	n = scandir(path, &list, is_md, alphasort);
	for (int i = 0; i < n; i++) {
		if (md_look(sysfs, list[i]->d_name, &s, &none) == 0) {
			v = value_new_struct();
			value_set_str(v, "name", list[i]->d_name);
			value_set_int(v, "disks", s.disks);
			value_set_int(v, "missing", s.missing);
			value_add(raids, v);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	value_set(facts, "raids", raids);
}
