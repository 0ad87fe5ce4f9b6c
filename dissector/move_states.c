/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the reading of states from messages: a capture has no machine's memory, only what was said.
 */
#include "move_states.h"

/* States are told from each other by their machine and a number from 1; 0 is not known. */
enum station_state {
	STATION_UNKNOWN,
#define STATE(name, text) STATION_##name,
#include "station.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
};

enum destination_state {
	DESTINATION_UNKNOWN,
#define STATE(name, text) DESTINATION_##name,
#include "destination.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
};

enum source_state {
	SOURCE_UNKNOWN,
#define STATE(name, text) SOURCE_##name,
#include "source.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
};

static const value_string station_names[] = {
#define STATE(name, text) {STATION_##name, #name},
#include "station.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
	{0, NULL},
};

static const value_string destination_names[] = {
#define STATE(name, text) {DESTINATION_##name, #name},
#include "destination.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
	{0, NULL},
};

static const value_string source_names[] = {
#define STATE(name, text) {SOURCE_##name, #name},
#include "source.def"
#undef STATE
#undef EVENT
#undef ROW
#undef OTHERWISE
	{0, NULL},
};

/* Before-states that are no state: any, or any but some. */
enum { ANY_STATE = 0xff };
enum {
	STATION_ANY = ANY_STATE,
	DESTINATION_ANY = ANY_STATE,
	SOURCE_ANY = ANY_STATE,
	DESTINATION_UNREVIVABLE = 0xfe,
	DESTINATION_UNENDED = 0xfd,
	STATION_UNENDED = 0xfc
};

enum condition {
	CONDITION_ALWAYS,
	CONDITION_IS_STAGED,
	CONDITION_IS_AT_RISK,
	CONDITION_RUNS,
	CONDITION_FAILS,
	CONDITION_FITS,
	CONDITION_FITS_STAGED,
	CONDITION_FITS_ONE_SHOT,
	CONDITION_EXCEEDS,
	CONDITION_IN_STAGED_MODE,
	CONDITION_IN_ONE_SHOT_MODE,
	CONDITION_IS_DELTA,
	CONDITION_IS_FINAL,
	CONDITION_BY_SOURCE,
	CONDITION_BY_DESTINATION
};

struct seen {
	guint message;
	enum condition condition;
	enum move_machine machine;
	guint8 before;
	guint8 after;
};

static const struct seen rows[] = {
#define SEEN(name, when, which, from, to) \
	{.message = DIMP_MESSAGE_##name, \
		.condition = CONDITION_##when, \
		.machine = MOVE_##which, \
		.before = which##_##from, \
		.after = which##_##to},
#include "state_rows.def"
#undef SEEN
};

const value_string *move_states_names(enum move_machine machine)
{
	static const value_string *const names[MOVE_MACHINES] = {station_names, destination_names,
		source_names};

	return names[machine];
}

static gboolean does_exceed(const struct move *move)
{
	return move->offered_entries > move->grant_entries ||
		move->offered_octets > move->grant_octets;
}

static gboolean holds_for_offer(const struct move *move, enum condition condition)
{
	const gboolean is_staged = move->mode != DIMP_MODE_ONE_SHOT;

	if (condition == CONDITION_EXCEEDS)
		return does_exceed(move);
	if (condition == CONDITION_FITS)
		return !does_exceed(move);
	return !does_exceed(move) && is_staged == (condition == CONDITION_FITS_STAGED);
}

static gboolean holds(const struct move *move, const struct block_values *values,
	enum condition condition)
{
	switch (condition) {
	case CONDITION_ALWAYS: return TRUE;
	case CONDITION_IS_STAGED: return block_value(values, "phase")->number == DIMP_PHASE_STAGED;
	case CONDITION_IS_AT_RISK:
		return block_value(values, "phase")->number == DIMP_PHASE_AT_RISK;
	case CONDITION_RUNS: return block_value(values, "result")->number != DIMP_RESULT_FAIL;
	case CONDITION_FAILS: return block_value(values, "result")->number == DIMP_RESULT_FAIL;
	case CONDITION_FITS:
	case CONDITION_FITS_STAGED:
	case CONDITION_FITS_ONE_SHOT:
	case CONDITION_EXCEEDS: return holds_for_offer(move, condition);
	case CONDITION_IN_STAGED_MODE: return move->mode != DIMP_MODE_ONE_SHOT;
	case CONDITION_IN_ONE_SHOT_MODE: return move->mode == DIMP_MODE_ONE_SHOT;
	case CONDITION_IS_DELTA: return block_value(values, "is_final")->number == 0;
	case CONDITION_IS_FINAL: return block_value(values, "is_final")->number != 0;
	case CONDITION_BY_SOURCE: return block_value(values, "is_from_source")->number != 0;
	case CONDITION_BY_DESTINATION: return block_value(values, "is_from_source")->number == 0;
	}
	return FALSE;
}

static gboolean was_before(guint8 wanted, guint8 state)
{
	if (wanted == DESTINATION_UNREVIVABLE)
		return state != DESTINATION_REVIVABLE;
	if (wanted == DESTINATION_UNENDED)
		return state != DESTINATION_ACTIVE && state != DESTINATION_FAILED;
	if (wanted == STATION_UNENDED)
		return state != STATION_RUNNING && state != STATION_REFUSED;
	return wanted == ANY_STATE || wanted == state;
}

void move_states_follow(struct move *move, const struct block_values *values)
{
	for (guint index = 0; index < G_N_ELEMENTS(rows); index++) {
		const struct seen *row = &rows[index];
		guint8 *state = &move->states[row->machine];

		if (row->message == values->block->number && was_before(row->before, *state) &&
			holds(move, values, row->condition))
			*state = row->after;
	}
}
