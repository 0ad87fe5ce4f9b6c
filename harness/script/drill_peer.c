/* SPDX-License-Identifier: MIT */
/*
 * The library's speaker in here never lets time pass, so that it repeats nothing and gives nothing
 * up: it answers and starts handshakes, and its keys are read when they change.  What it would say
 * under them is dropped, but for the initiator's first PDU, which confirms them (DIMP 5.3-4).
 */
#include "script/drill_peer.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "script/drill_forger.h"

struct drill_peer {
	struct openssl_crypto *crypto;
	struct dimp_speaker_config config;
	struct dimp_peer_config subject;
	struct drill_forgery forgery; /* of the next handshake PDU */
	struct drill_forger forger;
	struct drill_pdu right; /* what follows a forged one; size 0: nothing */
	struct dimp_speaker *speaker;
	void *memory;
	struct dimp_association_keys keys, old_keys;
	bool has_keys, has_old_keys, is_confirming;
	bool is_ever_up; /* |keys| were some */
	bool is_silent; /* acknowledges nothing */
	uint64_t next_number;
	uint64_t ack_number; /* to be acknowledged */
	bool is_ack_due;
};

bool drill_peer_identity(const char *name, uint8_t secret[DIMP_KEY_SIZE],
	struct dimp_public_key *key)
{
	struct openssl_crypto *provider = openssl_crypto_create_seeded(1, name);
	bool is_made = false;

	if (provider != NULL) {
		const struct dimp_crypto *crypto = openssl_crypto_table(provider);

		is_made = crypto->random(crypto->user, secret, DIMP_KEY_SIZE) &&
			crypto->x25519_public(crypto->user, key->octets, secret);
	}
	openssl_crypto_destroy(provider);
	return is_made;
}

/* Boot counts that lie so far apart tell the same start (DIMP 5.2-14). */
enum { STARTS = 256 };

/* Who speaks, and to whom, as the forgery says. */
static void forge_identities(const struct drill_forgery *forgery,
	struct dimp_speaker_config *config, struct dimp_peer_config *subject)
{
	struct dimp_public_key unused;
	uint8_t secret[DIMP_KEY_SIZE];

	if (!forgery->is_set)
		return;
	if (forgery->has_boots)
		config->boot_count = forgery->boots;
	if (forgery->as[0] != '\0')
		(void)drill_peer_identity(forgery->as, config->static_secret, &unused);
	if (forgery->to[0] != '\0')
		(void)drill_peer_identity(forgery->to, secret, &subject->static_public);
	if (forgery->has_preshared)
		memcpy(subject->preshared, forgery->preshared, DIMP_KEY_SIZE);
}

static bool make_speaker(struct drill_peer *peer, uint32_t boots)
{
	struct dimp_speaker_config config;
	struct dimp_peer_config subject = peer->subject;
	dimp_peer number;

	peer->config.boot_count += boots;
	if (!peer->forgery.is_set) {
		peer->has_keys = false;
		peer->is_ack_due = false;
	}
	config = peer->config;
	forge_identities(&peer->forgery, &config, &subject);
	if (peer->speaker != NULL)
		dimp_speaker_wipe(peer->speaker);
	peer->speaker = dimp_speaker_init(peer->memory, &config, (struct dimp_time){0});
	return peer->speaker != NULL &&
		dimp_speaker_add_peer(peer->speaker, &subject, &number) == DIMP_ERROR_NONE;
}

struct drill_peer *drill_peer_create(const char *name, const struct dimp_public_key *subject,
	uint64_t seed)
{
	struct drill_peer *peer = calloc(1, sizeof(*peer));
	struct dimp_public_key own;

	if (peer == NULL)
		return NULL;
	dimp_speaker_config_default(&peer->config);
	peer->config.role = DIMP_ROLE_STATION_SPEAKER;
	peer->config.peers_max = 1;
	peer->config.vsis_max = 1;
	peer->config.migrations_max = 1;
	peer->config.entries_max = 1;
	peer->config.arena_octets = 1024;
	peer->config.send_queue_max = 32;
	peer->subject.static_public = *subject;
	peer->crypto = openssl_crypto_create_seeded(2 + seed, name);
	peer->memory = malloc(dimp_speaker_size(&peer->config));
	if (peer->crypto != NULL) {
		drill_forger_init(&peer->forger, openssl_crypto_table(peer->crypto), &peer->forgery,
			peer->config.static_secret);
		peer->config.crypto = &peer->forger.table;
	}
	if (peer->crypto == NULL || peer->memory == NULL ||
		!drill_peer_identity(name, peer->config.static_secret, &own) ||
		!make_speaker(peer, 1)) {
		drill_peer_destroy(peer);
		return NULL;
	}
	return peer;
}

void drill_peer_destroy(struct drill_peer *peer)
{
	if (peer == NULL)
		return;
	if (peer->speaker != NULL)
		dimp_speaker_wipe(peer->speaker);
	openssl_crypto_destroy(peer->crypto);
	free(peer->memory);
	free(peer);
}

static bool begin(struct drill_peer *peer, uint32_t boots, struct dimp_time now)
{
	if (!make_speaker(peer, boots))
		return false;
	dimp_speaker_open(peer->speaker, 0, now);
	return true;
}

bool drill_peer_open(struct drill_peer *peer, struct dimp_time now)
{
	return begin(peer, STARTS, now);
}

bool drill_peer_restart(struct drill_peer *peer, struct dimp_time now)
{
	return begin(peer, 1, now);
}

static void drain_events(struct drill_peer *peer, struct dimp_time now)
{
	struct dimp_event event;

	while (dimp_speaker_next_event(peer->speaker, &event, now))
		continue;
}

/* Takes over keys that a handshake has made. */
static void adopt_keys(struct drill_peer *peer)
{
	struct dimp_association_keys keys;

	if (!dimp_speaker_keys(peer->speaker, 0, &keys) ||
		(peer->has_keys && keys.local_index == peer->keys.local_index))
		return;
	if (peer->keys.local_index != keys.local_index) {
		peer->old_keys = peer->keys;
		peer->has_old_keys = peer->is_ever_up;
	}
	peer->keys = keys;
	peer->has_keys = true;
	peer->is_ever_up = true;
	peer->is_confirming = true;
	peer->is_ack_due = false;
	peer->next_number = 0;
}

static bool open_pdu(struct drill_peer *peer, struct dimp_view pdu,
	const struct dimp_pdu_header *header, struct drill_pdu *payload)
{
	struct dimp_payload opened = {.octets = payload->octets};

	if (!peer->has_keys || header->receiver_index != peer->keys.local_index ||
		dimp_pdu_open(peer->config.crypto, peer->keys.receive, pdu, &opened) !=
			DIMP_ERROR_NONE)
		return false;
	payload->size = opened.size;
	return true;
}

/* ACK alone elicits no ACK (DIMP 5.6-1). */
static bool is_eliciting(const struct drill_pdu *payload)
{
	struct dimp_view rest = {payload->octets, payload->size}, item;

	while (dimp_tlv_next(&rest, &item)) {
		if (item.octets[0] != 0 || item.octets[1] != DIMP_MESSAGE_ACK)
			return true;
	}
	return false;
}

void drill_peer_take(struct drill_peer *peer, struct dimp_view pdu, struct drill_pdu *payload,
	struct dimp_time now)
{
	struct dimp_pdu_header header;

	payload->size = 0;
	if (pdu.size > DRILL_PDU_MAX || dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE)
		return;
	if (header.kind == DIMP_PDU_PROTECTED && open_pdu(peer, pdu, &header, payload)) {
		peer->is_ack_due = is_eliciting(payload);
		peer->ack_number = header.packet_number;
		return;
	}
	dimp_speaker_receive(peer->speaker, 0, pdu, now);
	drain_events(peer, now);
	adopt_keys(peer);
	if (header.kind == DIMP_PDU_PROTECTED && open_pdu(peer, pdu, &header, payload)) {
		peer->is_ack_due = is_eliciting(payload);
		peer->ack_number = header.packet_number;
	}
}

/* What a PROTECTED PDU is sealed with. */
struct seal {
	const struct dimp_association_keys *keys;
	uint64_t number;
};

static bool seal_pdu(const struct drill_peer *peer, struct dimp_view payload, struct seal with,
	struct drill_pdu *pdu)
{
	const struct dimp_crypto *crypto = peer->config.crypto;
	uint8_t nonce[DIMP_NONCE_SIZE] = {0};
	const size_t size = DIMP_PDU_HEADER_SIZE + payload.size + DIMP_TAG_SIZE;

	if (size > DRILL_PDU_MAX)
		return false;
	pdu->size = size;
	memset(pdu->octets, 0, DIMP_PDU_HEADER_SIZE);
	pdu->octets[0] = 1 << 4 | DIMP_PDU_PROTECTED;
	pdu->octets[2] = (uint8_t)(size >> 8);
	pdu->octets[3] = (uint8_t)size;
	for (unsigned index = 0; index < 4; index++)
		pdu->octets[4 + index] = (uint8_t)(with.keys->remote_index >> (24 - 8 * index));
	for (unsigned index = 0; index < 8; index++)
		pdu->octets[8 + index] = (uint8_t)(with.number >> (56 - 8 * index));
	memcpy(nonce + 4, pdu->octets + 8, 8);
	const struct dimp_sealing sealing = {
		.key = with.keys->send,
		.nonce = nonce,
		.additional = {pdu->octets, DIMP_PDU_HEADER_SIZE},
		.text = payload,
	};
	return crypto->seal(crypto->user, pdu->octets + DIMP_PDU_HEADER_SIZE, &sealing);
}

bool drill_peer_seal(struct drill_peer *peer, struct dimp_view payload, struct drill_pdu *pdu)
{
	const struct seal with = {&peer->keys, peer->next_number};

	if (!peer->has_keys)
		return false;
	peer->next_number++;
	return seal_pdu(peer, payload, with, pdu);
}

bool drill_peer_seal_old(const struct drill_peer *peer, struct dimp_view payload, uint64_t number,
	struct drill_pdu *pdu)
{
	const struct seal with = {&peer->old_keys, number};

	return peer->has_old_keys && seal_pdu(peer, payload, with, pdu);
}

bool drill_peer_keys(const struct drill_peer *peer, struct dimp_association_keys *keys)
{
	*keys = peer->keys;
	return peer->has_keys;
}

static bool seal_ack(struct drill_peer *peer, struct drill_pdu *pdu)
{
	const struct dimp_message ack = {
		.kind = DIMP_MESSAGE_ACK,
		.body.ack = {.largest = peer->ack_number},
	};
	uint8_t octets[64];
	size_t size;

	peer->is_ack_due = false;
	return dimp_message_write(&ack, octets, sizeof octets, &size) == DIMP_ERROR_NONE &&
		drill_peer_seal(peer, (struct dimp_view){octets, size}, pdu);
}

bool drill_peer_told_start(const struct drill_peer *peer, uint8_t *start)
{
	*start = peer->forger.start;
	return peer->forger.has_start;
}

void drill_peer_share(struct drill_peer *peer, const uint8_t preshared[DIMP_KEY_SIZE])
{
	memcpy(peer->subject.preshared, preshared, DIMP_KEY_SIZE);
}

void drill_peer_acknowledge(struct drill_peer *peer, bool is_acknowledging)
{
	peer->is_silent = !is_acknowledging;
	peer->is_ack_due = false;
}

void drill_peer_number(struct drill_peer *peer, uint64_t number)
{
	peer->next_number = number;
}

void drill_peer_alter(struct drill_peer *peer, const struct drill_forgery *forgery)
{
	peer->forgery = *forgery;
}

/* A handshake PDU as the forgery, whose turn is over then, wants it. */
static bool forge_handshake(struct drill_peer *peer, struct drill_pdu *pdu)
{
	const struct drill_forgery *forgery = &peer->forgery;
	enum { INITIATION_SIZE = 144 };

	if (!forgery->is_set)
		return true;
	peer->right = *pdu;
	if (!forgery->is_extra)
		peer->right.size = 0;
	drill_edits_apply(&forgery->pdu, (struct dimp_buffer){pdu->octets, pdu->size});
	if (forgery->is_check_right && pdu->size == INITIATION_SIZE &&
		!drill_forgery_check(peer->config.crypto, &peer->subject.static_public,
			pdu->octets))
		return false;
	memcpy(pdu->octets + pdu->size, forgery->tail.octets, forgery->tail.size);
	pdu->size += forgery->tail.size;
	peer->forgery.is_set = false;
	return true;
}

bool drill_peer_next(struct drill_peer *peer, struct drill_pdu *pdu, struct dimp_time now)
{
	const struct dimp_buffer buffer = {pdu->octets, sizeof pdu->octets};
	struct dimp_pdu_header header;
	dimp_peer number;

	if (peer->right.size > 0) {
		*pdu = peer->right;
		peer->right.size = 0;
		return true;
	}
	while ((pdu->size = dimp_speaker_transmit(peer->speaker, buffer, &number, now)) > 0) {
		if (dimp_pdu_header_read((struct dimp_view){pdu->octets, pdu->size}, &header) !=
			DIMP_ERROR_NONE)
			continue;
		if (header.kind != DIMP_PDU_PROTECTED)
			return forge_handshake(peer, pdu);
		if (!peer->is_confirming || header.receiver_index != peer->keys.remote_index)
			continue;
		peer->next_number = header.packet_number + 1;
		return true;
	}
	peer->is_confirming = false;
	return peer->is_ack_due && !peer->is_silent && seal_ack(peer, pdu);
}
