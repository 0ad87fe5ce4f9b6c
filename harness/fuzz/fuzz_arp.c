/* SPDX-License-Identifier: MIT */
/* Any octets as an ARP packet: what is read is written again as it was. */
#include <string.h>

#include "fuzz/require.h"
#include "net/arp.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	uint8_t written[64];
	struct arp_packet packet;

	if (!arp_read(view, &packet))
		return 0;
	const size_t written_size = arp_write(&packet, written, sizeof written);
	require(written_size <= size);
	require(memcmp(written, octets, written_size) == 0);
	return 0;
}
