/* SPDX-License-Identifier: ISC */
/* The one file that all our programs of dom0 are in: which of them this is, its
 * name says.  Their main()s are renamed by programs.mk. */
#include <stdio.h>
#include <string.h>

typedef int main_fn(int argc, char *argv[]);
main_fn domus_main, domus_answers_main, domus_console_main, domus_install_main,
    domus_net_main, domus_raid_main, domus_serve_main, domus_setup_main,
    domusd_main;

static const struct {
	const char *name;
	main_fn *run;
} programs[] = {
	{ "domus",		domus_main },
	{ "domus-answers",	domus_answers_main },
	{ "domus-console",	domus_console_main },
	{ "domus-install",	domus_install_main },
	{ "domus-net",		domus_net_main },
	{ "domus-raid",		domus_raid_main },
	{ "domus-serve",	domus_serve_main },
	{ "domus-setup",	domus_setup_main },
	{ "domus-slot",		domus_install_main },
	{ "domusd",		domusd_main },
	{ "xe",			domus_main },
};

int
main(int argc, char *argv[])
{
	const char *name = argc > 0 ? argv[0] : "", *slash;
	FILE *to;

	slash = strrchr(name, '/');
	if (slash != NULL)
		name = slash + 1;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].name, name) == 0)
			return programs[i].run(argc, argv);
	to = argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
	fputs("usage: a link to this file, named as one of\n", to);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		fprintf(to, "    %s\n", programs[i].name);
	return to == stdout ? 0 : 2;
}
