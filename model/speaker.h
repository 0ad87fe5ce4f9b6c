/* SPDX-License-Identifier: MIT */
/*
 * The inside of a speaker: its peers with their associations, its machines, the DI table and the
 * events for its user.  speaker.c makes it and turns the crank, dispatch.c hands messages to
 * machines, commands.c takes what the user wants, services.c is what machines may ask.
 */
#ifndef DIMP_SPEAKER_H
#define DIMP_SPEAKER_H

#include "announcements.h"
#include "association.h"
#include "destination.h"
#include "early_commands.h"
#include "event_queue.h"
#include "expected_stations.h"
#include "overtaken_aborts.h"
#include "source.h"
#include "station.h"

struct speaker_peer {
	bool is_bridge;
	struct dimp_public_key static_public;
	struct association *association;
	bool was_up; /* since it was lost last */
	bool is_awaited, is_awaited_source; /* somebody here waits for it, or for its copy */
	uint64_t request_forgotten; /* the highest REQUEST of this station with no place here */
};

struct dimp_speaker {
	struct dimp_speaker_config config;
	struct association_context context;
	struct dimp_counters counters;
	struct services services;
	struct event_queue events;
	struct early_commands early;
	bool is_draining; /* no move to here begins any more */
	struct overtaken_aborts overtaken;
	struct announcements announcements; /* of a station */
	struct expected_stations expectations; /* of a bridge: config.vsis_max */
	struct speaker_peer *peers; /* config.peers_max */
	uint32_t peer_count;
	struct source *vsis; /* config.vsis_max */
	struct destination *destinations; /* config.migrations_max, of a bridge */
	struct station *stations; /* config.migrations_max, of a station */
	/* Places from here on were never used: what is done for every PDU stops here. */
	uint32_t vsis_end, migrations_end;
	uint64_t request_last;
	bool has_unseen; /* staged records may wait for the user */
	dimp_peer transmit_next; /* who is asked first for a PDU */
	uint8_t *plain; /* a PDU's payload, opened */
	uint8_t *associations; /* memory of config.peers_max associations */
};

/* An input with nothing but the instant. */
struct machine_input speaker_input(struct dimp_speaker *speaker, dimp_peer peer,
	struct dimp_time now);

/* Hands one message, a whole TLV, to its machine; |arrival| says from whom and when. */
void dispatch_message(struct dimp_speaker *speaker, struct dimp_view octets,
	const struct machine_input *arrival);

/* The peer with this static key, DIMP_NO_PEER if none. */
dimp_peer speaker_find_peer(const struct dimp_speaker *speaker,
	const struct dimp_public_key *static_public);

/* A slot that nothing uses, DIMP_NO_VSI if none. */
dimp_vsi_index speaker_free_vsi(const struct dimp_speaker *speaker);
/* One of which no event waits either: what waits would be taken for news of what begins now. */
dimp_vsi_index speaker_unnamed_vsi(const struct dimp_speaker *speaker);

/* From now on the place of a VSI, or of a migration or request, is among those that are used. */
void speaker_use_vsi(struct dimp_speaker *speaker, dimp_vsi_index index);
void speaker_use_migration(struct dimp_speaker *speaker, uint32_t index);

/* The context of |vsi| that owns it, or failing that any; DIMP_NO_VSI if none. */
dimp_vsi_index speaker_find_vsi(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi);

/* Whether |vsi| was asked for, here or from here, with a serial not below |serial|. */
bool speaker_knows_later_move(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	uint64_t serial);

/* The end of a destination's life may change what its slot is used for. */
void speaker_settle_slot(struct dimp_speaker *speaker, struct destination *destination,
	dimp_vsi_index slot, struct dimp_time now);

#endif
