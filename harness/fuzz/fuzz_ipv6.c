/* SPDX-License-Identifier: MIT */
/* Any octets as an IPv6 packet, and in it as UDP: what is read is written and reads the same. */

#include "fuzz/require.h"
#include "net/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static uint8_t written[1 << 17];
	struct ipv6_packet packet, again;
	struct udp_datagram datagram;

	if (ipv6_read((struct dimp_view){octets, size}, &packet) != PACKET_WHOLE)
		return 0;
	/* Hop-by-hop options other than the router alert are not written again. */
	const size_t written_size = ipv6_write(&packet, written, sizeof written);
	require(written_size != 0 && written_size <= size);
	if (packet.protocol != IPV6_HOP_BY_HOP) {
		const struct dimp_view rewritten = {written, written_size};
		require(ipv6_read(rewritten, &again) == PACKET_WHOLE);
		require(again.payload.size == packet.payload.size);
		require(again.protocol == packet.protocol);
		require(again.has_router_alert == packet.has_router_alert);
	}
	if (udp6_read(&packet, &datagram) != PACKET_WHOLE)
		return 0;
	packet.payload = (struct dimp_view){written,
		udp6_write(&datagram, &packet, written, sizeof written)};
	require(udp6_read(&packet, &datagram) == PACKET_WHOLE);
	return 0;
}
