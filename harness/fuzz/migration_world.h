/* SPDX-License-Identifier: MIT */
/*
 * Two bridges and a station with true associations, the network between them, which does what it is
 * told, and the hosts of the bridges, which do what the protocol asks of them.  One world, put back
 * to how it began for each input.
 */
#ifndef FUZZ_MIGRATION_WORLD_H
#define FUZZ_MIGRATION_WORLD_H

#include "dimp.h"

enum { MIGRATION_A, MIGRATION_B, MIGRATION_STATION, MIGRATION_SPEAKERS };
enum { MIGRATION_FLIGHT_MAX = 200, MIGRATION_HISTORY = 32, MIGRATION_REQUESTS_MAX = 64 };
enum { MIGRATION_KEYS = 8, MIGRATION_VSIS_MAX = 4 };
/* Of each binding: longer than any input lasts. */
enum { MIGRATION_LEASE_MS = 7200000 };
enum { MIGRATION_TAKEN = 64, MIGRATION_TAG_SIZE = 16 };

struct migration_pdu {
	unsigned from, to;
	size_t size;
	uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
};

/* A PDU that was taken at |to|: header and seal tell it from all others. */
struct migration_taken {
	unsigned to;
	uint8_t header[DIMP_PDU_HEADER_SIZE], tag[MIGRATION_TAG_SIZE];
};

/* What the host of a bridge owes its speaker, and how it answers. */
struct migration_host {
	bool is_slow, refuses; /* answers later; cannot put DI into force */
	bool rejects_record; /* the next one staged */
	dimp_vsi_index freezing, activating; /* DIMP_NO_VSI: nothing is owed */
	uint64_t token;
};

/* Somebody asked for a migration, and is to hear one outcome. */
struct migration_request {
	unsigned who;
	uint64_t id;
	struct dimp_time latest;
	bool is_answered;
};

struct migration_world {
	struct dimp_speaker *speakers[MIGRATION_SPEAKERS];
	struct migration_host hosts[MIGRATION_SPEAKERS];
	struct dimp_time now;
	struct migration_pdu flight[MIGRATION_FLIGHT_MAX]; /* on their way, in the order sent */
	size_t flight_count;
	struct migration_pdu history[MIGRATION_HISTORY]; /* a ring of what was sent */
	size_t sent;
	struct migration_taken taken[MIGRATION_TAKEN]; /* a ring */
	size_t taken_count; /* ever */
	struct migration_request requests[MIGRATION_REQUESTS_MAX];
	size_t request_count;
	uint64_t serial;
	uint32_t boots;
	uint8_t values[MIGRATION_KEYS]; /* the VM's DI as the host knows it; 0: none */
	struct dimp_time leased_at[MIGRATION_KEYS];
	bool may_double; /* something was done after which two may own, or somebody lied */
	unsigned liars; /* a bit for each speaker that has lied */
	bool may_lose; /* something was done after which nobody may own */
};

extern const struct dimp_vsi_config migration_vsi;

/* Somebody hears each PDU as it is sent, those of the first associations included, if this is
 * called before the world is there. */
typedef void (*migration_listener)(const struct migration_pdu *pdu, struct dimp_time now);
void migration_world_listen(migration_listener hear);

/* The world as it begins: A owns the VSI, associations stand.  Valid until the next call. */
struct migration_world *migration_world_begin(void);

/* Takes the speaker's events, which its host answers, and its PDUs into flight. */
void migration_world_drain(unsigned who);
void migration_world_drain_all(void);
/* The PDU is received, as if from |from|.  Aborts when it was taken before and is taken again. */
void migration_world_deliver(const struct migration_pdu *pdu, unsigned from);
/* Everything in flight arrives, and what comes of it. */
void migration_world_settle(void);
/* Lets time pass; every timer that is due fires. */
void migration_world_pass(uint64_t us);
/* The speaker begins anew and knows nothing. */
void migration_world_crash(unsigned who);

/* The keys under which |from| sends to |to| now; false when there are none. */
bool migration_world_keys(unsigned from, unsigned to, struct dimp_association_keys *keys);

/* A bit for each speaker that has lied since the world began. */
unsigned migration_world_liars(void);

/* The number that |who| knows |other| by; DIMP_NO_PEER if it does not. */
dimp_peer migration_world_peer(unsigned who, unsigned other);
/* The number under which the speaker owns the VSI, or DIMP_NO_VSI. */
dimp_vsi_index migration_world_owned(unsigned who);
/* The outcome of this request is awaited from now on. */
void migration_world_await(unsigned who, uint64_t id, uint32_t deadline_ms);

/* Aborts unless: at most one owns, awaited outcomes are not overdue, bounds are kept. */
void migration_world_judge(void);
/* Aborts unless, after healing and enough time, all has ended: every outcome was told, nothing is
 * staged, and one bridge owns exactly what the VM has. */
void migration_world_judge_end(void);

#endif
