/* SPDX-License-Identifier: MIT */
/*
 * What the user of a speaker wants or knows: VSIs and their DI, a station's requests, answers to
 * events, and a look inside.
 */
#include <assert.h>
#include <string.h>

#include "di_staging.h"
#include "ownership.h"
#include "requests.h"
#include "rising_id.h"
#include "whereabouts.h"

void dimp_speaker_set_types(struct dimp_speaker *speaker, uint64_t supported,
	const uint32_t entries_max[DIMP_DI_TYPES])
{
	speaker->config.supported_types = supported;
	memcpy(speaker->config.type_entries_max, entries_max,
		sizeof(speaker->config.type_entries_max));
}

void dimp_speaker_drain(struct dimp_speaker *speaker)
{
	speaker->is_draining = true;
}

void dimp_speaker_set_pdu_size(struct dimp_speaker *speaker, uint16_t size)
{
	assert(size >= DIMP_PDU_SIZE_DEFAULT);
	assert(size <= DIMP_PDU_SIZE_MAX);
	speaker->config.pdu_size_max = size;
	speaker->context.pdu_size_max = size;
	for (uint32_t index = 0; index < speaker->peer_count; index++)
		association_take_pdu_size(speaker->peers[index].association);
}

dimp_peer speaker_find_peer(const struct dimp_speaker *speaker,
	const struct dimp_public_key *static_public)
{
	for (uint32_t index = 0; index < speaker->peer_count; index++) {
		if (memcmp(speaker->peers[index].static_public.octets, static_public->octets,
			    sizeof(static_public->octets)) == 0)
			return index;
	}
	return DIMP_NO_PEER;
}

/* Older contexts of a VSI that was put into force here are of no use any more. */
static void wipe_others(struct dimp_speaker *speaker, dimp_vsi_index slot)
{
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		struct source *other = &speaker->vsis[index];
		const struct services_event gone = {
			.kind = DIMP_EVENT_GONE,
			.peer = DIMP_NO_PEER,
			.vsi = index,
		};

		if (index == slot || other->use != SOURCE_CONTEXT ||
			memcmp(other->vsi.octets, speaker->vsis[slot].vsi.octets,
				sizeof(other->vsi.octets)) != 0)
			continue;
		di_table_wipe(speaker->services.table, index);
		other->use = SOURCE_UNUSED;
		services_emit(&speaker->services, &gone);
	}
}

/* A context of |vsi| in a slot that may have been another VSI's. */
static void start_context(struct dimp_speaker *speaker, dimp_vsi_index slot,
	const struct dimp_vsi *vsi)
{
	uint64_t *ended = speaker->vsis[slot].ended;

	for (uint32_t peer = 0; peer < speaker->config.peers_max; peer++)
		ended[peer] = 0;
	speaker_use_vsi(speaker, slot);
	source_init(&speaker->vsis[slot], slot, vsi, ended);
}

/* The highest serial that a move of |vsi| has had here: who comes to own it knows what was ordered
 * before (DIMP 9.1-4). */
static uint64_t highest_serial(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	uint64_t serial = 0;

	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_CONTEXT && source->serial_top > serial &&
			memcmp(source->vsi.octets, vsi->octets, sizeof(vsi->octets)) == 0)
			serial = source->serial_top;
	}
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination->asked.serial > serial &&
			memcmp(destination->asked.vsi.octets, vsi->octets, sizeof(vsi->octets)) ==
				0)
			serial = destination->asked.serial;
	}
	return serial;
}

/* That of the ownership to which |destination| leads: what the server told with the VSI counts on.
 */
static uint64_t adopted_serial(const struct dimp_speaker *speaker,
	const struct destination *destination)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &destination->asked.vsi);
	const bool is_owner = held != DIMP_NO_VSI && source_is_owner(&speaker->vsis[held]);

	return is_owner && speaker->vsis[held].serial > destination->asked.serial
		? speaker->vsis[held].serial
		: destination->asked.serial;
}

static void adopt(struct dimp_speaker *speaker, const struct destination *destination,
	dimp_vsi_index slot, struct dimp_time now)
{
	struct source *source = &speaker->vsis[slot];
	const uint64_t serial = adopted_serial(speaker, destination);
	const uint64_t known = highest_serial(speaker, &destination->asked.vsi);

	start_context(speaker, slot, &destination->asked.vsi);
	source->serial = serial;
	source->serial_top = known;
	source->epoch = destination->epoch;
	source->filter_count = destination->filter_count;
	memcpy(source->filters, destination->filters,
		destination->filter_count * sizeof(source->filters[0]));
	for (size_t index = 0; index < source->filter_count; index++)
		source->filters[index].vlan =
			dimp_vlan_map_ours(&speaker->config.vlan_map, source->filters[index].vlan);
	wipe_others(speaker, slot);
	whereabouts_settle(speaker, source, whereabouts_asked(speaker, destination));
	if (destination->is_at_risk)
		ownership_announce(speaker, slot, now);
}

void speaker_settle_slot(struct dimp_speaker *speaker, struct destination *destination,
	dimp_vsi_index slot, struct dimp_time now)
{
	if (slot == DIMP_NO_VSI || speaker->vsis[slot].use != SOURCE_STAGING)
		return;
	if (destination->machine.vsi == DIMP_NO_VSI) {
		speaker->vsis[slot].use = SOURCE_UNUSED;
	} else if (destination->machine.state == DESTINATION_ACTIVE) {
		adopt(speaker, destination, slot, now);
		/* The slot is the context's now, and one day another request's. */
		destination->machine.vsi = DIMP_NO_VSI;
	}
}

/* VSIs and their DI. */

/* A new owner's context of |vsi|; DIMP_NO_VSI without room. */
static dimp_vsi_index new_context(struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	const dimp_vsi_index index = speaker_unnamed_vsi(speaker);

	if (index != DIMP_NO_VSI)
		start_context(speaker, index, vsi);
	return index;
}

enum dimp_error dimp_speaker_vsi_add(struct dimp_speaker *speaker,
	const struct dimp_vsi_config *config, dimp_vsi_index *index, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	const uint64_t known = highest_serial(speaker, &config->vsi);
	const dimp_vsi_index held = speaker_find_vsi(speaker, &config->vsi);
	const bool is_owner = held != DIMP_NO_VSI && source_is_owner(&speaker->vsis[held]);
	struct source *source;

	if (config->filter_count > DIMP_FILTERS_MAX)
		return DIMP_ERROR_TOO_MANY;
	*index = held != DIMP_NO_VSI ? held : new_context(speaker, &config->vsi);
	if (*index == DIMP_NO_VSI)
		return DIMP_ERROR_TABLE_FULL;
	source = &speaker->vsis[*index];
	source_arrived(source, config->serial, &input);
	whereabouts_settle(speaker, source, config->has_station ? config->station : DIMP_NO_PEER);
	if (is_owner)
		return DIMP_ERROR_NONE;
	source->serial_top = known > source->serial_top ? known : source->serial_top;
	source->filter_count = config->filter_count;
	memcpy(source->filters, config->filters, config->filter_count * sizeof(config->filters[0]));
	return DIMP_ERROR_NONE;
}

static struct source *context_at(struct dimp_speaker *speaker, dimp_vsi_index index)
{
	if (index >= speaker->config.vsis_max || speaker->vsis[index].use != SOURCE_CONTEXT)
		return NULL;
	return &speaker->vsis[index];
}

void dimp_speaker_vsi_left(struct dimp_speaker *speaker, dimp_vsi_index index, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	struct source *source = context_at(speaker, index);

	if (source != NULL)
		source_left(source, &input);
}

enum dimp_error dimp_speaker_vsi_revoke(struct dimp_speaker *speaker, dimp_vsi_index index,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	struct source *source = context_at(speaker, index);

	if (source == NULL)
		return DIMP_ERROR_NO_SUCH_VSI;
	return source_revoke(source, &input) ? DIMP_ERROR_NONE : DIMP_ERROR_WRONG_STATE;
}

enum dimp_error dimp_speaker_di_change(struct dimp_speaker *speaker, dimp_vsi_index index,
	const struct dimp_record *record, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	struct source *source = context_at(speaker, index);
	enum dimp_error error;

	if (source == NULL)
		return DIMP_ERROR_NO_SUCH_VSI;
	if (!source_is_open(source))
		return DIMP_ERROR_VSI_FROZEN;
	error = di_table_change(speaker->services.table, index, record, now);
	if (error == DIMP_ERROR_NONE)
		source_changed(source, &input);
	return error;
}

bool dimp_speaker_di_next(const struct dimp_speaker *speaker, struct dimp_di_cursor *cursor,
	struct dimp_record *record, struct dimp_time now)
{
	return cursor->vsi < speaker->config.vsis_max &&
		di_table_next(speaker->services.table, cursor, record, now);
}

/* A station's requests. */

static struct station *free_station(struct dimp_speaker *speaker)
{
	struct station *oldest = NULL;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct station *station = &speaker->stations[index];

		if (!station->is_used)
			return station;
		if (station_has_ended(station) &&
			(oldest == NULL || station->machine.migration < oldest->machine.migration))
			oldest = station;
	}
	return oldest;
}

enum dimp_error dimp_speaker_request(struct dimp_speaker *speaker,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request)
{
	const struct machine_input input = speaker_input(speaker, config->destination, now);
	struct station *station = free_station(speaker);

	if (speaker->config.role != DIMP_ROLE_STATION_SPEAKER)
		return DIMP_ERROR_WRONG_STATE;
	if (config->destination >= speaker->peer_count)
		return DIMP_ERROR_NO_SUCH_PEER;
	if (config->filter_count == 0 || config->filter_count > DIMP_FILTERS_MAX)
		return DIMP_ERROR_TOO_MANY;
	if (station == NULL || !rising_id_take(&speaker->request_last, request))
		return DIMP_ERROR_TABLE_FULL;
	speaker_use_migration(speaker, (uint32_t)(station - speaker->stations));
	station_request(station, config, *request, &input);
	return DIMP_ERROR_NONE;
}

enum dimp_error dimp_speaker_announce(struct dimp_speaker *speaker,
	const struct dimp_announcement *announcement, struct dimp_time now, uint64_t *id)
{
	const struct machine_input input = speaker_input(speaker, announcement->bridge, now);

	if (speaker->config.role != DIMP_ROLE_STATION_SPEAKER)
		return DIMP_ERROR_WRONG_STATE;
	if (announcement->bridge >= speaker->peer_count)
		return DIMP_ERROR_NO_SUCH_PEER;
	if (!rising_id_take(&speaker->request_last, id))
		return DIMP_ERROR_TABLE_FULL;
	return announcements_begin(&speaker->announcements, announcement, *id, &input)
		? DIMP_ERROR_NONE
		: DIMP_ERROR_TABLE_FULL;
}

enum dimp_error dimp_speaker_vsi_expect(struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	dimp_peer station)
{
	if (station != DIMP_NO_PEER && station >= speaker->peer_count)
		return DIMP_ERROR_NO_SUCH_PEER;
	return expected_stations_set(&speaker->expectations, vsi, station) ? DIMP_ERROR_NONE
									   : DIMP_ERROR_TABLE_FULL;
}

/* A command as a station's machine takes it, and as a bridge's request does. */
struct command {
	enum station_event event;
	enum dimp_message_kind kind;
};

static enum dimp_error give(struct dimp_speaker *speaker, uint64_t request, struct command command,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	if (speaker->config.role == DIMP_ROLE_BRIDGE_SPEAKER)
		return requests_order(speaker, request, command.kind, now);
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct station *station = &speaker->stations[index];

		if (station->is_used && station->machine.migration == request)
			return station_command(station, command.event, &input);
	}
	return DIMP_ERROR_NO_SUCH_REQUEST;
}

enum dimp_error dimp_speaker_cutover(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now)
{
	const struct command command = {STATION_ON_COMMAND_CUTOVER, DIMP_MESSAGE_CUTOVER};

	return give(speaker, request, command, now);
}

enum dimp_error dimp_speaker_proceed(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now)
{
	const struct command command = {STATION_ON_COMMAND_PROCEED, DIMP_MESSAGE_PROCEED};

	return give(speaker, request, command, now);
}

enum dimp_error dimp_speaker_cancel(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now)
{
	const struct command command = {STATION_ON_COMMAND_CANCEL, DIMP_MESSAGE_CANCEL};

	return give(speaker, request, command, now);
}

enum dimp_error dimp_speaker_end_doubt(struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	enum dimp_error error = DIMP_ERROR_NO_SUCH_REQUEST;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (destination->is_used &&
			memcmp(&destination->asked.vsi, vsi, sizeof(*vsi)) == 0 &&
			destination_end_doubt(destination, &input))
			error = DIMP_ERROR_NONE;
	}
	return error;
}

/* Answers to events. */

void dimp_speaker_frozen(struct dimp_speaker *speaker, dimp_vsi_index vsi, uint64_t token,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	struct source *source = context_at(speaker, vsi);

	if (source != NULL)
		source_frozen(source, token, &input);
}

void dimp_speaker_reject(struct dimp_speaker *speaker, dimp_vsi_index vsi,
	const struct dimp_record *record, enum dimp_error error)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (!destination->is_used || destination->machine.vsi != vsi ||
			destination->is_activated || vsi >= speaker->config.vsis_max)
			continue;
		di_table_reject(speaker->services.table, vsi, record, error);
		destination->is_check_wanted = true;
	}
}

void dimp_speaker_activated(struct dimp_speaker *speaker, dimp_vsi_index vsi, bool is_in_force,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (!destination->is_used || destination->machine.vsi != vsi ||
			destination->machine.state != DESTINATION_ACTIVATING)
			continue;
		destination_activated(destination, is_in_force, &input);
		speaker_settle_slot(speaker, destination, vsi, now);
	}
}

/* A look inside. */

bool dimp_speaker_keys(const struct dimp_speaker *speaker, dimp_peer peer,
	struct dimp_association_keys *keys)
{
	return peer < speaker->peer_count &&
		association_keys(speaker->peers[peer].association, keys);
}

/* A slot that is staged into is named by the migration that stages. */
static bool staging_status(const struct dimp_speaker *speaker, dimp_vsi_index vsi,
	struct dimp_vsi_status *status)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];

		if (!destination->is_used || destination->machine.vsi != vsi)
			continue;
		*status = (struct dimp_vsi_status){
			.vsi = destination->asked.vsi,
			.state = machine_state_name(&destination->machine),
			.serial = destination->asked.serial,
			.entries = di_table_entries(speaker->services.table, vsi),
			.is_staged = true,
		};
		return true;
	}
	return false;
}

bool dimp_speaker_vsi_status(const struct dimp_speaker *speaker, dimp_vsi_index vsi,
	struct dimp_vsi_status *status)
{
	const struct source *source;

	if (vsi >= speaker->config.vsis_max)
		return false;
	if (speaker->vsis[vsi].use == SOURCE_STAGING)
		return staging_status(speaker, vsi, status);
	if (speaker->vsis[vsi].use != SOURCE_CONTEXT)
		return false;
	source = &speaker->vsis[vsi];
	*status = (struct dimp_vsi_status){
		.vsi = source->vsi,
		.state = machine_state_name(&source->machine),
		.epoch = source->epoch,
		.serial = source->serial,
		.entries = di_table_entries(speaker->services.table, vsi),
		.is_owner = source_is_owner(source),
	};
	return true;
}

void dimp_speaker_usage(const struct dimp_speaker *speaker, struct dimp_speaker_usage *usage)
{
	const struct di_room held = di_table_held(speaker->services.table);
	const struct di_room set_aside = di_table_set_aside(speaker->services.table);

	*usage = (struct dimp_speaker_usage){
		.entries = held.entries,
		.octets = held.octets,
		.reserved_entries = set_aside.entries,
		.reserved_octets = set_aside.octets,
	};
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		usage->vsis += speaker->vsis[index].use != SOURCE_UNUSED;
		usage->staged += speaker->vsis[index].use == SOURCE_STAGING;
	}
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++)
		usage->migrations += speaker->destinations[index].is_used;
}

void dimp_speaker_counters(const struct dimp_speaker *speaker, struct dimp_counters *counters)
{
	*counters = speaker->counters;
}
