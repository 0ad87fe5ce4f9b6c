/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the fields of handshake PDUs. Of a sliced one those are shown that are there in full.
 */
#include "handshake_view.h"

#include "breach.h"
#include "initiation_view.h"
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

/* The points of small order on Curve25519, with p - 1, p and p + 1: X25519 gives zeros for them. */
static const guint8 small_orders[][32] = {
	{0},
	{1},
	{0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
		0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f,
		0x49, 0xb8, 0x00},
	{0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
		0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0,
		0x9f, 0x11, 0x57},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x7f},
	{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x7f},
	{0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0x7f},
};

/* The top bit of a public key is not looked at (RFC 7748). */
static void judge_ephemeral(struct dissection *dissection, int end)
{
	guint8 key[32];

	if (end < 16 + (int)sizeof key)
		return;
	tvb_memcpy(dissection->tvb, key, 16, sizeof key);
	key[31] &= 0x7f;
	for (guint index = 0; index < G_N_ELEMENTS(small_orders); index++)
		if (memcmp(key, small_orders[index], sizeof key) == 0)
			breach_add(dissection, dissection->item, BREACH_5_1_2);
}

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
	judge_ephemeral(dissection, end);
	pdu_track_initiation(dissection, end);
	if ((guint)end == dissection->header.size)
		initiation_view_add(dissection);
}

void handshake_view_reply(struct dissection *dissection, int end)
{
	add_parts(dissection, reply_parts, end);
	judge_ephemeral(dissection, end);
	pdu_track_reply(dissection, end);
}
