/* SPDX-License-Identifier: MIT */
/*
 * A KaY's participant and peers as records, and back (DIMP 8.6, 8.7).  Instants are the KaY's own;
 * records hold what is left of them.
 */
#include <string.h>

#include "net/octets.h"
#include "sources/kay_state.h"
#include "sources/macsec_suite.h"

static const uint32_t algorithm = 0x0080c201;

enum { VERSION = 2, EXTENDED_VERSION = 3 };

/* On its way a duration loses an upper bound of the transit; the wait for the next SAK must not
 * have become shorter by that (DIMP 8.6-7). */
static const uint32_t margin_ms = 100;

struct dimp_id16 kay_records_identifier(const struct mkpdu_key *key)
{
	struct dimp_id16 identifier;
	struct octet_writer writer = octet_writer_of(identifier.octets, sizeof identifier.octets);

	octet_write_copy(&writer, key->server.octets, sizeof key->server.octets);
	octet_write_u32(&writer, key->number);
	return identifier;
}

static bool key_of(const struct dimp_id16 *identifier, struct mkpdu_key *key)
{
	struct octet_reader reader =
		octet_reader_of((struct dimp_view){identifier->octets, sizeof identifier->octets});
	static const struct dimp_id16 none;

	octet_read_copy(&reader, key->server.octets, sizeof key->server.octets);
	key->number = octet_read_u32(&reader);
	return memcmp(identifier, &none, sizeof none) != 0;
}

static struct dimp_ckn name_of(const struct kay *kay)
{
	struct dimp_ckn name = {.octets = {(uint8_t)kay->keys.name.size}};

	memcpy(name.octets + 1, kay->keys.name.octets, kay->keys.name.size);
	return name;
}

static struct dimp_octets32 secret_of(const struct mka_key *key)
{
	struct dimp_octets32 secret = {.size = (uint16_t)key->size};

	memcpy(secret.octets, key->octets, key->size);
	return secret;
}

static struct mka_key key_from(const uint8_t *octets, size_t size)
{
	struct mka_key key = {.size = size <= MKA_KEY_MAX ? size : 0};

	memcpy(key.octets, octets, key.size);
	return key;
}

/* What is left until |at|, rounded up: whoever waits for it must not begin before. */
static uint32_t left_until(struct dimp_time at, struct dimp_time now)
{
	return at.us <= now.us ? 0 : (uint32_t)((at.us - now.us + 999) / 1000);
}

/* What is left of a life, rounded down: nobody lives longer for having moved. */
static uint32_t life_until(struct dimp_time at, struct dimp_time now)
{
	return at.us <= now.us ? 0 : (uint32_t)((at.us - now.us) / 1000);
}

static struct dimp_time instant_of(uint32_t left, struct dimp_time now)
{
	const uint64_t us = dimp_duration_to_us(left);

	return us == UINT64_MAX ? DIMP_NEVER : (struct dimp_time){now.us + us};
}

/* ---- Writing ---- */

static void tell_keys(const struct kay *kay, struct dimp_mka_participant *participant)
{
	if (kay->latest.is_there) {
		const struct mkpdu_use *const use = &kay->latest.use;
		participant->latest_key = kay_records_identifier(&use->key);
		participant->latest_association_number = use->association_number;
		participant->latest_is_receiving = use->is_receiving;
		participant->latest_is_transmitting = use->is_transmitting;
		participant->latest_lowest_pn = use->lowest_pn;
	}
	if (kay->old.is_there) {
		const struct mkpdu_use *const use = &kay->old.use;
		participant->old_key = kay_records_identifier(&use->key);
		participant->old_association_number = use->association_number;
		participant->old_is_receiving = use->is_receiving;
		participant->old_is_transmitting = use->is_transmitting;
		participant->old_lowest_pn = use->lowest_pn;
	}
}

static void tell_timers(const struct kay *kay, struct dimp_mka_participant *participant,
	struct dimp_time now)
{
	const uint32_t wait = left_until(kay->distribute_from, now);

	if (wait != 0) {
		participant->distribution_wait = wait;
		participant->attributes |= 1U << DIMP_ATTRIBUTE_mka_participant_distribution_wait;
	}
	if (kay->transmit_at.us != UINT64_MAX) {
		participant->transmit_wait = left_until(kay->transmit_at, now);
		participant->attributes |= 1U << DIMP_ATTRIBUTE_mka_participant_transmit_wait;
	}
	if (kay->retire_at.us != UINT64_MAX) {
		participant->retire_wait = left_until(kay->retire_at, now);
		participant->attributes |= 1U << DIMP_ATTRIBUTE_mka_participant_retire_wait;
	}
}

static void write_participant(const struct kay *kay, struct dimp_time now)
{
	struct dimp_record record = {
		.type = DIMP_DI_MKA_PARTICIPANT,
		.operation = DIMP_OPERATION_PUT,
		.body.mka_participant =
			{
				.key_name = name_of(kay),
				.sci = kay->sci,
				.next_message = kay->next_message,
				.algorithm = algorithm,
				.mka_version = macsec_suite_is_extended(kay->config.cipher_suite)
					? EXTENDED_VERSION
					: VERSION,
				.priority = kay->priority,
				.is_key_server = kay->is_key_server,
				.is_macsec_desired = kay->is_macsec_desired,
				.capability = (uint8_t)kay->capability,
				.is_delay_protecting = kay->is_delay_protecting,
				.next_key = kay->next_key,
				.next_association_number = kay->next_association_number,
				.remaining = DIMP_DURATION_INFINITE,
				.icv_key = secret_of(&kay->keys.icv_key),
				.wrapping_key = secret_of(&kay->keys.wrapping_key),
				.attributes = 1U << DIMP_ATTRIBUTE_mka_participant_icv_key |
					1U << DIMP_ATTRIBUTE_mka_participant_wrapping_key,
			},
	};
	struct dimp_mka_participant *const participant = &record.body.mka_participant;

	memcpy(participant->member.octets, kay->member.octets, sizeof kay->member.octets);
	tell_keys(kay, participant);
	tell_timers(kay, participant, now);
	(void)di_store_put(kay->place.store, kay->place.slot, &record, now);
	explicit_bzero(&record, sizeof record);
}

static void write_peer(const struct kay *kay, const struct kay_peer *peer, struct dimp_time now)
{
	struct dimp_record record = {
		.type = DIMP_DI_MKA_PEER,
		.operation = DIMP_OPERATION_PUT,
		.body.mka_peer =
			{
				.key_name = name_of(kay),
				.sci = peer->sci,
				.last_message = peer->last_message,
				.priority = peer->priority,
				.is_key_server = peer->is_key_server,
				.is_macsec_desired = peer->is_macsec_desired,
				.capability = peer->capability,
				.is_live = peer->is_live,
				.is_receiving = peer->is_receiving,
				.is_transmitting = peer->is_transmitting,
				.remaining = life_until(peer->until, now),
			},
	};

	memcpy(record.body.mka_peer.member.octets, peer->member.octets, sizeof peer->member.octets);
	(void)di_store_put(kay->place.store, kay->place.slot, &record, now);
}

static bool has_member(const struct kay *kay, const struct dimp_member *member)
{
	for (size_t index = 0; index < kay->peer_count; index++)
		if (memcmp(kay->peers[index].member.octets, member->octets,
			    sizeof member->octets) == 0)
			return true;
	return false;
}

static void delete_others(const struct kay *kay, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(kay->place.store, kay->place.slot, DIMP_DI_MKA_PEER,
			&cursor))) {
		const struct dimp_record record = entry->record;
		if (!has_member(kay, &record.body.mka_peer.member))
			(void)di_store_delete(kay->place.store, kay->place.slot, &record, now);
	}
}

void kay_records_write(const struct kay *kay, struct dimp_time now)
{
	write_participant(kay, now);
	delete_others(kay, now);
	for (size_t index = 0; index < kay->peer_count; index++)
		write_peer(kay, &kay->peers[index], now);
}

/* ---- Reading ---- */

static void load_keys(struct kay *kay, const struct dimp_mka_participant *participant)
{
	struct mkpdu_use *const latest = &kay->latest.use, *const old = &kay->old.use;

	kay->latest.is_there = key_of(&participant->latest_key, &latest->key);
	latest->association_number = participant->latest_association_number;
	latest->is_receiving = participant->latest_is_receiving != 0;
	latest->is_transmitting = participant->latest_is_transmitting != 0;
	latest->lowest_pn = kay->latest.next_lowest = participant->latest_lowest_pn;
	kay->old.is_there = key_of(&participant->old_key, &old->key);
	old->association_number = participant->old_association_number;
	old->is_receiving = participant->old_is_receiving != 0;
	old->is_transmitting = participant->old_is_transmitting != 0;
	old->lowest_pn = kay->old.next_lowest = participant->old_lowest_pn;
}

static void load_timers(struct kay *kay, const struct dimp_mka_participant *participant,
	struct dimp_time now)
{
	const uint32_t there = participant->attributes;

	if ((there >> DIMP_ATTRIBUTE_mka_participant_distribution_wait & 1) != 0)
		kay->distribute_from = instant_of(participant->distribution_wait + margin_ms, now);
	if ((there >> DIMP_ATTRIBUTE_mka_participant_transmit_wait & 1) != 0)
		kay->transmit_at = instant_of(participant->transmit_wait, now);
	if ((there >> DIMP_ATTRIBUTE_mka_participant_retire_wait & 1) != 0)
		kay->retire_at = instant_of(participant->retire_wait, now);
}

static void load_participant(struct kay *kay, const struct dimp_mka_participant *participant,
	struct dimp_time now)
{
	kay->keys = (struct mka_keys){
		.name = key_from(participant->key_name.octets + 1, participant->key_name.octets[0]),
		.icv_key = key_from(participant->icv_key.octets, participant->icv_key.size),
		.wrapping_key =
			key_from(participant->wrapping_key.octets, participant->wrapping_key.size),
	};
	kay->sci = participant->sci;
	kay->priority = participant->priority;
	kay->capability = (enum dimp_macsec_capability)participant->capability;
	kay->is_macsec_desired = participant->is_macsec_desired != 0;
	kay->is_delay_protecting = participant->is_delay_protecting != 0;
	memcpy(kay->member.octets, participant->member.octets, sizeof kay->member.octets);
	kay->next_message = participant->next_message;
	kay->next_key = participant->next_key;
	kay->next_association_number = participant->next_association_number;
	kay->is_key_server = participant->is_key_server != 0;
	load_keys(kay, participant);
	load_timers(kay, participant, now);
}

static void load_peer(struct kay *kay, const struct dimp_mka_peer *record, struct dimp_time now)
{
	if (kay->peer_count == KAY_PEERS_MAX)
		return;
	struct kay_peer *const peer = &kay->peers[kay->peer_count++];
	*peer = (struct kay_peer){
		.sci = record->sci,
		.last_message = record->last_message,
		.priority = record->priority,
		.capability = record->capability,
		.is_key_server = record->is_key_server != 0,
		.is_macsec_desired = record->is_macsec_desired != 0,
		.is_live = record->is_live != 0,
		/* DIMP 8.7-4: without a latest key nobody uses it, whatever the record says. */
		.is_receiving = kay->latest.is_there && record->is_receiving != 0,
		.is_transmitting = kay->latest.is_there && record->is_transmitting != 0,
		.until = instant_of(record->remaining, now),
	};
	memcpy(peer->member.octets, record->member.octets, sizeof peer->member.octets);
}

bool kay_records_load(struct kay *kay, struct dimp_time now)
{
	struct di_store *const store = kay->place.store;
	const struct di_entry *entry;
	struct dimp_record record;
	size_t cursor = 0;

	entry = di_store_next(store, kay->place.slot, DIMP_DI_MKA_PARTICIPANT, &cursor);
	if (!entry)
		return false;
	di_entry_at(entry, now, &record);
	load_participant(kay, &record.body.mka_participant, now);
	const struct dimp_ckn name = record.body.mka_participant.key_name;
	explicit_bzero(&record, sizeof record);
	cursor = 0;
	while ((entry = di_store_next(store, kay->place.slot, DIMP_DI_MKA_PEER, &cursor))) {
		di_entry_at(entry, now, &record);
		if (memcmp(&record.body.mka_peer.key_name, &name, sizeof name) == 0)
			load_peer(kay, &record.body.mka_peer, now);
	}
	return true;
}
