/* SPDX-License-Identifier: MIT */
/*
 * One association with one peer (DIMP 5): handshake, keys, acknowledgement, retransmission,
 * congestion window, keepalive and closing.  It carries messages, whole TLVs, each at least once
 * and in any order, between two speakers that know each other's static keys.
 *
 * The association object lives as long as its peer is configured; within that life the association
 * itself may be opened, lost and opened again any number of times.  The calling cycle is the
 * speaker's: feed (receive, accept), expire, send, then transmit until it returns 0 and notice
 * until it returns false.
 */
#ifndef DIMP_ASSOCIATION_H
#define DIMP_ASSOCIATION_H

#include "dimp.h"

struct association;

/* What all associations of one speaker share.  Borrowed: it outlives them. */
struct association_context {
	const struct dimp_crypto *crypto;
	const struct dimp_settings *settings;
	struct dimp_counters *counters;
	uint8_t static_secret[DIMP_KEY_SIZE];
	uint8_t static_public[DIMP_KEY_SIZE];
	uint32_t boot_count; /* rises at every start of the speaker (DIMP 5.2-6) */
	uint32_t stamp_counter; /* of the last INITIATION sent since then; starts at 0 */
	uint16_t pdu_size_max; /* what the link carries: 1472 to DIMP_PDU_SIZE_MAX */
};

/* One message to send. */
struct association_message {
	struct dimp_view octets; /* a whole TLV, at most DIMP_MESSAGE_SIZE_MAX; copied */
	/*
	 * When not 0: at every transmission the u32 at this offset of the TLV becomes the
	 * milliseconds since age_since, rounded up (DIMP 5.6-5).
	 */
	uint16_t age_offset;
	struct dimp_time age_since;
};

/* What association_receive() found in a PDU. */
struct association_input {
	/* Set by the caller: room for the opened payload, at least the PDU's size. */
	uint8_t *plain;
	/*
	 * Message TLVs, in |plain|; ACK, PING and CLOSE among them are done with and are to be
	 * skipped. TLVs may be malformed or unknown: dimp_tlv_next() says so.
	 */
	struct dimp_view payload;
	/*
	 * An upper bound of the time this PDU was under way: the time since this end sent the
	 * newest of its PDUs that the sender had acknowledged when it sent this one (DIMP 5.6-6).
	 */
	uint64_t transit_bound_us;
};

enum association_notice_kind {
	ASSOCIATION_UP = 1, /* new keys: the first ones, or those of a rekey */
	ASSOCIATION_UP_ANEW, /* new keys, and the peer has started anew since the last ones */
	ASSOCIATION_LOST /* it ended, why is in error; queued messages were dropped */
};

struct association_notice {
	enum association_notice_kind kind;
	enum dimp_error error;
};

/* Octets of memory an association with room for |send_queue_max| messages needs; a multiple of the
 * strictest alignment. */
size_t association_size(size_t send_queue_max);

/*
 * Makes an association in |memory|: association_size() octets, aligned as for max_align_t.  Nothing
 * is sent before association_open() or association_send().  |peer| is copied.
 */
struct association *association_init(void *memory, struct association_context *context,
	const struct dimp_peer_config *peer, size_t send_queue_max);

/* Wipes keys and queued messages.  The memory is the caller's again. */
void association_wipe(struct association *association);

/* Its context's pdu_size_max has changed. */
void association_take_pdu_size(struct association *association);

/* Starts a handshake unless the association is up or one is under way. */
void association_open(struct association *association, struct dimp_time now);

/* Whether messages can be sent protected at this instant. */
bool association_is_up(const struct association *association);

/*
 * Ends the association: queued messages are dropped, the next association_transmit() gives one
 * CLOSE with |error| if keys are there, and then the keys are wiped.  No notice follows.
 */
void association_close(struct association *association, enum dimp_error error,
	struct dimp_time now);

/* While wanted, a PING goes out whenever nothing else did for settings.keepalive_us. */
void association_keep_alive(struct association *association, bool is_wanted);

/* While kept alive, a PING also goes out when nothing was heard for |silence_us|; 0: it does not.
 */
void association_ask_after(struct association *association, uint32_t silence_us);

/* When the first ack-eliciting PDU after what was heard last was sent: since then nothing came
 * back. DIMP_NEVER when there is none, or no association. */
struct dimp_time association_unanswered_since(const struct association *association);

/*
 * Queues a copy of |message| and opens the association if there is none.  NO_ROOM when
 * association_room() is 0, BAD_LENGTH when the TLV is empty or longer than DIMP_MESSAGE_SIZE_MAX.
 */
DIMP_MUST_USE enum dimp_error association_send(struct association *association,
	const struct association_message *message, struct dimp_time now);

/* How many more messages association_send() takes.  Room comes back as messages are acknowledged.
 */
size_t association_room(const struct association *association);

/*
 * Feeds a PDU from the peer's address.  True when |input| holds message TLVs for the speaker, which
 * then calls association_accept() before the next receive, or does not if it had no room for them:
 * the PDU then stays unacknowledged and the peer sends its messages again.  What fails a check is
 * counted and changes nothing.
 */
bool association_receive(struct association *association, struct dimp_view pdu,
	struct association_input *input, struct dimp_time now);

/* The messages of the last association_receive() reached their machines: acknowledge the PDU. */
void association_accept(struct association *association, struct dimp_time now);

/*
 * Writes the next PDU to send into |octets|; returns its size, or 0 when nothing is to be sent now.
 * |capacity| is at least context.pdu_size_max.
 */
size_t association_transmit(struct association *association, uint8_t *octets, size_t capacity,
	struct dimp_time now);

/* The earliest instant at which association_expire() has something to do. */
struct dimp_time association_deadline(const struct association *association);
void association_expire(struct association *association, struct dimp_time now);

/* Whether the peer has started anew, and the notice of it was not taken yet. */
bool association_is_up_anew(const struct association *association);

/* Takes the next notice; false when there is none. */
bool association_notice(struct association *association, struct association_notice *notice);

/* The keys in use, for a key log; false when there are none.  The caller wipes them. */
bool association_keys(const struct association *association, struct dimp_association_keys *keys);

#endif
