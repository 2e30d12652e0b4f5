/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "jsonrpc.h"
#include "value.h"
#include "vif_link.h"

/*
 * usage: vif_apply NAME JSON | vif_apply --sweep
 * What [xen] does with dom0's end of a guest's interface, told as in vm.h; for
 * the test "vifs".
 */
static int
fail(const char *text)
{
	fprintf(stderr, "vif_apply: %s\n", text);
	return 1;
}

int
main(int argc, char *argv[])
{
	struct reply r = { 0 };
	struct vif_config c;
	struct value *v;
	struct err e;
	int rc = -1;

	if (argc == 2 && strcmp(argv[1], "--sweep") == 0)
		return vif_link_sweep(0, &e) == 0 ? 0 : fail(e.text);
	if (argc != 3)
		return 2;
	v = json_parse(argv[2], strlen(argv[2]), &value_limits_reply, &e);
	if (v == NULL)
		return fail(e.text);
	if (vm_config_vif(v, &c, &r) == -1)
		reply_error(&r, &e);
	else
		rc = vif_link_connect(argv[1], &c, &e);
	reply_free(&r);
	value_free(v);
	return rc == 0 ? 0 : fail(e.text);
}
