/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what a capture tells of each migration, and the rules that need it. A listener does not know
 * what a speaker remembers, and may have missed frames: nothing is judged by what did not come,
 * only by what did although something else should have come first.
 */
#include "sequel.h"

#include <string.h>

#include "speaker_role.h"
#include "track_key.h"

enum { DI_TYPES_MAX = 64, RESPONSE_GRACE_MS = 1000, CHUNK_OCTETS_STEP = 64, CHUNKS_MAX = 1 << 20 };

/* A migration as its messages told it. */
struct migration {
	guint64 id;
	gboolean has_offer;
	guint64 epoch; /* of OFFER */
	gboolean has_source_ended; /* by ABORT or ABORTED */
	gboolean is_revoked;
	gboolean has_destination_aborted;
	guint64 final_freeze; /* 0: no final ROUND-END yet */
	guint64 entries[DI_TYPES_MAX]; /* of its digest rows */
	guint64 sums[DI_TYPES_MAX];
	guint64 committed_freeze; /* 0: no COMMIT yet */
	gboolean is_released;
	guint8 *chunks; /* a bit for each that came */
	gsize chunk_octets;
};

/* A REQUEST by its station, bridge and id. */
struct request {
	nstime_t heard; /* last */
	guint64 deadline_ms;
	struct track_key move; /* where its migration is kept */
	guint64 error; /* of RESPONSE */
	gboolean is_answered;
};

/* What a source offered of a VSI under the highest serial. */
struct offered {
	guint64 serial;
	guint64 migration;
};

static guint64 number_of(const struct block_values *values, const char *name)
{
	return block_value(values, name)->number;
}

static void add(struct sequel_note *note, enum breach breach)
{
	if (note->count < SEQUEL_BREACHES_MAX)
		note->breaches[note->count++] = breach;
}

/* Finds what is kept under |key|, or keeps |size| zeros there. */
static void *keep(const struct track_key *key, gsize size)
{
	void *kept = track_find(key);

	if (!kept) {
		kept = wmem_alloc0(wmem_file_scope(), size);
		track_store(key, kept);
	}
	return kept;
}

/* Ids belong to whoever gives them out: |is_from_giver| says that he sends the message. */
static struct track_key key_of(const struct dissection *dissection, enum track_kind kind,
	gboolean is_from_giver)
{
	const guint32 sender = dissection->sender;
	const guint32 receiver = dissection->receiver;

	return (struct track_key){
		.kind = kind,
		.first = is_from_giver ? sender : receiver,
		.second = is_from_giver ? receiver : sender,
	};
}

static gboolean is_from_source(const struct block_values *values)
{
	const struct field_value *told = block_value(values, "is_from_source");

	if (told->is_present)
		return told->number != 0;
	return values->block->sender && g_str_has_prefix(values->block->sender, "source");
}

static struct migration *migration_of(const struct dissection *dissection,
	const struct block_values *values)
{
	const struct field_value *id = block_value(values, "migration");
	struct track_key key = key_of(dissection, TRACK_SEQUEL, !is_from_source(values));

	if (!id->is_present)
		return NULL;
	key.id = id->number;

	struct migration *migration = keep(&key, sizeof *migration);

	migration->id = id->number;
	return migration;
}

static struct request *request_of(const struct dissection *dissection,
	const struct block_values *values)
{
	const struct field_value *id = block_value(values, "request");
	const gboolean is_from_station =
		values->block->sender && g_str_has_prefix(values->block->sender, "new station");
	struct track_key key = key_of(dissection, TRACK_ANSWER, is_from_station);

	if (!id->is_present)
		return NULL;
	key.id = id->number;
	return keep(&key, sizeof(struct request));
}

/* The key under which the last migration of a VSI's move is kept. */
static struct track_key move_key(const struct block_values *values)
{
	const struct field_value *vsi = block_value(values, "vsi");
	struct track_key key = {.kind = TRACK_SOLICITED, .id = number_of(values, "serial")};

	track_digest(&key, tvb_get_ptr(values->tvb, vsi->offset, (int)vsi->length), vsi->length);
	return key;
}

void sequel_hear(const struct dissection *dissection, const struct block_values *values)
{
	if (values->block->number != DIMP_MESSAGE_REQUEST)
		return;

	struct request *request = request_of(dissection, values);

	/* The time given counts from the arrival of the REQUEST that was not lost. */
	if (request->is_answered)
		return;
	request->heard = dissection->pinfo->abs_ts;
	request->deadline_ms = number_of(values, "deadline");
	request->move = move_key(values);
}

/* A source that has offered a VSI's DI once must not do so for an older move (DIMP 9.1-4). */
static void judge_serial(const struct dissection *dissection, const struct migration *migration,
	struct sequel_note *note)
{
	struct track_key key = key_of(dissection, TRACK_SOLICITED, FALSE);

	key.id = migration->id;

	const struct track_key *of_vsi = track_find(&key);

	if (!of_vsi)
		return;

	struct track_key under = *of_vsi;
	const guint64 serial = under.id;

	under.kind = TRACK_OFFERED;
	under.id = 0;
	under.first = dissection->sender;

	struct offered *offered = keep(&under, sizeof *offered);

	if (offered->migration && offered->migration != migration->id && serial <= offered->serial)
		add(note, BREACH_9_1_4);
	if (serial >= offered->serial)
		*offered = (struct offered){serial, migration->id};
}

static void judge_solicit(const struct dissection *dissection, const struct block_values *values,
	struct migration *migration)
{
	const struct track_key key = move_key(values);
	struct track_key by_id = key_of(dissection, TRACK_SOLICITED, TRUE);

	by_id.id = migration->id;
	track_store(&by_id, wmem_memdup(wmem_file_scope(), &key, sizeof key));
	track_store(&key, migration);
}

static void judge_offer(const struct dissection *dissection, const struct block_values *values,
	struct migration *migration, struct sequel_note *note)
{
	if (migration->has_source_ended)
		add(note, migration->has_offer ? BREACH_9_1_6 : BREACH_9_1_13);
	judge_serial(dissection, migration, note);
	migration->has_offer = TRUE;
	migration->epoch = number_of(values, "epoch");
}

static void judge_round_end(const struct block_values *values, struct migration *migration,
	wmem_array_t *rows)
{
	if (!number_of(values, "is_final"))
		return;
	migration->final_freeze = number_of(values, "freeze");
	for (guint index = 0; rows && index < wmem_array_get_count(rows); index++) {
		const struct block_values *row = wmem_array_index(rows, index);
		const guint type = (guint)number_of(row, "type") % DI_TYPES_MAX;

		migration->entries[type] = number_of(row, "entries");
		migration->sums[type] = number_of(row, "sum");
	}
}

/* Whoever commits has found that its digests are the source's (DIMP 9.2-9). */
static void judge_commit(const struct block_values *values, struct migration *migration,
	wmem_array_t *rows, struct sequel_note *note)
{
	gboolean does_agree = number_of(values, "freeze") == migration->final_freeze;

	for (guint index = 0; rows && index < wmem_array_get_count(rows); index++) {
		const struct block_values *row = wmem_array_index(rows, index);
		const guint type = (guint)number_of(row, "type") % DI_TYPES_MAX;

		does_agree = does_agree && migration->entries[type] == number_of(row, "entries") &&
			migration->sums[type] == number_of(row, "sum");
	}
	if (migration->final_freeze && !does_agree)
		add(note, BREACH_9_2_9);
	migration->committed_freeze = number_of(values, "freeze");
}

static void judge_released(const struct block_values *values, struct migration *migration,
	struct sequel_note *note)
{
	if (migration->has_offer &&
		(number_of(values, "freeze") != migration->committed_freeze ||
			number_of(values, "epoch") != migration->epoch + 1))
		add(note, BREACH_9_3_8);
	if (migration->has_source_ended)
		add(note, BREACH_9_3_9);
	migration->is_released = TRUE;
}

static void judge_abort(const struct block_values *values, struct migration *migration,
	struct sequel_note *note)
{
	const guint64 error = number_of(values, "error");

	/* Who does not know a migration has no say in it. */
	if (error == DIMP_ERROR_UNKNOWN_MIGRATION)
		return;
	if (!is_from_source(values)) {
		migration->has_destination_aborted = TRUE;
		return;
	}
	if (migration->committed_freeze &&
		migration->committed_freeze != number_of(values, "freeze"))
		add(note, BREACH_9_2_19);
	migration->has_source_ended = TRUE;
	migration->is_revoked = migration->is_revoked || error == DIMP_ERROR_REVOKED;
}

/* Room for the bit of a chunk; in steps, so that it seldom moves. */
static void make_room(struct migration *migration, guint64 place)
{
	if (place < migration->chunk_octets)
		return;

	const gsize size = (gsize)place + CHUNK_OCTETS_STEP;

	migration->chunks = wmem_realloc(wmem_file_scope(), migration->chunks, size);
	memset(migration->chunks + migration->chunk_octets, 0, size - migration->chunk_octets);
	migration->chunk_octets = size;
}

/* A chunk's number belongs to its records for good (DIMP 9.2-6). */
static void judge_data(const struct block_values *values, struct migration *migration,
	struct sequel_note *note)
{
	const guint64 chunk = number_of(values, "chunk");
	const guint8 bit = (guint8)(1u << (chunk & 7));

	if (chunk >= CHUNKS_MAX)
		return;
	make_room(migration, chunk >> 3);
	if (migration->chunks[chunk >> 3] & bit)
		add(note, BREACH_9_2_6);
	migration->chunks[chunk >> 3] |= bit;
}

static void judge_migration(const struct dissection *dissection, const struct block_values *values,
	wmem_array_t *rows, struct sequel_note *note)
{
	const guint message = values->block->number;

	struct migration *migration = migration_of(dissection, values);

	if (!migration)
		return;
	if (message == DIMP_MESSAGE_SOLICIT)
		judge_solicit(dissection, values, migration);
	if (message == DIMP_MESSAGE_OFFER)
		judge_offer(dissection, values, migration, note);
	if (message == DIMP_MESSAGE_DATA)
		judge_data(values, migration, note);
	if (message == DIMP_MESSAGE_ROUND_END)
		judge_round_end(values, migration, rows);
	if (message == DIMP_MESSAGE_COMMIT)
		judge_commit(values, migration, rows, note);
	if (message == DIMP_MESSAGE_RELEASED)
		judge_released(values, migration, note);
	if (message == DIMP_MESSAGE_ABORT)
		judge_abort(values, migration, note);
	if (message == DIMP_MESSAGE_ABORTED && is_from_source(values))
		migration->has_source_ended = TRUE;
	if (message == DIMP_MESSAGE_DONE && migration->has_offer && !migration->is_released)
		add(note, BREACH_9_2_10);
}

static gboolean is_late(const struct dissection *dissection, const struct request *request)
{
	nstime_t taken;

	nstime_delta(&taken, &dissection->pinfo->abs_ts, &request->heard);
	return nstime_to_msec(&taken) > (double)request->deadline_ms + RESPONSE_GRACE_MS;
}

static void judge_outcome(const struct migration *migration, guint64 result,
	struct sequel_note *note)
{
	if (result == DIMP_RESULT_SUCCESS && migration->has_offer && !migration->is_released)
		add(note, BREACH_9_2_10);
	if (result == DIMP_RESULT_SUCCESS && migration->has_destination_aborted)
		add(note, BREACH_9_2_13);
	if (result != DIMP_RESULT_FAIL && migration->is_revoked)
		add(note, BREACH_9_3_21);
}

/*
 * A request has one RESPONSE, whose repeats are the same octets (DIMP 9.5-1); but who has forgotten
 * it says that it is in doubt (DIMP 9.1-10).
 */
static void judge_response(const struct dissection *dissection, const struct block_values *values,
	struct sequel_note *note)
{
	struct request *request = request_of(dissection, values);
	const guint64 error = number_of(values, "error");
	const struct migration *migration = request->move.kind ? track_find(&request->move) : NULL;

	if (request->is_answered && error != DIMP_ERROR_IN_DOUBT &&
		request->error != DIMP_ERROR_IN_DOUBT)
		add(note, BREACH_9_5_1);
	if (!request->is_answered && request->move.kind && is_late(dissection, request))
		add(note, BREACH_9_1_1);
	if (migration)
		judge_outcome(migration, number_of(values, "result"), note);
	request->is_answered = TRUE;
	request->error = error;
}

struct sequel_note sequel_judge(const struct dissection *dissection,
	const struct block_values *values, wmem_array_t *rows)
{
	struct sequel_note note = {.count = 0};

	const enum breach by_role = speaker_role_judge(dissection, values->block);

	if (by_role != BREACHES)
		add(&note, by_role);
	judge_migration(dissection, values, rows, &note);
	if (values->block->number == DIMP_MESSAGE_RESPONSE)
		judge_response(dissection, values, &note);
	return note;
}

void sequel_show(struct dissection *dissection, const struct sequel_note *note)
{
	for (guint index = 0; index < note->count; index++)
		breach_add(dissection, dissection->item, note->breaches[index]);
}
