/* SPDX-License-Identifier: MIT */
/* Any octets as an Ethernet frame: what is read is written again as it was. */
#include <string.h>

#include "fuzz/require.h"
#include "net/ethernet.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static uint8_t written[1 << 16];
	struct ethernet_frame frame;

	if (!ethernet_read(view, &frame) || size > sizeof written)
		return 0;
	require(ethernet_write(&frame, written, sizeof written) == size);
	require(memcmp(written, octets, size) == 0);
	require(ethernet_vlan(&frame) < 4095);
	return 0;
}
