/* SPDX-License-Identifier: MIT */
/*
 * One REQUEST at the bridge that is to receive the DI, with the destination's machine (DIMP 9.2):
 * it asks the source, stages what arrives, commits, has it put into force and tells the station the
 * one outcome.
 */
#ifndef DIMP_DESTINATION_H
#define DIMP_DESTINATION_H

#include "ack_ranges.h"
#include "lookup.h"
#include "source.h"

enum destination_state {
#define STATE(name, text) DESTINATION_##name,
#include "destination.def"
	DESTINATION_STATES
};

enum destination_event {
#define EVENT(name, text) DESTINATION_ON_##name,
#include "destination.def"
	DESTINATION_EVENTS
};

/* What decides how a REQUEST is met; found out by the speaker. */
struct destination_prospects {
	dimp_peer source; /* DIMP_NO_PEER: none known */
	dimp_vsi_index staging; /* a free slot, DIMP_NO_VSI: none */
	struct source
		*home; /* this bridge owns the VSI and the request names no other; else NULL */
	enum dimp_error error; /* STALE_SERIAL or NOT_AUTHORISED; NONE: none known */
	bool is_nameless; /* the request names no other bridge */
	dimp_vsi_index tombstone; /* what this bridge released of the VSI, DIMP_NO_VSI: nothing */
	struct lookup_rank tombstone_rank;
};

/* Rounds as they arrive. */
/* Records of a DI type that could not be staged. */
struct destination_unstaged {
	uint32_t records;
	enum dimp_error error; /* of the first */
};

struct destination_copy {
	struct ack_ranges chunks; /* DATA messages that arrived, over all rounds */
	bool has_end; /* a ROUND-END arrived; the newest is kept */
	struct dimp_round_end end;
	struct dimp_digest_row rows[DIMP_ROWS_MAX]; /* of the final one */
	size_t row_count;
	uint64_t spoiled; /* DI types of which something could not be staged */
	struct destination_unstaged unstaged[DIMP_DI_TYPES];
};

struct destination {
	struct machine machine; /* vsi: the slot staged into; migration: its id */
	bool is_used;
	dimp_peer station; /* DIMP_NO_PEER: asked by the bridge's own host, or begun by NOTIFY */
	bool is_notified; /* begun by NOTIFY */
	struct dimp_request asked;
	uint64_t wanted; /* DI types: of those asked for, what was supported then */
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;

	dimp_peer source;
	struct lookup lookup;
	dimp_vsi_index tombstone;
	struct lookup_rank tombstone_rank;
	struct dimp_id16 digest_key;
	bool has_offer;
	uint32_t epoch;
	uint32_t offered[DIMP_DI_TYPES];
	struct di_room granted;
	struct destination_copy copy;
	uint64_t freeze;
	bool is_cut_over, is_committed, is_at_risk, is_activated;
	bool is_hold_told; /* the user knows that the VM is stopped */
	struct di_counts activated; /* what was staged when it became active */
	bool is_released; /* RELEASED came */
	bool is_check_wanted; /* something arrived: look whether a round is complete */

	bool is_busy; /* the last look-up found the DI on its way */
	enum dimp_error fault; /* the first one */
	struct dimp_time deadline, give_up, abort_due;
	uint64_t abort_wait_us; /* before the next ABORT */
	bool is_told_in_doubt; /* and ABORT is repeated still */
	bool is_silence_told; /* the station was asked because the source is silent */
	struct dimp_time tell_until; /* the station is gone after that */
	bool has_told;
	enum dimp_phase told; /* the last PROGRESS */
	bool has_response;
	struct dimp_message response;
};

extern const struct machine_table destination_table;

/* Begins the life of |destination| with a REQUEST. */
void destination_request(struct destination *destination, const struct machine_input *input,
	const struct destination_prospects *prospects);
/* From now on it has so long, and gives up in time to end in order (DIMP 9.2-14). */
void destination_set_deadline(struct destination *destination, uint32_t deadline_ms,
	struct dimp_time now);
/* Whether nothing was asked of a source yet, so that a REQUEST may still say of what. */
bool destination_is_unasked(const struct destination *destination);
/* Whether a REQUEST for this VSI and serial can take it over (DIMP 9.9-7). */
bool destination_may_be_adopted(const struct destination *destination,
	const struct machine_input *input);
/* The station that sent this REQUEST takes it over and hears its outcome. */
void destination_adopt(struct destination *destination, const struct machine_input *input);
/* Whether that command does anything now. */
bool destination_takes_command(const struct destination *destination, enum dimp_message_kind kind);
/* CUTOVER, PROCEED or CANCEL from the station that asked, or the host. */
void destination_command(struct destination *destination, enum dimp_message_kind kind,
	const struct machine_input *input);
/* A message of its migration from the source. */
void destination_message(struct destination *destination, const struct machine_input *input);
/* Whether the REQUEST carries a ticket. */
bool destination_has_ticket(const struct destination *destination);
/* Adds to a WHO-HAS what the ticket can be judged by, if there is one (DIMP 9.7-6). */
void destination_show_ticket(const struct destination *destination, struct dimp_message *who_has);
/* NONE if PROCEED may be taken, or means nothing now; else NOT_AUTHORISED (DIMP 9.7-7). */
DIMP_MUST_USE enum dimp_error destination_risk_error(const struct destination *destination,
	const struct machine_input *input);
/* Asks the bridges who has the DI. */
void destination_locate(struct destination *destination, const struct machine_input *input);
/* An I-HAVE that answers this request's look-up. */
void destination_located(struct destination *destination, const struct machine_input *input);
/* Goes on if enough is known by now. */
void destination_check_lookup(struct destination *destination, const struct machine_input *input);
/* Whether it is past the point where this bridge may become the owner at any time. */
bool destination_may_become_owner(const struct destination *destination);
/* Sets aside what SOLICIT is going to grant. */
DIMP_MUST_USE enum dimp_error destination_set_grant_aside(struct destination *destination,
	const struct machine_input *input);
/* The bridge answers DIMP_EVENT_ACTIVATE. */
void destination_activated(struct destination *destination, bool is_in_force,
	const struct machine_input *input);
void destination_peer_lost(struct destination *destination, const struct machine_input *input);
/* Decides which DI types are wanted, for good: a change of what is supported is for later
 * migrations, or one of a required type would end in SUCCESS without it. */
void destination_want_types(struct destination *destination, const struct machine_input *input);
/* Looks whether a round is complete; the user has seen every staged record. */
void destination_check(struct destination *destination, const struct machine_input *input);
/* What is staged must not be used, whatever the station says; too late, it changes nothing. */
void destination_overrule(struct destination *destination, enum dimp_error error,
	const struct machine_input *input);
/* Repeats what the station was told last: the REQUEST came again. */
void destination_repeat(struct destination *destination, const struct machine_input *input);
/* The peer started anew, or thinks that we did: what it lost is said again. */
void destination_peer_renewed(struct destination *destination, const struct machine_input *input);
/* The peer has started anew: what it had of a migration is gone. */
void destination_peer_restarted(struct destination *destination, const struct machine_input *input);
/* The association with |input|'s peer, which was down, is up. */
void destination_peer_back(struct destination *destination, const struct machine_input *input);
/* Whether the source has to say something, and whether its silence would be a fault. */
bool destination_waits_for_source(const struct destination *destination);
bool destination_minds_silence(const struct destination *destination,
	const struct machine_input *input);
/* Nothing was heard of the source for too long. */
void destination_source_silent(struct destination *destination, const struct machine_input *input);
/* The operator ends what is in doubt; false if it is not. */
bool destination_end_doubt(struct destination *destination, const struct machine_input *input);
/* A fault here: |error| says which, what is staged whether it is kept. */
void destination_raise_fault(struct destination *destination, const struct machine_input *input,
	enum dimp_error error);
/* Whether |error| lets a station go on, and there is something to go on with. */
bool destination_is_of_use(const struct destination *destination, const struct machine_input *input,
	enum dimp_error error);
/* Whether it is over, so that its place may be used again. */
bool destination_has_ended(const struct destination *destination);
/* Whether its slot holds staged DI that the user has to see. */
bool destination_is_staging(const struct destination *destination);

struct dimp_time destination_deadline(const struct destination *destination);
void destination_expire(struct destination *destination, const struct machine_input *input);

#endif
