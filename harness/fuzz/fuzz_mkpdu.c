/* SPDX-License-Identifier: MIT */
/* Any octets as an MKPDU: what is read is written and reads the same. */
#include <string.h>

#include "fuzz/require.h"
#include "net/mkpdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static uint8_t written[1 << 16];
	struct mkpdu mkpdu, again;

	if (!mkpdu_read(view, &mkpdu))
		return 0;
	const size_t written_size = mkpdu_write(&mkpdu, written, sizeof written);
	require(written_size != 0);
	require(mkpdu_read((struct dimp_view){written, written_size + MKPDU_ICV_SIZE}, &again));
	require(again.message_number == mkpdu.message_number);
	require(again.live_count == mkpdu.live_count);
	require(again.has_use == mkpdu.has_use);
	require(mkpdu_is_same_key(&again.latest.key, &mkpdu.latest.key));
	require(again.has_distributed == mkpdu.has_distributed);
	require(again.distributed.wrapped.size == mkpdu.distributed.wrapped.size);
	require(again.server_ssci == mkpdu.server_ssci || mkpdu.live_count == 0);
	require(again.latest.lowest_pn == mkpdu.latest.lowest_pn ||
		!(mkpdu.has_use && mkpdu.has_extended));
	require(again.is_plain_ordered == mkpdu.is_plain_ordered);
	require(again.has_distributed_cak == mkpdu.has_distributed_cak);
	require(again.distributed_cak.name.size == mkpdu.distributed_cak.name.size);
	require(again.domain.size == mkpdu.domain.size);
	require(again.announcement.size == mkpdu.announcement.size);
	require(again.suspension_s == mkpdu.suspension_s);
	return 0;
}
