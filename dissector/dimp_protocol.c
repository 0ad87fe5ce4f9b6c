/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the protocol's registration: EtherType 0x88B5 and UDP port 34997 (DIMP 3), Decode As for any
 * other, and the entry point that Wireshark calls with a PDU.
 */
#include "dimp_protocol.h"

#include <epan/prefs.h>

#include "block_view.h"
#include "breach.h"
#include "fact_fields.h"
#include "fact_names.h"
#include "handshake_view.h"
#include "header_view.h"
#include "initiation_view.h"
#include "key_ring.h"
#include "message_track.h"
#include "message_view.h"
#include "parts_view.h"
#include "pdu_track.h"
#include "protected_view.h"
#include "record_view.h"
#include "speaker_ring.h"
#include "tap_record.h"

enum { DIMP_ETHERTYPE = 0x88b5, DIMP_UDP_PORT = 34997 };

static int protocol = NOT_REGISTERED;
static int subtree = NOT_REGISTERED;
static dissector_handle_t handle;
static wireshark_bool are_secrets_shown;

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data G_GNUC_UNUSED)
{
	proto_item *item = proto_tree_add_item(tree, protocol, tvb, 0, -1, ENC_NA);
	struct dissection dissection = {
		.pinfo = pinfo,
		.tvb = tvb,
		.tree = proto_item_add_subtree(item, subtree),
		.item = item,
	};

	col_set_str(pinfo->cinfo, COL_PROTOCOL, "DIMP");
	col_clear(pinfo->cinfo, COL_INFO);
	tap_record_begin(&dissection);
	header_view_add(&dissection);
	tap_record_end(&dissection);
	return (int)tvb_captured_length(tvb);
}

static void apply_preferences(void)
{
	field_view_show_secrets(are_secrets_shown);
	key_ring_refresh();
}

static void register_preferences(void)
{
	module_t *preferences = prefs_register_protocol(protocol, apply_preferences);

	key_ring_register(preferences);
	speaker_ring_register(preferences);
	prefs_register_bool_preference(preferences, "show_secrets", "Show secrets",
		"Show SAKs and other fields of role SECRET, which are hidden otherwise",
		&are_secrets_shown);
}

void dimp_protocol_register(void)
{
	static int *subtrees[] = {&subtree};

	protocol =
		proto_register_protocol("Dynamic Information Migration Protocol", "DIMP", "dimp");
	handle = register_dissector("dimp", dissect, protocol);
	fact_table_build();
	fact_names_build();
	header_view_register(protocol);
	handshake_view_register(protocol);
	initiation_view_register(protocol);
	protected_view_register(protocol);
	block_view_register(protocol);
	message_view_register(protocol);
	record_view_register(protocol);
	parts_view_register(protocol);
	pdu_track_register(protocol);
	message_track_register(protocol);
	tap_record_register(protocol);
	fact_fields_register(protocol);
	breach_register(protocol);
	proto_register_subtree_array(subtrees, (int)G_N_ELEMENTS(subtrees));
	register_preferences();
}

void dimp_protocol_hand_off(void)
{
	dissector_add_uint("ethertype", DIMP_ETHERTYPE, handle);
	dissector_add_uint_with_preference("udp.port", DIMP_UDP_PORT, handle);
}
