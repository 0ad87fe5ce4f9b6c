/* SPDX-License-Identifier: MIT */
/*
 * What the machines may ask of the speaker that holds them: to send a message, to tell the user of
 * an event, the DI table and the configuration.  speaker.c implements it; machines see nothing else
 * of the speaker and nothing of associations.
 */
#ifndef DIMP_SERVICES_H
#define DIMP_SERVICES_H

#include "di_table.h"
#include "dimp.h"

struct machine_input;

struct services {
	const struct dimp_speaker_config *config;
	struct di_table *table;
	struct dimp_speaker *speaker; /* for services.c alone */
	uint64_t migration_last; /* the newest id given out here */
	uint64_t token_last; /* the newest freeze that the user was asked for */
	uint64_t doubt_ended_last; /* the newest migration that the operator ended in doubt */
	bool is_refusing; /* there was no room for a message: its PDU is not acknowledged */
};

/* An event in short form: struct dimp_event is filled in from it when the user takes it. */
struct services_event {
	enum dimp_event_kind kind;
	dimp_peer peer;
	dimp_vsi_index vsi;
	uint64_t request;
	uint64_t migration;
	uint64_t token; /* of FREEZE */
	enum dimp_error error;
	const char *machine, *from, *because, *to, *clause;
	struct dimp_progress progress; /* of PROGRESS: the next may come before the user looks */
	const struct dimp_message *response; /* of RESPONSE; in the machine that told it */
};

/*
 * Hands |message| to the association with |peer|.  When it cannot be taken it is counted as
 * drop_no_room: the machines' own timers end what waits for its answer.
 */
void services_send(struct services *services, dimp_peer peer, const struct dimp_message *message,
	struct dimp_time now);

/* Sends an encoded DATA message whose records were read at |now|: the age is kept right on the way.
 */
void services_send_data(struct services *services, dimp_peer peer, struct dimp_view octets,
	struct dimp_time now);

/* Whether the association with |peer| is up, and making it so without anything to send. */
bool services_is_up(const struct services *services, dimp_peer peer);
void services_open(struct services *services, dimp_peer peer, struct dimp_time now);

/* How many more messages the association with |peer| takes beyond those kept for control. */
size_t services_room(const struct services *services, dimp_peer peer);

/* Queues |event| for the user. */
void services_emit(struct services *services, const struct services_event *event);

/* Sends |message| to every peer that is a bridge; returns how many there are. */
uint32_t services_send_to_bridges(struct services *services, const struct dimp_message *message,
	struct dimp_time now);

/* Puts the tombstone in |vsi| into force again, for the peer of |input|, and announces it (DIMP
 * 9.2-29). */
void services_revive(struct services *services, dimp_vsi_index vsi, uint64_t serial,
	const struct machine_input *input);

/* How many more migrations to here there are places for. */
uint32_t services_idle_places(const struct services *services);

/* The static public key of |peer|; of this speaker itself for DIMP_NO_PEER. */
struct dimp_public_key services_public_key(const struct services *services, dimp_peer peer);

/*
 * A number that nobody can guess, never 0.  When the user's randomness fails it is only one that
 * was not given out before: uniqueness is what the machines rest on, the association keeps it
 * secret.
 */
uint64_t services_random(struct services *services);

#endif
