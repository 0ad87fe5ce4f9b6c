/* SPDX-License-Identifier: MIT */
/*
 * Any octets as neighbour discovery in a packet that is right otherwise: what neighbours say is
 * written and reads the same, and prefixes are walked to the end.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/nd.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { PREFIXES_MAX = 65536, WRITTEN_MAX = 64 };

static void write_and_read(struct ipv6_packet packet, const struct nd_message *message)
{
	uint8_t written[WRITTEN_MAX];
	struct nd_message again;

	packet.payload =
		(struct dimp_view){written, nd_write(&packet, message, written, sizeof written)};
	require(packet.payload.size != 0);
	require(nd_read(&packet, &again) == PACKET_WHOLE);
	require(again.kind == message->kind);
	require(memcmp(&again.target, &message->target, sizeof again.target) == 0);
	require(again.is_router == message->is_router);
	require(again.is_solicited == message->is_solicited);
	require(again.is_override == message->is_override);
	require(again.has_link_layer == message->has_link_layer);
	require(memcmp(&again.link_layer, &message->link_layer, sizeof again.link_layer) == 0);
}

/* The first octet says where it is from and where it goes, since that decides what is allowed. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	enum { FROM_NOBODY = 1, TO_GROUP = 2 };
	struct ipv6_packet packet = {.hop_limit = 255, .protocol = IPV6_ICMP};
	struct nd_message message;
	struct nd_prefix prefix;
	unsigned prefixes = 0;

	if (size < 1)
		return 0;
	if (!(octets[0] & FROM_NOBODY))
		packet.source = (struct dimp_ip){{0xfe, 0x80, [15] = 1}};
	packet.destination = (octets[0] & TO_GROUP) ? (struct dimp_ip){{0xff, 2, [15] = 1}}
						    : (struct dimp_ip){{0xfe, 0x80, [15] = 2}};
	packet.payload = (struct dimp_view){octets + 1, size - 1};
	/* The checksum is the fuzzer's least concern. */
	if (nd_read(&packet, &message) == PACKET_MALFORMED)
		return 0;
	if (message.kind == ND_NEIGHBOUR_SOLICITATION || message.kind == ND_NEIGHBOUR_ADVERTISEMENT)
		write_and_read(packet, &message);
	while (nd_prefix_next(&message, &prefix)) {
		require(prefix.length <= 128);
		require(++prefixes < PREFIXES_MAX);
	}
	return 0;
}
