/* SPDX-License-Identifier: MIT */
/*
 * What the programs that meet real peers have in common: a port on a real interface that hears one
 * EtherType, the system's clock, and octets in a line of JSON.
 */
#ifndef PEERS_RAW_PORT_H
#define PEERS_RAW_PORT_H

#include "dimp.h"

enum { RAW_PORT_SECOND_US = 1000000, RAW_PORT_FRAME_MAX = 2048 };

struct raw_port {
	int socket;
	struct dimp_mac address; /* the interface's */
};

/* Opens |port| on |interface| for frames of |ethertype|, those to |group| included.  False with
 * errno. */
bool raw_port_open(struct raw_port *port, const char *interface, uint16_t ethertype,
	const struct dimp_mac *group);
void raw_port_close(struct raw_port *port);

/* Sends a whole frame; a complaint on standard error when it does not leave. */
void raw_port_send(const struct raw_port *port, struct dimp_view frame);
/* Waits up to |wait_ms| for a frame that another sent; its size, 0 when none came. */
size_t raw_port_receive(const struct raw_port *port, uint8_t octets[RAW_PORT_FRAME_MAX],
	int wait_ms);

struct dimp_time raw_port_now(void);

/* Prints ,"name":"hex". */
void raw_port_print_hex(const char *name, struct dimp_view octets);

#endif
