/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the tables of speakers: -z conv,dimp and -z endpoints,dimp. A PDU counts once, at the first
 * place that recorded it.
 */
#include "tap_record.h"

#include <epan/conversation_table.h>
#include <epan/tap.h>

static const char *filter_of_pair(conv_item_t *item G_GNUC_UNUSED, conv_filter_type_e type)
{
	switch (type) {
	case CONV_FT_SRC_ADDRESS: return "eth.src";
	case CONV_FT_DST_ADDRESS: return "eth.dst";
	case CONV_FT_ANY_ADDRESS: return "eth.addr";
	case CONV_FT_SRC_PORT:
	case CONV_FT_DST_PORT:
	case CONV_FT_ANY_PORT: break;
	}
	return CONV_FILTER_INVALID;
}

static const char *filter_of_one(endpoint_item_t *item G_GNUC_UNUSED, conv_filter_type_e type)
{
	return filter_of_pair(NULL, type);
}

static tap_packet_status pair_callback(void *tap, packet_info *pinfo,
	epan_dissect_t *dissected G_GNUC_UNUSED, const void *data, tap_flags_t flags)
{
	static ct_dissector_info_t information = {filter_of_pair};
	const struct tap_record *record = data;
	conv_hash_t *hash = tap;

	hash->flags = flags;
	if (record->is_copy)
		return TAP_PACKET_DONT_REDRAW;
	add_conversation_table_data(hash, &pinfo->src, &pinfo->dst, 0, 0, 1,
		(int)pinfo->fd->pkt_len, &pinfo->rel_ts, &pinfo->abs_ts, &information,
		CONVERSATION_NONE);
	return TAP_PACKET_REDRAW;
}

static tap_packet_status one_callback(void *tap, packet_info *pinfo,
	epan_dissect_t *dissected G_GNUC_UNUSED, const void *data, tap_flags_t flags)
{
	static et_dissector_info_t information = {filter_of_one};
	const struct tap_record *record = data;
	const int size = (int)pinfo->fd->pkt_len;
	conv_hash_t *hash = tap;

	hash->flags = flags;
	if (record->is_copy)
		return TAP_PACKET_DONT_REDRAW;
	add_endpoint_table_data(hash, &pinfo->src, 0, TRUE, 1, size, &information, ENDPOINT_NONE);
	add_endpoint_table_data(hash, &pinfo->dst, 0, FALSE, 1, size, &information, ENDPOINT_NONE);
	return TAP_PACKET_REDRAW;
}

void tap_speakers_register(int protocol)
{
	register_conversation_table(protocol, TRUE, pair_callback, one_callback);
}
