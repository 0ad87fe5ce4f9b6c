/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what every record has besides its fields: operation, version, the rules of DELETE, and the
 * order in which a receiver looks at them (DIMP 6.3-10).
 */
#include "record_view.h"

#include "breach.h"
#include "record_rules.h"
#include "tap_record.h"

enum { RECORD_SIZE_MAX = 1200, OPERATION_PUT = 1, OPERATION_DELETE = 2, RECORD_HEAD_SIZE = 2 };

static int hf_operation = NOT_REGISTERED;
static int hf_version = NOT_REGISTERED;
static dissector_table_t di_table;
static dissector_table_t organisation_table;

static const value_string operations[] = {
	{OPERATION_PUT, "PUT"},
	{OPERATION_DELETE, "DELETE"},
	{0, NULL},
};

void record_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_operation,
			{"Operation", "dimp.record.operation", FT_UINT8, BASE_DEC, VALS(operations),
				0, NULL, HFILL}},
		{&hf_version,
			{"Version", "dimp.record.version", FT_UINT8, BASE_DEC, NULL, 0, NULL,
				HFILL}},
	};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	di_table = register_dissector_table("dimp.di_type", "DIMP DI type", protocol, FT_UINT16,
		BASE_DEC);
	organisation_table = register_dissector_table("dimp.organisation", "DIMP organisation's DI",
		protocol, FT_UINT24, BASE_HEX);
}

gboolean record_view_is_record(const struct tlv *tlv)
{
	return tlv->type > DIMP_RECORD_TLV_BASE && tlv->type < DIMP_RECORD_TLV_BASE + DIMP_DI_TYPES;
}

static void add_operation(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv)
{
	const guint operation = octet_at(dissection->tvb, tlv->value);
	proto_item *item = proto_tree_add_item(dissection->tree, hf_operation, dissection->tvb,
		tlv->value, 1, ENC_BIG_ENDIAN);

	dissection->is_deleting = operation == OPERATION_DELETE;
	if (block && operation != OPERATION_PUT && operation != OPERATION_DELETE)
		breach_judge(dissection, item, BREACH_6_3_2, DIMP_ERROR_BAD_VALUE);
}

/* Operation and version; returns where the fixed part starts. */
static int add_head(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv)
{
	if (tlv->length)
		add_operation(dissection, block, tlv);
	if (tlv->length < RECORD_HEAD_SIZE) {
		breach_judge(dissection, dissection->item, BREACH_6_3_6, DIMP_ERROR_TRUNCATED);
		return tlv->end;
	}

	const guint version = octet_at(dissection->tvb, tlv->value + 1);
	proto_item *item = proto_tree_add_item(dissection->tree, hf_version, dissection->tvb,
		tlv->value + 1, 1, ENC_BIG_ENDIAN);

	if (block && version != block->version)
		breach_judge(dissection, item, BREACH_6_3_2, DIMP_ERROR_UNSUPPORTED_VERSION);
	return tlv->value + RECORD_HEAD_SIZE;
}

/* In a DELETE all but the key is zero, as far as it goes (DIMP 6.3-5, 6.3-10). */
static void judge_zeros(struct dissection *dissection, const struct block_values *values)
{
	for (guint index = 0; index < values->block->field_count; index++) {
		const struct fact_field *field = &values->block->fields[index];

		if (field->role != DIMP_ROLE_KEY && values->values[index].is_present &&
			!block_value_is_zero(values, field->name))
			breach_judge(dissection, values->values[index].item, BREACH_6_3_5,
				DIMP_ERROR_RESERVED_SET);
	}
}

static void add_attributes(struct dissection *dissection, struct block_values *values, int offset,
	int end)
{
	struct attribute_walk walk = {.values = values, .previous = ATTRIBUTE_NONE};
	struct tlv tlv;

	if (dissection->is_deleting && offset < end)
		breach_judge(dissection, dissection->item, BREACH_6_3_5, DIMP_ERROR_TRAILING);
	while (offset < end) {
		if (!tlv_walk_next(dissection->tvb, offset, end, &tlv)) {
			breach_judge(dissection, block_view_rest(dissection, offset, end),
				BREACH_6_2_2, DIMP_ERROR_TRUNCATED);
			return;
		}
		block_view_attribute(dissection, &walk, &tlv);
		offset = tlv.end;
	}
}

/* An organisation's value, for whoever knows it (DIMP 8.63-1). */
static void add_organisation(struct dissection *dissection, const struct block_values *values)
{
	if (values->block->number != DIMP_DI_ORGANISATION_SPECIFIC)
		return;

	const struct field_value *oui = block_value(values, "oui");
	const struct field_value *value = block_value(values, "value");

	if (!oui->is_present || !value->is_present || !value->length)
		return;

	tvbuff_t *tvb = tvb_new_subset_length(dissection->tvb, value->offset, (int)value->length);

	dissector_try_uint(organisation_table, tvb_get_ntoh24(dissection->tvb, oui->offset), tvb,
		dissection->pinfo, dissection->tree);
}

static void add_known(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv)
{
	struct block_values values = block_values_make(dissection, block);
	int offset = add_head(dissection, block, tlv);
	const int fixed_end = offset + (int)block->fixed_size;

	offset = block_view_fixed(dissection, &values, offset, tlv->end);
	if (dissection->is_deleting)
		judge_zeros(dissection, &values);
	if (offset < fixed_end) {
		if (tlv->length >= RECORD_HEAD_SIZE)
			breach_judge(dissection, dissection->item, BREACH_6_3_6,
				DIMP_ERROR_TRUNCATED);
		block_view_rest(dissection, offset, tlv->end);
		return;
	}
	add_attributes(dissection, &values, offset, tlv->end);
	record_rules_judge(dissection, &values);
	add_organisation(dissection, &values);
}

static void add_unknown(struct dissection *dissection, const struct tlv *tlv)
{
	const guint number = tlv->type - DIMP_RECORD_TLV_BASE;
	const int offset = add_head(dissection, NULL, tlv);

	breach_judge(dissection, dissection->item, BREACH_6_2_3, DIMP_ERROR_UNSUPPORTED_TYPE);
	if (offset >= tlv->end)
		return;

	tvbuff_t *tvb = tvb_new_subset_length(dissection->tvb, offset, tlv->end - offset);

	if (!dissector_try_uint(di_table, number, tvb, dissection->pinfo, dissection->tree))
		block_view_rest(dissection, offset, tlv->end);
}

void record_view_add(struct dissection *dissection, const struct tlv *tlv)
{
	const struct fact_block *block = fact_find(FACT_DI_TYPES, tlv->type - DIMP_RECORD_TLV_BASE);
	const enum dimp_error verdict = dissection->verdict;
	proto_item *outer = dissection->item;
	struct block_frame frame = block_view_open(dissection, block, tlv);

	dissection->verdict = DIMP_ERROR_NONE;
	dissection->item = frame.item;
	if (tlv->end - tlv->start > RECORD_SIZE_MAX)
		breach_judge(dissection, frame.item, BREACH_6_3_9, DIMP_ERROR_RECORD_TOO_LONG);
	if (block)
		add_known(dissection, block, tlv);
	else
		add_unknown(dissection, tlv);
	block_view_verdict(dissection, &frame);
	tap_record_item(dissection, block, NULL);
	dissection->is_deleting = FALSE;
	dissection->verdict = verdict;
	dissection->item = outer;
	block_view_close(dissection, frame);
}
