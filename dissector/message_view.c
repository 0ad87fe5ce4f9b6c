/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns how a message is walked: fixed part, attributes, then parameters or, in DATA, records. What
 * breaks a rule is marked and the walk goes on wherever lengths still say how.
 */
#include "message_view.h"

#include "breach.h"
#include "message_rules.h"
#include "message_track.h"
#include "record_view.h"
#include "tap_record.h"

enum { MESSAGE_SIZE_MAX = 1400, ATTRIBUTE_MAX = 31 };

static dissector_table_t message_table;

void message_view_register(int protocol)
{
	message_table = register_dissector_table("dimp.message", "DIMP message", protocol,
		FT_UINT16, BASE_HEX);
}

/* A message while its TLVs are walked. */
struct message_walk {
	struct block_values *values;
	struct attribute_walk attributes;
	guint parameters;
	guint64 di_types; /* named by rows so far */
	guint last_record; /* TLV type of the record before */
};

/* Rows name each DI type at most once (DIMP 7.3-3). */
static void judge_row(struct dissection *dissection, struct message_walk *walk,
	const struct block_values *row)
{
	for (guint index = 0; index < row->block->field_count; index++) {
		const struct field_value *value = &row->values[index];
		const guint64 bit = G_GUINT64_CONSTANT(1) << (value->number & 63);

		if (row->block->fields[index].type != DIMP_TYPE_DI_TYPE || !value->is_present ||
			value->number > 63)
			continue;
		if (walk->di_types & bit)
			breach_judge(dissection, value->item, BREACH_7_3_3,
				DIMP_ERROR_DUPLICATE_TLV);
		walk->di_types |= bit;
	}
}

static void add_parameter(struct dissection *dissection, struct message_walk *walk,
	const struct tlv *tlv)
{
	const struct fact_block *block = fact_find(FACT_PARAMETERS, tlv->type);
	struct block_frame frame = block_view_open(dissection, block, tlv);
	struct block_values values;
	int offset = tlv->value;

	walk->attributes.is_closed = TRUE;
	if (!block || block->number != walk->values->block->parameter) {
		if (!tlv_is_skippable(tlv))
			breach_judge(dissection, frame.item, BREACH_7_2_3, DIMP_ERROR_UNKNOWN_TLV);
	} else {
		if (++walk->parameters > walk->values->block->most)
			breach_judge(dissection, frame.item, BREACH_7_2_3, DIMP_ERROR_TOO_MANY);
	}
	if (block) {
		values = block_values_make(dissection, block);
		offset = block_view_fixed(dissection, &values, offset, tlv->end);
		if (offset < tlv->value + (int)block->fixed_size)
			breach_judge(dissection, frame.item, BREACH_7_3_2, DIMP_ERROR_TRUNCATED);
		else if (offset < tlv->end)
			breach_judge(dissection, frame.item, BREACH_7_3_2, DIMP_ERROR_TRAILING);
		judge_row(dissection, walk, &values);
		message_track_parameter(dissection, &values);
	}
	block_view_rest(dissection, offset, tlv->end);
	block_view_close(dissection, frame);
}

static gboolean is_attribute(const struct tlv *tlv)
{
	return tlv->type >= 1 && tlv->type <= ATTRIBUTE_MAX;
}

static void add_tlv(struct dissection *dissection, struct message_walk *walk, const struct tlv *tlv)
{
	const gboolean has_records = walk->values->block->number == DIMP_MESSAGE_DATA;

	if (is_attribute(tlv)) {
		block_view_attribute(dissection, &walk->attributes, tlv);
	} else if (has_records && record_view_is_record(tlv)) {
		if (tlv->type < walk->last_record)
			breach_add(dissection, dissection->item, BREACH_8_0_2);
		walk->last_record = tlv->type;
		record_view_add(dissection, tlv);
	} else if (has_records) {
		struct block_frame frame = block_view_open(dissection, NULL, tlv);

		if (!tlv_is_skippable(tlv))
			breach_judge(dissection, frame.item, BREACH_7_2_5, DIMP_ERROR_UNKNOWN_TLV);
		block_view_rest(dissection, tlv->value, tlv->end);
		block_view_close(dissection, frame);
	} else {
		add_parameter(dissection, walk, tlv);
	}
}

static void add_tlvs(struct dissection *dissection, struct message_walk *walk, int offset,
	const struct tlv *message)
{
	const struct fact_block *block = walk->values->block;
	struct tlv tlv;

	while (offset < message->end) {
		if (!tlv_walk_next(dissection->tvb, offset, message->end, &tlv)) {
			breach_judge(dissection, block_view_rest(dissection, offset, message->end),
				block->number == DIMP_MESSAGE_DATA ? BREACH_7_2_5 : BREACH_6_2_6,
				DIMP_ERROR_TRUNCATED);
			return;
		}
		add_tlv(dissection, walk, &tlv);
		offset = tlv.end;
	}
	if (walk->parameters < block->fewest)
		breach_judge(dissection, dissection->item, BREACH_7_2_3, DIMP_ERROR_MISSING_TLV);
}

static void add_known(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv)
{
	struct block_values values = block_values_make(dissection, block);
	struct message_walk walk = {
		.values = &values,
		.attributes = {.values = &values, .previous = ATTRIBUTE_NONE},
	};
	const int offset = block_view_fixed(dissection, &values, tlv->value, tlv->end);

	message_track_start(dissection, &values, tlv);
	if (offset < tlv->value + (int)block->fixed_size) {
		breach_judge(dissection, dissection->item, BREACH_7_2_2, DIMP_ERROR_TRUNCATED);
		block_view_rest(dissection, offset, tlv->end);
	} else {
		add_tlvs(dissection, &walk, offset, tlv);
		message_rules_judge(dissection, &values, walk.parameters);
	}
	message_track_end(dissection, &values, tlv);
}

static void add_unknown(struct dissection *dissection, const struct tlv *tlv)
{
	tvbuff_t *tvb = tvb_new_subset_length(dissection->tvb, tlv->value, (int)tlv->length);

	if (!tlv_is_skippable(tlv))
		breach_judge(dissection, dissection->item, BREACH_6_2_3,
			DIMP_ERROR_UNKNOWN_MESSAGE);
	col_append_sep_fstr(dissection->pinfo->cinfo, COL_INFO, NULL, "unknown message 0x%04x",
		tlv->type);
	if (!tlv->length ||
		!dissector_try_uint(message_table, tlv->type, tvb, dissection->pinfo,
			dissection->tree))
		block_view_rest(dissection, tlv->value, tlv->end);
}

static void add_message(struct dissection *dissection, const struct tlv *tlv)
{
	const struct fact_block *block = fact_find(FACT_MESSAGES, tlv->type);
	proto_item *outer = dissection->item;
	struct block_frame frame = block_view_open(dissection, block, tlv);

	dissection->verdict = DIMP_ERROR_NONE;
	dissection->item = frame.item;
	if (tlv->end - tlv->start > MESSAGE_SIZE_MAX)
		breach_judge(dissection, frame.item, BREACH_7_2_2, DIMP_ERROR_BAD_LENGTH);
	if (block)
		add_known(dissection, block, tlv);
	else
		add_unknown(dissection, tlv);
	block_view_verdict(dissection, &frame);
	if (!block)
		tap_record_item(dissection, NULL, NULL);
	dissection->item = outer;
	block_view_close(dissection, frame);
}

void message_view_payload(struct dissection *dissection)
{
	const int end = (int)tvb_captured_length(dissection->tvb);
	struct tlv tlv;

	for (int offset = 0; offset < end; offset = tlv.end) {
		if (tlv_walk_next(dissection->tvb, offset, end, &tlv))
			add_message(dissection, &tlv);
		else
			breach_add(dissection, block_view_rest(dissection, offset, end),
				BREACH_5_4_5);
	}
	message_track_finish(dissection);
}
