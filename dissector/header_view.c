/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the 16 octets in front, the sizes that go with them (DIMP 4.1, 4.2), and what is shown of a
 * PDU that was cut: by its sender, which is an error, or by who captured it, which is none.
 */
#include "header_view.h"

#include "breach.h"
#include "handshake_view.h"
#include "pdu_track.h"
#include "protected_view.h"

enum {
	HEADER_SIZE = 16,
	INITIATION_SIZE = 144,
	REPLY_SIZE = 72,
	PROTECTED_SIZE_MIN = 32,
	PDU_SIZE_MAX = 8972
};

static int hf_version = NOT_REGISTERED;
static int hf_kind = NOT_REGISTERED;
static int hf_reserved = NOT_REGISTERED;
static int hf_size = NOT_REGISTERED;
static int hf_receiver_index = NOT_REGISTERED;
static int hf_packet_number = NOT_REGISTERED;
static int hf_padding = NOT_REGISTERED;
static int hf_rest = NOT_REGISTERED;
static int hf_sliced = NOT_REGISTERED;

static const guint64 packet_number_end = G_GUINT64_CONSTANT(1) << 23;

static const value_string kinds[] = {
	{PDU_INITIATION, "INITIATION"},
	{PDU_REPLY, "REPLY"},
	{PDU_PROTECTED, "PROTECTED"},
	{0, NULL},
};

void header_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_version,
			{"Version", "dimp.version", FT_UINT8, BASE_DEC, NULL, 0xf0, NULL, HFILL}},
		{&hf_kind,
			{"Kind", "dimp.kind", FT_UINT8, BASE_DEC, VALS(kinds), 0x0f, NULL, HFILL}},
		{&hf_reserved,
			{"Reserved", "dimp.reserved", FT_UINT8, BASE_HEX, NULL, 0, NULL, HFILL}},
		{&hf_size, {"PDU size", "dimp.size", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_receiver_index,
			{"Receiver index", "dimp.receiver_index", FT_UINT32, BASE_HEX, NULL, 0,
				NULL, HFILL}},
		{&hf_packet_number,
			{"Packet number", "dimp.packet_number", FT_UINT64, BASE_DEC, NULL, 0, NULL,
				HFILL}},
		{&hf_padding,
			{"Padding", "dimp.padding", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_rest,
			{"Undissected", "dimp.undissected", FT_BYTES, BASE_NONE, NULL, 0, NULL,
				HFILL}},
		{&hf_sliced,
			{"Octets not captured", "dimp.sliced", FT_UINT32, BASE_DEC, NULL, 0,
				"The capture holds less of the PDU than was on the wire", HFILL}},
	};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
}

static void add_rest(struct dissection *dissection, int offset)
{
	if (tvb_captured_length_remaining(dissection->tvb, offset) > 0)
		proto_tree_add_item(dissection->tree, hf_rest, dissection->tvb, offset, -1, ENC_NA);
}

static void read_header(struct dissection *dissection)
{
	const guint8 first = octet_at(dissection->tvb, 0);

	dissection->header = (struct pdu_header){
		.version = first >> 4,
		.kind = first & 0x0f,
		.size = tvb_get_ntohs(dissection->tvb, 2),
		.receiver_index = tvb_get_ntohl(dissection->tvb, 4),
		.packet_number = tvb_get_ntoh64(dissection->tvb, 8),
	};
}

static void add_header(struct dissection *dissection)
{
	static const struct {
		const int *hf;
		int offset;
		int size;
	} rows[] = {
		{&hf_version, 0, 1},
		{&hf_kind, 0, 1},
		{&hf_reserved, 1, 1},
		{&hf_size, 2, 2},
		{&hf_receiver_index, 4, 4},
		{&hf_packet_number, 8, 8},
	};

	for (guint index = 0; index < G_N_ELEMENTS(rows); index++)
		proto_tree_add_item(dissection->tree, *rows[index].hf, dissection->tvb,
			rows[index].offset, rows[index].size, ENC_BIG_ENDIAN);
}

/* Whether the kind allows this size (DIMP 4.2-1). */
static gboolean is_size_right(const struct pdu_header *header)
{
	switch (header->kind) {
	case PDU_INITIATION: return header->size == INITIATION_SIZE;
	case PDU_REPLY: return header->size == REPLY_SIZE;
	default: return header->size >= PROTECTED_SIZE_MIN;
	}
}

/* Marks what makes a receiver drop the PDU: it is shown, and nothing is concluded from it. */
static void drop(struct dissection *dissection, enum breach breach)
{
	breach_add(dissection, dissection->item, breach);
	dissection->is_dropped = TRUE;
}

static void judge_numbers(struct dissection *dissection)
{
	const struct pdu_header *header = &dissection->header;

	if (header->kind != PDU_PROTECTED && header->packet_number)
		drop(dissection, BREACH_4_1_6);
	if (header->kind == PDU_INITIATION && header->receiver_index)
		drop(dissection, BREACH_4_1_6);
	if (header->kind == PDU_PROTECTED && header->packet_number >= packet_number_end)
		drop(dissection, BREACH_5_4_2);
}

/* Marks what is wrong with the header; true when the rest can be taken apart. */
static gboolean judge_header(struct dissection *dissection)
{
	const struct pdu_header *header = &dissection->header;
	const gboolean is_kind_known =
		header->kind >= PDU_INITIATION && header->kind <= PDU_PROTECTED;

	if (header->version != 1) {
		breach_add(dissection, dissection->item, BREACH_4_1_2);
		return FALSE;
	}
	if (!is_kind_known || octet_at(dissection->tvb, 1))
		drop(dissection, BREACH_4_1_3);
	if (header->size < HEADER_SIZE || header->size > tvb_reported_length(dissection->tvb)) {
		breach_add(dissection, dissection->item, BREACH_4_1_4);
		return FALSE;
	}
	if (!is_kind_known)
		return FALSE;
	judge_numbers(dissection);
	if (header->size > PDU_SIZE_MAX)
		breach_add(dissection, dissection->item, BREACH_3_5);
	if (is_size_right(header))
		return TRUE;
	breach_add(dissection, dissection->item, BREACH_4_2_1);
	return FALSE;
}

enum { MACSEC_ICV_OCTETS = 16 };

/*
 * Octets behind the PDU; a frame check sequence that was captured is not told from them. What
 * stands in MACsec ends with the ICV, which Wireshark leaves there when nothing is encrypted.
 */
static void add_padding(struct dissection *dissection)
{
	const int start = (int)dissection->header.size;
	const int icv = proto_is_frame_protocol(dissection->pinfo->layers, "macsec")
		? MACSEC_ICV_OCTETS
		: 0;
	const int size = tvb_captured_length_remaining(dissection->tvb, start) - icv;
	gboolean is_zero = TRUE;

	if (size <= 0)
		return;
	for (int offset = start; offset < start + size; offset++)
		is_zero = is_zero && !octet_at(dissection->tvb, offset);

	proto_item *item = proto_tree_add_item(dissection->tree, hf_padding, dissection->tvb, start,
		size, ENC_NA);

	if (!is_zero)
		breach_add(dissection, item, BREACH_3_2);
}

static void add_slice(struct dissection *dissection, guint wanted)
{
	const guint captured = tvb_captured_length(dissection->tvb);

	if (captured >= wanted)
		return;

	proto_item *item = proto_tree_add_uint(dissection->tree, hf_sliced, dissection->tvb, 0, 0,
		wanted - captured);

	proto_item_set_generated(item);
	proto_item_append_text(dissection->item, " [sliced]");
	col_append_str(dissection->pinfo->cinfo, COL_INFO, " [sliced]");
}

static void add_body(struct dissection *dissection)
{
	const int end = (int)MIN(dissection->header.size, tvb_captured_length(dissection->tvb));

	add_slice(dissection, dissection->header.size);
	switch (dissection->header.kind) {
	case PDU_INITIATION: handshake_view_initiation(dissection, end); break;
	case PDU_REPLY: handshake_view_reply(dissection, end); break;
	default: protected_view_add(dissection, end); break;
	}
	add_padding(dissection);
}

void header_view_add(struct dissection *dissection)
{
	column_info *columns = dissection->pinfo->cinfo;

	if (tvb_captured_length(dissection->tvb) < HEADER_SIZE) {
		col_set_str(columns, COL_INFO, "PDU without a whole header");
		if (tvb_reported_length(dissection->tvb) < HEADER_SIZE)
			breach_add(dissection, dissection->item, BREACH_4_1_4);
		add_slice(dissection, MIN(HEADER_SIZE, tvb_reported_length(dissection->tvb)));
		add_rest(dissection, 0);
		return;
	}
	read_header(dissection);
	add_header(dissection);
	col_add_str(columns, COL_INFO,
		val_to_str_const(dissection->header.kind, kinds, "unknown kind of PDU"));
	proto_item_append_text(dissection->item, ", %s",
		val_to_str_const(dissection->header.kind, kinds, "unknown kind of PDU"));
	if (judge_header(dissection)) {
		add_body(dissection);
	} else {
		dissection->is_dropped = TRUE;
		add_rest(dissection, HEADER_SIZE);
	}
	if (dissection->is_dropped)
		col_append_str(columns, COL_INFO, " [malformed]");
	if (dissection->note && dissection->note->is_replay)
		col_append_str(columns, COL_INFO, " [came before]");
}
