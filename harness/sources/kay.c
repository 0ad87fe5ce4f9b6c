/* SPDX-License-Identifier: MIT */
/*
 * The machine.  After every input it looks at all that may follow from it (election, a SAK to be
 * made, the latest SAK to be transmitted with, the old one to be retired) in straight order, and
 * writes its records.  Whatever changes what MKPDUs say makes one due at once, so that peers agree
 * in a few round trips and not in a few hellos.
 *
 * A key server makes a new SAK for a peer that is new, for one whose numbers come to their end, and
 * once after it moved, at the earliest MKA life time after the last (9.8.1); for a new peer sooner
 * if nobody else is on his way in.
 */
#include <stdlib.h>
#include <string.h>

#include "sources/kay_state.h"

/* IEEE 802.1X-2020 table 9-3 and, for retirement, 12.5. */
static const uint64_t hello_us = 2000000, bounded_hello_us = 500000, life_us = 6000000,
		      retire_us = 3000000;

/* 802.1AE 10.6: where a SAK is to be replaced; a quarter of the numbers is left for it. */
static const uint64_t rekey_pn = 0xc0000000, rekey_extended_pn = 0xc000000000000000;

static const uint64_t extended_128 = 0x0080c20001000003, extended_256 = 0x0080c20001000004;

enum { RECENT_MESSAGES = 16, SAK_128_SIZE = 16, SAK_256_SIZE = 32 };

void kay_config_default(struct kay_config *config)
{
	*config = (struct kay_config){
		.priority = 128,
		.transmits = DIMP_DIRECTION_TRANSMIT,
		.cipher_suite = MKPDU_GCM_AES_128,
		.validate = DIMP_VALIDATE_STRICT,
		.first_pn = 1,
	};
}

struct kay *kay_create(const struct kay_config *config, const struct source_place *place)
{
	struct kay *const kay = calloc(1, sizeof *kay);
	const bool is_extended =
		config->cipher_suite == extended_128 || config->cipher_suite == extended_256;

	if (!kay)
		return NULL;
	kay->config = *config;
	kay->place = *place;
	if (kay->config.rekey_pn == 0)
		kay->config.rekey_pn = is_extended ? rekey_extended_pn : rekey_pn;
	return kay;
}

void kay_destroy(struct kay *kay)
{
	if (!kay)
		return;
	explicit_bzero(kay, sizeof *kay);
	free(kay);
}

static bool draw(const struct kay *kay, uint8_t *octets, size_t size)
{
	return kay->config.crypto->random(kay->config.crypto->user, octets, size);
}

/* Another participant on the same secure channel, whose peers put it in the place of the one
 * before; false without randomness. */
static bool begin_anew(struct kay *kay)
{
	kay->next_message = 1;
	kay->next_key = 1;
	kay->next_association_number = 0;
	kay->is_key_server = false;
	kay->latest.is_there = false;
	kay->old.is_there = false;
	kay->distribute_from = (struct dimp_time){0};
	kay->transmit_at = DIMP_NEVER;
	kay->retire_at = DIMP_NEVER;
	for (size_t index = 0; index < kay->peer_count; index++)
		kay->peers[index].is_live = false;
	return draw(kay, kay->member.octets, sizeof kay->member.octets);
}

/* What the records say of the latest key cannot be: its SA to transmit with did not come along. */
static bool is_at_risk(const struct kay *kay)
{
	return kay->latest.is_there && !kay_associations_sending(kay, &kay->latest.use.key);
}

void kay_start(struct kay *kay, struct dimp_time now)
{
	if (kay->is_running)
		return;
	kay->transmit_at = DIMP_NEVER;
	kay->retire_at = DIMP_NEVER;
	if (kay_records_load(kay, now)) {
		kay->is_running = !is_at_risk(kay) || begin_anew(kay);
		kay->is_unheard = true;
		kay->is_rekey_wanted = true;
	} else if (kay->config.keys.name.size != 0) {
		kay->keys = kay->config.keys;
		kay->sci = kay->config.sci;
		kay->priority = kay->config.priority;
		kay->is_running = begin_anew(kay);
	}
	kay->hello_at = now;
}

void kay_stop(struct kay *kay)
{
	const struct kay_config config = kay->config;
	const struct source_place place = kay->place;

	explicit_bzero(kay, sizeof *kay);
	kay->config = config;
	kay->place = place;
}

bool kay_is_running(const struct kay *kay)
{
	return kay->is_running;
}

void kay_conclude(struct kay *kay)
{
	kay->is_due = true;
}

/* ---- Peers ---- */

static size_t live_peers(const struct kay *kay)
{
	size_t count = 0;

	for (size_t index = 0; index < kay->peer_count; index++)
		count += kay->peers[index].is_live ? 1 : 0;
	return count;
}

static struct kay_peer *find_peer(struct kay *kay, const struct mkpdu_member *member)
{
	for (size_t index = 0; index < kay->peer_count; index++)
		if (memcmp(&kay->peers[index].member, member, sizeof *member) == 0)
			return &kay->peers[index];
	return NULL;
}

static void remove_peer(struct kay *kay, struct kay_peer *peer)
{
	*peer = kay->peers[--kay->peer_count];
}

/* The one of |index|'s secure channel that it takes the place of. */
static void remove_predecessors(struct kay *kay, struct mkpdu_member member, struct dimp_sci sci)
{
	for (size_t index = kay->peer_count; index-- > 0;) {
		struct kay_peer *const peer = &kay->peers[index];
		if (memcmp(&peer->sci, &sci, sizeof sci) == 0 &&
			memcmp(&peer->member, &member, sizeof member) != 0)
			remove_peer(kay, peer);
	}
}

/* Whether a list names this participant by a number that it has used lately. */
static bool names_us(const struct kay *kay, const struct mkpdu_peer *peers, size_t count)
{
	for (size_t index = 0; index < count; index++) {
		const uint32_t number = peers[index].message_number;
		if (memcmp(&peers[index].member, &kay->member, sizeof kay->member) == 0)
			return number < kay->next_message &&
				kay->next_message - number <= RECENT_MESSAGES;
	}
	return false;
}

static void note_life(struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu)
{
	if (peer->is_live)
		return;
	if (!names_us(kay, mkpdu->live, mkpdu->live_count) &&
		!names_us(kay, mkpdu->potential, mkpdu->potential_count))
		return;
	peer->is_live = true;
	peer->is_receiving = peer->is_transmitting = false;
	kay->has_new_peer = true;
	kay->is_due = true;
}

/* Once a key has outlived the one before, some tell of it as their old one and of no latest: so CP
 * does in RETIRE (figure 12-2), and wpa_supplicant. */
static void note_use(const struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu)
{
	const struct mkpdu_key *const key = &kay->latest.use.key;
	const bool is_old = mkpdu_is_same_key(&mkpdu->old.key, key);
	const struct mkpdu_use *const use = is_old ? &mkpdu->old : &mkpdu->latest;
	const bool is_told =
		kay->latest.is_there && mkpdu->has_use && mkpdu_is_same_key(&use->key, key);

	peer->is_receiving = is_told && use->is_receiving;
	peer->is_transmitting = is_told && use->is_transmitting;
}

/* The peer of an MKPDU, taken from it; NULL when it says nothing new, or there is no room. */
static struct kay_peer *meet(struct kay *kay, const struct mkpdu *mkpdu, struct dimp_time now)
{
	struct kay_peer *peer = find_peer(kay, &mkpdu->member);

	if (peer && mkpdu->message_number <= peer->last_message)
		return NULL;
	if (!peer) {
		if (kay->peer_count == KAY_PEERS_MAX)
			return NULL;
		peer = &kay->peers[kay->peer_count++];
		*peer = (struct kay_peer){.member = mkpdu->member};
		kay->is_due = true;
	}
	peer->sci = mkpdu->sci;
	peer->last_message = mkpdu->message_number;
	peer->priority = mkpdu->priority;
	peer->capability = mkpdu->capability;
	peer->is_key_server = mkpdu->is_key_server;
	peer->is_macsec_desired = mkpdu->is_macsec_desired;
	peer->until = (struct dimp_time){now.us + life_us};
	return peer;
}

/* The live peer that is key server by priority and then SCI; NULL when this end is, or nobody. */
static const struct kay_peer *elected(const struct kay *kay)
{
	const struct kay_peer *best = NULL;
	uint8_t priority = kay->priority;
	const struct dimp_sci *sci = &kay->sci;

	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		const int order = memcmp(&peer->sci, sci, sizeof *sci);
		if (!peer->is_live || peer->priority > priority ||
			(peer->priority == priority && order >= 0))
			continue;
		best = peer;
		priority = peer->priority;
		sci = &peer->sci;
	}
	return best;
}

/* ---- SAKs ---- */

/* |sak| becomes the latest key; what was the latest is the old, and an older one goes. */
static void install(struct kay *kay, const struct kay_sak *sak, struct dimp_time now)
{
	const bool is_in_place = kay->latest.is_there &&
		kay->latest.use.association_number == sak->association_number;

	kay->old = kay->latest;
	if (is_in_place)
		kay->old.is_there = false;
	/* While it is gone over to, only the key before is left beside the new one; what an
	 * activation at risk left to receive with stays until the new one is in use. */
	if (kay->latest.is_there)
		kay_associations_retire(kay, now);
	kay->latest = (struct kay_key){
		.is_there = true,
		.use = {.association_number = sak->association_number,
			.is_receiving = true,
			.key = sak->key},
	};
	for (size_t index = 0; index < kay->peer_count; index++)
		kay->peers[index].is_receiving = kay->peers[index].is_transmitting = false;
	kay_associations_install(kay, sak, now);
	kay->next_association_number = (sak->association_number + 1) & 3;
	kay->transmit_at = (struct dimp_time){now.us + life_us};
	kay->retire_at = DIMP_NEVER;
	kay->is_due = true;
}

/* The key server's SAK, when it lists this end as live. */
static void take_distribution(struct kay *kay, const struct kay_peer *peer,
	const struct mkpdu *mkpdu, struct dimp_time now)
{
	const struct mkpdu_distributed_sak *const distributed = &mkpdu->distributed;
	struct kay_sak sak = {
		.key = {mkpdu->member, distributed->key_number},
		.association_number = distributed->association_number,
		.confidentiality = distributed->confidentiality,
		.cipher_suite = distributed->cipher_suite,
	};

	if (!mkpdu->has_distributed || peer != elected(kay) ||
		!names_us(kay, mkpdu->live, mkpdu->live_count))
		return;
	if (kay->latest.is_there && mkpdu_is_same_key(&kay->latest.use.key, &sak.key))
		return;
	if (mka_keys_unwrap(&kay->keys, distributed->wrapped, &sak.sak) &&
		kay_associations_can_use(&sak))
		install(kay, &sak, now);
	explicit_bzero(&sak, sizeof sak);
}

static size_t sak_size_of(uint64_t suite)
{
	return suite == MKPDU_GCM_AES_128 || suite == extended_128 ? SAK_128_SIZE : SAK_256_SIZE;
}

static void make_sak(struct kay *kay, struct dimp_time now)
{
	struct kay_sak sak = {
		.key = {kay->member, kay->next_key},
		.association_number = kay->next_association_number,
		.confidentiality = 1,
		.cipher_suite = kay->config.cipher_suite,
		.sak = {.size = sak_size_of(kay->config.cipher_suite)},
	};

	kay->distribute_from = (struct dimp_time){now.us + life_us};
	if (draw(kay, sak.sak.octets, sak.sak.size)) {
		kay->next_key++;
		kay->is_rekey_wanted = false;
		kay->has_new_peer = false;
		install(kay, &sak, now);
	}
	explicit_bzero(&sak, sizeof sak);
}

/* A new SAK is wanted for any of its reasons. */
static bool is_wanting(const struct kay *kay)
{
	return !kay->latest.is_there || kay->has_new_peer || kay->is_rekey_wanted;
}

static void make_sak_when_due(struct kay *kay, struct dimp_time now)
{
	const size_t live = live_peers(kay);
	const bool is_alone_with_live = live == kay->peer_count;

	if (!kay->is_key_server || live == 0 || !is_wanting(kay))
		return;
	if (now.us >= kay->distribute_from.us || (kay->has_new_peer && is_alone_with_live))
		make_sak(kay, now);
}

static bool do_all_receive(const struct kay *kay)
{
	for (size_t index = 0; index < kay->peer_count; index++)
		if (kay->peers[index].is_live && !kay->peers[index].is_receiving)
			return false;
	return true;
}

static void transmit_when_due(struct kay *kay, struct dimp_time now)
{
	const struct kay_peer *const server = elected(kay);
	const bool is_agreed = server ? server->is_transmitting : do_all_receive(kay);

	if (!kay->latest.is_there || kay->latest.use.is_transmitting)
		return;
	if (!is_agreed && now.us < kay->transmit_at.us)
		return;
	kay->latest.use.is_transmitting = true;
	kay->old.use.is_transmitting = false;
	kay->transmit_at = DIMP_NEVER;
	kay->retire_at = (struct dimp_time){now.us + retire_us};
	kay_associations_transmit(kay, now);
	kay->is_due = true;
}

static void retire_when_due(struct kay *kay, struct dimp_time now)
{
	if (now.us < kay->retire_at.us)
		return;
	kay->is_due = kay->is_due || kay->old.is_there;
	kay->old.is_there = false;
	kay->retire_at = DIMP_NEVER;
	kay_associations_retire(kay, now);
}

/* Nobody is left to share a key with. */
static void drop_keys(struct kay *kay, struct dimp_time now)
{
	kay->latest.is_there = false;
	kay->old.is_there = false;
	kay->transmit_at = DIMP_NEVER;
	kay->retire_at = DIMP_NEVER;
	kay_associations_retire(kay, now);
}

/* What follows from how things stand. */
static void proceed(struct kay *kay, struct dimp_time now)
{
	const size_t live = live_peers(kay);

	if (live == 0 && (kay->latest.is_there || kay->peer_count == 0))
		drop_keys(kay, now);
	kay->is_key_server = !elected(kay);
	make_sak_when_due(kay, now);
	transmit_when_due(kay, now);
	retire_when_due(kay, now);
	kay_records_write(kay, now);
}

void kay_hear(struct kay *kay, struct dimp_view frame, struct dimp_time now)
{
	struct mkpdu mkpdu;

	if (!kay->is_running || !kay_message_read(kay, frame, &mkpdu))
		return;
	struct kay_peer *peer = meet(kay, &mkpdu, now);
	if (!peer)
		return;
	kay->is_due = kay->is_due || kay->is_unheard;
	kay->is_unheard = false;
	note_life(kay, peer, &mkpdu);
	if (peer->is_live)
		remove_predecessors(kay, mkpdu.member, mkpdu.sci);
	peer = find_peer(kay, &mkpdu.member);
	if (peer->is_live)
		take_distribution(kay, peer, &mkpdu, now);
	note_use(kay, peer, &mkpdu);
	proceed(kay, now);
}

static void forget_the_silent(struct kay *kay, struct dimp_time now)
{
	for (size_t index = kay->peer_count; index-- > 0;)
		if (kay->peers[index].until.us <= now.us)
			remove_peer(kay, &kay->peers[index]);
}

void kay_expire(struct kay *kay, struct dimp_time now)
{
	if (!kay->is_running || now.us < kay_deadline(kay).us)
		return;
	forget_the_silent(kay, now);
	if (kay->latest.is_there && kay_associations_near_end(kay, &kay->latest.use.key))
		kay->is_rekey_wanted = true;
	if (now.us >= kay->hello_at.us)
		kay->is_due = true;
	proceed(kay, now);
}

static struct dimp_time earlier_of(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

struct dimp_time kay_deadline(const struct kay *kay)
{
	struct dimp_time at = kay->hello_at;

	if (!kay->is_running)
		return DIMP_NEVER;
	for (size_t index = 0; index < kay->peer_count; index++)
		at = earlier_of(at, kay->peers[index].until);
	at = earlier_of(at, earlier_of(kay->transmit_at, kay->retire_at));
	if (kay->is_key_server && live_peers(kay) != 0 && is_wanting(kay))
		at = earlier_of(at, kay->distribute_from);
	return at;
}

size_t kay_transmit(struct kay *kay, uint8_t octets[KAY_FRAME_MAX], struct dimp_time now)
{
	if (!kay->is_running || !kay->is_due)
		return 0;
	kay->is_due = false;
	kay->hello_at =
		(struct dimp_time){now.us + (kay->is_unheard ? bounded_hello_us : hello_us)};
	/* The last number is never used: there is none after it (9.4.2). */
	if (kay->next_message == UINT32_MAX && !begin_anew(kay))
		return 0;
	const size_t size = kay_message_write(kay, octets);
	kay->next_message++;
	kay_records_write(kay, now);
	return size;
}

bool kay_is_rekeying(const struct kay *kay)
{
	return kay->is_running && kay->latest.is_there && !kay->latest.use.is_transmitting;
}
