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
#include "sources/macsec_suite.h"

/* IEEE 802.1X-2020 table 9-3 and, for retirement, 12.5. */
static const uint64_t bounded_hello_us = 500000, life_us = KAY_LIFE_US, retire_us = 3000000;

/* 802.1AE 10.6: where a SAK is to be replaced; a quarter of the numbers is left for it. */
static const uint64_t rekey_pn = 0xc0000000, rekey_extended_pn = 0xc000000000000000;

void kay_config_default(struct kay_config *config)
{
	*config = (struct kay_config){
		.priority = 128,
		.transmits = DIMP_DIRECTION_TRANSMIT,
		.cipher_suite = MKPDU_GCM_AES_128,
		.confidentiality = 1,
		.capability = DIMP_MACSEC_CAPABILITY_OFFSETS,
		.is_macsec_desired = true,
		.is_suspending_on_request = true,
		.validate = DIMP_VALIDATE_STRICT,
		.first_pn = 1,
	};
}

struct kay *kay_create(const struct kay_config *config, const struct source_place *place)
{
	struct kay *const kay = calloc(1, sizeof *kay);
	const bool is_extended = macsec_suite_is_extended(config->cipher_suite);

	if (!kay)
		return NULL;
	kay->config = *config;
	kay->place = *place;
	if (kay->config.rekey_pn == 0)
		kay->config.rekey_pn = is_extended ? rekey_extended_pn : rekey_pn;
	/* Extended numbering goes with no offset but 0 (IEEE 802.1AE-2018 14.7). */
	if (is_extended && config->capability == DIMP_MACSEC_CAPABILITY_OFFSETS)
		kay->config.capability = DIMP_MACSEC_CAPABILITY_CONFIDENTIALITY;
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
	kay->roster_count = 0;
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
		kay_associations_recall_roll(kay);
		kay->is_running = !is_at_risk(kay) || begin_anew(kay);
		kay->is_unheard = true;
		kay->is_rekey_wanted = true;
	} else if (kay->config.keys.name.size != 0) {
		kay->keys = kay->config.keys;
		kay->sci = kay->config.sci;
		kay->priority = kay->config.priority;
		kay->capability = kay->config.capability;
		kay->is_macsec_desired = kay->config.is_macsec_desired;
		kay->is_delay_protecting = kay->config.is_delay_protecting;
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

/* ---- SAKs ---- */

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

/* A newer key comes before the latest was transmitted with: it is given up for that, and the one
 * that is transmitted with stays the old one (CP's ABANDON). */
static bool is_to_abandon(const struct kay *kay)
{
	return kay->latest.is_there && !kay->latest.use.is_transmitting && kay->old.is_there &&
		kay->old.use.is_transmitting;
}

/* Makes room for a newer key: what was the latest is the old, and an older one goes.  While a key
 * is gone over to, only the key before is left beside the new one; what an activation at risk left
 * to receive with stays until the new one is in use. */
static void shift_keys(struct kay *kay, struct dimp_time now)
{
	if (is_to_abandon(kay)) {
		kay_associations_abandon(kay, now);
		return;
	}
	kay->old = kay->latest;
	if (kay->latest.is_there)
		kay_associations_retire(kay, now);
}

/* |sak| becomes the latest key. */
static void install(struct kay *kay, const struct kay_sak *sak, struct dimp_time now)
{
	shift_keys(kay, now);
	if (kay->old.use.association_number == sak->association_number)
		kay->old.is_there = false;
	kay->latest = (struct kay_key){
		.is_there = true,
		.use = {.association_number = sak->association_number,
			.is_receiving = true,
			.key = sak->key,
			.lowest_pn = kay->config.first_pn},
		.next_lowest = kay->config.first_pn,
	};
	for (size_t index = 0; index < kay->peer_count; index++)
		kay->peers[index].is_receiving = kay->peers[index].is_transmitting = false;
	kay_associations_install(kay, sak, now);
	kay->next_association_number = (sak->association_number + 1) & 3;
	kay->transmit_at = (struct dimp_time){now.us + life_us};
	kay->retire_at = DIMP_NEVER;
	kay->is_due = true;
}

/* Nobody is left to share a key with, or it is not to be. */
static void drop_keys(struct kay *kay, struct dimp_time now)
{
	kay->latest.is_there = false;
	kay->old.is_there = false;
	kay->roster_count = 0;
	kay->transmit_at = DIMP_NEVER;
	kay->retire_at = DIMP_NEVER;
	kay_associations_retire(kay, now);
}

/* The key server's SAK, or its word that there is to be none, when it lists this end as live. */
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

	if (peer != kay_peers_elected(kay) ||
		!kay_peers_name_us(kay, mkpdu->live, mkpdu->live_count))
		return;
	if (mkpdu->is_plain_ordered && kay->latest.is_there) {
		drop_keys(kay, now);
		kay->is_due = true;
	}
	if (!mkpdu->has_distributed)
		return;
	if (kay->latest.is_there && mkpdu_is_same_key(&kay->latest.use.key, &sak.key))
		return;
	if (mka_keys_unwrap(&kay->keys, distributed->wrapped, &sak.sak) &&
		kay_associations_can_use(&sak)) {
		kay_associations_take_roll(kay, mkpdu);
		install(kay, &sak, now);
	}
	explicit_bzero(&sak, sizeof sak);
}

/* As with MNs, the last KN is never used: the next key is that of another participant. */
static bool has_key_numbers(struct kay *kay)
{
	if (kay->next_key != UINT32_MAX)
		return true;
	kay->is_due = begin_anew(kay);
	return false;
}

static void make_sak(struct kay *kay, struct dimp_time now)
{
	struct kay_sak sak = {
		.key = {kay->member, kay->next_key},
		.association_number = kay->next_association_number,
		.confidentiality = kay_peers_confidentiality(kay, kay->config.confidentiality),
		.cipher_suite = kay->config.cipher_suite,
		.sak = {.size = macsec_suite_sak_size(kay->config.cipher_suite)},
	};

	kay->distribute_from = (struct dimp_time){now.us + life_us};
	if (draw(kay, sak.sak.octets, sak.sak.size)) {
		kay->next_key++;
		kay->is_rekey_wanted = false;
		kay->has_new_peer = false;
		kay_associations_call_roll(kay);
		install(kay, &sak, now);
	}
	explicit_bzero(&sak, sizeof sak);
}

/* A new SAK is wanted for any of its reasons; who has become key server makes its own. */
static bool is_wanting(const struct kay *kay)
{
	const bool is_anothers =
		memcmp(&kay->latest.use.key.server, &kay->member, sizeof kay->member) != 0;

	return kay_peers_may_protect(kay) &&
		(!kay->latest.is_there || is_anothers || kay->has_new_peer || kay->is_rekey_wanted);
}

/* Who has moved here makes none before somebody is heard, who could answer. */
static bool is_to_distribute(const struct kay *kay)
{
	return kay->is_key_server && !kay->is_unheard && kay_peers_live(kay) != 0 &&
		is_wanting(kay);
}

static void make_sak_when_due(struct kay *kay, struct dimp_time now)
{
	const bool is_alone_with_live = kay_peers_live(kay) == kay->peer_count;

	if (!is_to_distribute(kay) || now.us < kay_peers_known_from(kay).us ||
		kay_suspension_holds(kay, now))
		return;
	if (now.us < kay->distribute_from.us && !(kay->has_new_peer && is_alone_with_live))
		return;
	if (has_key_numbers(kay))
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
	const struct kay_peer *const server = kay_peers_elected(kay);
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

/* What follows from how things stand. */
static void proceed(struct kay *kay, struct dimp_time now)
{
	const size_t live = kay_peers_live(kay);

	if (live == 0 && (kay->latest.is_there || kay->peer_count == 0))
		drop_keys(kay, now);
	kay->is_key_server = kay_peers_elect_us(kay);
	const bool is_right =
		kay->is_key_server ? kay_peers_may_protect(kay) : kay_peers_elected(kay) != NULL;
	if (kay->latest.is_there && !is_right)
		drop_keys(kay, now);
	make_sak_when_due(kay, now);
	transmit_when_due(kay, now);
	retire_when_due(kay, now);
	kay_records_write(kay, now);
}

/* Who has had no key goes on after the ANs that the others use. */
static void note_number(struct kay *kay, const struct mkpdu *mkpdu)
{
	const struct mkpdu_use *const use =
		mkpdu->latest.key.number != 0 ? &mkpdu->latest : &mkpdu->old;

	if (mkpdu->has_use && use->key.number != 0 && !kay->latest.is_there)
		kay->next_association_number = (use->association_number + 1) & 3;
}

/* What the MKPDU of a peer that is live does to keys and numbers. */
static void hear_live(struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu,
	struct dimp_time now)
{
	kay_peers_note_lists(kay, peer, mkpdu, now);
	note_number(kay, mkpdu);
	take_distribution(kay, peer, mkpdu, now);
	kay_suspension_take(kay, peer, mkpdu, now);
	kay_associations_add(kay, peer, now);
	if (!kay->is_delay_protecting || !mkpdu->is_delay_protecting || !mkpdu->has_use)
		return;
	kay_associations_raise(kay, peer, &mkpdu->latest, now);
	kay_associations_raise(kay, peer, &mkpdu->old, now);
}

void kay_hear(struct kay *kay, struct dimp_view frame, struct dimp_time now)
{
	struct mkpdu mkpdu;

	if (!kay->is_running || !kay_message_read(kay, frame, &mkpdu))
		return;
	struct kay_peer *const peer = kay_peers_meet(kay, &mkpdu, now);
	if (!peer)
		return;
	kay->is_due = kay->is_due || kay->is_unheard;
	kay->is_unheard = false;
	if (peer->is_live)
		hear_live(kay, peer, &mkpdu, now);
	note_use(kay, peer, &mkpdu);
	proceed(kay, now);
}

/* What is told now, this end has kept to since the last hello. */
static void move_lowest_on(const struct kay *kay, struct kay_key *key)
{
	if (!key->is_there)
		return;
	key->use.lowest_pn = key->next_lowest;
	key->next_lowest = kay_associations_next(kay, &key->use.key);
}

void kay_expire(struct kay *kay, struct dimp_time now)
{
	if (!kay->is_running || now.us < kay_deadline(kay).us)
		return;
	/* Whoever has left must not read on with the key of those who stay. */
	if (kay_peers_forget(kay, now))
		kay->is_rekey_wanted = kay->is_due = true;
	if (kay->latest.is_there && kay_associations_near_end(kay, &kay->latest.use.key))
		kay->is_rekey_wanted = true;
	if (now.us >= kay->hello_at.us) {
		kay->is_due = true;
		move_lowest_on(kay, &kay->latest);
		move_lowest_on(kay, &kay->old);
	}
	proceed(kay, now);
}

static struct dimp_time earlier_of(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

static struct dimp_time later_of(struct dimp_time one, struct dimp_time other)
{
	return one.us > other.us ? one : other;
}

static uint64_t hello_after(const struct kay *kay)
{
	return kay->is_unheard || kay->is_delay_protecting ? bounded_hello_us : KAY_HELLO_US;
}

struct dimp_time kay_deadline(const struct kay *kay)
{
	struct dimp_time at = kay->hello_at;

	if (!kay->is_running)
		return DIMP_NEVER;
	for (size_t index = 0; index < kay->peer_count; index++)
		at = earlier_of(at, kay->peers[index].until);
	at = earlier_of(at, earlier_of(kay->transmit_at, kay->retire_at));
	if (is_to_distribute(kay))
		at = earlier_of(at,
			later_of(later_of(kay->distribute_from, kay_peers_known_from(kay)),
				kay->suspended_until));
	return at;
}

size_t kay_transmit(struct kay *kay, uint8_t octets[KAY_FRAME_MAX], struct dimp_time now)
{
	if (!kay->is_running || !kay->is_due)
		return 0;
	kay->is_due = false;
	kay->hello_at = (struct dimp_time){now.us + hello_after(kay)};
	/* The last number is never used: there is none after it (9.4.2). */
	if (kay->next_message == UINT32_MAX && !begin_anew(kay))
		return 0;
	const size_t size = kay_message_write(kay, octets, now);
	kay->next_message++;
	kay_records_write(kay, now);
	return size;
}

bool kay_is_rekeying(const struct kay *kay)
{
	return kay->is_running && kay->latest.is_there && !kay->latest.use.is_transmitting;
}
