/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "file.h"
#include "jsonrpc.h"
#include "probe.h"
#include "remove_tree.h"

static void
put_file(const char *dir, const char *name, const char *text)
{
	char path[300], *slash;
	struct err e;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (file_mkdirs(path, 0755, &e) == -1)
		fail_msg("%s", e.text);
	*slash = '/';
	if (file_write(path, text, strlen(text), 0644, &e) == -1)
		fail_msg("%s", e.text);
}

/* Linux' counters of a card, and of two guests' devices. */
static void
test_probe(void **state)
{
	static const char *const files[][2] = {
		{ "proc/loadavg", "0.25 0.1 0.0 1/99 1234\n" },
		{ "sys/class/net/eth0/device/vendor", "x" },
		{ "sys/class/net/eth0/statistics/rx_bytes", "100\n" },
		{ "sys/class/net/eth0/statistics/tx_bytes", "200\n" },
		{ "sys/class/net/lo/statistics/rx_bytes", "7\n" },
		{ "sys/class/net/vif3.1/device/x", "x" },
		{ "sys/class/net/vif3.1/statistics/rx_bytes", "30\n" },
		{ "sys/class/net/vif3.1/statistics/tx_bytes", "40\n" },
		{ "sys/bus/xen-backend/devices/vif-3-1/x", "x" },
		{ "sys/bus/xen-backend/devices/vif-9-0/x", "x" },
		{ "sys/bus/xen-backend/devices/vbd-3-51728/statistics/"
		    "rd_sect", "3\n" },
		{ "sys/bus/xen-backend/devices/vbd-4-268442368/statistics/"
		    "wr_req", "5\n" },
	};
	char dir[] = "/tmp/domus-probe.XXXXXX";
	static const char text[] = "[{\"domid\": 3}, {\"domid\": 4}]";
	struct value *host = value_new_struct(), *vms;
	struct buf b = { 0 };
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		put_file(dir, files[i][0], files[i][1]);
	probe_load(dir, host);
	vms = json_parse(text, strlen(text), &value_limits_request, &e);
	probe_backends(dir, vms);
	value_set(host, "vms", vms);
	json_put(&b, host);
	assert_string_equal(buf_str(&b), "{\"loadavg\":0.25,\"nics\":"
	    "[{\"device\":\"eth0\",\"rx_bytes\":100,\"tx_bytes\":200}],"
	    "\"vms\":[{\"domid\":3,"
	    "\"vbds\":[{\"device\":\"xvdb\",\"read_bytes\":1536}],"
	    "\"vifs\":[{\"device\":\"1\",\"rx_bytes\":40,"
	    "\"tx_bytes\":30}]},"
	    "{\"domid\":4,"
	    "\"vbds\":[{\"device\":\"xvdab\",\"write_ops\":5}],"
	    "\"vifs\":[]}]}");
	buf_free(&b);
	value_free(host);
	remove_tree(dir);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests_name("probe_stats", tests, NULL, NULL);
}
