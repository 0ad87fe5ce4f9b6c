/* SPDX-License-Identifier: MIT */
/*
 * Keys are known by their identifier (MI of the server, KN), which every record carries, so that a
 * source at a new bridge understands the next SAK use from the moved records alone.  A distribution
 * counts when its server lists the other end as live: an MKPDU recorded long ago lists nobody who
 * is here.
 */
#include "sources/mka_source.h"

#include <string.h>

#include "net/eapol.h"
#include "net/octets.h"
#include "net/sectag.h"
#include "sources/macsec_suite.h"

/* IEEE 802.1X-2020 table 9-3: MKA Life Time. */
static const uint64_t life_us = 6000000;

/* An authentic MKPDU under way. */
struct hearing {
	struct mka_source *source;
	const struct source_place *place;
	struct dimp_time now;
	struct mka_participant *speaker; /* who sent it */
	const struct mkpdu *mkpdu;
};

void mka_config_default(struct mka_config *config)
{
	*config = (struct mka_config){.validate = DIMP_VALIDATE_STRICT};
}

void mka_source_init(struct mka_source *source, const struct mka_config *config,
	const struct source_place *place, struct dimp_time now)
{
	*source = (struct mka_source){.config = *config, .heard = now};
	source->is_timed = di_store_count(place->store, place->slot, DIMP_DI_MACSEC_SA) > 0;
}

void mka_source_wipe(struct mka_source *source)
{
	explicit_bzero(source, sizeof *source);
}

static struct dimp_id16 identifier_of(const struct mkpdu_key *key)
{
	struct dimp_id16 identifier;
	struct octet_writer writer = octet_writer_of(identifier.octets, sizeof identifier.octets);

	octet_write_copy(&writer, key->server.octets, sizeof key->server.octets);
	octet_write_u32(&writer, key->number);
	return identifier;
}

static bool is_of_key(const struct dimp_macsec_sa *sa, const struct mkpdu_key *key)
{
	const struct dimp_id16 identifier = identifier_of(key);

	return (sa->attributes >> DIMP_ATTRIBUTE_macsec_sa_key_identifier & 1) != 0 &&
		memcmp(&sa->key_identifier, &identifier, sizeof identifier) == 0;
}

/* The SSCI of |end|: what the order of the live peers says, else, of two, by descending SCI; 0 when
 * it cannot be known. */
static uint32_t ssci_of(const struct hearing *hearing, const struct mka_participant *end)
{
	const struct mkpdu *const mkpdu = hearing->mkpdu;
	const struct mka_source *const source = hearing->source;
	const struct mka_participant *const other =
		end == &source->vm ? &source->bridge : &source->vm;
	const bool is_greater = memcmp(&end->sci, &other->sci, sizeof end->sci) > 0;

	if (mkpdu->server_ssci == 0 && mkpdu->live_count != 1)
		return 0;
	if (mkpdu->server_ssci == 0)
		return is_greater ? 1 : 2;
	if (end == hearing->speaker)
		return mkpdu->server_ssci;
	for (uint32_t index = 0; index < mkpdu->live_count; index++)
		if (memcmp(&mkpdu->live[index].member, &end->member, sizeof end->member) == 0)
			return index + 1 < mkpdu->server_ssci ? index + 1 : index + 2;
	return 0;
}

/* Whether the SAK goes with its suite, which is known, and so do SSCIs and the offset. */
static bool can_use(const struct hearing *hearing, const struct mka_key *sak)
{
	const struct mkpdu_distributed_sak *const distributed = &hearing->mkpdu->distributed;
	const uint64_t suite = distributed->cipher_suite;

	if (!macsec_suite_is_known(suite) || sak->size != macsec_suite_sak_size(suite))
		return false;
	if (!macsec_suite_is_extended(suite))
		return true;
	return distributed->confidentiality <= 1 && ssci_of(hearing, &hearing->source->vm) != 0 &&
		ssci_of(hearing, &hearing->source->bridge) != 0;
}

/* An SA of the distributed SAK. */
static struct dimp_record record_of(const struct hearing *hearing, const struct mka_key *sak)
{
	static const uint8_t offsets[4] = {0, 0, 30, 50};
	const struct mkpdu_distributed_sak *const distributed = &hearing->mkpdu->distributed;
	const struct mkpdu_key key = {hearing->mkpdu->member, distributed->key_number};
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = {.association_number = distributed->association_number,
			.cipher_suite = distributed->cipher_suite,
			.confidentiality_offset = offsets[distributed->confidentiality & 3],
			.is_encrypting = distributed->confidentiality != 0,
			.sectag = SECTAG_BIT_SCI,
			.validate = (uint8_t)hearing->source->config.validate,
			.replay_window = hearing->source->config.replay_window,
			.next_pn = 1,
			.lowest_pn = 1,
			.key_identifier = identifier_of(&key),
			.sak = {.size = (uint16_t)sak->size},
			.attributes = 1U << DIMP_ATTRIBUTE_macsec_sa_key_identifier |
				1U << DIMP_ATTRIBUTE_macsec_sa_sak}};
	struct dimp_macsec_sa *const sa = &record.body.macsec_sa;

	memcpy(sa->sak.octets, sak->octets, sak->size);
	if (!macsec_suite_is_extended(sa->cipher_suite))
		return record;
	sa->salt = macsec_suite_salt(&key);
	sa->attributes |= 1U << DIMP_ATTRIBUTE_macsec_sa_salt | 1U << DIMP_ATTRIBUTE_macsec_sa_ssci;
	return record;
}

/* Puts the SA of one direction unless this key's is there already. */
static void install(const struct hearing *hearing, struct dimp_record *record,
	enum dimp_direction direction)
{
	const struct mka_source *const source = hearing->source;
	const bool is_receive = direction == DIMP_DIRECTION_RECEIVE;
	const struct mkpdu_key key = {hearing->mkpdu->member,
		hearing->mkpdu->distributed.key_number};

	record->body.macsec_sa.direction = (uint8_t)direction;
	record->body.macsec_sa.sci = is_receive ? source->vm.sci : source->bridge.sci;
	if (macsec_suite_is_extended(record->body.macsec_sa.cipher_suite))
		record->body.macsec_sa.ssci =
			ssci_of(hearing, is_receive ? &source->vm : &source->bridge);
	const struct di_entry *const entry =
		di_store_find(hearing->place->store, hearing->place->slot, record);
	if (entry == NULL || !is_of_key(&entry->record.body.macsec_sa, &key))
		(void)source_put(hearing->place, record, hearing->now);
}

/* Calls |change| for every SA until it changes none; it returns whether it changed one. */
static void for_each_sa(const struct hearing *hearing,
	bool (*change)(const struct hearing *hearing, struct dimp_record *record))
{
	const struct source_place *const place = hearing->place;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MACSEC_SA, &cursor)) !=
		NULL) {
		struct dimp_record record = entry->record;
		if (change(hearing, &record))
			cursor = 0;
		explicit_bzero(&record, sizeof record);
	}
}

static bool delete_sa(const struct hearing *hearing, struct dimp_record *record)
{
	const struct source_place *const place = hearing->place;

	return di_store_delete(place->store, place->slot, record, hearing->now);
}

static void take_distribution(const struct hearing *hearing)
{
	const struct mka_source *const source = hearing->source;
	const struct mkpdu *const mkpdu = hearing->mkpdu;
	const struct mka_participant *const other =
		hearing->speaker == &source->vm ? &source->bridge : &source->vm;
	struct mka_key sak;

	if (mkpdu->has_distributed_cak)
		hearing->place->counters->distributed_caks++;
	if (!other->is_known || !mkpdu_has_live_peer(mkpdu, &other->member))
		return;
	if (mkpdu->is_plain_ordered)
		for_each_sa(hearing, delete_sa);
	if (!mkpdu->has_distributed)
		return;
	if (!mka_keys_unwrap(&source->config.keys, mkpdu->distributed.wrapped, &sak)) {
		hearing->place->counters->bad_integrity++;
	} else if (!can_use(hearing, &sak)) {
		hearing->place->counters->without_key++;
	} else {
		struct dimp_record record = record_of(hearing, &sak);
		install(hearing, &record, DIMP_DIRECTION_RECEIVE);
		install(hearing, &record, DIMP_DIRECTION_TRANSMIT);
		explicit_bzero(&record, sizeof record);
	}
	explicit_bzero(&sak, sizeof sak);
}

/* The bridge's own use of a key is what its SAs do. */
static bool follow_bridge_use(const struct hearing *hearing, struct dimp_record *record)
{
	const struct mkpdu_use *const use = &hearing->mkpdu->latest;
	struct dimp_macsec_sa *const sa = &record->body.macsec_sa;
	const bool is_in_use =
		sa->direction == DIMP_DIRECTION_RECEIVE ? use->is_receiving : use->is_transmitting;

	if (!is_of_key(sa, &use->key) || sa->is_in_use == (is_in_use ? 1 : 0))
		return false;
	sa->is_in_use = is_in_use ? 1 : 0;
	return source_put(hearing->place, record, hearing->now);
}

/* With delay protection the VM says below which number none of its frames is still on its way. */
static bool raise_lowest(const struct hearing *hearing, struct dimp_record *record)
{
	const struct mkpdu_use *const use = &hearing->mkpdu->latest;
	struct dimp_macsec_sa *const sa = &record->body.macsec_sa;
	/* What an XPN set adds is nothing to numbers of 32 bits. */
	const uint64_t lowest = macsec_suite_is_extended(sa->cipher_suite)
		? use->lowest_pn
		: (uint32_t)use->lowest_pn;

	if (sa->direction != DIMP_DIRECTION_RECEIVE || !is_of_key(sa, &use->key) ||
		lowest <= sa->lowest_pn)
		return false;
	sa->lowest_pn = lowest;
	if (sa->next_pn < sa->lowest_pn)
		sa->next_pn = sa->lowest_pn;
	return source_put(hearing->place, record, hearing->now);
}

static bool is_using(const struct mka_participant *participant)
{
	return participant->has_use && participant->use.is_transmitting &&
		participant->use.is_receiving;
}

/* Retires what is not of the key both ends use. */
static bool retire_old(const struct hearing *hearing, struct dimp_record *record)
{
	const struct source_place *const place = hearing->place;

	if (is_of_key(&record->body.macsec_sa, &hearing->source->vm.use.key))
		return false;
	return di_store_delete(place->store, place->slot, record, hearing->now);
}

static void take_use(const struct hearing *hearing)
{
	const struct mka_source *const source = hearing->source;
	const bool is_from_vm = hearing->speaker == &source->vm;

	hearing->speaker->has_use = hearing->mkpdu->has_use;
	hearing->speaker->use = hearing->mkpdu->latest;
	if (!hearing->mkpdu->has_use)
		return;
	if (!is_from_vm)
		for_each_sa(hearing, follow_bridge_use);
	else if (hearing->mkpdu->is_delay_protecting)
		for_each_sa(hearing, raise_lowest);
	if (is_using(&source->vm) && is_using(&source->bridge) &&
		mkpdu_is_same_key(&source->vm.use.key, &source->bridge.use.key))
		for_each_sa(hearing, retire_old);
}

/* Whether the message is newer than the speaker's last; a new member identifier begins anew. */
static bool is_fresh(const struct mka_participant *speaker, const struct mkpdu *mkpdu)
{
	return !speaker->is_known ||
		memcmp(&speaker->member, &mkpdu->member, sizeof mkpdu->member) != 0 ||
		mkpdu->message_number > speaker->message_number;
}

/* Whether somebody else speaks from where |speaker| was heard within the life time. */
static bool is_another(const struct mka_participant *speaker, const struct mkpdu *mkpdu,
	struct dimp_time now)
{
	return speaker->is_known && memcmp(&speaker->sci, &mkpdu->sci, sizeof mkpdu->sci) != 0 &&
		now.us < speaker->heard.us + life_us;
}

static void meet(struct mka_participant *speaker, const struct mkpdu *mkpdu, struct dimp_time now)
{
	if (speaker->is_known &&
		memcmp(&speaker->member, &mkpdu->member, sizeof mkpdu->member) != 0)
		*speaker = (struct mka_participant){.is_known = false};
	speaker->is_known = true;
	speaker->sci = mkpdu->sci;
	speaker->member = mkpdu->member;
	speaker->message_number = mkpdu->message_number;
	speaker->heard = now;
}

/* Reads and checks; false, and counted, when it is not an MKPDU of this association. */
static bool read_mkpdu(const struct mka_source *source, const struct source_packet *packet,
	struct source_counters *counters, struct mkpdu *mkpdu)
{
	const struct mka_keys *const keys = &source->config.keys;
	struct eapol_packet eapol;

	if (packet->ethernet.type != ETHERTYPE_EAPOL ||
		!eapol_read(packet->ethernet.payload, &eapol) || eapol.type != EAPOL_MKA)
		return false;
	if (!mkpdu_read(packet->ethernet.payload, mkpdu)) {
		counters->malformed++;
		return false;
	}
	if (!mka_keys_is_named(keys, mkpdu)) {
		counters->without_key++;
		return false;
	}
	if (!mka_keys_is_authentic(keys, &packet->ethernet, mkpdu)) {
		counters->bad_integrity++;
		return false;
	}
	return true;
}

void mka_source_packet(struct mka_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	const bool is_from_vm = packet->direction == SOURCE_FROM_VM;
	struct mkpdu mkpdu;
	const struct hearing hearing = {source, place, now,
		is_from_vm ? &source->vm : &source->bridge, &mkpdu};

	if (!read_mkpdu(source, packet, place->counters, &mkpdu))
		return;
	if (is_another(hearing.speaker, &mkpdu, now))
		return;
	if (!is_fresh(hearing.speaker, &mkpdu)) {
		place->counters->replayed++;
		return;
	}
	meet(hearing.speaker, &mkpdu, now);
	if (is_from_vm) {
		source->is_timed = true;
		source->heard = now;
	}
	take_distribution(&hearing);
	take_use(&hearing);
}

struct dimp_time mka_source_deadline(const struct mka_source *source,
	const struct source_place *place)
{
	if (!source->is_timed || di_store_count(place->store, place->slot, DIMP_DI_MACSEC_SA) == 0)
		return DIMP_NEVER;
	return (struct dimp_time){source->heard.us + life_us};
}

void mka_source_expire(struct mka_source *source, const struct source_place *place,
	struct dimp_time now)
{
	const struct hearing hearing = {source, place, now, NULL, NULL};

	if (mka_source_deadline(source, place).us > now.us)
		return;
	for_each_sa(&hearing, delete_sa);
	source->is_timed = false;
	source->vm.has_use = false;
	source->bridge.has_use = false;
}
