/* SPDX-License-Identifier: MIT */
/*
 * DIMP: Dynamic Information Migration Protocol, the whole public interface.
 *
 * A *speaker* is one end of the protocol: an edge bridge or a station.  It does no I/O and reads no
 * clock: its user feeds it what arrived, tells it the time, drains what it wants sent and what it
 * has to say, and answers the events that ask for something.  The calling cycle:
 *
 *     dimp_speaker_receive()     for every PDU that arrived
 *     dimp_speaker_expire()      when dimp_speaker_deadline() has come
 *     commands, DI changes       when the user has some
 *     dimp_speaker_next_event()  until it says DIMP_EVENT_NONE, answering as each event asks
 *     dimp_speaker_transmit()    until it returns 0
 *
 * after any of the first three, the last two follow.  One speaker is used by one thread at a time.
 *
 * Memory: the caller owns all of it; the speaker lives in the memory given to dimp_speaker_init()
 * and nothing else.  Borrowed pointers say at their field how long they hold.
 *
 * Errors: functions return enum dimp_error (registry/errors.def).  DIMP_ERROR_NONE is success. What
 * a peer does wrong is counted and answered as the specification says, never a reason to stop
 * calling.
 */
#ifndef DIMP_H
#define DIMP_H

#include "dimp_format.h"

/* Configuration */

/* Whom a source hands DI to (DIMP 9.7). */
enum dimp_authority {
	DIMP_AUTHORITY_ANY_PEER = 0, /* every configured bridge: for a lab */
	DIMP_AUTHORITY_CONSENT = 1, /* the bridge that the old station announced for this move, or
				       that dimp_speaker_notify() named */
	DIMP_AUTHORITY_TICKET = 2 /* the bridge that the VSI manager's ticket names */
};

/* What a VLAN is called at other bridges, and at this one (DIMP 8.0-8). */
struct dimp_vlan_pair {
	uint16_t theirs, ours;
};

struct dimp_vlan_map {
	const struct dimp_vlan_pair *pairs; /* borrowed; no two with the same |theirs| */
	size_t count;
};

/* What a VLAN of another bridge is called here; one that is not in the map stays. */
uint16_t dimp_vlan_map_ours(const struct dimp_vlan_map *map, uint16_t theirs);
/* Calls every VLAN in |record| what it is called here. */
void dimp_record_remap(struct dimp_record *record, const struct dimp_vlan_map *map);

enum dimp_speaker_role { DIMP_ROLE_BRIDGE_SPEAKER = 1, DIMP_ROLE_STATION_SPEAKER = 2 };

/* Timers and bounds of the protocol, each told in settings.def (DIMP 10.1). */
struct dimp_settings {
#define SETTING(name, value, least, most, unit, clause, text) uint32_t name;
#include "settings.def"
#undef SETTING
};

/* Fills in the defaults of DIMP 10.1. */
void dimp_settings_default(struct dimp_settings *settings);

/* The name of the first setting that is out of its range (DIMP 10.1-2); NULL when none is. */
const char *dimp_settings_wrong(const struct dimp_settings *settings);

struct dimp_speaker_config {
	enum dimp_speaker_role role;
	const struct dimp_crypto *crypto; /* borrowed for the speaker's life */
	uint8_t static_secret[DIMP_KEY_SIZE]; /* X25519 */
	uint32_t boot_count; /* rises at every start (DIMP 5.2-6) */
	uint64_t supported_types; /* DI set */
	uint32_t type_entries_max[DIMP_DI_TYPES]; /* per DI type, over all VSIs; 0 is no limit */
	uint32_t peers_max;
	uint32_t vsis_max;
	uint32_t migrations_max;
	uint32_t entries_max; /* DI entries, staged ones included */
	uint32_t arena_octets; /* wire form of those entries */
	uint32_t send_queue_max; /* messages waiting or unacknowledged, per peer */
	uint16_t pdu_size_max; /* what the link's MTU leaves for a PDU */
	struct dimp_vlan_map vlan_map; /* of DI that comes here, when it goes into force */
	enum dimp_authority authority;
	uint8_t manager_public[DIMP_KEY_SIZE]; /* Ed25519, of the VSI manager; for TICKET */
	uint64_t unix_seconds; /* since 1970 at instant 0, from a trusted clock; 0: none */
	struct dimp_settings settings;
};

/* A small bridge: 8 peers, 64 VSIs, 16 migrations, 4,096 entries; all DI types; default settings.
 */
void dimp_speaker_config_default(struct dimp_speaker_config *config);

struct dimp_speaker;

/* Octets of memory a speaker with this configuration needs, aligned as for max_align_t. */
size_t dimp_speaker_size(const struct dimp_speaker_config *config);

/* Makes a speaker in |memory|, which holds dimp_speaker_size() octets.  NULL when the randomness or
 * the public key could not be had, or a setting is out of its range. */
struct dimp_speaker *dimp_speaker_init(void *memory, const struct dimp_speaker_config *config,
	struct dimp_time now);

/* Wipes every secret and the DI.  The memory is the caller's again. */
void dimp_speaker_wipe(struct dimp_speaker *speaker);

/* Peers */

/* Number of a peer of this speaker, from 0. */
typedef uint32_t dimp_peer;
#define DIMP_NO_PEER UINT32_MAX

struct dimp_peer_config {
	bool is_bridge; /* is asked who has the DI of a VSI (DIMP 9.2-28) */
	struct dimp_public_key static_public;
	uint8_t preshared[DIMP_KEY_SIZE]; /* all zero: none */
};

/* Makes a peer known; |peer| becomes its number, for the speaker's life.  TABLE_FULL when there are
 * peers_max already. */
DIMP_MUST_USE enum dimp_error dimp_speaker_add_peer(struct dimp_speaker *speaker,
	const struct dimp_peer_config *config, dimp_peer *peer);

/* Opens the association with |peer| now (otherwise the first message does). */
void dimp_speaker_open(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now);

/* Feed, expire, drain */

/* A PDU arrived from the address configured for |peer|; octets after the PDU's length are padding.
 */
void dimp_speaker_receive(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_view pdu,
	struct dimp_time now);

/*
 * Ends the association with |peer| by CLOSE(ASSOCIATION_CLOSED), as before a shut-down; migrations
 * over it end as when the peer is lost.  It opens again when somebody has something to say
 * (DIMP 5.9-3).
 */
void dimp_speaker_close(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now);

/* The earliest instant at which dimp_speaker_expire() has something to do; DIMP_NEVER if none. */
struct dimp_time dimp_speaker_deadline(const struct dimp_speaker *speaker);
void dimp_speaker_expire(struct dimp_speaker *speaker, struct dimp_time now);

/* Octets that a function may fill in. */
struct dimp_buffer {
	uint8_t *octets;
	size_t capacity;
};

/*
 * Writes the next PDU to send into |buffer|, whose capacity is at least the configured
 * pdu_size_max; its size, with |peer| set, or 0 when there is none.
 */
size_t dimp_speaker_transmit(struct dimp_speaker *speaker, struct dimp_buffer buffer,
	dimp_peer *peer, struct dimp_time now);

/*
 * From now on the DI types of |supported| are known and, where |entries_max| is not 0, so many
 * entries of a type are taken; what is in force, staged or reserved stays.
 */
void dimp_speaker_set_types(struct dimp_speaker *speaker, uint64_t supported,
	const uint32_t entries_max[DIMP_DI_TYPES]);

/*
 * The speaker is about to end: from now on no migration to here begins; a REQUEST for one is
 * refused with MIGRATIONS_LIMIT, a NOTIFY is counted as unmet (DIMP 9.2-4).  What is under way goes
 * on, DI goes away from here, and VMs resume at home.
 */
void dimp_speaker_drain(struct dimp_speaker *speaker);

/* PDUs sent from now on are at most of |size| octets, 1,472 to DIMP_PDU_SIZE_MAX: the way's MTU has
 * changed. */
void dimp_speaker_set_pdu_size(struct dimp_speaker *speaker, uint16_t size);

/* DI: what the bridge learned */

/* A VSI of this speaker, from 0; numbers are used again after DIMP_EVENT_GONE. */
typedef uint32_t dimp_vsi_index;
#define DIMP_NO_VSI UINT32_MAX

struct dimp_vsi_config {
	struct dimp_vsi vsi;
	bool has_station; /* if set, only this peer may announce a move of it */
	dimp_peer station;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	uint64_t serial; /* moves of it up to this one are over or superseded, as whoever orders
			    moves says (DIMP 9.1-14); 0: none known */
};

/*
 * The VSI is on a port of this bridge, which owns its DI from now on; |index| becomes its number.
 * TOO_MANY for too many filters, TABLE_FULL without a place: one that the last VSI has left is free
 * when all events of that one were taken.  What it released of the VSI before and still keeps
 * (RELEASED, not yet GONE) is wiped: the VSI begins anew under the same index (DIMP 9.3-22).  A
 * migration of it away from here that the serial tells to be over ends; DI that was frozen for it
 * is thawed (DIMP 9.3-25).
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_vsi_add(struct dimp_speaker *speaker,
	const struct dimp_vsi_config *config, dimp_vsi_index *index, struct dimp_time now);

/*
 * The bridge knows behind which station |vsi| is to be: a REQUEST for it from another is refused
 * (DIMP 9.7-11), and it is behind that one when it comes without a REQUEST (9.7-12), which ends
 * this.  DIMP_NO_PEER takes it back; NO_SUCH_PEER, TABLE_FULL without a place.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_vsi_expect(struct dimp_speaker *speaker,
	const struct dimp_vsi *vsi, dimp_peer station);

/* The VSI left its port: its DI is no longer in force and is kept for the hold time (DIMP 9.3-14).
 */
void dimp_speaker_vsi_left(struct dimp_speaker *speaker, dimp_vsi_index index,
	struct dimp_time now);

/*
 * What the DI stands for is over, as when a server ends a session: a migration of it that is under
 * way ends with ABORT(REVOKED), and the DI may be changed once DIMP_EVENT_THAW was told, or at once
 * where it was not frozen (DIMP 9.3-21).  NO_SUCH_VSI; WRONG_STATE when it was released already.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_vsi_revoke(struct dimp_speaker *speaker,
	dimp_vsi_index index, struct dimp_time now);

/*
 * The bridge learned, changed (PUT: the whole new record) or lost (DELETE) an entry.  Durations
 * hold at |now|.  VSI_FROZEN from the confirmed freeze to DIMP_EVENT_THAW, and once released;
 * NO_SUCH_VSI; TABLE_FULL without room, TYPE_LIMIT beyond its type's limit: such an entry could
 * not move, so that the bridge must not have it in force either (DIMP 10.2-3).
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_di_change(struct dimp_speaker *speaker,
	dimp_vsi_index index, const struct dimp_record *record, struct dimp_time now);

/* Where a walk over the entries of a VSI stands; position 0 starts it. */
struct dimp_di_cursor {
	dimp_vsi_index vsi;
	size_t position;
};

/*
 * Walks the entries of a VSI, durations as they stand at |now|; false at the end.  Entries staged
 * by a migration are walked by the same call with the vsi index of that migration's events; until
 * DIMP_EVENT_ACTIVATE their VLANs are the source's, then this bridge's own.
 */
bool dimp_speaker_di_next(const struct dimp_speaker *speaker, struct dimp_di_cursor *cursor,
	struct dimp_record *record, struct dimp_time now);

/*
 * The operator's word at a destination: moves of |vsi| that ended in FAIL(IN_DOUBT) and whose ABORT
 * is repeated still are over; their places are free (DIMP 9.2-32 says what may be true then).
 * NO_SUCH_REQUEST if none is in doubt.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_end_doubt(struct dimp_speaker *speaker,
	const struct dimp_vsi *vsi, struct dimp_time now);

/* Station commands */

struct dimp_request_config {
	dimp_peer destination;
	uint64_t serial; /* of the move (DIMP 9.1-4) */
	struct dimp_vsi vsi;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	enum dimp_mode mode;
	struct dimp_public_key source; /* all zero: not known */
	uint64_t required, optional; /* DI sets */
	uint32_t deadline_ms;
	bool has_ticket;
	struct dimp_ticket ticket;
};

/*
 * Sends a REQUEST; |request| becomes its id, rising within this station.  Its one outcome is
 * DIMP_EVENT_RESPONSE, always: a second after the deadline at the latest (DIMP 9.6-7).
 * WRONG_STATE at a bridge, NO_SUCH_PEER, TOO_MANY for no filters or too many, TABLE_FULL while as
 * many as migrations_max have no outcome.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_request(struct dimp_speaker *speaker,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request);
/* The old station's word for a move: its bridge may hand the DI to |destination| (DIMP 9.7-4). */
struct dimp_announcement {
	dimp_peer bridge;
	struct dimp_vsi vsi;
	uint64_t serial;
	struct dimp_public_key destination;
};

/*
 * Sends ANNOUNCE and repeats it; |id| comes back with DIMP_EVENT_ANNOUNCED, always (DIMP 9.7-9).
 * WRONG_STATE at a bridge, NO_SUCH_PEER, TABLE_FULL when too many wait for their answer.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_announce(struct dimp_speaker *speaker,
	const struct dimp_announcement *announcement, struct dimp_time now, uint64_t *id);

/* What the host of a bridge orders */

/*
 * An operator's word at the destination: a migration to this bridge, as a REQUEST asks for it
 * (DIMP 9.9-2); |config|'s destination is of no account.  |request| becomes its id: PROGRESS and
 * RESPONSE of it are events here, dimp_speaker_cutover(), _proceed() and _cancel() its commands. A
 * station's REQUEST for this VSI and serial takes it over (DIMP_EVENT_ADOPTED).  WRONG_STATE at a
 * station, TOO_MANY for no filters or too many, TABLE_FULL without a place for it.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_pull(struct dimp_speaker *speaker,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request);

/* "This VSI is coming to you": what a source tells a destination (DIMP 9.9-3). */
struct dimp_notification {
	dimp_peer destination; /* a bridge */
	uint64_t serial; /* of the move (DIMP 9.1-4) */
	struct dimp_vsi vsi;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	uint64_t required, optional; /* DI sets */
	uint32_t deadline_ms;
	bool has_ticket;
	struct dimp_ticket ticket;
};

/*
 * An operator's word at the source: NOTIFY to |notification|'s destination, which then pulls; it is
 * consent for this move too (DIMP 9.7-4).  NO_SUCH_PEER when that is no bridge, TOO_MANY for no
 * filters or too many, NO_SUCH_VSI when the VSI is not owned here, STALE_SERIAL when a later move
 * of it is known, or consent to a later one or to another bridge was given.  What comes of it, the
 * source's machine tells; NOTIFY is not answered.
 */
DIMP_MUST_USE enum dimp_error dimp_speaker_notify(struct dimp_speaker *speaker,
	const struct dimp_notification *notification, struct dimp_time now);

/*
 * Commands of a request: a station's, or one that this bridge's host ordered or NOTIFY began (DIMP
 * 9.6-3 to 9.6-5).  NO_SUCH_REQUEST when its place is another's by now, or a station has adopted
 * it; WRONG_STATE when the command means nothing in the request's state.
 */

DIMP_MUST_USE enum dimp_error dimp_speaker_cutover(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now);
DIMP_MUST_USE enum dimp_error dimp_speaker_proceed(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now);
DIMP_MUST_USE enum dimp_error dimp_speaker_cancel(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now);

/* Events */

enum dimp_event_kind {
	DIMP_EVENT_NONE,
	DIMP_EVENT_ASSOCIATED, /* peer: new keys; dimp_speaker_keys() tells them */
	DIMP_EVENT_PEER_LOST, /* peer, error */
	DIMP_EVENT_TRANSITION, /* a machine moved: machine, from, to, because, clause (for traces)
				*/
	/* at the source */
	DIMP_EVENT_FREEZE, /* vsi, token: stop using and changing its DI, hand in the last
			      changes, then call dimp_speaker_frozen() with the token */
	DIMP_EVENT_THAW, /* vsi: use it again, exactly where it stopped */
	DIMP_EVENT_RELEASED, /* vsi: no longer ours; remove it from the forwarding plane */
	DIMP_EVENT_GONE, /* vsi: its DI was wiped here; the index is free */
	/* at the destination */
	DIMP_EVENT_RECORD, /* vsi, record: staged: program it inactive; dimp_speaker_reject() if it
			      cannot be */
	DIMP_EVENT_ACTIVATE, /* vsi: put what is staged into force in one step, then call
				dimp_speaker_activated() */
	DIMP_EVENT_DISCARD, /* vsi: forget what was staged; the index is free */
	DIMP_EVENT_NOTIFIED, /* peer, vsi, request: NOTIFY of this peer begins a migration to here;
				its commands take this request */
	DIMP_EVENT_ADOPTED, /* peer, vsi, request: a REQUEST of this station has taken it over, and
			       hears its outcome */
	DIMP_EVENT_HOLD, /* vsi: its VM is stopped: what arrives for it may be held until ACTIVATE
			    or DISCARD (DIMP 9.2-30) */
	/* at the station, and at the bridge whose host ordered the migration */
	DIMP_EVENT_PROGRESS, /* request, message (PROGRESS) */
	DIMP_EVENT_RESPONSE, /* request, message (RESPONSE): the one outcome */
	/* at the old station */
	DIMP_EVENT_ANNOUNCED /* peer, request (what dimp_speaker_announce() gave), error: NONE when
				the bridge has taken it, so that the new station may ask */
};

struct dimp_event {
	enum dimp_event_kind kind;
	dimp_peer peer;
	dimp_vsi_index vsi;
	uint64_t request;
	uint64_t migration;
	uint64_t token; /* of FREEZE: which one */
	enum dimp_error error;
	struct dimp_record record;
	struct dimp_message message;
	/* of TRANSITION: static strings */
	const char *machine, *from, *because, *to, *clause;
};

/* Takes the next event; returns false, with kind DIMP_EVENT_NONE, when there is none. */
bool dimp_speaker_next_event(struct dimp_speaker *speaker, struct dimp_event *event,
	struct dimp_time now);

/* Answers to events. */

/*
 * Confirms the DIMP_EVENT_FREEZE of |vsi| that had |token|.  A confirmation of a freeze that has
 * ended meanwhile does nothing, also while a newer one waits for its own.
 */
void dimp_speaker_frozen(struct dimp_speaker *speaker, dimp_vsi_index vsi, uint64_t token,
	struct dimp_time now);
/*
 * The bridge cannot take |record|, which DIMP_EVENT_RECORD showed staged for |vsi|: for |error|,
 * which the RESPONSE tells (DIMP 9.5-4).  Of a required type that is a fault (9.2-6, 9.2-10). After
 * DIMP_EVENT_ACTIVATE or DISCARD it does nothing.
 */
void dimp_speaker_reject(struct dimp_speaker *speaker, dimp_vsi_index vsi,
	const struct dimp_record *record, enum dimp_error error);
/*
 * Answers DIMP_EVENT_ACTIVATE: the DI is in force, or could not be put there and is to be forgotten
 * (DIMP 9.2-10).  At any other time it does nothing.
 */
void dimp_speaker_activated(struct dimp_speaker *speaker, dimp_vsi_index vsi, bool is_in_force,
	struct dimp_time now);

/* To look inside */

struct dimp_association_keys {
	uint32_t local_index, remote_index;
	uint8_t send[DIMP_KEY_SIZE], receive[DIMP_KEY_SIZE];
};

/* The keys of the association with |peer|, for a key log; false when there is none.  Wipe them. */
bool dimp_speaker_keys(const struct dimp_speaker *speaker, dimp_peer peer,
	struct dimp_association_keys *keys);

/* Ownership of a VSI at this bridge, for tests and reports. */
struct dimp_vsi_status {
	struct dimp_vsi vsi;
	const char *state; /* source machine's state, static string */
	uint32_t epoch;
	uint64_t serial;
	uint32_t entries;
	bool is_owner; /* DI in force here */
	bool is_staged; /* a copy that a migration to here has staged; state is the destination's */
};
/* False, with |status| as it was, when nothing uses the number |vsi|. */
bool dimp_speaker_vsi_status(const struct dimp_speaker *speaker, dimp_vsi_index vsi,
	struct dimp_vsi_status *status);
/* The number under which this speaker owns |vsi|, or failing that keeps its tombstone; else
 * DIMP_NO_VSI. */
dimp_vsi_index dimp_speaker_vsi_find(const struct dimp_speaker *speaker,
	const struct dimp_vsi *vsi);

/* What is in use of what the configuration allows. */
struct dimp_speaker_usage {
	uint32_t vsis; /* slots, staged copies included */
	uint32_t staged;
	uint32_t migrations; /* REQUESTs, those that ended and are remembered included */
	uint32_t entries, octets; /* of DI, staged and deleted ones included */
	uint32_t reserved_entries, reserved_octets; /* set aside for copies, not held yet */
};
void dimp_speaker_usage(const struct dimp_speaker *speaker, struct dimp_speaker_usage *usage);

struct dimp_counters {
#define COUNTER(name, text) uint64_t name;
#include "counters.def"
#undef COUNTER
};
void dimp_speaker_counters(const struct dimp_speaker *speaker, struct dimp_counters *counters);

#endif
