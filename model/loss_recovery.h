/* SPDX-License-Identifier: MIT */
/*
 * Loss detection as RFC 9002, section 6 and appendix A, has it (DIMP 5.7): round-trip time, the
 * PDUs sent with one set of keys, which of them are lost, and when to probe. What a PDU carried is
 * the caller's business: loss_recovery_next_settled() tells which PDUs were acknowledged or lost.
 */
#ifndef DIMP_LOSS_RECOVERY_H
#define DIMP_LOSS_RECOVERY_H

#include "ack_ranges.h"
#include "dimp.h"

enum sent_state { SENT_IN_FLIGHT = 1, SENT_LOST, SENT_ACKNOWLEDGED };

/* "No number" where a packet number may stand. */
#define LOSS_RECOVERY_NO_NUMBER UINT64_MAX

struct sent_pdu {
	uint64_t number;
	struct dimp_time sent_at;
	uint64_t acknowledged; /* largest number that its ACK named, or LOSS_RECOVERY_NO_NUMBER */
	uint32_t size;
	bool is_ack_eliciting; /* only these are in flight, in the sense of RFC 9002 */
	enum sent_state state;
	bool was_lost; /* declared lost before it was acknowledged */
	bool is_settled; /* its state is final, or was told */
};

struct loss_recovery {
	const struct dimp_settings *settings; /* borrowed */
	/* RFC 9002, A.3; all times in microseconds */
	uint64_t latest_rtt, smoothed_rtt, rtt_variation, min_rtt;
	bool has_rtt;
	struct dimp_time first_rtt_sample;
	uint32_t probe_count; /* pto_count */
	struct dimp_time last_eliciting_sent;
	struct dimp_time loss_time;
	uint64_t largest_acknowledged; /* LOSS_RECOVERY_NO_NUMBER before the first ACK */
	struct dimp_time largest_acknowledged_sent_at;
	uint32_t eliciting_in_flight;
	bool is_persistent; /* persistent congestion seen and not yet asked about */
	/* a ring, numbers rising */
	size_t first, count;
	size_t done; /* at least so many of the first are acknowledged, and it was told */
	size_t sent_max;
	struct sent_pdu *sent; /* borrowed */
};

/* An ACK as it arrived. */
struct loss_recovery_ack {
	struct ack_ranges ranges; /* not empty */
	uint32_t delay_us;
};

enum loss_recovery_timeout {
	LOSS_RECOVERY_NOTHING = 1, /* the deadline has not come */
	LOSS_RECOVERY_LOSS, /* PDUs were declared lost */
	LOSS_RECOVERY_PROBE /* send DIMP_PROBES ack-eliciting PDUs now, whatever the window */
};

/* Once, before loss_recovery_init(): PDUs are remembered in |sent|, which has |sent_max| places. */
void loss_recovery_place(struct loss_recovery *recovery, struct sent_pdu *sent, size_t sent_max);
void loss_recovery_init(struct loss_recovery *recovery, const struct dimp_settings *settings);

/* New keys: forgets what was sent; what is known of the path stays. */
void loss_recovery_restart(struct loss_recovery *recovery);

/* A round trip seen elsewhere (the handshake's). */
void loss_recovery_sample(struct loss_recovery *recovery, struct dimp_time sent_at,
	struct dimp_time now);

/*
 * Whether one more ack-eliciting PDU can be remembered; a few places are kept for probes. PDUs that
 * elicit no ACK may be sent in any case.
 */
bool loss_recovery_has_room(struct loss_recovery *recovery);
bool loss_recovery_has_probe_room(struct loss_recovery *recovery);

/* A PDU was sent: |pdu| has number, sent_at, acknowledged, size and is_ack_eliciting set. */
void loss_recovery_on_sent(struct loss_recovery *recovery, const struct sent_pdu *pdu);

/* An ACK arrived that names only numbers that were sent. */
void loss_recovery_on_ack(struct loss_recovery *recovery, const struct loss_recovery_ack *ack,
	struct dimp_time now);

/* Takes the next PDU whose fate was decided since: acknowledged or lost. False when there is none.
 */
bool loss_recovery_next_settled(struct loss_recovery *recovery, struct sent_pdu *pdu);

/* Whether persistent congestion was established since last asked. */
bool loss_recovery_take_persistent(struct loss_recovery *recovery);

/* When PDU |number| was sent, if that is still known. */
bool loss_recovery_sent_at(const struct loss_recovery *recovery, uint64_t number,
	struct dimp_time *sent_at);

/* The loss detection timer, and what it is for once it has fired. */
struct dimp_time loss_recovery_deadline(const struct loss_recovery *recovery);
enum loss_recovery_timeout loss_recovery_expire(struct loss_recovery *recovery,
	struct dimp_time now);

/* The probe time-out without back-off. */
uint64_t loss_recovery_probe_us(const struct loss_recovery *recovery);

#endif
