/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the items that every TLV has, and how fixed parts and attributes are walked. An attribute of
 * the wrong size is shown as octets: what its value would be cannot be told.
 */
#include "block_view.h"

#include "breach.h"
#include "fact_names.h"

static int hf_type = NOT_REGISTERED;
static int hf_length = NOT_REGISTERED;
static int hf_octets = NOT_REGISTERED;
static int hf_unknown[FACT_FAMILIES] = {NOT_REGISTERED, NOT_REGISTERED, NOT_REGISTERED};
static int hf_attribute = NOT_REGISTERED;
static int hf_attribute_type = NOT_REGISTERED;
static int hf_attribute_length = NOT_REGISTERED;
static int hf_verdict = NOT_REGISTERED;
static int ett_unknown = NOT_REGISTERED;
static int ett_attribute = NOT_REGISTERED;

void block_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_type, {"Type", "dimp.tlv.type", FT_UINT16, BASE_HEX, NULL, 0, NULL, HFILL}},
		{&hf_length,
			{"Length", "dimp.tlv.length", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_octets, {"Octets", "dimp.octets", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_unknown[FACT_MESSAGES],
			{"Unknown message", "dimp.unknown_message", FT_NONE, BASE_NONE, NULL, 0,
				NULL, HFILL}},
		{&hf_unknown[FACT_PARAMETERS],
			{"Unknown TLV", "dimp.unknown_tlv", FT_NONE, BASE_NONE, NULL, 0, NULL,
				HFILL}},
		{&hf_unknown[FACT_DI_TYPES],
			{"Record of an unknown DI type", "dimp.unknown_record", FT_NONE, BASE_NONE,
				NULL, 0, NULL, HFILL}},
		{&hf_attribute,
			{"Attribute", "dimp.attribute", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_attribute_type,
			{"Type", "dimp.attribute.type", FT_UINT16, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_attribute_length,
			{"Length", "dimp.attribute.length", FT_UINT16, BASE_DEC, NULL, 0, NULL,
				HFILL}},
		{&hf_verdict,
			{"Verdict", "dimp.verdict", FT_UINT16, BASE_DEC, NULL, 0,
				"What a receiver's decoder says of it: its first error", HFILL}},
	};
	static int *subtrees[] = {&ett_unknown, &ett_attribute};

	names[0].hfinfo.strings = VALS(fact_names_of_tlvs());
	names[G_N_ELEMENTS(names) - 1].hfinfo.strings = VALS(fact_names_of(DIMP_TYPE_ERROR));
	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	proto_register_subtree_array(subtrees, (int)G_N_ELEMENTS(subtrees));
}

/* What an unknown TLV may have been, by its number (DIMP 6.2-5). */
static enum fact_family family_of(const struct tlv *tlv)
{
	const guint high = (tlv->type & ~(guint)TLV_SKIPPABLE) >> 8;

	if (high == 0)
		return FACT_MESSAGES;
	return high == DIMP_RECORD_TLV_BASE >> 8 ? FACT_DI_TYPES : FACT_PARAMETERS;
}

struct block_frame block_view_open(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv)
{
	const int size = tlv->end - tlv->start;
	struct block_frame frame = {.outer = dissection->tree};

	frame.item = proto_tree_add_item(dissection->tree,
		block ? block->hf : hf_unknown[family_of(tlv)], dissection->tvb, tlv->start, size,
		ENC_NA);
	dissection->tree = proto_item_add_subtree(frame.item, block ? block->ett : ett_unknown);
	proto_tree_add_item(dissection->tree, hf_type, dissection->tvb, tlv->start, 2,
		ENC_BIG_ENDIAN);
	proto_tree_add_item(dissection->tree, hf_length, dissection->tvb, tlv->start + 2, 2,
		ENC_BIG_ENDIAN);
	if (!block)
		proto_item_append_text(frame.item, " 0x%04x%s", tlv->type,
			tlv_is_skippable(tlv) ? ", skipped" : "");
	return frame;
}

void block_view_close(struct dissection *dissection, struct block_frame frame)
{
	dissection->tree = frame.outer;
}

int block_view_fixed(struct dissection *dissection, struct block_values *values, int offset,
	int end)
{
	for (guint index = 0; index < values->block->field_count; index++) {
		const struct fact_field *field = &values->block->fields[index];
		const guint size = fact_type_of(field->type)->size;

		if (field->attribute)
			continue;
		if ((guint)(end - offset) < size)
			break;
		field_view_add(dissection, values, field,
			(struct field_value){.offset = offset, .length = size});
		offset += (int)size;
	}
	return offset;
}

static const struct fact_field *find_attribute(const struct fact_block *block, guint type)
{
	for (guint index = 0; index < block->field_count; index++)
		if (block->fields[index].attribute && block->fields[index].attribute == type)
			return &block->fields[index];
	return NULL;
}

static void judge_order(struct dissection *dissection, const struct attribute_walk *walk, int type,
	proto_item *item)
{
	const enum breach breach =
		walk->values->block->family == FACT_MESSAGES ? BREACH_7_2_7 : BREACH_6_3_7;

	if (walk->previous > type || walk->is_closed)
		breach_judge(dissection, item, breach, DIMP_ERROR_BAD_VALUE);
	else if (walk->previous == type)
		breach_judge(dissection, item, breach, DIMP_ERROR_DUPLICATE_TLV);
}

/* Whether the field's type may have this length; says so if not (DIMP 6.1-3, 6.3-8). */
static gboolean judge_length(struct dissection *dissection, const struct fact_field *field,
	guint length, proto_item *item)
{
	const guint size = fact_type_of(field->type)->size;

	if (fact_is_fixed_size(field) && length != size) {
		breach_judge(dissection, item, BREACH_6_3_8, DIMP_ERROR_BAD_LENGTH);
		return FALSE;
	}
	if (length > size) {
		breach_judge(dissection, item, BREACH_6_1_3, DIMP_ERROR_BAD_LENGTH);
		return FALSE;
	}
	return TRUE;
}

static void add_attribute_value(struct dissection *dissection, struct attribute_walk *walk,
	const struct tlv *tlv, proto_item *item)
{
	const struct fact_field *field = find_attribute(walk->values->block, tlv->type);

	if (field)
		proto_item_append_text(item, ": %s", field->name);
	else
		proto_item_append_text(item, " %u, %s", tlv->type & ~(guint)TLV_SKIPPABLE,
			tlv_is_skippable(tlv) ? "unknown, skipped" : "unknown");
	if (!field && !tlv_is_skippable(tlv))
		breach_judge(dissection, item, BREACH_6_2_3, DIMP_ERROR_UNKNOWN_TLV);
	if (field && judge_length(dissection, field, tlv->length, item))
		field_view_add(dissection, walk->values, field,
			(struct field_value){.offset = tlv->value, .length = tlv->length});
	else if (!field || field->role != DIMP_ROLE_SECRET)
		block_view_rest(dissection, tlv->value, tlv->end);
}

void block_view_attribute(struct dissection *dissection, struct attribute_walk *walk,
	const struct tlv *tlv)
{
	proto_tree *outer = dissection->tree;
	proto_item *item = proto_tree_add_item(outer, hf_attribute, dissection->tvb, tlv->start,
		tlv->end - tlv->start, ENC_NA);

	dissection->tree = proto_item_add_subtree(item, ett_attribute);
	proto_tree_add_item(dissection->tree, hf_attribute_type, dissection->tvb, tlv->start, 2,
		ENC_BIG_ENDIAN);
	proto_tree_add_item(dissection->tree, hf_attribute_length, dissection->tvb, tlv->start + 2,
		2, ENC_BIG_ENDIAN);
	judge_order(dissection, walk, (int)tlv->type, item);
	add_attribute_value(dissection, walk, tlv, item);
	walk->previous = MAX(walk->previous, (int)tlv->type);
	dissection->tree = outer;
}

proto_item *block_view_rest(struct dissection *dissection, int offset, int end)
{
	if (offset >= end)
		return NULL;
	return proto_tree_add_item(dissection->tree, hf_octets, dissection->tvb, offset,
		end - offset, ENC_NA);
}

void block_view_verdict(struct dissection *dissection, const struct block_frame *frame)
{
	proto_item *item = proto_tree_add_uint(dissection->tree, hf_verdict, dissection->tvb, 0, 0,
		(guint32)dissection->verdict);

	proto_item_set_generated(item);
	if (dissection->verdict != DIMP_ERROR_NONE)
		proto_item_append_text(frame->item, " [%s]",
			val_to_str_const(dissection->verdict, fact_names_of(DIMP_TYPE_ERROR),
				"unnamed error"));
}
