/* SPDX-License-Identifier: MIT */
/* NewReno's congestion window as RFC 9002, appendix B, has it (DIMP 5.7-5). */
#ifndef DIMP_CONGESTION_H
#define DIMP_CONGESTION_H

#include "dimp.h"

struct congestion {
	uint64_t pdu_size_max; /* max_datagram_size */
	uint64_t window; /* congestion_window */
	uint64_t octets_in_flight; /* bytes_in_flight */
	uint64_t slow_start_until; /* ssthresh */
	bool has_recovery;
	struct dimp_time recovery_start; /* congestion_recovery_start_time */
	bool is_window_used; /* the window, and not the user, held back the last PDU */
};

void congestion_init(struct congestion *congestion, uint16_t pdu_size_max);

/* Whether a PDU of |size| octets fits the window now. */
bool congestion_allows(const struct congestion *congestion, size_t size);

/* What happened to a PDU of |size| octets, sent at |sent_at|. */
void congestion_on_sent(struct congestion *congestion, size_t size);
void congestion_on_acknowledged(struct congestion *congestion, size_t size,
	struct dimp_time sent_at);
void congestion_on_lost(struct congestion *congestion, size_t size, struct dimp_time sent_at,
	struct dimp_time now);

/* All PDUs over a long time were lost: start again from the smallest window. */
void congestion_on_persistent(struct congestion *congestion);

/* New keys: whatever was in flight is counted no more. The window stays. */
void congestion_forget_flight(struct congestion *congestion);

#endif
