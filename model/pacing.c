/* SPDX-License-Identifier: MIT */
/*
 * A clock that every PDU sets forward by the time it takes at the configured rate.  The clock may
 * stay behind by a burst of PDUs, so that a rate is kept over time and not only from PDU to PDU.
 */
#include "pacing.h"

#include "instant.h"
#include "limits.h"

static uint64_t time_of(const struct pacing *pacing, size_t size)
{
	/* octets * 8 bits * 1000 / (kbit/s) are microseconds; rounded up, so the rate is never
	 * exceeded */
	return ((uint64_t)size * 8000 + pacing->kbps - 1) / pacing->kbps;
}

void pacing_init(struct pacing *pacing, uint32_t kbps, uint16_t pdu_size_max)
{
	*pacing = (struct pacing){.kbps = kbps};
	if (kbps > 0)
		pacing->burst_us =
			time_of(pacing, (size_t)pdu_size_max * (DIMP_PACING_BURST_PDUS - 1));
}

bool pacing_is_on(const struct pacing *pacing)
{
	return pacing->kbps > 0;
}

bool pacing_allows(struct pacing *pacing, struct dimp_time now)
{
	pacing->is_waiting = pacing->next.us > now.us;
	return !pacing->is_waiting;
}

void pacing_on_sent(struct pacing *pacing, size_t size, struct dimp_time now)
{
	const uint64_t earliest = now.us > pacing->burst_us ? now.us - pacing->burst_us : 0;

	if (!pacing_is_on(pacing))
		return;
	if (pacing->next.us < earliest)
		pacing->next.us = earliest;
	pacing->next = instant_after(pacing->next, time_of(pacing, size));
}

struct dimp_time pacing_deadline(const struct pacing *pacing)
{
	return pacing->is_waiting ? pacing->next : DIMP_NEVER;
}
