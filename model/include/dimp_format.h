/* SPDX-License-Identifier: MIT */
/*
 * The octets of DIMP for a speaker's user and for tools: instants, the cryptography a user gives,
 * DI records, the registry's layouts, messages and PDUs.  dimp.h includes it; a tool that only
 * decodes needs no more than this.
 */
#ifndef DIMP_FORMAT_H
#define DIMP_FORMAT_H

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

/* Octets in several places, taken as one string. */
struct dimp_parts {
	const struct dimp_view *views;
	size_t count;
};

/* What an AEAD needs beside its output. */
struct dimp_sealing {
	const uint8_t *key; /* DIMP_KEY_SIZE octets */
	const uint8_t *nonce; /* DIMP_NONCE_SIZE octets */
	struct dimp_view additional;
	struct dimp_view text;
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
	bool (*sha256)(void *user, uint8_t digest[32], struct dimp_parts parts);
	bool (*hmac_sha256)(void *user, uint8_t digest[32], struct dimp_view key,
		struct dimp_parts parts);
	/* AES-256-GCM: writes text.size + DIMP_TAG_SIZE octets. */
	bool (*seal)(void *user, uint8_t *sealed, const struct dimp_sealing *sealing);
	/* The other way: text is what was sealed; writes text.size - DIMP_TAG_SIZE octets. */
	bool (*open)(void *user, uint8_t *plain, const struct dimp_sealing *sealing);
	/* Ed25519 (RFC 8032): whether |signature| is the key's over |octets|. */
	bool (*verify)(void *user, const uint8_t public_key[32], struct dimp_view octets,
		const uint8_t signature[64]);
	bool (*siphash)(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets);
};

/* Records */

enum dimp_operation { DIMP_OPERATION_PUT = 1, DIMP_OPERATION_DELETE = 2 };

enum {
	DIMP_RECORD_SIZE_MAX = 1200, /* a record on the wire, TLV header included (DIMP 6.3-9) */
	DIMP_FILTERS_MAX = 16,
	DIMP_MESSAGE_SIZE_MAX = 1400
};

/* One DI entry, in C.  Which member of body is meant, type tells; what lies behind it says nothing.
 * A DELETE has its KEY fields set. */
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
 * reads.  But for PN_EXHAUSTED: a source tells such an SA as it stands, and who reads it refuses.
 */
DIMP_MUST_USE enum dimp_error dimp_record_write(const struct dimp_record *record, uint8_t *octets,
	size_t capacity, size_t *size);

/*
 * Reads one record in wire form (a whole TLV, nothing after it).  Every receive rule of DIMP 6.3
 * and the DI type's own of DIMP 8 are checked; the error says which was broken.  Of the body only
 * the struct of the record's type is written: who reads one after another into the same place, and
 * copies them whole, wipes it between.
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
 * How the outcome of a migration reads elsewhere (DIMP 9.4-3): the status octet of a VDP response,
 * and RADIUS's Error-Cause, 0 for no error.
 */
uint8_t dimp_error_vdp_status(enum dimp_error error);
uint16_t dimp_error_radius_cause(enum dimp_error error);

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
#define ATTR(lower, member, number, type, role, label)
#define FIELD(lower, member, type, role, label)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#include "messages.def"
#undef ATTR
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

/* A payload that was opened. */
struct dimp_payload {
	uint8_t *octets; /* the caller's, room for the PDU's size less 32 */
	size_t size; /* 0 when it could not be opened */
};

/*
 * Opens a PROTECTED PDU with the key of its direction, for decoding captures with a key log.
 * BAD_SEAL when the key is not the right one or the PDU was changed.
 */
DIMP_MUST_USE enum dimp_error dimp_pdu_open(const struct dimp_crypto *crypto, const uint8_t key[32],
	struct dimp_view pdu, struct dimp_payload *payload);

/* Tickets (DIMP 9.7) */

enum { DIMP_SIGNATURE_SIZE = 64, DIMP_TICKET_TEXT_MAX = 400, DIMP_TICKET_RIGHT_AT_RISK = 1 };

/* What a VSI manager allows: this move of this VSI. */
struct dimp_ticket_terms {
	struct dimp_vsi vsi;
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	uint64_t serial;
	struct dimp_public_key source, destination, station;
	uint64_t types; /* DI set */
	uint8_t rights; /* DIMP_TICKET_RIGHT_... */
	uint64_t not_after; /* seconds since 1970; 0: no end */
};

/* Writes the octets that the VSI manager signs with Ed25519; returns how many (DIMP 9.7-2). */
size_t dimp_ticket_text(const struct dimp_ticket_terms *terms,
	uint8_t octets[DIMP_TICKET_TEXT_MAX]);

/* Puts the signed terms into the form that REQUEST and SOLICIT carry. */
void dimp_ticket_make(const struct dimp_ticket_terms *terms,
	const uint8_t signature[DIMP_SIGNATURE_SIZE], struct dimp_ticket *ticket);

#endif
