/* SPDX-License-Identifier: ISC */
#include "net.h"

/* netif.h: pages are granted once, for as long as the device is there. */

static bool
grant_pages(struct net *n)
{
	struct machine *m = n->d.store->m;
	domid_t to = n->d.backend_id;
	bool all = true;

	for (unsigned int i = 0; i < NET_TX; i++)
		all &= (n->tx_ref[i] = machine_grant(m, to, n->pages->tx[i],
		    true)) != 0;
	for (unsigned int i = 0; i < NET_RX; i++)
		all &= (n->rx_ref[i] = machine_grant(m, to, n->pages->rx[i],
		    false)) != 0;
	n->tx_ring_ref = machine_grant(m, to, n->pages->tx_ring, false);
	n->rx_ring_ref = machine_grant(m, to, n->pages->rx_ring, false);
	return all && n->tx_ring_ref != 0 && n->rx_ring_ref != 0;
}

static void
give_page(struct net *n, unsigned int id)
{
	netif_rx_request_t *r = RING_GET_REQUEST(&n->rx,
	    n->rx.req_prod_pvt++);

	r->id = (uint16_t)id;
	r->gref = n->rx_ref[id];
}

static void
push_rx(struct net *n)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&n->rx, notify);
	if (notify)
		machine_notify(n->d.port);
}

static void
make_rings(struct net *n)
{
	netif_tx_sring_t *tx = (void *)n->pages->tx_ring;
	netif_rx_sring_t *rx = (void *)n->pages->rx_ring;

	SHARED_RING_INIT(tx);
	FRONT_RING_INIT(&n->tx, tx, PAGE);
	SHARED_RING_INIT(rx);
	FRONT_RING_INIT(&n->rx, rx, PAGE);
}

bool
net_open(struct net *n, struct store *s, unsigned int id,
    struct net_pages *pages)
{
	struct text t;
	char mac[18];

	memset(n, 0, sizeof(*n));
	n->pages = pages;
	if (!device_find(&n->d, s, "vif", id))
		return false;
	text_add(text_start(&t, n->d.path), "/mac");
	if (store_read(s, t.s, mac, sizeof(mac)) != 17 ||
	    !text_read_mac(mac, n->self.mac))
		return false;
	make_rings(n);
	n->d.port = machine_channel(s->m, n->d.backend_id);
	if (n->d.port == 0 || !grant_pages(n) ||
	    !device_wait(&n->d, XenbusStateInitWait))
		return false;
	for (unsigned int i = 0; i < NET_RX; i++)
		give_page(n, i);
	push_rx(n);
	device_set(&n->d, "tx-ring-ref", n->tx_ring_ref);
	device_set(&n->d, "rx-ring-ref", n->rx_ring_ref);
	device_set(&n->d, "event-channel", n->d.port);
	device_set(&n->d, "request-rx-copy", 1);
	device_set(&n->d, "feature-rx-notify", 1);
	device_set(&n->d, "feature-no-csum-offload", 1);
	device_state(&n->d, XenbusStateConnected);
	return true;
}

void
net_close(struct net *n)
{
	struct machine *m = n->d.store->m;

	device_state(&n->d, XenbusStateClosing);
	device_wait(&n->d, XenbusStateClosed);
	device_leave(&n->d);
	for (unsigned int i = 0; i < NET_TX; i++)
		machine_ungrant(m, n->tx_ref[i]);
	for (unsigned int i = 0; i < NET_RX; i++)
		machine_ungrant(m, n->rx_ref[i]);
	machine_ungrant(m, n->tx_ring_ref);
	machine_ungrant(m, n->rx_ring_ref);
}

static void
reap_tx(struct net *n)
{
	int more;

	do {
		while (RING_HAS_UNCONSUMED_RESPONSES(&n->tx)) {
			xen_rmb();
			n->tx_busy[RING_GET_RESPONSE(&n->tx,
			    n->tx.rsp_cons++)->id % NET_TX] = false;
		}
		RING_FINAL_CHECK_FOR_RESPONSES(&n->tx, more);
	} while (more);
}

/* A frame for which no page is free is lost, as on any wire. */
static void
answer(struct net *n, const uint8_t *frame, size_t len)
{
	netif_tx_request_t *r;
	unsigned int id;
	int notify;

	reap_tx(n);
	for (id = 0; id < NET_TX && n->tx_busy[id]; id++)
		;
	if (id == NET_TX)
		return;
	len = packet_answer(&n->self, frame, len, n->pages->tx[id]);
	if (len == 0)
		return;
	n->tx_busy[id] = true;
	n->answered++;
	r = RING_GET_REQUEST(&n->tx, n->tx.req_prod_pvt++);
	*r = (netif_tx_request_t){ .gref = n->tx_ref[id],
		.id = (uint16_t)id, .size = (uint16_t)len };
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&n->tx, notify);
	if (notify)
		machine_notify(n->d.port);
}

static void
take_frame(struct net *n, const netif_rx_response_t *r)
{
	unsigned int id = r->id % NET_RX;

	n->received++;
	if (r->status > 0 && r->offset + r->status <= PAGE &&
	    (r->flags & NETRXF_more_data) == 0)
		answer(n, n->pages->rx[id] + r->offset, (size_t)r->status);
	give_page(n, id);
}

bool
net_run(struct net *n)
{
	netif_rx_response_t r;
	bool any = false;
	int more;

	do {
		while (RING_HAS_UNCONSUMED_RESPONSES(&n->rx)) {
			xen_rmb();
			r = *RING_GET_RESPONSE(&n->rx, n->rx.rsp_cons++);
			take_frame(n, &r);
			any = true;
		}
		RING_FINAL_CHECK_FOR_RESPONSES(&n->rx, more);
	} while (more);
	if (any)
		push_rx(n);
	return any;
}
