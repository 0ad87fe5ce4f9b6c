/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the opened payload of INITIATION and the rules about it. The stamps of a capture are
 * compared per initiator and responder, in the order of their frames.
 */
#include "initiation_view.h"

#include <string.h>

#include "breach.h"
#include "pdu_track.h"
#include "speaker_ring.h"
#include "track_key.h"

enum { STATIC_AT = 48, PAYLOAD_AT = 96, CHECK_AT = 128, OUR_VERSION = 1 };

static int hf_responder = NOT_REGISTERED;
static int hf_initiator = NOT_REGISTERED;
static int hf_initiator_name = NOT_REGISTERED;
static int hf_opened = NOT_REGISTERED;
static int hf_index = NOT_REGISTERED;
static int hf_stamp = NOT_REGISTERED;
static int hf_lowest = NOT_REGISTERED;
static int hf_highest = NOT_REGISTERED;
static int hf_start = NOT_REGISTERED;
static int hf_reserved = NOT_REGISTERED;
static int ett_opened = NOT_REGISTERED;

void initiation_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_responder,
			{"Check is for", "dimp.handshake.responder", FT_STRING, BASE_NONE, NULL, 0,
				"The speaker whose static public key the check was made with",
				HFILL}},
		{&hf_initiator,
			{"Initiator's static public key", "dimp.handshake.initiator", FT_BYTES,
				BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_initiator_name,
			{"Initiator", "dimp.handshake.initiator_name", FT_STRING, BASE_NONE, NULL,
				0, NULL, HFILL}},
		{&hf_opened,
			{"Opened payload", "dimp.handshake.opened", FT_NONE, BASE_NONE, NULL, 0,
				NULL, HFILL}},
		{&hf_index,
			{"Sender's index", "dimp.handshake.index", FT_UINT32, BASE_HEX, NULL, 0,
				NULL, HFILL}},
		{&hf_stamp,
			{"Stamp", "dimp.handshake.stamp", FT_UINT64, BASE_HEX, NULL, 0, NULL,
				HFILL}},
		{&hf_lowest,
			{"Lowest version", "dimp.handshake.lowest_version", FT_UINT8, BASE_DEC,
				NULL, 0, NULL, HFILL}},
		{&hf_highest,
			{"Highest version", "dimp.handshake.highest_version", FT_UINT8, BASE_DEC,
				NULL, 0, NULL, HFILL}},
		{&hf_start,
			{"Start", "dimp.handshake.start", FT_UINT8, BASE_DEC, NULL, 0,
				"Tells a restart from a rekey", HFILL}},
		{&hf_reserved,
			{"Reserved", "dimp.handshake.reserved", FT_UINT8, BASE_HEX, NULL, 0, NULL,
				HFILL}},
	};
	static int *subtrees[] = {&ett_opened};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	proto_register_subtree_array(subtrees, (int)G_N_ELEMENTS(subtrees));
}

/* The highest stamp before this INITIATION, kept with the frame that showed it first. */
static void judge_stamp(struct dissection *dissection, const struct noise_initiation *initiation,
	guint64 stamp, proto_item *item)
{
	struct track_key key = {
		.kind = TRACK_STAMP,
		.second = dissection->receiver,
	};
	struct pdu_note *note = dissection->note;

	track_digest(&key, initiation->initiator, sizeof initiation->initiator);
	if (dissection->is_tracking) {
		guint64 *highest = track_find(&key);

		if (!highest) {
			highest = wmem_new0(wmem_file_scope(), guint64);
			track_store(&key, highest);
		}
		note->is_stamp_stale = *highest && stamp <= *highest;
		*highest = MAX(*highest, stamp);
	}
	if (note->is_stamp_stale)
		breach_add(dissection, item, BREACH_5_2_6);
}

static void add_payload(struct dissection *dissection, const struct noise_initiation *initiation)
{
	guint8 *octets =
		wmem_memdup(dissection->pinfo->pool, initiation->payload, NOISE_PAYLOAD_SIZE);
	tvbuff_t *tvb = tvb_new_child_real_data(dissection->tvb, octets, NOISE_PAYLOAD_SIZE,
		NOISE_PAYLOAD_SIZE);

	add_new_data_source(dissection->pinfo, tvb, "DIMP INITIATION");

	proto_item *opened = proto_tree_add_item(dissection->tree, hf_opened, tvb, 0,
		NOISE_PAYLOAD_SIZE, ENC_NA);
	proto_tree *tree = proto_item_add_subtree(opened, ett_opened);
	proto_item *item = proto_tree_add_item(tree, hf_index, tvb, 0, 4, ENC_BIG_ENDIAN);

	if (tvb_get_ntohl(tvb, 0) == 0)
		breach_add(dissection, item, BREACH_5_2_3);
	item = proto_tree_add_item(tree, hf_stamp, tvb, 4, 8, ENC_BIG_ENDIAN);
	judge_stamp(dissection, initiation, tvb_get_ntoh64(tvb, 4), item);
	proto_tree_add_item(tree, hf_lowest, tvb, 12, 1, ENC_BIG_ENDIAN);
	item = proto_tree_add_item(tree, hf_highest, tvb, 13, 1, ENC_BIG_ENDIAN);
	if (octet_at(tvb, 12) > OUR_VERSION || octet_at(tvb, 13) < OUR_VERSION)
		breach_add(dissection, item, BREACH_5_2_7);
	proto_tree_add_item(tree, hf_start, tvb, 14, 1, ENC_BIG_ENDIAN);
	item = proto_tree_add_item(tree, hf_reserved, tvb, 15, 1, ENC_BIG_ENDIAN);
	if (octet_at(tvb, 15))
		breach_add(dissection, item, BREACH_5_2_3);
}

/* A speaker has one static key for good (DIMP 2-2), and one address (DIMP 3-4). */
static void judge_initiator(struct dissection *dissection, const guint8 initiator[NOISE_KEY_SIZE],
	proto_item *item)
{
	const struct track_key key = {
		.kind = TRACK_INITIATOR,
		.first = dissection->sender,
		.second = dissection->receiver,
	};
	struct pdu_note *note = dissection->note;

	if (dissection->is_tracking) {
		guint8 *known = track_find(&key);

		if (!known)
			track_store(&key,
				wmem_memdup(wmem_file_scope(), initiator, NOISE_KEY_SIZE));
		note->is_key_changed = known && memcmp(known, initiator, NOISE_KEY_SIZE) != 0;
	}
	if (note->is_key_changed)
		breach_add(dissection, item, BREACH_5_2_8_changed);
	if (!speaker_ring_name(initiator))
		breach_add(dissection, item, BREACH_5_2_8_stranger);
}

static void add_initiator(struct dissection *dissection, const struct noise_initiation *initiation)
{
	const char *name = speaker_ring_name(initiation->initiator);
	proto_item *item = proto_tree_add_bytes_with_length(dissection->tree, hf_initiator,
		dissection->tvb, STATIC_AT, NOISE_KEY_SIZE, initiation->initiator, NOISE_KEY_SIZE);

	proto_item_set_generated(item);
	judge_initiator(dissection, initiation->initiator, item);
	if (name)
		proto_item_set_generated(proto_tree_add_string(dissection->tree, hf_initiator_name,
			dissection->tvb, STATIC_AT, NOISE_KEY_SIZE, name));
}

static void open_for(struct dissection *dissection, const struct speaker_ring_speaker *responder)
{
	const guint8 *pdu = tvb_get_ptr(dissection->tvb, 0, NOISE_INITIATION_SIZE);
	proto_item *item = proto_tree_add_string(dissection->tree, hf_responder, dissection->tvb,
		CHECK_AT, NOISE_CHECK_SIZE, responder->name);
	struct noise_initiation initiation;

	proto_item_set_generated(item);
	if (!responder->has_secret)
		return;
	if (!noise_open_initiation(pdu, responder->secret, &initiation)) {
		breach_add(dissection, item, BREACH_5_2_8);
		return;
	}
	add_initiator(dissection, &initiation);
	add_payload(dissection, &initiation);
}

void initiation_view_add(struct dissection *dissection)
{
	const guint8 *pdu = tvb_get_ptr(dissection->tvb, 0, NOISE_INITIATION_SIZE);
	struct speaker_ring_speaker speaker;
	guint index = 0;

	for (; speaker_ring_get(index, &speaker); index++)
		if (noise_is_for(pdu, speaker.public_key)) {
			open_for(dissection, &speaker);
			return;
		}
	if (index)
		breach_add(dissection, dissection->item, BREACH_5_2_4);
}
