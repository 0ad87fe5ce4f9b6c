/* SPDX-License-Identifier: MIT */
/*
 * Whom machines wait for.  A source that says nothing may have nothing to say: it is asked for an
 * acknowledgement after a part of silence_us, and probes, and the handshake that follows three of
 * them, go on meanwhile.  Silence is counted from the first question without an answer, so that a
 * speaker which was itself asleep asks first.  An association that is down has its own time.
 */
#include "peer_watch.h"

#include "instant.h"

/* So many times silence_us holds the silence after which the peer is asked. */
enum { ASKS_IN_SILENCE = 4 };

static void note_awaited(struct dimp_speaker *speaker, dimp_peer peer)
{
	if (peer < speaker->peer_count)
		speaker->peers[peer].is_awaited = true;
}

static void note_sources(struct dimp_speaker *speaker)
{
	for (uint32_t index = 0; index < speaker->vsis_end; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_CONTEXT)
			note_awaited(speaker, source->destination);
	}
}

static void note_destination(struct dimp_speaker *speaker, const struct destination *destination)
{
	if (!destination->is_told_in_doubt && !destination_has_ended(destination))
		note_awaited(speaker, destination->source);
	if (destination->source < speaker->peer_count && destination_waits_for_source(destination))
		speaker->peers[destination->source].is_awaited_source = true;
}

static void note_migrations(struct dimp_speaker *speaker)
{
	for (uint32_t index = 0; index < speaker->migrations_end; index++) {
		const struct destination *destination = &speaker->destinations[index];
		const struct station *station = &speaker->stations[index];

		if (destination->is_used)
			note_destination(speaker, destination);
		if (station->is_used && !station_has_ended(station))
			note_awaited(speaker, station->destination);
	}
}

/* One pass over all that may wait, not one a peer: a bridge has many VSIs and many peers. */
void peer_watch_update(struct dimp_speaker *speaker)
{
	const uint32_t ask_us = speaker->config.settings.silence_us / ASKS_IN_SILENCE;

	for (dimp_peer peer = 0; peer < speaker->peer_count; peer++)
		speaker->peers[peer].is_awaited = speaker->peers[peer].is_awaited_source = false;
	note_sources(speaker);
	note_migrations(speaker);
	for (dimp_peer peer = 0; peer < speaker->peer_count; peer++) {
		const struct speaker_peer *watched = &speaker->peers[peer];

		association_keep_alive(watched->association, watched->is_awaited);
		association_ask_after(watched->association,
			watched->is_awaited_source ? ask_us : 0);
	}
}

/* When the source of |destination| will have left us without an answer for too long. */
static struct dimp_time silent_at(const struct dimp_speaker *speaker,
	const struct destination *destination)
{
	const uint64_t silence_us = speaker->config.settings.silence_us;
	struct services services = speaker->services;
	const struct machine_input input = {.services = &services};
	struct dimp_time asked;

	if (silence_us == 0 || !destination->is_used ||
		destination->source >= speaker->peer_count ||
		!destination_minds_silence(destination, &input))
		return DIMP_NEVER;
	asked = association_unanswered_since(speaker->peers[destination->source].association);
	return asked.us == DIMP_NEVER.us ? asked : instant_after(asked, silence_us);
}

struct dimp_time peer_watch_deadline(const struct dimp_speaker *speaker)
{
	struct dimp_time deadline = DIMP_NEVER;

	for (uint32_t index = 0; index < speaker->migrations_end; index++)
		deadline = instant_earlier(deadline,
			silent_at(speaker, &speaker->destinations[index]));
	return deadline;
}

void peer_watch_expire(struct dimp_speaker *speaker, struct dimp_time now)
{
	for (uint32_t index = 0; index < speaker->migrations_end; index++) {
		struct destination *destination = &speaker->destinations[index];
		const struct machine_input input = speaker_input(speaker, destination->source, now);
		const dimp_vsi_index slot = destination->machine.vsi;

		if (!instant_has_come(silent_at(speaker, destination), now))
			continue;
		destination_source_silent(destination, &input);
		speaker_settle_slot(speaker, destination, slot, now);
	}
}
