/* SPDX-License-Identifier: MIT */
/*
 * The context of one VSI at a bridge, with the source's machine (DIMP 9.3): who owns the DI, at
 * which rank, and the migration away from here that may be under way.
 */
#ifndef DIMP_SOURCE_H
#define DIMP_SOURCE_H

#include "machine.h"
#include "round.h"

enum source_state {
#define STATE(name, text) SOURCE_##name,
#include "source.def"
	SOURCE_STATES
};

enum source_event {
#define EVENT(name, text) SOURCE_ON_##name,
#include "source.def"
	SOURCE_EVENTS
};

/* What a slot of the speaker's VSI table is used for. */
enum source_use { SOURCE_UNUSED, SOURCE_CONTEXT, SOURCE_STAGING };

struct source {
	struct machine machine; /* migration: the one under way or last */
	enum source_use use;
	struct dimp_vsi vsi;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	uint64_t serial; /* rank of the ownership: (serial, epoch) */
	uint32_t epoch;
	bool is_announced; /* other bridges are told that this one owns it */
	bool is_present; /* on a port of this bridge */
	struct dimp_time hold_until; /* when not present */
	bool has_station; /* only this peer may announce moves */
	dimp_peer station;
	uint64_t announced_serial; /* of the move that the station announced; 0: none */
	struct dimp_public_key announced_destination;
	uint64_t serial_top; /* the highest asked for (DIMP 9.1-4) */
	uint64_t *ended; /* per peer, the newest migration that ended; borrowed for life */

	/* The migration. */
	dimp_peer destination;
	struct dimp_solicit solicit;
	uint64_t freeze;
	uint64_t token; /* of the freeze that the user was asked for last */
	struct dimp_time thaw_at;
	struct dimp_time repeat_at; /* RELEASED, until DONE */
	uint64_t repeat_wait_us;
	bool has_offered, is_freeze_wanted;

	struct round round;
	struct dimp_time round_due;
};

extern const struct machine_table source_table;

/* Makes |source| the owner's context of |vsi| in slot |index|. */
void source_init(struct source *source, dimp_vsi_index index, const struct dimp_vsi *vsi,
	uint64_t *ended);

/* DI that no VSI uses is kept for a while: its migration may begin after the VSI left. */
void source_hold(struct source *source, const struct machine_input *input);
/* A delta round is due after so many changes at once, after any change when its time has come. */
void source_plan_round(struct source *source, const struct machine_input *input);
/* What a round needs to know of the migration. */
struct round_target source_round_target(const struct source *source);

/*
 * The VM is to run here, says a REQUEST.  Ends a migration that is under way and remembers the
 * serial; false, with nothing changed, if a later move is known.
 */
bool source_claim(struct source *source, const struct machine_input *input);
/* The VSI is on a port here; moves up to |serial| are over.  A tombstone becomes the owner's
 * context of a VSI that begins anew. */
void source_arrived(struct source *source, uint64_t serial, const struct machine_input *input);
/* What this bridge has of the VSI, as I-HAVE says it. */
enum dimp_holding source_holding(const struct source *source);
/* Another bridge owns the DI with a higher rank: this one yields. */
void source_outranked(struct source *source, const struct machine_input *input);
/* The tombstone is the last copy: it is put into force again, with this serial. */
void source_revive(struct source *source, uint64_t serial, const struct machine_input *input);
/* ANNOUNCE from a station: the move it names may take the DI (DIMP 9.7-4); what ANNOUNCED says. */
DIMP_MUST_USE enum dimp_error source_announce(struct source *source,
	const struct machine_input *input);
/* The move with this serial may take the DI to |destination|: NOTIFY says so too. */
void source_consent(struct source *source, uint64_t serial,
	const struct dimp_public_key *destination);
/* A SOLICIT for this VSI. */
void source_solicit(struct source *source, const struct machine_input *input);
/* Any other message of the migration under way, from its destination. */
void source_message(struct source *source, const struct machine_input *input);
/* The bridge confirms the freeze that it was asked for with |token|. */
void source_frozen(struct source *source, uint64_t token, const struct machine_input *input);
void source_peer_lost(struct source *source, const struct machine_input *input);
/* The peer has started anew, and forgotten what it was asked for. */
void source_peer_restarted(struct source *source, const struct machine_input *input);
/* The peer has new keys: it may have lost what it was about to say. */
void source_peer_renewed(struct source *source, const struct machine_input *input);
/* The VSI left its port. */
void source_left(struct source *source, const struct machine_input *input);
/* Ends a migration that is under way; false when the DI is another bridge's already. */
bool source_revoke(struct source *source, const struct machine_input *input);
/* An entry was changed: perhaps a delta round is due. */
void source_changed(struct source *source, const struct machine_input *input);
/* Sends as much of an open round as the association takes. */
void source_pump(struct source *source, const struct machine_input *input);

/* Whether the bridge may change the DI now, and whether it is in force here. */
bool source_is_open(const struct source *source);
bool source_is_owner(const struct source *source);
/* Whether a deletion must leave a marker for a round to come. */
bool source_is_migrating(const struct source *source);

struct dimp_time source_deadline(const struct source *source);
void source_expire(struct source *source, const struct machine_input *input);

#endif
