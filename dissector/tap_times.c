/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the response times: -z dimp,srt. A row for each pair of question and answer, which are the
 * phases of a migration.
 */
#include "tap_record.h"

#include <epan/srt_table.h>
#include <epan/tap.h>

static void start_times(struct register_srt *srt G_GNUC_UNUSED, GArray *tables)
{
	srt_stat_table *table = init_srt_table("DIMP phases", NULL, tables, EXCHANGES,
		"Question to answer", "dimp.response_time", NULL);

	for (guint kind = 0; kind < EXCHANGES; kind++)
		init_srt_table_row(table, (int)kind, exchange_text((enum exchange_kind)kind));
}

static void add_time(srt_data_t *times, const struct exchange *answered, packet_info *pinfo)
{
	if (answered && answered->response_frame == pinfo->num)
		add_srt_table_data(g_array_index(times->srt_array, srt_stat_table *, 0),
			(int)answered->kind, &answered->request_time, pinfo);
}

static tap_packet_status packet_callback(void *tap, packet_info *pinfo,
	epan_dissect_t *dissected G_GNUC_UNUSED, const void *data, tap_flags_t flags G_GNUC_UNUSED)
{
	const struct tap_record *record = data;

	add_time(tap, record->answered, pinfo);
	for (guint index = 0; index < wmem_array_get_count(record->items); index++) {
		const struct tap_item *item = wmem_array_index(record->items, index);

		if (item->note)
			add_time(tap, item->note->answered, pinfo);
	}
	return TAP_PACKET_REDRAW;
}

void tap_times_register(int protocol)
{
	register_srt_table(protocol, NULL, 1, packet_callback, start_times, NULL);
}
