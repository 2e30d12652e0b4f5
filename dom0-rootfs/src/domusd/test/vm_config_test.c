/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cidata.h"
#include "jsonrpc.h"
#include "run.h"
#include "vm_config.h"
#include "vm_console.h"

#define VM "11111111-2222-4333-8444-555555555555"
#define SR "99999999-2222-4333-8444-555555555555"
#define DISK "\"disk\": {\"sr\": \"" SR "\", \"location\": \"a.raw\"}"
#define WHOLE "\"vm\": \"" VM "\", \"type\": \"pvh\", " \
    "\"memory_static_max\": 67108864"

static struct value *
json(const char *text)
{
	struct err e;
	struct value *v = json_parse(text, strlen(text), &value_limits_request,
	    &e);

	if (v == NULL)
		fail_msg("%s: %s", text, e.text);
	return v;
}

static void
a_whole_guest_is_understood(void **state)
{
	static const unsigned char mac[6] = { 0, 0x16, 0x3e, 1, 2, 3 };
	struct value *v = json("{" WHOLE ", \"memory_dynamic_max\": \"33554432\","
	    "\"vcpus_max\": 4, \"vcpus\": 2, \"vcpus_params\": {\"weight\": "
	    "\"512\", \"mask\": \"0,3\"}, \"kernel\": \"/usr/lib/domus/probe\","
	    "\"cmdline\": \"a b\", \"paused\": true, \"other\": [],"
	    "\"vbds\": [{\"device\": \"xvda\", \"mode\": \"RW\", " DISK "},"
	    "{\"number\": 3, \"kind\": \"CD\", \"empty\": true}],"
	    "\"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:01:02:03\","
	    "\"bridge\": \"xenbr0\", \"rate_kbps\": 100}]}");
	struct vm_config *c = malloc(sizeof(*c));
	struct reply r = { 0 };

	(void)state;
	assert_int_equal(vm_config_parse(v, c, &r), 0);
	assert_string_equal(c->vm, VM);
	assert_int_equal(c->type, VM_PVH);
	assert_int_equal(c->static_max, 67108864);
	assert_int_equal(c->target, 33554432);
	assert_int_equal(c->vcpus_max, 4);
	assert_int_equal(c->vcpus, 2);
	assert_int_equal(c->sched.weight, 512);
	assert_int_equal(c->sched.cap, -1);
	assert_true(c->sched.cpus[0] && c->sched.cpus[3] && !c->sched.cpus[1]);
	assert_true(c->paused);
	assert_int_equal(c->nvbds, 2);
	assert_string_equal(c->vbds[0].path, "/run/sr-mount/" SR "/a.raw");
	assert_false(c->vbds[0].readonly);
	assert_string_equal(c->vbds[1].device, "xvdd");
	assert_string_equal(c->vbds[1].path, "");
	assert_true(c->vbds[1].readonly);
	assert_memory_equal(c->vifs[0].mac, mac, 6);
	assert_int_equal(c->vifs[0].mtu, 1500);
	assert_int_equal(c->vifs[0].rate_kbps, 100);
	free(c);
	value_free(v);
}

/* Other programs than ours find the files, and nothing wrong. */
static void
a_drive_for_cloud_init_is_a_fat_of_its_files(void **state)
{
	char image[] = "/tmp/vm_config_test.XXXXXX";
	const char *fsck[] = { "fsck.fat", "-n", image, NULL };
	struct value *v = json("{\"user-data\": \"#cloud-config\\n\","
	    "\"meta-data\": \"\", \"network-config\": \"version: 2\\n\"}");
	char command[256], said[256] = "";
	struct err e;
	int fd = mkstemp(image);
	FILE *f;

	(void)state;
	if (cidata_image(fd, v, &e) == -1 || run(fsck, &e) == -1)
		fail_msg("%s", e.text);
	snprintf(command, sizeof(command), "blkid -p -o value -s LABEL %s && "
	    "mtype -i %s ::user-data && mtype -i %s ::network-config",
	    image, image, image);
	f = popen(command, "r");
	assert_non_null(f);
	assert_true(fread(said, 1, sizeof(said) - 1, f) > 0);
	assert_int_equal(pclose(f), 0);
	assert_string_equal(said, "CIDATA\n#cloud-config\nversion: 2\n");
	close(fd);
	unlink(image);
	value_free(v);
}

static void
a_drive_for_cloud_init_takes_a_free_device(void **state)
{
	struct vm_config *c = calloc(1, sizeof(*c));
	struct value *v = json("{\"user-data\": \"\"}");
	struct value *strange = json("{\"../x\": \"\"}");
	struct reply r = { 0 };
	char path[VM_PATH];

	(void)state;
	assert_int_equal(cidata_add(NULL, c, path, &r), 0);
	assert_int_equal(c->nvbds, 0);
	strcpy(c->vbds[0].device, "xvdz");
	c->nvbds = 1;
	assert_int_equal(cidata_add(v, c, path, &r), 0);
	assert_string_equal(c->vbds[1].device, "xvdy");
	assert_string_equal(c->vbds[1].path, path);
	assert_true(c->vbds[1].readonly && !c->vbds[1].cd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(cidata_add(strange, c, path, &r), -1);
	assert_string_equal(r.code, "INTERNAL_ERROR");
	assert_int_equal(unlink(path), 0);
	c->nvbds = VM_VBDS;
	assert_int_equal(cidata_add(v, c, path, &r), -1);
	assert_string_equal(path, "");
	reply_free(&r);
	value_free(v);
	value_free(strange);
	free(c);
}

/* What a [core] in strange hands might say. */
static const struct {
	const char *json, *code;
} bad[] = {
	{ "{}", "INTERNAL_ERROR" },
	{ "{\"vm\": \"../../etc\", \"type\": \"pv\"}", "INTERNAL_ERROR" },
	{ "{\"vm\": \"" VM "\", \"type\": \"hvm\"}", "VM_HVM_REQUIRED" },
	{ "{\"vm\": \"" VM "\", \"type\": \"pv\"}", "INTERNAL_ERROR" },
	{ "{\"vm\": \"" VM "\", \"type\": \"pv\", \"memory_static_max\": -1}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vcpus_max\": 0}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vcpus_max\": 2, \"vcpus\": 3}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"kernel\": \"/etc/shadow\"}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"kernel\": \"/usr/lib/domus/../../../etc/shadow\"}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"ramdisk\": \"/usr/lib/domusx\"}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vcpus_params\": {\"mask\": \"1,x\"}}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vcpus_params\": {\"mask\": \"99999\"}}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"xvda\"}]}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{" DISK "}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"../a\", " DISK "}]}",
	    "INVALID_DEVICE" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"xvda\", \"disk\": {\"sr\": \""
	    SR "\", \"location\": \"../x\"}}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"xvda\", \"disk\": {\"sr\": \""
	    SR "\", \"location\": \"..\"}}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"xvda\", \"disk\": {\"sr\": "
	    "\"/dev\", \"location\": \"sda\"}}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vbds\": [{\"device\": \"xvda\", \"empty\": true}]}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:1:2:3"
	    "\", \"bridge\": \"xenbr0\"}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"01:16:3e:01:02"
	    ":03\", \"bridge\": \"xenbr0\"}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:01:02"
	    ":03\", \"bridge\": \"a/../b\"}]}", "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:01:02"
	    ":03\", \"bridge\": \"b\", \"locking_mode\": \"shut\"}]}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:01:02"
	    ":03\", \"bridge\": \"b\", \"ipv4_allowed\": [\"10.0.0.0/8\"]}]}",
	    "INTERNAL_ERROR" },
	{ "{" WHOLE ", \"vifs\": [{\"device\": \"0\", \"mac\": \"00:16:3e:01:02"
	    ":03\", \"bridge\": \"b\", \"ipv6_allowed\": [\"10.0.0.1\"]}]}",
	    "INTERNAL_ERROR" },
};

static void
what_is_wrong_is_refused(void **state)
{
	struct vm_config *c = malloc(sizeof(*c));
	struct reply r = { 0 };
	struct value *v;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		v = json(bad[i].json);
		if (vm_config_parse(v, c, &r) != -1)
			fail_msg("%s is taken", bad[i].json);
		if (strcmp(r.code, bad[i].code) != 0)
			fail_msg("%s: %s", bad[i].json, r.code);
		reply_free(&r);
		r = (struct reply){ 0 };
		value_free(v);
	}
	free(c);
}

static void
too_many_devices_are_refused(void **state)
{
	struct value *v = json("{" WHOLE "}"), *vbds = value_new_array();
	struct vm_config *c = malloc(sizeof(*c));
	struct reply r = { 0 };

	(void)state;
	for (int i = 0; i <= VM_VBDS; i++)
		value_add(vbds, json("{\"device\": \"xvda\", " DISK "}"));
	value_set(v, "vbds", vbds);
	assert_int_equal(vm_config_parse(v, c, &r), -1);
	reply_free(&r);
	value_free(v);
	free(c);
}

/* A guest that could choose the path would have [xen] open anything. */
static void
a_console_is_one_of_xenconsoleds(void **state)
{
	static const char *const not[] = { NULL, "", "/etc/passwd",
		"/dev/pts/../../etc/passwd", "/dev/pts/x/y" };
	char tty[64];
	struct err e;
	int fd, ours;

	(void)state;
	for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		assert_int_equal(console_tty(not[i], &e), -1);
	ours = posix_openpt(O_RDWR | O_NOCTTY);
	assert_int_not_equal(ours, -1);
	assert_int_equal(unlockpt(ours), 0);
	assert_int_equal(ptsname_r(ours, tty, sizeof(tty)), 0);
	fd = console_tty(tty, &e);
	assert_int_not_equal(fd, -1);
	close(fd);
	close(ours);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_guest_is_understood),
		cmocka_unit_test(a_drive_for_cloud_init_is_a_fat_of_its_files),
		cmocka_unit_test(a_drive_for_cloud_init_takes_a_free_device),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(too_many_devices_are_refused),
		cmocka_unit_test(a_console_is_one_of_xenconsoleds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
