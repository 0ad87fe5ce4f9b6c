/* SPDX-License-Identifier: MIT */
/*
 * Three bridges, each with a station, all joined by wires that lose, repeat, delay and reorder PDUs
 * or are cut; speakers that stop for a while, and bridges that crash and start again.  Virtual
 * time, everything drawn from one seed.  The rig is the user of all speakers; fault_checks.h judges
 * after every event.
 */
#ifndef UNIT_FAULT_RIG_H
#define UNIT_FAULT_RIG_H

#include "crypto/openssl_crypto.h"
#include "dimp.h"
#include "engine/random_stream.h"

enum {
	FAULT_BRIDGES = 3,
	FAULT_SPEAKERS = 2 * FAULT_BRIDGES, /* station of bridge b: b + FAULT_BRIDGES */
	FAULT_ENTRIES_MAX = 512,
	FAULT_KEYS = 200, /* different bindings that the VSI may have */
	FAULT_REQUESTS_MAX = 64,
	FAULT_PDUS_MAX = 2048
};

/* What may happen in a run. */
struct fault_profile {
	uint64_t seed;
	unsigned loss_percent, repeat_percent;
	uint32_t jitter_us; /* on top of 500 us */
	unsigned activation_fails_percent;
	bool has_cuts, has_pauses, has_crashes, has_proceeds;
};

struct fault_pdu {
	unsigned from, to;
	uint64_t order;
	struct dimp_time at;
	size_t size;
	uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
};

struct fault_request {
	unsigned station;
	uint64_t id;
	struct dimp_time overdue; /* when the station says so itself */
	unsigned responses;
	struct dimp_response response;
};

struct fault_rig {
	struct fault_profile profile;
	struct random_stream random;
	struct openssl_crypto *crypto[FAULT_SPEAKERS];
	struct dimp_speaker *speakers[FAULT_SPEAKERS];
	struct dimp_speaker_config configs[FAULT_SPEAKERS];
	struct dimp_time paused_until[FAULT_SPEAKERS];
	bool is_cut[FAULT_SPEAKERS][FAULT_SPEAKERS];
	bool is_calm; /* no faults any more */
	struct dimp_time now;
	struct fault_pdu *pdus;
	size_t pdu_count;
	uint64_t order;
	uint64_t fingerprint; /* of every octet put on a wire */
	unsigned expiries; /* in a row at the same instant */
	struct dimp_time expiries_at;
	unsigned crashes, proceeds, successes;
	struct dimp_time expiry[FAULT_KEYS]; /* of each binding, as the VSI's bridge learned it */
	struct fault_request requests[FAULT_REQUESTS_MAX];
	size_t request_count;
	uint64_t serial;
	const char *broken; /* the invariant that was, NULL while none */
};

const struct dimp_vsi *fault_rig_vsi(void);

/* Makes the speakers, the VSI on bridge 0. */
struct fault_rig *fault_rig_start(const struct fault_profile *profile);
void fault_rig_stop(struct fault_rig *rig);

/* Lets time pass until |until|, or until an invariant is broken. */
void fault_rig_run(struct fault_rig *rig, struct dimp_time until);

/* A number below |bound|. */
uint32_t fault_rig_below(struct fault_rig *rig, uint32_t bound);

/* The bridge |bridge| loses its memory and starts again. */
void fault_rig_crash(struct fault_rig *rig, unsigned bridge);

/* Whom speaker |who| knows as |peer|. */
unsigned fault_rig_other_end(unsigned who, dimp_peer peer);

struct dimp_public_key fault_rig_key(const struct fault_rig *rig, unsigned who);

#endif
