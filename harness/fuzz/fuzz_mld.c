/* SPDX-License-Identifier: MIT */
/* Any octets as ICMPv6 in a packet that MLD may come in, its checksum mended: what is read is
 * written and reads the same. */
#include <string.h>

#include "fuzz/require.h"
#include "net/mld.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static size_t count_records(struct group_message message)
{
	struct group_record record;
	size_t count = 0;

	while (group_record_next(&message, &record))
		count++;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_ip from = {{0xfe, 0x80, [15] = 1}}, to = {{0xff, 0x02, [15] = 0x16}};
	static uint8_t mended[1 << 16], written[1 << 17];
	struct ipv6_packet packet = mld_packet(&from, &to);
	struct group_message message, again;

	if (size < 4 || size > sizeof mended)
		return 0;
	memcpy(mended, octets, size);
	mended[2] = mended[3] = 0;
	packet.payload = (struct dimp_view){mended, size};
	const uint16_t checksum = ipv6_checksum(&packet, packet.payload);
	mended[2] = (uint8_t)(checksum >> 8);
	mended[3] = (uint8_t)checksum;
	if (mld_read(&packet, &message) != PACKET_WHOLE)
		return 0;
	require(count_records(message) == message.record_count);
	if (message.kind == GROUP_RECORDS)
		return 0;
	packet.payload =
		(struct dimp_view){written, mld_write(&packet, &message, written, sizeof written)};
	require(mld_read(&packet, &again) == PACKET_WHOLE);
	require(again.kind == message.kind && again.version == message.version);
	require(again.response_us == message.response_us);
	return 0;
}
