/* SPDX-License-Identifier: MIT */
/*
 * The paced controller (DIMP 5.7-7): for networks that reserve a share of the link for DIMP.  What
 * is sent keeps to the configured rate whatever is lost; there is no window.
 */
#ifndef DIMP_PACING_H
#define DIMP_PACING_H

#include "dimp.h"

struct pacing {
	uint32_t kbps; /* 0: not paced, NewReno decides */
	uint64_t burst_us; /* so much unused time may be made up for */
	struct dimp_time next; /* when the next PDU may go */
	bool is_waiting; /* messages wait for that instant */
};

/* |kbps| of the link, PDUs of at most |pdu_size_max| octets. */
void pacing_init(struct pacing *pacing, uint32_t kbps, uint16_t pdu_size_max);

/* Whether this controller and not NewReno decides. */
bool pacing_is_on(const struct pacing *pacing);

/* Whether a PDU may go now; if not, it is waited for. */
bool pacing_allows(struct pacing *pacing, struct dimp_time now);

void pacing_on_sent(struct pacing *pacing, size_t size, struct dimp_time now);

/* When a waiting PDU may go; DIMP_NEVER when none waits. */
struct dimp_time pacing_deadline(const struct pacing *pacing);

#endif
