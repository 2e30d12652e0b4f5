/* SPDX-License-Identifier: ISC */
#include "blk.h"

#define PATIENCE 10000000000	/* ns */

static bool
offer(struct blk *b)
{
	struct machine *m = b->d.store->m;
	blkif_sring_t *ring = (void *)b->pages->ring;
	struct text t;

	SHARED_RING_INIT(ring);
	FRONT_RING_INIT(&b->ring, ring, PAGE);
	b->ring_ref = machine_grant(m, b->d.backend_id, ring, false);
	b->data_ref = machine_grant(m, b->d.backend_id, b->pages->data, false);
	b->d.port = machine_channel(m, b->d.backend_id);
	if (b->ring_ref == 0 || b->data_ref == 0 || b->d.port == 0)
		return false;
	device_set(&b->d, "ring-ref", b->ring_ref);
	device_set(&b->d, "event-channel", b->d.port);
	text_add(text_start(&t, b->d.path), "/protocol");
	store_write(b->d.store, t.s, "x86_64-abi");
	device_state(&b->d, XenbusStateInitialised);
	return true;
}

bool
blk_open(struct blk *b, struct store *s, unsigned int id,
    struct blk_pages *pages)
{
	memset(b, 0, sizeof(*b));
	b->pages = pages;
	if (!device_find(&b->d, s, "vbd", id) || !offer(b) ||
	    !device_wait(&b->d, XenbusStateConnected))
		return false;
	b->sectors = device_told(&b->d, "sectors");
	b->sector_size = (unsigned int)device_told(&b->d, "sector-size");
	b->readonly = (device_told(&b->d, "info") & VDISK_READONLY) != 0;
	device_state(&b->d, XenbusStateConnected);
	return b->sectors != 0;
}

void
blk_close(struct blk *b)
{
	struct machine *m = b->d.store->m;

	device_state(&b->d, XenbusStateClosing);
	device_wait(&b->d, XenbusStateClosed);
	device_leave(&b->d);
	machine_ungrant(m, b->ring_ref);
	machine_ungrant(m, b->data_ref);
}

static bool
wait_done(struct blk *b)
{
	struct machine *m = b->d.store->m;
	uint64_t until = machine_time(m) + PATIENCE;
	bool ok;

	while (!RING_HAS_UNCONSUMED_RESPONSES(&b->ring)) {
		if (machine_time(m) >= until)
			return false;
		b->ring.sring->rsp_event = b->ring.rsp_cons + 1;
		barrier();
		if (!RING_HAS_UNCONSUMED_RESPONSES(&b->ring))
			machine_wait(m, until);
	}
	xen_rmb();
	ok = RING_GET_RESPONSE(&b->ring, b->ring.rsp_cons)->status ==
	    BLKIF_RSP_OKAY;
	b->ring.rsp_cons++;
	return ok;
}

static bool
do_one(struct blk *b, uint8_t what, uint64_t sector, uint8_t segments)
{
	blkif_request_t *r = RING_GET_REQUEST(&b->ring, b->ring.req_prod_pvt);
	int notify;

	b->ring.req_prod_pvt++;
	memset(r, 0, sizeof(*r));
	r->operation = what;
	r->nr_segments = segments;
	r->handle = (blkif_vdev_t)b->d.id;
	r->sector_number = sector;
	r->seg[0].gref = b->data_ref;
	r->seg[0].last_sect = PATTERN_SECTORS - 1;
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&b->ring, notify);
	if (notify)
		machine_notify(b->d.port);
	return wait_done(b);
}

bool
blk_read(struct blk *b, uint64_t sector)
{
	return do_one(b, BLKIF_OP_READ, sector, 1);
}

bool
blk_write(struct blk *b, uint64_t sector)
{
	return do_one(b, BLKIF_OP_WRITE, sector, 1);
}

/* What a backend without a cache cannot do it need not do. */
bool
blk_flush(struct blk *b)
{
	return device_told(&b->d, "feature-flush-cache") == 0 ||
	    do_one(b, BLKIF_OP_FLUSH_DISKCACHE, 0, 0);
}
