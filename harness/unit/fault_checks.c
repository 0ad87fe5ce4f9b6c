/* SPDX-License-Identifier: MIT */
/* Judging looks inside the speakers; it changes nothing. */
#include "fault_checks.h"

#include <string.h>

#include "limits.h"
#include "speaker.h"

static void judge(struct fault_rig *rig, bool holds, const char *invariant)
{
	if (!holds && rig->broken == NULL)
		rig->broken = invariant;
}

/* Contexts of bridge |bridge| that own the VSI; |vsi| becomes the last. */
static unsigned owners_at(const struct fault_rig *rig, unsigned bridge, dimp_vsi_index *vsi)
{
	const struct dimp_speaker *speaker = rig->speakers[bridge];
	unsigned owners = 0;

	for (dimp_vsi_index index = 0; index < speaker->config.vsis_max; index++) {
		if (!source_is_owner(&speaker->vsis[index]))
			continue;
		owners++;
		*vsi = index;
	}
	return owners;
}

unsigned fault_checks_owner(const struct fault_rig *rig, dimp_vsi_index *vsi)
{
	for (unsigned bridge = 0; bridge < FAULT_BRIDGES; bridge++) {
		if (owners_at(rig, bridge, vsi) > 0)
			return bridge;
	}
	return FAULT_BRIDGES;
}

static unsigned owners(const struct fault_rig *rig)
{
	dimp_vsi_index vsi;
	unsigned count = 0;

	for (unsigned bridge = 0; bridge < FAULT_BRIDGES; bridge++)
		count += owners_at(rig, bridge, &vsi);
	return count;
}

static void check_request(struct fault_rig *rig, unsigned bridge,
	const struct destination *destination)
{
	const struct dimp_response *response = &destination->response.body.response;
	const struct dimp_time deadline = {destination->tell_until.us - DIMP_STATION_GRACE_US};
	const bool is_behind = dimp_speaker_deadline(rig->speakers[bridge]).us <= rig->now.us ||
		rig->paused_until[bridge].us >= rig->now.us;

	if (destination->has_response && response->result == DIMP_RESULT_FAIL &&
		response->error != DIMP_ERROR_IN_DOUBT)
		judge(rig, destination->machine.vsi == DIMP_NO_VSI,
			"I5: after FAIL nothing is staged");
	judge(rig, destination->has_response || is_behind || deadline.us >= rig->now.us,
		"I6: a RESPONSE by the deadline");
}

void fault_checks_always(struct fault_rig *rig)
{
	for (unsigned bridge = 0; bridge < FAULT_BRIDGES; bridge++) {
		const struct dimp_speaker *speaker = rig->speakers[bridge];

		for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
			if (speaker->destinations[index].is_used)
				check_request(rig, bridge, &speaker->destinations[index]);
		}
	}
	for (size_t index = 0; index < rig->request_count; index++)
		judge(rig, rig->requests[index].responses <= 1, "I6: one RESPONSE only");
	judge(rig, owners(rig) <= 1 || rig->proceeds > 0, "I1: one owner");
}

/* A slot of a bridge. */
struct place {
	unsigned bridge;
	dimp_vsi_index vsi;
};

/* Digest of what a bridge holds in a slot. */
static size_t digest_of(const struct fault_rig *rig, struct place place,
	struct dimp_digest_row rows[DIMP_ROWS_MAX])
{
	static const struct dimp_id16 key = {{1}};
	const struct dimp_speaker *speaker = rig->speakers[place.bridge];
	struct digest digest;

	digest_start(&digest, speaker->config.crypto, &key);
	di_table_digest(speaker->services.table, place.vsi, UINT64_MAX, &digest);
	return digest_rows(&digest, rows);
}

static void check_equal(struct fault_rig *rig, struct place here, struct place there)
{
	struct dimp_digest_row mine[DIMP_ROWS_MAX], theirs[DIMP_ROWS_MAX];
	const size_t count = digest_of(rig, here, mine);

	judge(rig, digest_of(rig, there, theirs) == count, "I3: the same DI types");
	for (size_t index = 0; index < count && rig->broken == NULL; index++) {
		judge(rig, mine[index].entries == theirs[index].entries, "I3: as many entries");
		judge(rig, mine[index].sum == theirs[index].sum, "I3: the same entries");
	}
}

/* The tombstone of a migration to |bridge|; false when there is none. */
static bool find_released(const struct fault_rig *rig, unsigned bridge, uint64_t migration,
	struct place *place)
{
	for (place->bridge = 0; place->bridge < FAULT_BRIDGES; place->bridge++) {
		const struct dimp_speaker *speaker = rig->speakers[place->bridge];

		for (place->vsi = 0; place->vsi < speaker->config.vsis_max; place->vsi++) {
			const struct source *source = &speaker->vsis[place->vsi];

			if (source->use == SOURCE_CONTEXT &&
				source->machine.state == SOURCE_RELEASED &&
				source->machine.migration == migration &&
				fault_rig_other_end(place->bridge, source->destination) == bridge)
				return true;
		}
	}
	return false;
}

/* Remaining time of a binding is never beyond what its first bridge learned (I7). */
static void check_leases(struct fault_rig *rig, unsigned bridge, dimp_vsi_index vsi)
{
	struct dimp_di_cursor walk = {.vsi = vsi};
	struct dimp_record record;

	while (di_table_next(rig->speakers[bridge]->services.table, &walk, &record, rig->now)) {
		const uint8_t key = record.body.dhcp_binding.client.octets[5];
		const uint64_t remaining_us =
			dimp_duration_to_us(record.body.dhcp_binding.remaining);

		judge(rig, key < FAULT_KEYS, "I3: no entry that nobody learned");
		if (key < FAULT_KEYS)
			judge(rig,
				remaining_us == 0 ||
					rig->now.us + remaining_us <= rig->expiry[key].us,
				"I7: no lease grows");
	}
}

void fault_checks_activation(struct fault_rig *rig, unsigned bridge, const struct dimp_event *event)
{
	const struct place here = {bridge, event->vsi};
	struct place there;

	check_leases(rig, bridge, event->vsi);
	if (rig->crashes > 0 || rig->proceeds > 0)
		return;
	if (find_released(rig, bridge, event->migration, &there))
		check_equal(rig, here, there);
	else
		judge(rig, false, "I4: in force here means released there");
}

static void check_quiet_bridge(struct fault_rig *rig, unsigned bridge)
{
	const struct dimp_speaker *speaker = rig->speakers[bridge];
	uint32_t held = 0;

	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_UNUSED)
			continue;
		judge(rig, source->use == SOURCE_CONTEXT, "I11: nothing staged is left");
		judge(rig,
			source->machine.state == SOURCE_OWNER ||
				(rig->crashes > 0 && source->machine.state == SOURCE_RELEASED),
			"I11: no migration is left at the source");
		held += di_table_entries(speaker->services.table, index);
	}
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++)
		judge(rig,
			!speaker->destinations[index].is_used ||
				destination_has_ended(&speaker->destinations[index]),
			"I11: no request is left");
	judge(rig, di_table_room(speaker->services.table).entries + held == FAULT_ENTRIES_MAX,
		"I11: all room is back");
}

void fault_checks_quiet(struct fault_rig *rig)
{
	for (unsigned bridge = 0; bridge < FAULT_BRIDGES; bridge++)
		check_quiet_bridge(rig, bridge);
	for (size_t index = 0; index < rig->request_count; index++)
		judge(rig, rig->requests[index].responses == 1, "I6: a RESPONSE for every REQUEST");
	judge(rig, rig->crashes > 0 || owners(rig) == 1 || rig->proceeds > 0,
		"I1: not without owner");
	judge(rig, owners(rig) <= 1, "I1: one owner once all can talk");
}
