/* SPDX-License-Identifier: MIT */
/* Migrations and requests: what a listener remembers of their messages. */
#include <string.h>

#include "hearing.h"

/* Whose migration a message is of: the destination gives out the id (DIMP 9.1-3). */
struct migration_name {
	int destination, source;
	uint64_t id;
};

static bool name_migration(const struct heard *heard, struct migration_name *name)
{
	const struct dimp_message *message = &heard->message;
	const struct migration_name from_source = {heard->to, heard->from, 0};
	const struct migration_name from_destination = {heard->from, heard->to, 0};

	*name = from_destination;
	switch (message->kind) {
	case DIMP_MESSAGE_SOLICIT: name->id = message->body.solicit.migration; return true;
	case DIMP_MESSAGE_ACCEPT: name->id = message->body.accept.migration; return true;
	case DIMP_MESSAGE_REFUSE: name->id = message->body.refuse.migration; return true;
	case DIMP_MESSAGE_FREEZE: name->id = message->body.freeze.migration; return true;
	case DIMP_MESSAGE_COMMIT: name->id = message->body.commit.migration; return true;
	case DIMP_MESSAGE_DONE: name->id = message->body.done.migration; return true;
	case DIMP_MESSAGE_ABORT:
		*name = message->body.abort.is_from_source ? from_source : from_destination;
		name->id = message->body.abort.migration;
		return true;
	case DIMP_MESSAGE_ABORTED:
		*name = message->body.aborted.is_from_source ? from_source : from_destination;
		name->id = message->body.aborted.migration;
		return true;
	case DIMP_MESSAGE_OFFER:
		*name = from_source;
		name->id = message->body.offer.migration;
		return true;
	case DIMP_MESSAGE_DATA:
		*name = from_source;
		name->id = message->body.data.migration;
		return true;
	case DIMP_MESSAGE_ROUND_END:
		*name = from_source;
		name->id = message->body.round_end.migration;
		return true;
	case DIMP_MESSAGE_RELEASED:
		*name = from_source;
		name->id = message->body.released.migration;
		return true;
	case DIMP_MESSAGE_REQUEST:
	case DIMP_MESSAGE_CUTOVER:
	case DIMP_MESSAGE_PROCEED:
	case DIMP_MESSAGE_CANCEL:
	case DIMP_MESSAGE_PROGRESS:
	case DIMP_MESSAGE_RESPONSE:
	case DIMP_MESSAGE_ANNOUNCE:
	case DIMP_MESSAGE_ANNOUNCED:
	case DIMP_MESSAGE_WHO_HAS:
	case DIMP_MESSAGE_I_HAVE:
	case DIMP_MESSAGE_NOTIFY:
	case DIMP_MESSAGE_ACK:
	case DIMP_MESSAGE_PING:
	case DIMP_MESSAGE_CLOSE: return false;
	}
	return false;
}

struct heard_migration *hearing_migration(struct hearing *hearing, const struct heard *heard)
{
	struct migration_name name;

	if (!name_migration(heard, &name))
		return NULL;
	for (size_t index = hearing->migration_count; index > 0; index--) {
		struct heard_migration *known = &hearing->migrations[index - 1];

		if (known->id == name.id && known->destination == name.destination &&
			known->source == name.source)
			return known;
	}
	struct heard_migration *migrations = hearing_grow(hearing->migrations,
		hearing->migration_count, &hearing->migration_capacity, sizeof *migrations);

	if (migrations == NULL) {
		hearing->is_out_of_memory = true;
		return NULL;
	}
	hearing->migrations = migrations;
	migrations[hearing->migration_count] = (struct heard_migration){
		.destination = name.destination,
		.source = name.source,
		.id = name.id,
		.solicit_keys = HEARING_NOBODY,
		.offer_keys = HEARING_NOBODY,
	};
	return &migrations[hearing->migration_count++];
}

static bool name_request(const struct heard *heard, struct heard_request *name)
{
	const struct dimp_message *message = &heard->message;
	uint64_t id = 0;

	*name = (struct heard_request){.station = heard->from, .bridge = heard->to};
	if (message->kind == DIMP_MESSAGE_REQUEST)
		id = message->body.request.request;
	else if (message->kind == DIMP_MESSAGE_PROGRESS)
		id = message->body.progress.request;
	else if (message->kind == DIMP_MESSAGE_RESPONSE)
		id = message->body.response.request;
	else
		return false;
	name->id = id;
	if (message->kind == DIMP_MESSAGE_PROGRESS || message->kind == DIMP_MESSAGE_RESPONSE) {
		name->station = heard->to;
		name->bridge = heard->from;
	}
	return true;
}

struct heard_request *hearing_request(struct hearing *hearing, const struct heard *heard)
{
	struct heard_request name;

	if (!name_request(heard, &name))
		return NULL;
	for (size_t index = hearing->request_count; index > 0; index--) {
		struct heard_request *known = &hearing->requests[index - 1];

		if (known->id == name.id && known->station == name.station &&
			known->bridge == name.bridge)
			return known;
	}
	struct heard_request *requests = hearing_grow(hearing->requests, hearing->request_count,
		&hearing->request_capacity, sizeof *requests);

	if (requests == NULL) {
		hearing->is_out_of_memory = true;
		return NULL;
	}
	hearing->requests = requests;
	requests[hearing->request_count] = name;
	return &requests[hearing->request_count++];
}

const struct heard_migration *hearing_migration_for(const struct hearing *hearing,
	const struct heard_request *request)
{
	const struct heard_migration *found = NULL;

	for (size_t index = 0; index < hearing->migration_count; index++) {
		const struct heard_migration *migration = &hearing->migrations[index];

		if (migration->solicited.frame == 0 || migration->destination != request->bridge ||
			migration->serial != request->serial ||
			!hearing_is_same_vsi(&migration->vsi, &request->vsi))
			continue;
		if (found != NULL)
			return NULL;
		found = migration;
	}
	return found;
}

/* The first time counts. */
static bool note_fact(struct heard_fact *fact, const struct heard *heard)
{
	if (fact->frame != 0)
		return false;
	fact->frame = heard->frame;
	return true;
}

static void note_chunk(struct hearing *hearing, struct heard_migration *migration,
	const struct heard *heard)
{
	const struct dimp_data *data = &heard->message.body.data;

	for (size_t index = 0; index < migration->chunk_count; index++) {
		if (migration->chunks[index].chunk != data->chunk)
			continue;
		migration->chunks[index].age = data->age;
		migration->chunks[index].keys = heard->keys;
		migration->chunks[index].number = heard->number;
		migration->chunks[index].frame = heard->frame;
		migration->chunks[index].time = heard->time;
		return;
	}
	struct heard_chunk *chunks = hearing_grow(migration->chunks, migration->chunk_count,
		&migration->chunk_capacity, sizeof *chunks);

	if (chunks == NULL) {
		hearing->is_out_of_memory = true;
		return;
	}
	migration->chunks = chunks;
	chunks[migration->chunk_count++] = (struct heard_chunk){
		.chunk = data->chunk,
		.age = data->age,
		.round = data->round,
		.keys = heard->keys,
		.number = heard->number,
		.sum = hearing_sum(heard->message.records),
		.frame = heard->frame,
		.time = heard->time,
	};
}

static void note_solicit(struct heard_migration *migration, const struct heard *heard)
{
	const struct dimp_solicit *solicit = &heard->message.body.solicit;

	if (!note_fact(&migration->solicited, heard))
		return;
	migration->solicit_keys = heard->keys;
	migration->serial = solicit->serial;
	migration->vsi = solicit->vsi;
	migration->mode = solicit->mode;
	migration->types = solicit->types;
	migration->grant_entries = solicit->grant_entries;
	migration->grant_octets = solicit->grant_octets;
}

static void note_offer(struct heard_migration *migration, const struct heard *heard)
{
	if (!note_fact(&migration->offered, heard))
		return;
	migration->epoch = heard->message.body.offer.epoch;
	migration->offer_keys = heard->keys;
	for (size_t row = 0; row < heard->message.row_count; row++) {
		migration->offered_entries += heard->message.rows.offer[row].entries;
		migration->offered_octets += heard->message.rows.offer[row].octets;
	}
}

static void note_round(struct hearing *hearing, struct heard_migration *migration,
	const struct heard *heard)
{
	const struct dimp_round_end *end = &heard->message.body.round_end;

	if (end->is_final && note_fact(&migration->final, heard))
		migration->final_end = heard->message;
	for (size_t index = 0; index < migration->round_count; index++) {
		if (migration->rounds[index].round == end->round)
			return;
	}
	struct heard_round *rounds = hearing_grow(migration->rounds, migration->round_count,
		&migration->round_capacity, sizeof *rounds);

	if (rounds == NULL) {
		hearing->is_out_of_memory = true;
		return;
	}
	migration->rounds = rounds;
	rounds[migration->round_count++] = (struct heard_round){
		.round = end->round,
		.is_final = end->is_final != 0,
		.chunks = end->chunks,
		.frame = heard->frame,
	};
}

static void note_abort(struct heard_migration *migration, const struct heard *heard)
{
	const struct dimp_abort *abort = &heard->message.body.abort;
	struct heard_abort *known = &migration->aborted[abort->is_from_source != 0];

	/* That a migration is not known ends nothing that is (DIMP 9.1-5). */
	if (abort->error != DIMP_ERROR_UNKNOWN_MIGRATION && note_fact(&known->said, heard))
		known->error = (enum dimp_error)abort->error;
}

static void note_of_migration(struct hearing *hearing, struct heard_migration *migration,
	const struct heard *heard)
{
	const struct dimp_message *message = &heard->message;

	if (message->kind == DIMP_MESSAGE_SOLICIT)
		note_solicit(migration, heard);
	else if (message->kind == DIMP_MESSAGE_OFFER)
		note_offer(migration, heard);
	else if (message->kind == DIMP_MESSAGE_ACCEPT)
		(void)note_fact(&migration->accepted, heard);
	else if (message->kind == DIMP_MESSAGE_REFUSE)
		(void)note_fact(&migration->refused, heard);
	else if (message->kind == DIMP_MESSAGE_FREEZE)
		(void)note_fact(&migration->frozen, heard);
	else if (message->kind == DIMP_MESSAGE_DATA)
		note_chunk(hearing, migration, heard);
	else if (message->kind == DIMP_MESSAGE_ROUND_END)
		note_round(hearing, migration, heard);
	else if (message->kind == DIMP_MESSAGE_ABORT)
		note_abort(migration, heard);
	else if (message->kind == DIMP_MESSAGE_COMMIT && note_fact(&migration->committed, heard))
		migration->commit_freeze = message->body.commit.freeze;
	else if (message->kind == DIMP_MESSAGE_RELEASED && note_fact(&migration->released, heard))
		migration->release = message->body.released;
}

static bool has_ticket(const struct dimp_message *request)
{
	return (request->body.request.attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0;
}

/* Its rights stand behind the DI types (DIMP 9.7-3). */
static bool ticket_bears_risk(const struct dimp_message *request)
{
	return (request->body.request.ticket.octets[sizeof(uint64_t)] & 1) != 0;
}

static void note_of_request(struct heard_request *request, const struct heard *heard)
{
	const struct dimp_message *message = &heard->message;

	if (message->kind == DIMP_MESSAGE_REQUEST && note_fact(&request->requested, heard)) {
		request->serial = message->body.request.serial;
		request->vsi = message->body.request.vsi;
		request->required = message->body.request.required;
		request->may_be_at_risk = !has_ticket(message) || ticket_bears_risk(message);
	} else if (message->kind == DIMP_MESSAGE_RESPONSE &&
		note_fact(&request->responded, heard)) {
		request->response = *message;
	}
}

/* What an ACK and a CLOSE say of their keys. */
static void note_of_keys(struct hearing *hearing, const struct heard *heard)
{
	struct heard_keys *keys = &hearing->keys[heard->keys];

	if (heard->message.kind == DIMP_MESSAGE_CLOSE && !keys->is_closed) {
		keys->is_closed = true;
		keys->close_number = heard->number;
		keys->close_frame = heard->frame;
	}
	keys->has_acknowledged |= heard->message.kind == DIMP_MESSAGE_ACK;
	if (heard->message.kind != DIMP_MESSAGE_ACK || keys->reverse == HEARING_NOBODY)
		return;
	const struct heard_bound bound = {heard->frame, heard->message.body.ack.largest,
		heard->frame};

	if (!hearing_note_bound(&hearing->keys[keys->reverse].acknowledged, &bound))
		hearing->is_out_of_memory = true;
}

void hearing_note_message(struct hearing *hearing, const struct heard *heard)
{
	note_of_keys(hearing, heard);
	hearing_note_speaker(hearing, heard);
	struct heard_migration *migration = hearing_migration(hearing, heard);
	struct heard_request *request = hearing_request(hearing, heard);

	if (migration != NULL)
		note_of_migration(hearing, migration, heard);
	if (request != NULL)
		note_of_request(request, heard);
}
