/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "vhd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct in {
	const uint8_t *data;
	size_t len;
};

static ssize_t
from_memory(void *arg, void *to, size_t len, struct err *e)
{
	struct in *in = arg;

	(void)e;
	if (len > in->len)
		len = in->len;
	memcpy(to, in->data, len);
	in->data += len;
	in->len -= len;
	return (ssize_t)len;
}

struct disk {
	uint64_t size, sum;	/* the sum reads what was handed over */
};

/* What a disk of that size may be asked to take. */
static int
begin(void *arg, uint64_t size, enum vhd_type type, struct err *e)
{
	struct disk *have = arg;

	(void)type;
	have->size = size;
	return size > VHD_MAX ? err_set(e, "too large") : 0;
}

static int
data(void *arg, uint64_t at, const void *bytes, size_t len, struct err *e)
{
	struct disk *have = arg;

	(void)e;
	if (at > have->size || len > have->size - at)
		abort();
	for (size_t i = 0; i < len; i += 512)
		have->sum += ((const unsigned char *)bytes)[i];
	return 0;
}

/* Checksums are set right, so that what is behind them is reached. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t *copy;
	struct disk disk = { 0 };
	uint64_t at;
	struct vhd_sink sink = { begin, data, &disk };
	struct in in = { bytes, len };
	struct err e;

	vhd_read(from_memory, &in, len & 1 ? len : 0, &sink, &e);
	if (len < 3 * VHD_SECTOR)
		return 0;
	copy = malloc(len);
	memcpy(copy, bytes, len);
	vhd_put32(copy + FOOTER_SUM, vhd_sum(copy, VHD_SECTOR, FOOTER_SUM));
	at = vhd_get64(copy + FOOTER_OFFSET);
	if (at < len && len - at >= HEADER_LENGTH)
		vhd_put32(copy + at + HEADER_SUM,
		    vhd_sum(copy + at, HEADER_LENGTH, HEADER_SUM));
	in = (struct in){ copy, len };
	vhd_read(from_memory, &in, len, &sink, &e);
	free(copy);
	return 0;
}
