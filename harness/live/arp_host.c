/* SPDX-License-Identifier: MIT */
/*
 * The bridge asks its RADIUS server from an IP address, and is no host: somebody has to say who has
 * that address.  The answer goes the way the question came, with its VLAN tag or none.
 */
#include "live/arp_host.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/edge_frame.h"
#include "live/wire_frame.h"
#include "net/arp.h"
#include "net/ipv4.h"

enum { ANSWER_SIZE = 64 };

struct arp_host {
	struct engine *engine;
	unsigned node;
	struct dimp_ipv4 address;
	struct dimp_mac mac;
};

static void answer(struct arp_host *host, const struct edge_frame *frame,
	const struct arp_packet *question)
{
	/* From an address of its own, so that the bridge does not look for its own elsewhere. */
	const struct dimp_mac own = {{2, 0xd1, 0xff, 0, 0, 1}};
	const struct arp_packet packet = {
		.operation = ARP_REPLY,
		.sender = host->mac,
		.sender_address = host->address,
		.target = question->sender,
		.target_address = question->sender_address,
	};
	const struct wire_tag tag = {.control = frame->vlan};
	uint8_t octets[ANSWER_SIZE] = {0}, tagged[ANSWER_SIZE + WIRE_TAG_SIZE];

	memcpy(octets, question->sender.octets, sizeof question->sender.octets);
	memcpy(octets + 6, own.octets, sizeof own.octets);
	octets[12] = EDGE_ETHERTYPE_ARP >> 8;
	octets[13] = EDGE_ETHERTYPE_ARP & 0xff;
	const size_t size = WIRE_HEADER_SIZE +
		arp_write(&packet, octets + WIRE_HEADER_SIZE, ANSWER_SIZE - WIRE_HEADER_SIZE);
	struct dimp_view whole = {octets, size};

	if (frame->is_tagged)
		whole = (struct dimp_view){tagged, wire_frame_tag(whole, &tag, tagged)};
	engine_transmit(host->engine, (struct engine_endpoint){host->node, 0}, whole);
}

static void receive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct arp_host *host = context;
	struct edge_frame frame;
	struct arp_packet packet;

	(void)port;
	(void)now;
	if (edge_frame_read(octets, &frame) && frame.ethertype == EDGE_ETHERTYPE_ARP &&
		arp_read(edge_frame_payload(&frame), &packet) && packet.operation == ARP_REQUEST &&
		memcmp(&packet.target_address, &host->address, sizeof host->address) == 0)
		answer(host, &frame, &packet);
}

struct arp_host *arp_host_create(struct engine *engine, const struct dimp_ipv4 *address,
	const struct dimp_mac *mac)
{
	struct arp_host *host = calloc(1, sizeof *host);

	if (!host)
		return NULL;
	*host = (struct arp_host){.engine = engine, .address = *address, .mac = *mac};
	host->node = engine_node_add(engine, "arp", receive, host);
	if (host->node != ENGINE_NONE)
		return host;
	free(host);
	return NULL;
}

void arp_host_destroy(struct arp_host *host)
{
	free(host);
}

unsigned arp_host_node(const struct arp_host *host)
{
	return host->node;
}
