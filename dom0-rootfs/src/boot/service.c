/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "path.h"
#include "service.h"
#include "setup.h"

#define HOST	(1u << MODE_HOST)
#define RESCUE	(1u << MODE_RESCUE)
#define ALL	(HOST | RESCUE | 1u << MODE_INSTALL)

const struct service services[] = {
	{ "devices",	ALL,		0,			false },
	{ "domusd",	HOST,		FACT_STATE,		false },
	{ "klogd",	HOST | RESCUE,	0,			true },
	{ "network",	HOST,		0,			false },
	{ "ntpd",	HOST,		FACT_NTP,		false },
	{ "sshd",	HOST,		FACT_STATE | FACT_SSH,	false },
	{ "syslogd",	ALL,		0,			true },
	{ "xenconsoled", HOST | RESCUE,	FACT_XEN,		false },
	{ "xenstored",	HOST | RESCUE,	FACT_XEN,		true },
};
const size_t nservices = sizeof(services) / sizeof(services[0]);

bool
service_wanted(const struct service *s, enum mode mode, unsigned int facts)
{
	return (s->modes & 1u << mode) != 0 && (facts & s->needs) == s->needs;
}

static bool
on_xen(void)
{
	char line[64];
	struct err e;

	return file_line("/proc/xen/capabilities", line, sizeof(line), &e)
	    == 0 && strstr(line, "control_d") != NULL;
}

static unsigned int
facts_find(const struct setup *s)
{
	unsigned int facts = 0;

	if (on_xen())
		facts |= FACT_XEN;
	if (s->state && s->configured)
		facts |= FACT_STATE;
	if (strcmp(conf_get(&s->host, "ssh", "off"), "on") == 0)
		facts |= FACT_SSH;
	if (strcmp(conf_get(&s->host, "ntp", "none"), "none") != 0)
		facts |= FACT_NTP;
	return facts;
}

int
services_choose(struct setup *s, struct err *e)
{
	unsigned int facts = facts_find(s);
	struct path from, to;

	for (size_t i = 0; i < nservices; i++) {
		if (!service_wanted(&services[i], s->cmd.mode, facts))
			continue;
		path_of(&from, "/etc/sv/%s", services[i].name);
		path_of(&to, SERVICE_DIR "/%s", services[i].name);
		if (symlink(from.text, to.text) == -1 && errno != EEXIST)
			return err_sys(e, "%s", to.text);
	}
	if (s->cmd.mode != MODE_INSTALL && (facts & FACT_XEN) == 0)
		return err_set(e, "this Linux does not run as Xen's dom0: "
		    "there will be no guests");
	return 0;
}
