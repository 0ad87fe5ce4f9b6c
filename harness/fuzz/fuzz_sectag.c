/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a MACsec frame: opening it with some key reads nothing it should not; and as data:
 * what is sealed opens as it was.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/sectag.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { CHOICES = 5, NUMBER_SIZE = 8 };

/* The first octets choose suite, offset, tag and number; the rest is the data. */
static void seal_and_open(const uint8_t *octets, size_t size)
{
	static const uint8_t offsets[4] = {0, 30, 50, 0}, key_octets[32];
	static const uint8_t tags[4] = {SECTAG_BIT_SCI, SECTAG_BIT_END_STATION,
		SECTAG_BIT_END_STATION | SECTAG_BIT_BROADCAST, 0};
	uint8_t secured_octets[ETHERNET_FRAME_MAX], plain[ETHERNET_FRAME_MAX];
	struct sectag_key key = {.key = {key_octets, octets[0] & 1 ? 32 : 16},
		.offset = octets[0] & 2 ? 0 : offsets[octets[1] & 3],
		.is_extended = (octets[0] & 2) != 0,
		.ssci = octets[2]};
	struct sectag tag = {.bits = tags[octets[3] & 3], .association_number = octets[4] & 3},
		      read;
	struct ethernet_frame frame = {.type = ETHERTYPE_MACSEC,
		.payload = {octets + CHOICES + NUMBER_SIZE, size - CHOICES - NUMBER_SIZE}};
	struct dimp_view secured;
	const struct dimp_view data = frame.payload;

	memcpy(&key.packet_number, octets + CHOICES, NUMBER_SIZE);
	tag.bits |= octets[3] & 4 ? SECTAG_BIT_ENCRYPTED | SECTAG_BIT_CHANGED : 0;
	tag.packet_number = (uint32_t)key.packet_number;
	tag.sci.octets[7] = (tag.bits & SECTAG_BIT_BROADCAST) != 0 ? 0 : 1;
	frame.payload.octets = secured_octets;
	frame.payload.size =
		sectag_seal(&(struct ethernet_frame){.type = ETHERTYPE_MACSEC, .payload = data},
			&key, &tag, secured_octets);
	if (frame.payload.size == 0 || data.size == 0)
		return;
	require(sectag_read(&frame, &read, &secured));
	require(secured.size == data.size + SECTAG_ICV_SIZE);
	require(sectag_open(&frame, &key, secured, plain));
	require(memcmp(plain, data.octets, data.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static const uint8_t octets_of_key[32];
	static uint8_t plain[1 << 16];
	struct ethernet_frame frame;
	struct sectag tag;
	struct dimp_view secured;

	if (size >= CHOICES + NUMBER_SIZE)
		seal_and_open(octets, size);
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
