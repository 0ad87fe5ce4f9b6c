/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the fields of handshake PDUs. Of a sliced one those are shown that are there in full.
 */
#include "handshake_view.h"

#include "pdu_track.h"

static int hf_ephemeral = NOT_REGISTERED;
static int hf_static = NOT_REGISTERED;
static int hf_payload = NOT_REGISTERED;
static int hf_check = NOT_REGISTERED;

void handshake_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_ephemeral,
			{"Ephemeral public key", "dimp.handshake.ephemeral", FT_BYTES, BASE_NONE,
				NULL, 0, NULL, HFILL}},
		{&hf_static,
			{"Sealed static public key", "dimp.handshake.static", FT_BYTES, BASE_NONE,
				NULL, 0, NULL, HFILL}},
		{&hf_payload,
			{"Sealed payload", "dimp.handshake.payload", FT_BYTES, BASE_NONE, NULL, 0,
				NULL, HFILL}},
		{&hf_check,
			{"Check", "dimp.handshake.check", FT_BYTES, BASE_NONE, NULL, 0, NULL,
				HFILL}},
	};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
}

/* Fields one behind the other from octet 16 on; a list ends with one of size 0. */
struct part {
	const int *hf;
	int size;
};

static const struct part initiation_parts[] = {{&hf_ephemeral, 32}, {&hf_static, 48},
	{&hf_payload, 32}, {&hf_check, 16}, {NULL, 0}};
static const struct part reply_parts[] = {{&hf_ephemeral, 32}, {&hf_payload, 24}, {NULL, 0}};

static void add_parts(struct dissection *dissection, const struct part *parts, int end)
{
	int offset = 16;

	for (; parts->size && offset + parts->size <= end; parts++) {
		proto_tree_add_item(dissection->tree, *parts->hf, dissection->tvb, offset,
			parts->size, ENC_NA);
		offset += parts->size;
	}
}

void handshake_view_initiation(struct dissection *dissection, int end)
{
	add_parts(dissection, initiation_parts, end);
	pdu_track_initiation(dissection, end);
}

void handshake_view_reply(struct dissection *dissection, int end)
{
	add_parts(dissection, reply_parts, end);
	pdu_track_reply(dissection, end);
}
