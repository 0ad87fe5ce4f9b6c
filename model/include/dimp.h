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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry.h"

#if defined(__GNUC__)
#define DIMP_MUST_USE __attribute__((warn_unused_result))
#else
#define DIMP_MUST_USE
#endif

/* Time */

/* An instant: microseconds since an arbitrary start, never going back. */
struct dimp_time {
	uint64_t us;
};

/* The instant that never comes: a deadline when nothing is waited for. */
#define DIMP_NEVER ((struct dimp_time){UINT64_MAX})

/* Cryptography, given by the user */

enum {
	DIMP_KEY_SIZE = 32, /* X25519 keys, AES-256 keys, SHA-256 results */
	DIMP_TAG_SIZE = 16, /* AES-GCM tag */
	DIMP_NONCE_SIZE = 12 /* AES-GCM nonce */
};

/* A view of octets that somebody else owns. */
struct dimp_view {
	const uint8_t *octets;
	size_t size;
};

/*
 * Primitives (DIMP 5.1).  Every function returns false when it could not be done (for open: also
 * when the tag does not match; for x25519: also when the result is all zero); outputs are then
 * unspecified. user is handed back unchanged.  In and out buffers of seal and open may be the same.
 */
struct dimp_crypto {
	void *user;
	bool (*random)(void *user, uint8_t *octets, size_t size);
	bool (*x25519)(void *user, uint8_t shared[32], const uint8_t secret[32],
		const uint8_t public_key[32]);
	bool (*x25519_public)(void *user, uint8_t public_key[32], const uint8_t secret[32]);
	bool (*sha256)(void *user, uint8_t digest[32], const struct dimp_view *parts, size_t count);
	bool (*hmac_sha256)(void *user, uint8_t digest[32], struct dimp_view key,
		const struct dimp_view *parts, size_t count);
	/* Writes plain.size + DIMP_TAG_SIZE octets. */
	bool (*seal)(void *user, uint8_t *sealed, const uint8_t key[32], const uint8_t nonce[12],
		struct dimp_view additional, struct dimp_view plain);
	/* Writes sealed.size - DIMP_TAG_SIZE octets; false when sealed is shorter than a tag. */
	bool (*open)(void *user, uint8_t *plain, const uint8_t key[32], const uint8_t nonce[12],
		struct dimp_view additional, struct dimp_view sealed);
	bool (*siphash)(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets);
};

/* Records */

enum dimp_operation { DIMP_OPERATION_PUT = 1, DIMP_OPERATION_DELETE = 2 };

enum {
	DIMP_RECORD_SIZE_MAX = 1200, /* a record on the wire, TLV header included (DIMP 6.3-9) */
	DIMP_FILTERS_MAX = 16,
	DIMP_MESSAGE_SIZE_MAX = 1400
};

/* One DI entry, in C.  Which member of body is meant, type tells.  A DELETE has its KEY fields set.
 */
struct dimp_record {
	enum dimp_di_type type;
	enum dimp_operation operation;
	union {
#define BEGIN(UPPER, lower, number, version, label) struct dimp_##lower lower;
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	} body;
};

/*
 * Writes |record| in wire form (a whole TLV) to |octets|; |size| becomes its length.  BAD_VALUE
 * when a field is out of range, RECORD_TOO_LONG when |capacity| or DIMP_RECORD_SIZE_MAX is too
 * small, and the errors of the DI type's rules: what this function writes, dimp_record_read()
 * reads.
 */
DIMP_MUST_USE enum dimp_error dimp_record_write(const struct dimp_record *record, uint8_t *octets,
	size_t capacity, size_t *size);

/*
 * Reads one record in wire form (a whole TLV, nothing after it).  Every receive rule of DIMP 6.3
 * and the DI type's own of DIMP 8 are checked; the error says which was broken.
 */
DIMP_MUST_USE enum dimp_error dimp_record_read(struct dimp_view octets, struct dimp_record *record);

/*
 * Writes "type key=value ..." as text, terminated, into |text| of |capacity| octets (cut when too
 * small); SECRET fields show as "<hidden>".  Returns the length that was wanted.
 */
size_t dimp_record_text(const struct dimp_record *record, char *text, size_t capacity);

/* The registry's names: lower-case for DI types ("dhcp_binding"), upper for the rest; "?" if none.
 */
const char *dimp_di_type_name(enum dimp_di_type type);
const char *dimp_error_name(enum dimp_error error);
const char *dimp_error_text(enum dimp_error error);
const char *dimp_name(enum dimp_type type, uint64_t value);

/* The DI type with this lower-case name, 0 if there is none. */
enum dimp_di_type dimp_di_type_from_name(const char *name);

/* The FAIL reason and the advice (bits of enum dimp_advice) an error leads to (DIMP 9.4, 9.5). */
enum dimp_reason dimp_error_reason(enum dimp_error error);
uint8_t dimp_reason_advice(enum dimp_reason reason);

/*
 * Durations (DIMP 6.5).  From microseconds, rounded down so that no lease grows; UINT64_MAX is
 * infinite.  To microseconds, UINT64_MAX for infinite.
 */
uint32_t dimp_duration_from_us(uint64_t us);
uint64_t dimp_duration_to_us(uint32_t duration);

/* Layouts: the registry's blocks as tables, for printers and dissecting tools */

struct dimp_field_layout {
	const char *name; /* C name, also the JSON key */
	const char *label;
	enum dimp_type type;
	enum dimp_role role;
	uint16_t attribute; /* 0 for the fixed part */
	uint16_t offset; /* of the member in the C struct */
	uint16_t wire_offset; /* in the fixed part; 0 for an attribute */
};

struct dimp_param_layout {
	enum dimp_tlv tlv;
	uint16_t fewest, most;
};

struct dimp_layout {
	const char *name; /* lower-case block name */
	const char *label;
	uint16_t number;
	uint8_t version;
	uint16_t fixed_size; /* octets of the fixed part */
	uint16_t struct_size;
	const struct dimp_field_layout *fields;
	size_t field_count;
	const struct dimp_param_layout *params;
	size_t param_count;
};

/* The layout of a DI type, parameter TLV or message; NULL when there is none. Static storage. */
const struct dimp_layout *dimp_di_layout(unsigned di_type);
const struct dimp_layout *dimp_param_tlv_layout(unsigned tlv);
const struct dimp_layout *dimp_message_layout(unsigned kind);

/* Messages in C, for tools that decode */

enum { DIMP_ROWS_MAX = 63 };

/* A message decoded.  DATA's records stay in wire form: walk them with dimp_records_next(). */
struct dimp_message {
	enum dimp_message_kind kind;
	union {
#define BEGIN(UPPER, lower, number, version, label) struct dimp_##lower lower;
#define ROUTE(lower, from, to)
#define FIELD(lower, member, type, role, label)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#include "messages.def"
#undef BEGIN
#undef ROUTE
#undef FIELD
#undef PARAM
#undef END
	} body;
	size_t row_count; /* parameter TLVs, all of the one kind the message may carry */
	union {
		struct dimp_filter filter[DIMP_FILTERS_MAX];
		struct dimp_offer_row offer[DIMP_ROWS_MAX];
		struct dimp_result_row result[DIMP_ROWS_MAX];
		struct dimp_digest_row digest[DIMP_ROWS_MAX];
		struct dimp_ack_range range[DIMP_ROWS_MAX];
	} rows;
	struct dimp_view records; /* of DATA: borrowed from the octets it was read from */
};

/* Reads one message (a whole TLV, nothing after it). */
DIMP_MUST_USE enum dimp_error dimp_message_read(struct dimp_view octets,
	struct dimp_message *message);

/* Writes one message as a whole TLV. NO_ROOM when |capacity| is too small. */
DIMP_MUST_USE enum dimp_error dimp_message_write(const struct dimp_message *message,
	uint8_t *octets, size_t capacity, size_t *size);

/*
 * Takes the next TLV (header and value) off the front of |rest| into |item|.  False when |rest| is
 * empty or its first TLV does not fit in it: then |rest| is left as it was.
 */
bool dimp_tlv_next(struct dimp_view *rest, struct dimp_view *item);

/* Takes the next record of a DATA message off |rest|, passing over what a receiver may skip. */
bool dimp_records_next(struct dimp_view *rest, struct dimp_view *record);

/* Writes a message as dimp_record_text() writes a record; rows and records follow in braces. */
size_t dimp_message_text(const struct dimp_message *message, char *text, size_t capacity);

/* PDUs (DIMP 4) */

enum {
	DIMP_ETHERTYPE = 0x88b5,
	DIMP_UDP_PORT = 34997,
	DIMP_PDU_HEADER_SIZE = 16,
	DIMP_PDU_SIZE_DEFAULT = 1472,
	DIMP_PDU_SIZE_MAX = 8972
};

enum dimp_pdu_kind { DIMP_PDU_INITIATION = 1, DIMP_PDU_REPLY = 2, DIMP_PDU_PROTECTED = 3 };

struct dimp_pdu_header {
	uint8_t version;
	enum dimp_pdu_kind kind;
	uint16_t size; /* of the whole PDU */
	uint32_t receiver_index;
	uint64_t packet_number;
};

/* Reads the header; checks version, kind, reserved octet and that |octets| holds the whole PDU. */
DIMP_MUST_USE enum dimp_error dimp_pdu_header_read(struct dimp_view octets,
	struct dimp_pdu_header *header);

/*
 * Opens a PROTECTED PDU with the key of its direction into |plain| (at least size - 32 octets);
 * |plain_size| becomes the payload's.  For decoding captures with a key log.
 */
DIMP_MUST_USE enum dimp_error dimp_pdu_open(const struct dimp_crypto *crypto, const uint8_t key[32],
	struct dimp_view pdu, uint8_t *plain, size_t *plain_size);

/* Configuration */

enum dimp_speaker_role { DIMP_ROLE_BRIDGE_SPEAKER = 1, DIMP_ROLE_STATION_SPEAKER = 2 };

/* Timers and bounds of the protocol, each told in settings.def (DIMP 10.1). */
struct dimp_settings {
#define SETTING(name, value, unit, clause, text) uint32_t name;
#include "settings.def"
#undef SETTING
};

/* Fills in the defaults of DIMP 10.1. */
void dimp_settings_default(struct dimp_settings *settings);

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
	struct dimp_settings settings;
};

/* A small bridge: 8 peers, 64 VSIs, 16 migrations, 4,096 entries; all DI types; default settings.
 */
void dimp_speaker_config_default(struct dimp_speaker_config *config);

struct dimp_speaker;

/* Octets of memory a speaker with this configuration needs, aligned as for max_align_t. */
size_t dimp_speaker_size(const struct dimp_speaker_config *config);

/* Makes a speaker in |memory|, which holds dimp_speaker_size() octets.  NULL when the randomness or
 * the public key could not be had. */
struct dimp_speaker *dimp_speaker_init(void *memory, const struct dimp_speaker_config *config,
	struct dimp_time now);

/* Wipes every secret and the DI.  The memory is the caller's again. */
void dimp_speaker_wipe(struct dimp_speaker *speaker);

/* Peers */

/* Number of a peer of this speaker, from 0. */
typedef uint32_t dimp_peer;
#define DIMP_NO_PEER UINT32_MAX

struct dimp_peer_config {
	struct dimp_public_key static_public;
	uint8_t preshared[DIMP_KEY_SIZE]; /* all zero: none */
};

DIMP_MUST_USE enum dimp_error dimp_speaker_add_peer(struct dimp_speaker *speaker,
	const struct dimp_peer_config *config, dimp_peer *peer);

/* Opens the association with |peer| now (otherwise the first message does). */
void dimp_speaker_open(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now);

/* Feed, expire, drain */

/* A PDU arrived from the address configured for |peer|; octets after the PDU's length are padding.
 */
void dimp_speaker_receive(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_view pdu,
	struct dimp_time now);

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

/* DI: what the bridge learned */

/* A VSI of this speaker, from 0; numbers are used again after DIMP_EVENT_GONE. */
typedef uint32_t dimp_vsi_index;
#define DIMP_NO_VSI UINT32_MAX

struct dimp_vsi_config {
	struct dimp_vsi vsi;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
};

/* The VSI is on a port of this bridge, which owns its DI from now on (epoch 1 when new here). */
DIMP_MUST_USE enum dimp_error dimp_speaker_vsi_add(struct dimp_speaker *speaker,
	const struct dimp_vsi_config *config, dimp_vsi_index *index);

/* The VSI left its port: its DI is no longer in force and is kept for the hold time (DIMP 9.3-14).
 */
void dimp_speaker_vsi_left(struct dimp_speaker *speaker, dimp_vsi_index index,
	struct dimp_time now);

/*
 * The bridge learned, changed (PUT: the whole new record) or lost (DELETE) an entry.  Durations
 * hold at |now|.  VSI_FROZEN between DIMP_EVENT_THAW and the confirmed freeze; TABLE_FULL without
 * room.
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
 * by a migration are walked by the same call with the vsi index of that migration's events.
 */
bool dimp_speaker_di_next(const struct dimp_speaker *speaker, struct dimp_di_cursor *cursor,
	struct dimp_record *record, struct dimp_time now);

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
};

/* Sends a REQUEST; |request| becomes its id, rising within this station. */
DIMP_MUST_USE enum dimp_error dimp_speaker_request(struct dimp_speaker *speaker,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request);
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
	DIMP_EVENT_FREEZE, /* vsi: stop using and changing its DI, hand in the last changes, then
			      call dimp_speaker_frozen() */
	DIMP_EVENT_THAW, /* vsi: use it again, exactly where it stopped */
	DIMP_EVENT_RELEASED, /* vsi: no longer ours; remove it from the forwarding plane */
	DIMP_EVENT_GONE, /* vsi: its DI was wiped here; the index is free */
	/* at the destination */
	DIMP_EVENT_RECORD, /* vsi, record: staged: program it inactive; dimp_speaker_reject() if it
			      cannot be */
	DIMP_EVENT_ACTIVATE, /* vsi: put what is staged into force in one step, then call
				dimp_speaker_activated() */
	DIMP_EVENT_DISCARD, /* vsi: forget what was staged; the index is free */
	/* at the station */
	DIMP_EVENT_PROGRESS, /* request, message (PROGRESS) */
	DIMP_EVENT_RESPONSE /* request, message (RESPONSE): the one outcome */
};

struct dimp_event {
	enum dimp_event_kind kind;
	dimp_peer peer;
	dimp_vsi_index vsi;
	uint64_t request;
	uint64_t migration;
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
void dimp_speaker_frozen(struct dimp_speaker *speaker, dimp_vsi_index vsi, struct dimp_time now);
void dimp_speaker_reject(struct dimp_speaker *speaker, dimp_vsi_index vsi,
	const struct dimp_record *record, enum dimp_error error);
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
};
bool dimp_speaker_vsi_status(const struct dimp_speaker *speaker, dimp_vsi_index vsi,
	struct dimp_vsi_status *status);
dimp_vsi_index dimp_speaker_vsi_find(const struct dimp_speaker *speaker,
	const struct dimp_vsi *vsi);

struct dimp_counters {
#define COUNTER(name, text) uint64_t name;
#include "counters.def"
#undef COUNTER
};
void dimp_speaker_counters(const struct dimp_speaker *speaker, struct dimp_counters *counters);

#endif
