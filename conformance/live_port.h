/* SPDX-License-Identifier: MIT */
/*
 * A place from which PDUs are sent and at which they arrive, in real time: a UDP address
 * ("127.0.0.1:34997"), or a MAC address at an Ethernet interface ("02:00:00:00:00:01").
 */
#ifndef CONFORMANCE_LIVE_PORT_H
#define CONFORMANCE_LIVE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LIVE_ADDRESS_SIZE = 64, LIVE_OCTETS_MAX = 9000 };

struct live_port {
	int descriptor; /* -1: closed */
	bool is_ethernet;
	int interface; /* index, of Ethernet */
	size_t pdu_size_max; /* what the link carries */
	char address[LIVE_ADDRESS_SIZE];
};

/* A PDU, and the address of its other end. */
struct live_pdu {
	char address[LIVE_ADDRESS_SIZE];
	size_t size;
	uint8_t octets[LIVE_OCTETS_MAX];
};

/* Opens a UDP port at |address|, "HOST:PORT", where PORT 0 is any free one.  False with errno. */
bool live_port_open_udp(struct live_port *port, const char *address);

/* Opens the MAC address |address| at the interface called |name|.  False with errno. */
bool live_port_open_ethernet(struct live_port *port, const char *name, const char *address);

void live_port_close(struct live_port *port);

/* Sends |pdu| to its address; false when it cannot be sent, and so is lost. */
bool live_port_send(const struct live_port *port, const struct live_pdu *pdu);

/* Takes what has arrived; false when nothing has. */
bool live_port_receive(const struct live_port *port, struct live_pdu *pdu);

#endif
