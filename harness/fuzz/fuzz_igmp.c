/* SPDX-License-Identifier: MIT */
/* Any octets as an IGMP message, its checksum mended: what is read is written and reads the same.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/igmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static uint8_t mended[1 << 16];
	struct group_message message, again;
	struct group_record record;

	if (view.size < 4 || view.size > sizeof mended)
		return 0;
	memcpy(mended, octets, size);
	mended[2] = mended[3] = 0;
	const struct dimp_view whole = {mended, size};
	const uint16_t checksum = internet_checksum(&whole, 1);
	mended[2] = (uint8_t)(checksum >> 8);
	mended[3] = (uint8_t)checksum;
	if (igmp_read(whole, &message) != PACKET_WHOLE)
		return 0;
	size_t records = 0;
	again = message;
	while (group_record_next(&again, &record))
		records++;
	require(records == message.record_count);
	if (message.kind == GROUP_RECORDS)
		return 0;
	static uint8_t written[1 << 17];
	const size_t written_size = igmp_write(&message, written, sizeof written);
	require(igmp_read((struct dimp_view){written, written_size}, &again) == PACKET_WHOLE);
	require(again.kind == message.kind);
	require(again.response_us == message.response_us);
	return 0;
}
