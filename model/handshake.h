/* SPDX-License-Identifier: MIT */
/*
 * The Noise handshake IKpsk2 with X25519, AES-256-GCM and SHA-256 (DIMP 5.2): two messages, after
 * which both ends hold a key for each direction. The messages are octets; what carries them, when
 * they are repeated and what their payloads mean is the caller's.
 */
#ifndef DIMP_HANDSHAKE_H
#define DIMP_HANDSHAKE_H

#include "dimp.h"

/* What the two messages add to their payloads. */
enum {
	HANDSHAKE_INITIATION_OVERHEAD = DIMP_KEY_SIZE + DIMP_KEY_SIZE + 2 * DIMP_TAG_SIZE,
	HANDSHAKE_REPLY_OVERHEAD = DIMP_KEY_SIZE + DIMP_TAG_SIZE
};

/* What a handshake starts from. Everything is copied but crypto. */
struct handshake_setup {
	const struct dimp_crypto *crypto;
	const uint8_t *static_secret;
	const uint8_t *static_public;
	const uint8_t *remote_static; /* initiator's only; a responder reads it from the message */
	const uint8_t *preshared;
	struct dimp_view prologue;
};

/* Noise's handshake, cipher and symmetric state. Members are the implementation's business. */
struct handshake {
	const struct dimp_crypto *crypto;
	bool has_failed;
	uint8_t hash[DIMP_KEY_SIZE];
	uint8_t chaining_key[DIMP_KEY_SIZE];
	uint8_t key[DIMP_KEY_SIZE];
	uint64_t nonce;
	uint8_t static_secret[DIMP_KEY_SIZE];
	uint8_t static_public[DIMP_KEY_SIZE];
	uint8_t ephemeral_secret[DIMP_KEY_SIZE];
	uint8_t ephemeral_public[DIMP_KEY_SIZE];
	uint8_t remote_static[DIMP_KEY_SIZE];
	uint8_t remote_ephemeral[DIMP_KEY_SIZE];
	uint8_t preshared[DIMP_KEY_SIZE];
};

/* The keys that a finished handshake gives. */
struct handshake_keys {
	uint8_t from_initiator[DIMP_KEY_SIZE];
	uint8_t from_responder[DIMP_KEY_SIZE];
};

/* Starts a handshake as the end that speaks first, or as the one that answers. */
void handshake_init_initiator(struct handshake *handshake, const struct handshake_setup *setup);
void handshake_init_responder(struct handshake *handshake, const struct handshake_setup *setup);

/*
 * The four steps, in their order. Those that write give payload.size + overhead octets; those that
 * read give message.size - overhead octets of payload. False when a primitive refused or a check
 * failed: the handshake is then of no more use than to be wiped.
 */
bool handshake_write_initiation(struct handshake *handshake, struct dimp_view payload,
	uint8_t *message);
bool handshake_read_initiation(struct handshake *handshake, struct dimp_view message,
	uint8_t *payload);
bool handshake_write_reply(struct handshake *handshake, struct dimp_view payload, uint8_t *message);
bool handshake_read_reply(struct handshake *handshake, struct dimp_view message, uint8_t *payload);

/* After the last step: the keys of both directions. Wipes the handshake, whatever it returns. */
bool handshake_split(struct handshake *handshake, struct handshake_keys *keys);

void handshake_wipe(struct handshake *handshake);

/* Noise's nonce for a number: four zero octets and the number. */
void handshake_nonce(uint8_t nonce[DIMP_NONCE_SIZE], uint64_t number);

#endif
