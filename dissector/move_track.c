/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the moves of a capture. One that began before the capture is known by its migration or
 * request alone, and has no VSI.
 */
#include "move_track.h"

#include <inttypes.h>
#include <epan/to_str.h>

#include "fact_names.h"
#include "move_states.h"
#include "track_key.h"

static int hf_move = NOT_REGISTERED;
static int hf_vsi = NOT_REGISTERED;
static int hf_serial = NOT_REGISTERED;
static int hf_first_frame = NOT_REGISTERED;
static int hf_states[MOVE_MACHINES] = {NOT_REGISTERED, NOT_REGISTERED, NOT_REGISTERED};
static int hf_result = NOT_REGISTERED;
static int hf_elapsed = NOT_REGISTERED;
static int hf_blackout = NOT_REGISTERED;
static int ett_move = NOT_REGISTERED;

void move_track_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_states[MOVE_STATION],
			{"Station", "dimp.move.station", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_states[MOVE_DESTINATION],
			{"Destination", "dimp.move.destination", FT_UINT8, BASE_DEC, NULL, 0, NULL,
				HFILL}},
		{&hf_states[MOVE_SOURCE],
			{"Source", "dimp.move.source", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_result,
			{"Result", "dimp.move.result", FT_UINT8, BASE_DEC, NULL, 0, NULL, HFILL}},
		{&hf_move,
			{"Move", "dimp.move", FT_UINT32, BASE_DEC, NULL, 0,
				"Moves are counted in the order of their first messages", HFILL}},
		{&hf_vsi, {"VSI", "dimp.move.vsi", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_serial,
			{"Move serial", "dimp.move.serial", FT_UINT64, BASE_DEC, NULL, 0, NULL,
				HFILL}},
		{&hf_first_frame,
			{"First frame", "dimp.move.first_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
				NULL, HFILL}},
		{&hf_elapsed,
			{"Since its first frame", "dimp.move.elapsed", FT_RELATIVE_TIME, BASE_NONE,
				NULL, 0, NULL, HFILL}},
		{&hf_blackout,
			{"Blackout", "dimp.move.blackout", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
				"From the VM's stop to RESPONSE", HFILL}},
	};
	static int *subtrees[] = {&ett_move};

	for (guint machine = 0; machine < MOVE_MACHINES; machine++)
		names[machine].hfinfo.strings = VALS(move_states_names((enum move_machine)machine));
	names[MOVE_MACHINES].hfinfo.strings = VALS(fact_names_of(DIMP_TYPE_RESULT));
	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	proto_register_subtree_array(subtrees, (int)G_N_ELEMENTS(subtrees));
}

static struct move *make_move(const struct dissection *dissection)
{
	struct move *move = wmem_new0(wmem_file_scope(), struct move);

	move->number = track_count(TRACK_MOVE);
	move->first_frame = dissection->pinfo->num;
	move->first_time = dissection->pinfo->abs_ts;
	return move;
}

/* The keys under which a message's move may be known, the surest first. */
struct move_keys {
	struct track_key keys[2];
	guint count;
};

/* Whether the destination sends the message (DIMP 7.1). */
static gboolean is_from_destination(const struct block_values *values)
{
	const struct field_value *told = block_value(values, "is_from_source");

	if (told->is_present)
		return told->number == 0;
	return values->block->sender && g_str_has_prefix(values->block->sender, "destination");
}

static void add_key(struct move_keys *keys, struct track_key key)
{
	keys->keys[keys->count++] = key;
}

/* Ids are given by one side: a request by the station, a migration by the destination. */
static struct track_key id_key(const struct dissection *dissection, enum track_kind kind,
	guint64 id, gboolean is_giver_sending)
{
	const guint32 sender = dissection->sender;
	const guint32 receiver = dissection->receiver;

	return (struct track_key){
		.kind = kind,
		.id = id,
		.first = is_giver_sending ? sender : receiver,
		.second = kind == TRACK_LOOKUP ? 0
			: is_giver_sending     ? receiver
					       : sender,
	};
}

static struct move_keys keys_of(const struct dissection *dissection,
	const struct block_values *values)
{
	const struct field_value *request = block_value(values, "request");
	const struct field_value *migration = block_value(values, "migration");
	const struct field_value *lookup = block_value(values, "lookup");
	const struct field_value *vsi = block_value(values, "vsi");
	const struct field_value *serial = block_value(values, "serial");
	const gboolean is_from_station =
		values->block->sender && g_str_has_prefix(values->block->sender, "new station");
	struct move_keys keys = {.count = 0};

	if (request->is_present)
		add_key(&keys, id_key(dissection, TRACK_REQUEST, request->number, is_from_station));
	if (migration->is_present)
		add_key(&keys,
			id_key(dissection, TRACK_MIGRATION, migration->number,
				is_from_destination(values)));
	if (lookup->is_present && lookup->number)
		add_key(&keys,
			id_key(dissection, TRACK_LOOKUP, lookup->number,
				values->block->number == DIMP_MESSAGE_WHO_HAS));
	/* The serial in I-HAVE is the ownership's, not the move's. */
	if (vsi->is_present && serial->is_present && values->block->number != DIMP_MESSAGE_I_HAVE) {
		struct track_key key = {.kind = TRACK_MOVE, .id = serial->number};

		track_digest(&key, tvb_get_ptr(values->tvb, vsi->offset, (int)vsi->length),
			vsi->length);
		add_key(&keys, key);
	}
	return keys;
}

/* A new REQUEST for a move that has had its RESPONSE is another attempt. */
static gboolean begins_anew(const struct move *move, const struct block_values *values)
{
	return move->result && values->block->number == DIMP_MESSAGE_REQUEST;
}

static struct move *find_move(const struct dissection *dissection,
	const struct block_values *values)
{
	const struct move_keys keys = keys_of(dissection, values);
	struct move *move = NULL;

	for (guint index = 0; index < keys.count && !move; index++)
		move = track_find(&keys.keys[index]);
	if (!keys.count)
		return NULL;
	if (!move || begins_anew(move, values))
		move = make_move(dissection);
	for (guint index = 0; index < keys.count; index++)
		track_store(&keys.keys[index], move);
	return move;
}

static void note_time(const struct dissection *dissection, struct move *move, enum move_time time)
{
	if (move->has_time[time])
		return;
	move->has_time[time] = TRUE;
	move->times[time] = dissection->pinfo->abs_ts;
}

/* The instants that are a message's first appearance. */
static const struct {
	guint message;
	enum move_time time;
} instants[] = {
	{DIMP_MESSAGE_REQUEST, MOVE_REQUESTED},
	{DIMP_MESSAGE_SOLICIT, MOVE_SOLICITED},
	{DIMP_MESSAGE_OFFER, MOVE_OFFERED},
	{DIMP_MESSAGE_CUTOVER, MOVE_STOPPED},
	{DIMP_MESSAGE_FREEZE, MOVE_FREEZING},
	{DIMP_MESSAGE_COMMIT, MOVE_COMMITTED},
	{DIMP_MESSAGE_RELEASED, MOVE_RELEASED},
	{DIMP_MESSAGE_RESPONSE, MOVE_ANSWERED},
	{DIMP_MESSAGE_DONE, MOVE_DONE},
};

static void note_times(const struct dissection *dissection, struct move *move,
	const struct block_values *values)
{
	const guint message = values->block->number;

	for (guint index = 0; index < G_N_ELEMENTS(instants); index++)
		if (instants[index].message == message)
			note_time(dissection, move, instants[index].time);
	if (message == DIMP_MESSAGE_REQUEST &&
		block_value(values, "mode")->number == DIMP_MODE_ONE_SHOT)
		note_time(dissection, move, MOVE_STOPPED);
	if (message == DIMP_MESSAGE_PROGRESS &&
		block_value(values, "phase")->number == DIMP_PHASE_STAGED)
		note_time(dissection, move, MOVE_STAGED);
	if (message == DIMP_MESSAGE_ROUND_END && block_value(values, "is_final")->number)
		note_time(dissection, move, MOVE_FROZEN);
}

/* What the message says about the move as a whole. */
static void note_facts(struct move *move, const struct block_values *values)
{
	const struct field_value *vsi = block_value(values, "vsi");
	const struct field_value *serial = block_value(values, "serial");

	if (vsi->is_present && serial->is_present && !move->has_vsi &&
		values->block->number != DIMP_MESSAGE_I_HAVE) {
		move->has_vsi = TRUE;
		tvb_memcpy(values->tvb, move->vsi, vsi->offset, MOVE_VSI_SIZE);
		move->serial = serial->number;
	}
	if (block_value(values, "mode")->is_present)
		move->mode = (guint)block_value(values, "mode")->number;
	if (values->block->number == DIMP_MESSAGE_SOLICIT) {
		move->grant_entries = block_value(values, "grant_entries")->number;
		move->grant_octets = block_value(values, "grant_octets")->number;
		move->offered_entries = 0;
		move->offered_octets = 0;
	}
	if (values->block->number == DIMP_MESSAGE_RESPONSE) {
		move->result = (guint)block_value(values, "result")->number;
		move->reason = (guint)block_value(values, "reason")->number;
		move->error = (guint)block_value(values, "error")->number;
	}
}

static void note_result_row(struct move *move, const struct block_values *row)
{
	if (move->row_count == MOVE_ROWS_MAX)
		return;
	move->rows[move->row_count++] = (struct move_row){
		.type = (guint)block_value(row, "type")->number,
		.offered = (guint32)block_value(row, "offered")->number,
		.installed = (guint32)block_value(row, "installed")->number,
		.rejected = (guint32)block_value(row, "rejected")->number,
		.error = (guint)block_value(row, "error")->number,
	};
}

static void note_rows(struct move *move, wmem_array_t *rows)
{
	const guint count = rows ? wmem_array_get_count(rows) : 0;

	for (guint index = 0; index < count; index++) {
		const struct block_values *row = wmem_array_index(rows, index);

		if (row->block->number == DIMP_TLV_RESULT_ROW)
			note_result_row(move, row);
		if (row->block->number == DIMP_TLV_OFFER_ROW) {
			move->offered_entries += block_value(row, "entries")->number;
			move->offered_octets += block_value(row, "octets")->number;
		}
	}
}

struct move_note move_track_message(const struct dissection *dissection,
	const struct block_values *values, wmem_array_t *rows)
{
	struct move *move = find_move(dissection, values);
	struct move_note note = {.move = move};

	if (!move)
		return note;
	note_facts(move, values);
	note_rows(move, rows);
	note_times(dissection, move, values);
	move_states_follow(move, values);
	memcpy(note.states, move->states, sizeof note.states);
	note.result = move->result;
	return note;
}

struct move_note move_track_again(const struct dissection *dissection,
	const struct block_values *values)
{
	const struct move_keys keys = keys_of(dissection, values);
	struct move_note note = {.move = NULL};

	for (guint index = 0; index < keys.count && !note.move; index++)
		note.move = track_find(&keys.keys[index]);
	if (!note.move)
		return note;
	memcpy(note.states, note.move->states, sizeof note.states);
	note.result = note.move->result;
	return note;
}

gboolean move_track_between(const struct move *move, enum move_time from, enum move_time to,
	nstime_t *time)
{
	if (!move->has_time[from] || !move->has_time[to])
		return FALSE;
	nstime_delta(time, &move->times[to], &move->times[from]);
	return TRUE;
}

char *move_track_vsi_text(wmem_allocator_t *scope, const struct move *move)
{
	enum { ID_OFFSET = 21, DIGITS = 4 };

	if (!move->has_vsi)
		return wmem_strdup(scope, "?");
	return bytes_to_str(scope, move->vsi + ID_OFFSET, DIGITS);
}

static void show_items(struct dissection *dissection, const struct move_note *note)
{
	const struct move *move = note->move;
	tvbuff_t *tvb = dissection->tvb;
	proto_item *item = proto_tree_add_uint(dissection->tree, hf_move, tvb, 0, 0, move->number);
	proto_tree *tree = proto_item_add_subtree(item, ett_move);
	nstime_t time;

	proto_item_set_generated(item);
	proto_tree_add_uint(tree, hf_first_frame, tvb, 0, 0, move->first_frame);
	if (move->has_vsi) {
		proto_tree_add_bytes_with_length(tree, hf_vsi, tvb, 0, 0, move->vsi, MOVE_VSI_SIZE);
		proto_tree_add_uint64(tree, hf_serial, tvb, 0, 0, move->serial);
	}
	for (guint machine = 0; machine < MOVE_MACHINES; machine++)
		if (note->states[machine])
			proto_tree_add_uint(tree, hf_states[machine], tvb, 0, 0,
				note->states[machine]);
	if (note->result)
		proto_tree_add_uint(tree, hf_result, tvb, 0, 0, note->result);
	if (note->result && move_track_between(move, MOVE_STOPPED, MOVE_ANSWERED, &time))
		proto_tree_add_time(tree, hf_blackout, tvb, 0, 0, &time);
	nstime_delta(&time, &dissection->pinfo->abs_ts, &move->first_time);
	proto_tree_add_time(tree, hf_elapsed, tvb, 0, 0, &time);
}

/* The destination's state is the migration's; the station's is all there is before it. */
static const char *progress_of(const struct move_note *note)
{
	if (note->result)
		return val_to_str_const(note->result, fact_names_of(DIMP_TYPE_RESULT), "?");
	for (guint index = 0; index < MOVE_MACHINES; index++) {
		static const enum move_machine order[MOVE_MACHINES] = {MOVE_DESTINATION,
			MOVE_SOURCE, MOVE_STATION};

		if (note->states[order[index]])
			return val_to_str_const(note->states[order[index]],
				move_states_names(order[index]), "?");
	}
	return "?";
}

void move_track_words(struct dissection *dissection, const struct move_note *note)
{
	wmem_allocator_t *scope = dissection->pinfo->pool;
	const struct move *move = note->move;

	if (move->has_vsi)
		col_append_fstr(dissection->pinfo->cinfo, COL_INFO,
			" | VSI %s serial %" PRIu64 ": %s", move_track_vsi_text(scope, move),
			move->serial, progress_of(note));
	else
		col_append_fstr(dissection->pinfo->cinfo, COL_INFO, " | move %u: %s", move->number,
			progress_of(note));
}

void move_track_show(struct dissection *dissection, const struct move_note *note)
{
	if (note->move)
		show_items(dissection, note);
}
