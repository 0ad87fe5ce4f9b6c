/* SPDX-License-Identifier: MIT */
/*
 * A rig of speakers joined by wires with a delay, in virtual time, for tests of the whole model:
 * bridge A (source), bridge B (destination), and a station on B.  The rig is the user of all three:
 * it answers FREEZE and ACTIVATE as told and keeps what they say.
 */
#ifndef UNIT_SPEAKER_RIG_H
#define UNIT_SPEAKER_RIG_H

#include "crypto/openssl_crypto.h"
#include "dimp.h"

enum rig_speaker { RIG_A, RIG_B, RIG_STATION, RIG_SPEAKERS };

enum { RIG_DELAY_US = 500, RIG_IN_FLIGHT_MAX = 512, RIG_EVENT_KINDS = 32 };

struct rig_pdu {
	enum rig_speaker from, to;
	uint64_t order;
	struct dimp_time at;
	size_t size;
	uint8_t octets[DIMP_PDU_SIZE_MAX];
};

/* What a test may set before rig_start(). */
struct rig_options {
	uint64_t seed;
	struct dimp_time starts_at;
	uint32_t loss_percent; /* between A and B, once associations stand */
	bool activation_fails;
	enum dimp_error rejection; /* B turns down every record of reject_type with this */
	enum dimp_di_type reject_type;
	struct dimp_speaker_config config[RIG_SPEAKERS];
};

struct rig {
	struct rig_options options;
	struct openssl_crypto *crypto[RIG_SPEAKERS];
	struct dimp_speaker *speakers[RIG_SPEAKERS];
	void *memory[RIG_SPEAKERS];
	struct dimp_time now;
	bool is_standing; /* associations are up: from now on PDUs are lost as options say */
	bool is_cut; /* nothing passes between A and B */
	struct rig_pdu *in_flight;
	size_t in_flight_count;
	uint64_t order;
	uint64_t random;
	/* what was said */
	unsigned seen[RIG_SPEAKERS][RIG_EVENT_KINDS];
	struct dimp_time first[RIG_SPEAKERS][RIG_EVENT_KINDS];
	struct dimp_message response;
	unsigned responses;
	enum dimp_phase phase;
	unsigned pdus;
	dimp_vsi_index vsi_a;
	dimp_vsi_index active_b; /* the slot that ACTIVATE named */
	uint64_t request;
	const struct dimp_ticket *ticket; /* for the next request; NULL: none */
};

/* Peers as the rig adds them. */
enum { RIG_PEER_OF_A = 0, RIG_PEER_A = 0, RIG_PEER_STATION = 1, RIG_PEER_OF_STATION = 0 };

void rig_options_default(struct rig_options *options);

/* Makes the speakers, A with one VSI; opens associations. NULL without memory. */
struct rig *rig_start(const struct rig_options *options);
void rig_stop(struct rig *rig);

/* B has forgotten all, and begins its next run. */
void rig_restart_b(struct rig *rig);

/* Lets time pass until |until|. */
void rig_run(struct rig *rig, struct dimp_time until);

/* A learns |count| DHCP bindings of its VSI. */
void rig_learn(struct rig *rig, uint32_t count);

/* What a station asks for. */
struct rig_ask {
	enum dimp_mode mode;
	uint64_t required, optional;
	uint32_t deadline_ms;
};

/* The station asks B for the VSI that A has. */
void rig_request(struct rig *rig, const struct rig_ask *ask);

/* The static public key of a speaker. */
struct dimp_public_key rig_public_key(const struct rig *rig, enum rig_speaker who);

const struct dimp_vsi *rig_vsi(void);

#endif
