/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the notes of messages. They are made in the first pass, in the order of the frames, and
 * belong to the PDU: wherever else it was recorded, the same notes are shown.
 */
#include "message_track.h"

#include "breach.h"
#include "fact_names.h"
#include "move_states.h"
#include "pdu_track.h"
#include "tap_record.h"
#include "track_key.h"

static int hf_first_sent_in = NOT_REGISTERED;

void message_track_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_first_sent_in,
			{"Sent first in frame", "dimp.first_sent_in", FT_FRAMENUM, BASE_NONE,
				FRAMENUM_TYPE(FT_FRAMENUM_RETRANS_PREV), 0, NULL, HFILL}},
	};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	exchange_register(protocol);
	move_track_register(protocol);
}

/* Fields whose names tell a message's sense. */
static gboolean is_telling(const struct fact_field *field, guint64 number)
{
	if (field->type == DIMP_TYPE_ERROR || field->type == DIMP_TYPE_REASON)
		return number != 0;
	return field->type == DIMP_TYPE_MODE || field->type == DIMP_TYPE_PHASE ||
		field->type == DIMP_TYPE_RESULT || field->type == DIMP_TYPE_HOLDING;
}

static void add_words(struct dissection *dissection, const struct block_values *values)
{
	column_info *columns = dissection->pinfo->cinfo;
	const char *separator = " ";

	col_append_sep_str(columns, COL_INFO, ", ", values->block->label);
	for (guint index = 0; index < values->block->field_count; index++) {
		const struct fact_field *field = &values->block->fields[index];
		const struct field_value *value = &values->values[index];

		if (!value->is_present || !is_telling(field, value->number))
			continue;
		col_append_fstr(columns, COL_INFO, "%s%s", separator,
			val_to_str_const((guint32)value->number, fact_names_of(field->type), "?"));
		separator = "/";
	}
}

void message_track_start(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv G_GNUC_UNUSED)
{
	dissection->rows = NULL;
	add_words(dissection, values);
}

void message_track_parameter(struct dissection *dissection, const struct block_values *values)
{
	if (!dissection->rows)
		dissection->rows =
			wmem_array_new(dissection->pinfo->pool, sizeof(struct block_values));
	wmem_array_append(dissection->rows, values, 1);
}

/* The association's own are made anew each time. */
static gboolean is_sent_again(guint message)
{
	return message != DIMP_MESSAGE_ACK && message != DIMP_MESSAGE_PING;
}

/* Where a message was seen first. */
struct first_sending {
	guint32 frame;
	nstime_t time;
	guint64 age_ms;
};

/* A source's clock may run slower than the capture's, and both round. */
enum { AGE_SLACK_MS = 2, AGE_SHARE = 10 };

/* Whether the age is less than the first one and the time since then, less a tenth of it. */
static gboolean is_too_young(const struct dissection *dissection, const struct first_sending *first,
	guint64 age_ms)
{
	nstime_t since;

	nstime_delta(&since, &dissection->pinfo->abs_ts, &first->time);

	const double grown = nstime_to_msec(&since) * (AGE_SHARE - 1) / AGE_SHARE;

	return (double)age_ms + AGE_SLACK_MS < (double)first->age_ms + grown;
}

static void start_sending(const struct dissection *dissection, const struct track_key *key,
	guint64 age_ms)
{
	struct first_sending *first = wmem_new0(wmem_file_scope(), struct first_sending);

	*first = (struct first_sending){dissection->pinfo->num, dissection->pinfo->abs_ts, age_ms};
	track_store(key, first);
}

/* Whether these octets went this way before, but for an age (DIMP 5.6-5). */
static void find_first_sending(const struct dissection *dissection,
	const struct block_values *values, const struct tlv *tlv, struct message_note *note)
{
	const gsize size = (gsize)(tlv->end - tlv->start);
	guint8 *octets = tvb_memdup(dissection->pinfo->pool, dissection->tvb, tlv->start, size);
	const struct field_value *age = block_value(values, "age");
	struct track_key key = {
		.kind = TRACK_MESSAGE,
		.first = dissection->sender,
		.second = dissection->receiver,
	};

	if (age->is_present)
		memset(octets + (age->offset - tlv->start), 0, age->length);
	track_digest(&key, octets, size);

	const struct first_sending *first = track_find(&key);

	if (!first) {
		start_sending(dissection, &key, age->number);
		return;
	}
	note->first_frame = first->frame;
	note->is_age_short = age->is_present && is_too_young(dissection, first, age->number);
}

/* Questions of a move are known by the move; those of a look-up by asker and peer, too. */
static struct track_key exchange_key(const struct dissection *dissection,
	const struct block_values *values, const struct move *move)
{
	const guint32 source = dissection->sender;
	const guint32 destination = dissection->receiver;
	const struct field_value *lookup = block_value(values, "lookup");

	return (struct track_key){
		.kind = TRACK_EXCHANGE,
		.id = (guint64)move->number << 32 | (lookup->number & 0xffffffff),
		.first = MIN(source, destination),
		.second = MAX(source, destination),
	};
}

/* ROUND-END is a question or an answer only when it is the final one. */
static gboolean may_be_exchanged(const struct block_values *values)
{
	return values->block->number != DIMP_MESSAGE_ROUND_END ||
		block_value(values, "is_final")->number != 0;
}

static void track_exchanges(const struct dissection *dissection, struct message_note *note,
	const struct block_values *values)
{
	const guint message = values->block->number;
	const enum exchange_kind ended = exchange_ended_by(message);
	struct track_key key = exchange_key(dissection, values, note->move.move);

	if (!may_be_exchanged(values))
		return;
	if (ended != EXCHANGE_NONE) {
		key.more = ended;
		note->answered = track_find(&key);
	}
	if (note->answered)
		exchange_end(dissection, note->answered);
	if (note->answered && note->answered->response_frame != dissection->pinfo->num)
		note->answered = NULL;
	for (guint skip = 0; skip < EXCHANGES_OF_ONE; skip++) {
		if (exchange_begun_by(message, skip) == EXCHANGE_NONE)
			break;
		key.more = exchange_begun_by(message, skip);

		struct exchange *asked =
			exchange_begin(dissection, exchange_begun_by(message, skip));

		track_store(&key, asked);
		note->asked[skip] = asked;
	}
}

static void track(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv)
{
	struct message_note *note = wmem_new0(wmem_file_scope(), struct message_note);

	note->number = values->block->number;
	wmem_array_append_one(dissection->note->messages, note);
	/* A message that breaks a rule is dropped as a whole (DIMP 7.2-4). */
	if (dissection->verdict != DIMP_ERROR_NONE)
		return;
	if (is_sent_again(note->number))
		find_first_sending(dissection, values, tlv, note);
	sequel_hear(dissection, values);
	if (note->first_frame)
		note->move = move_track_again(dissection, values);
	else
		note->move = move_track_message(dissection, values, dissection->rows);
	if (note->first_frame)
		return;
	note->sequel = sequel_judge(dissection, values, dissection->rows);
	if (note->move.move)
		track_exchanges(dissection, note, values);
}

static void show(struct dissection *dissection, const struct message_note *note)
{
	if (note->first_frame) {
		proto_item *item = proto_tree_add_uint(dissection->tree, hf_first_sent_in,
			dissection->tvb, 0, 0, note->first_frame);

		proto_item_set_generated(item);
		breach_add(dissection, item, BREACH_5_6_1);
		col_append_str(dissection->pinfo->cinfo, COL_INFO, " (again)");
	}
	if (note->is_age_short)
		breach_add(dissection, dissection->item, BREACH_5_6_5);
	sequel_show(dissection, &note->sequel);
	for (guint index = 0; index < EXCHANGES_OF_ONE; index++)
		exchange_show(dissection, note->asked[index], NULL);
	exchange_show(dissection, NULL, note->answered);
	move_track_show(dissection, &note->move);
}

void message_track_end(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv)
{
	wmem_array_t *notes = dissection->note ? dissection->note->messages : NULL;
	const struct message_note *note = NULL;

	if (dissection->is_tracking)
		track(dissection, values, tlv);
	if (notes && dissection->message_index < wmem_array_get_count(notes))
		note = *(struct message_note **)wmem_array_index(notes, dissection->message_index);
	if (note)
		show(dissection, note);
	tap_record_item(dissection, values->block, note);
	dissection->message_index++;
}

/* The last move that the payload speaks of: its VSI, serial, and how far it is. */
void message_track_finish(struct dissection *dissection)
{
	wmem_array_t *notes = dissection->note ? dissection->note->messages : NULL;
	const struct move_note *last = NULL;

	for (guint index = 0; notes && index < wmem_array_get_count(notes); index++) {
		const struct message_note *note =
			*(struct message_note **)wmem_array_index(notes, index);

		if (note->move.move)
			last = &note->move;
	}
	if (last)
		move_track_words(dissection, last);
}
