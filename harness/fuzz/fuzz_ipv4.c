/* SPDX-License-Identifier: MIT */
/* Any octets as an IPv4 packet, and what is in it as UDP: what is read has its checksums. */
#include <string.h>

#include "fuzz/require.h"
#include "net/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static uint8_t written[1 << 17];
	struct ipv4_packet packet, again;
	struct udp_datagram datagram;

	if (ipv4_read(view, &packet) != PACKET_WHOLE)
		return 0;
	const size_t written_size = ipv4_write(&packet, written, sizeof written);
	require(written_size <= size);
	require(ipv4_read((struct dimp_view){written, written_size}, &again) == PACKET_WHOLE);
	require(again.payload.size == packet.payload.size);
	if (udp_read(&packet, &datagram) != PACKET_WHOLE)
		return 0;
	packet.payload =
		(struct dimp_view){written, udp_write(&datagram, &packet, written, sizeof written)};
	require(udp_read(&packet, &datagram) == PACKET_WHOLE);
	return 0;
}
