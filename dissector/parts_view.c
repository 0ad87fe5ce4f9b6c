/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the filter names of parts of fields (DIMP 6.4-1, 6.1-9, 6.1-11, 9.7-3). They are the same in
 * whichever message or DI type the field stands.
 */
#include "parts_view.h"

static const value_string vsi_formats[] = {
	{1, "IPv4 address"},
	{2, "IPv6 address"},
	{3, "MAC address"},
	{4, "locally defined"},
	{5, "UUID (RFC 4122)"},
	{0, NULL},
};

static int hf_manager = NOT_REGISTERED;
static int hf_type = NOT_REGISTERED;
static int hf_version = NOT_REGISTERED;
static int hf_format = NOT_REGISTERED;
static int hf_id = NOT_REGISTERED;
static int hf_types = NOT_REGISTERED;
static int hf_rights = NOT_REGISTERED;
static int hf_not_after = NOT_REGISTERED;
static int hf_station = NOT_REGISTERED;
static int hf_signature = NOT_REGISTERED;
static int hf_address = NOT_REGISTERED;
static int hf_port = NOT_REGISTERED;
static int hf_name_size = NOT_REGISTERED;
static int hf_name = NOT_REGISTERED;
static int hf_ipv4 = NOT_REGISTERED;

static hf_register_info names[] = {
	{&hf_manager,
		{"VSI manager id", "dimp.vsi.manager", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_type, {"VSI type id", "dimp.vsi.type", FT_UINT24, BASE_HEX, NULL, 0, NULL, HFILL}},
	{&hf_version,
		{"VSI type version", "dimp.vsi.version", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
	{&hf_format,
		{"VSI id format", "dimp.vsi.format", FT_UINT8, BASE_DEC, VALS(vsi_formats), 0, NULL,
			HFILL}},
	{&hf_id, {"VSI id", "dimp.vsi.id", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_types, {"DI types", "dimp.ticket.types", FT_UINT64, BASE_HEX, NULL, 0, NULL, HFILL}},
	{&hf_rights, {"Rights", "dimp.ticket.rights", FT_UINT8, BASE_HEX, NULL, 0, NULL, HFILL}},
	{&hf_not_after,
		{"Not after", "dimp.ticket.not_after", FT_UINT64, BASE_DEC, NULL, 0, NULL, HFILL}},
	{&hf_station,
		{"Station", "dimp.ticket.station", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_signature,
		{"Signature", "dimp.ticket.signature", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_address, {"Address", "dimp.sci.address", FT_ETHER, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_port, {"Port", "dimp.sci.port", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
	{&hf_name_size, {"Octets", "dimp.ckn.size", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
	{&hf_name, {"Name", "dimp.ckn.name", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
	{&hf_ipv4, {"IPv4 address", "dimp.ipv4", FT_IPv4, BASE_NONE, NULL, 0, NULL, HFILL}},
};

/* Parts that stand one behind the other; a list ends with one of size 0. */
struct part {
	const int *hf;
	guint size;
};

static const struct part vsi_parts[] = {{&hf_manager, 16}, {&hf_type, 3}, {&hf_version, 1},
	{&hf_format, 1}, {&hf_id, 16}, {NULL, 0}};
static const struct part ticket_parts[] = {{&hf_types, 8}, {&hf_rights, 1}, {&hf_not_after, 8},
	{&hf_station, 32}, {&hf_signature, 64}, {NULL, 0}};
static const struct part sci_parts[] = {{&hf_address, 6}, {&hf_port, 2}, {NULL, 0}};

void parts_view_register(int protocol)
{
	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
}

static void add_parts(proto_tree *tree, tvbuff_t *tvb, int offset, const struct part *parts)
{
	for (; parts->size; parts++) {
		proto_tree_add_item(tree, *parts->hf, tvb, offset, (int)parts->size,
			ENC_BIG_ENDIAN);
		offset += (int)parts->size;
	}
}

static void add_key_name(proto_tree *tree, tvbuff_t *tvb, struct field_value place)
{
	const guint size = octet_at(tvb, place.offset);

	proto_tree_add_item(tree, hf_name_size, tvb, place.offset, 1, ENC_BIG_ENDIAN);
	if (size && size < place.length)
		proto_tree_add_item(tree, hf_name, tvb, place.offset + 1, (int)size, ENC_NA);
}

/* An IPv4 address is the last 4 of 16 octets, behind 10 of zero and two of ones (DIMP 6.1-9). */
static void add_mapped(proto_tree *tree, tvbuff_t *tvb, int offset)
{
	static const guint8 prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	if (tvb_memeql(tvb, offset, prefix, sizeof prefix) == 0)
		proto_tree_add_item(tree, hf_ipv4, tvb, offset + 12, 4, ENC_BIG_ENDIAN);
}

static gboolean has_parts(enum dimp_type type)
{
	return type == DIMP_TYPE_VSI || type == DIMP_TYPE_TICKET || type == DIMP_TYPE_SCI ||
		type == DIMP_TYPE_CKN || type == DIMP_TYPE_IP;
}

void parts_view_add(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	proto_tree *tree =
		has_parts(field->type) ? proto_item_add_subtree(place.item, field->ett) : NULL;

	if (field->type == DIMP_TYPE_VSI)
		add_parts(tree, dissection->tvb, place.offset, vsi_parts);
	if (field->type == DIMP_TYPE_TICKET)
		add_parts(tree, dissection->tvb, place.offset, ticket_parts);
	if (field->type == DIMP_TYPE_SCI)
		add_parts(tree, dissection->tvb, place.offset, sci_parts);
	if (field->type == DIMP_TYPE_CKN)
		add_key_name(tree, dissection->tvb, place);
	if (field->type == DIMP_TYPE_IP)
		add_mapped(tree, dissection->tvb, place.offset);
}
