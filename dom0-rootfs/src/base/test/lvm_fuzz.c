/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lvm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A disk's metadata is read at boot and by the agent.  Its checksums would
 * stop what is changed at random, so the text is also read without them.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };
	char id[LVM_ID];
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct err e;

	if (lvm_parse((const char *)data, size, &vg, "x", &lv, &e) == 0)
		for (unsigned int i = 0; i < lv.nsegments; i++)
			if (lv.segments[i].pv >= vg.npvs)
				__builtin_trap();
	lvm_parse((const char *)data, size, &vg, NULL, NULL, &e);
	lvm_text(data, size, id, &text, &e);
	buf_free(&text);
	return 0;
}
