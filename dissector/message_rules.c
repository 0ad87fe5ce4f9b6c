/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what the notes below the tables of DIMP 7.4 say of fields that go together.
 */
#include "message_rules.h"

#include "breach.h"
#include "pdu_track.h"

/* The reason that a sub-reason leads to; of one that is not known, TRANSFER_FAILED (DIMP 9.4-2). */
static guint64 reason_of(guint64 error)
{
	switch (error) {
#define ERROR(name, number, reason, ...) \
	case number: \
		return DIMP_REASON_##reason;
#include "errors.def"
#undef ERROR
	default: return DIMP_REASON_TRANSFER_FAILED;
	}
}

static guint64 advice_of(guint64 reason)
{
	switch (reason) {
#define ADVISE(reason, advice, ...) \
	case DIMP_REASON_##reason: \
		return (advice);
#include "reasons.def"
#undef ADVISE
	default: return 0;
	}
}

static void judge_reason(struct dissection *dissection, const struct block_values *values)
{
	const struct field_value *reason = block_value(values, "reason");
	const struct field_value *advice = block_value(values, "advice");

	if (reason->number != reason_of(block_value(values, "error")->number))
		breach_add(dissection, reason->item, BREACH_9_5_3);
	else if (advice->number != advice_of(reason->number))
		breach_add(dissection, advice->item, BREACH_9_5_3);
}

/* What goes on at risk says why, and leaves MACsec associations out (DIMP 9.2-16). */
static void judge_risk(struct dissection *dissection, const struct block_values *values)
{
	const guint count = dissection->rows ? wmem_array_get_count(dissection->rows) : 0;
	const struct field_value *error = block_value(values, "error");

	if (error->number == DIMP_ERROR_NONE)
		breach_add(dissection, error->item, BREACH_9_2_16);
	for (guint index = 0; index < count; index++) {
		const struct block_values *row = wmem_array_index(dissection->rows, index);

		if (block_value(row, "type")->number == DIMP_DI_MACSEC_SA &&
			block_value(row, "installed")->number)
			breach_add(dissection, block_value(row, "installed")->item, BREACH_9_2_16);
	}
}

static void judge_response(struct dissection *dissection, const struct block_values *values)
{
	const gboolean is_success = block_value(values, "result")->number == DIMP_RESULT_SUCCESS;

	if (is_success &&
		(block_value(values, "reason")->number != DIMP_REASON_NONE ||
			block_value(values, "error")->number != DIMP_ERROR_NONE))
		breach_add(dissection, block_value(values, "reason")->item, BREACH_7_4);
	if (block_value(values, "result")->number == DIMP_RESULT_AT_RISK)
		judge_risk(dissection, values);
	if (!is_success)
		judge_reason(dissection, values);
}

/* Only the final ROUND-END has digest rows and a freeze id, which is never 0 (DIMP 9.1-15). */
static void judge_round_end(struct dissection *dissection, const struct block_values *values,
	guint parameters)
{
	const gboolean is_final = block_value(values, "is_final")->number != 0;
	const gboolean has_freeze = block_value(values, "freeze")->number != 0;

	if (is_final != has_freeze || (!is_final && parameters))
		breach_add(dissection, block_value(values, "freeze")->item, BREACH_7_4);
}

/* Ranges count downwards: so many numbers, less one, are missing, so many there (DIMP 5.6-2). */
static void judge_ack(struct dissection *dissection, const struct block_values *values)
{
	const guint count = dissection->rows ? wmem_array_get_count(dissection->rows) : 0;
	const guint64 length = block_value(values, "first_length")->number;
	guint64 highest = block_value(values, "largest")->number;

	if (length > highest) {
		breach_add(dissection, block_value(values, "first_length")->item, BREACH_5_6_2);
		return;
	}

	guint64 lowest = highest - length;

	pdu_track_acknowledged(dissection, lowest, highest);
	pdu_track_largest(dissection, block_value(values, "largest"));
	for (guint index = 0; index < count; index++) {
		const struct block_values *range = wmem_array_index(dissection->rows, index);
		const guint64 gap = block_value(range, "gap")->number;
		const guint64 more = block_value(range, "length")->number;

		if (gap + 2 + more > lowest) {
			breach_add(dissection, block_value(range, "gap")->item, BREACH_5_6_2);
			return;
		}
		highest = lowest - gap - 2;
		lowest = highest - more;
		pdu_track_acknowledged(dissection, lowest, highest);
	}
}

/* What follows a freeze names it (DIMP 9.1-15). */
static void judge_freeze(struct dissection *dissection, const struct block_values *values)
{
	const struct field_value *freeze = block_value(values, "freeze");
	const guint message = values->block->number;

	if (freeze->number == 0 &&
		(message == DIMP_MESSAGE_COMMIT || message == DIMP_MESSAGE_RELEASED ||
			message == DIMP_MESSAGE_DONE))
		breach_add(dissection, freeze->item, BREACH_9_1_15);
}

void message_rules_judge(struct dissection *dissection, const struct block_values *values,
	guint parameters)
{
	if (values->block->number == DIMP_MESSAGE_RESPONSE)
		judge_response(dissection, values);
	if (values->block->number == DIMP_MESSAGE_ROUND_END)
		judge_round_end(dissection, values, parameters);
	judge_freeze(dissection, values);
	if (values->block->number == DIMP_MESSAGE_ACK)
		judge_ack(dissection, values);
	if (values->block->number == DIMP_MESSAGE_CLOSE)
		breach_add(dissection, dissection->item, BREACH_5_9_3);
}
