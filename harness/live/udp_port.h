/* SPDX-License-Identifier: MIT */
/*
 * A port of an engine's node that is a UDP socket of this host: DIMP frames to a peer's made-up MAC
 * address leave as datagrams to his IP address, and his come in as frames (DIMP 3.3).  What is no
 * DIMP, and whoever is no peer, does not pass.
 */
#ifndef LIVE_UDP_PORT_H
#define LIVE_UDP_PORT_H

#include "engine/engine.h"
#include "live/peer_address.h"

enum { UDP_PORT_PEERS_MAX = 64 };

struct udp_port;

struct udp_port_config {
	struct engine *engine; /* a live one */
	struct engine_endpoint at; /* a port without a link */
	struct dimp_mac bridge; /* to which the frames that come in go */
	struct peer_address listen; /* of IP; its family is that of all peers */
};

struct udp_port_tally {
	uint64_t received, sent, unsent, strangers;
};

/* NULL with errno when the socket cannot be had. */
struct udp_port *udp_port_create(const struct udp_port_config *config);
void udp_port_destroy(struct udp_port *port); /* NULL is fine */

/* A peer at |address|, whom the node knows as |mac| from now on.  False without
 * room, and for an address of another family. */
bool udp_port_add_peer(struct udp_port *port, const struct peer_address *address,
	struct dimp_mac *mac);

const struct udp_port_tally *udp_port_tally(const struct udp_port *port);

#endif
