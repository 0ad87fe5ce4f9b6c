/* SPDX-License-Identifier: MIT */
/*
 * What an association is made of, for the three files that are its implementation: association.c
 * (its life), inbound.c (what arrives) and outbound.c (what is sent). Nobody else includes this.
 */
#ifndef DIMP_ASSOCIATION_STATE_H
#define DIMP_ASSOCIATION_STATE_H

#include "association.h"
#include "congestion.h"
#include "loss_recovery.h"
#include "pacing.h"
#include "opening.h"
#include "send_queue.h"
#include "session.h"

enum { ASSOCIATION_NOTICES_MAX = 4 };

/* A PDU whose messages are with the speaker. */
struct pending_receipt {
	bool is_pending;
	uint32_t index;
	uint64_t number;
	bool is_ack_eliciting;
};

struct association {
	struct association_context *context;
	struct dimp_peer_config peer;
	struct opening opening;
	struct session current, previous, next;
	struct dimp_time previous_until, next_until;
	struct dimp_time rekey_at;
	struct loss_recovery recovery;
	struct congestion congestion;
	struct pacing pacing;
	struct send_queue *queue;
	struct pending_receipt pending;
	uint32_t probes; /* PDUs that may go whatever the window */
	bool is_ping_due;
	bool has_peer_start;
	uint8_t peer_start; /* of the last keys confirmed, kept as long as the peer is configured */
	bool is_kept_alive;
	uint32_t ask_after_us; /* PING after this silence of the peer; 0: by keepalive_us alone */
	struct dimp_time last_heard;
	struct dimp_time idle_from;
	bool has_sent_since_heard;
	struct dimp_time last_eliciting_sent;
	bool is_closing; /* CLOSE waits to be sent under |current| */
	enum dimp_error closing_error;
	size_t notice_count;
	struct association_notice notices[ASSOCIATION_NOTICES_MAX];
};

/* The association ends for |error|: keys and messages are wiped, a notice tells it. */
void association_lose(struct association *association, enum dimp_error error);

/* |fresh| is confirmed: it sends from now on, and what is not acknowledged goes again. */
void association_promote(struct association *association, struct session *fresh,
	struct dimp_time now);

/* Something authentic arrived. */
void association_hear(struct association *association, struct dimp_time now);

#endif
