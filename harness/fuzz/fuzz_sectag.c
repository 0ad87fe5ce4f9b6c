/* SPDX-License-Identifier: MIT */
/* Any octets as a MACsec frame: opening it with some key reads nothing it should not. */
#include <string.h>

#include "fuzz/require.h"
#include "net/sectag.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static const uint8_t octets_of_key[32];
	static uint8_t plain[1 << 16];
	struct ethernet_frame frame;
	struct sectag tag;
	struct dimp_view secured;

	if (size > ETHERNET_FRAME_MAX || !ethernet_read(view, &frame) ||
		!sectag_read(&frame, &tag, &secured))
		return 0;
	require(secured.size >= SECTAG_ICV_SIZE);
	require(tag.size + secured.size <= frame.payload.size);
	const struct sectag_key key = {.key = {octets_of_key, tag.bits & SECTAG_BIT_SCI ? 32 : 16},
		.offset = tag.association_number == 1 ? 30 : 0,
		.is_extended = tag.association_number == 2,
		.packet_number = tag.packet_number};
	(void)sectag_open(&frame, &key, secured, plain);
	return 0;
}
