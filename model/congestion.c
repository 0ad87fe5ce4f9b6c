/* SPDX-License-Identifier: MIT */
/*
 * Owns the congestion window: NewReno of RFC 9002, appendix B, with its names in congestion.h.
 * Losses of PDUs sent before the present recovery began belong to the event that began it and
 * change nothing.
 */
#include "congestion.h"

#include "limits.h"

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static uint64_t minimum_window(const struct congestion *congestion)
{
	return DIMP_MINIMUM_WINDOW_PDUS * congestion->pdu_size_max;
}

void congestion_init(struct congestion *congestion, uint16_t pdu_size_max)
{
	const uint64_t bound = larger(DIMP_INITIAL_WINDOW_OCTETS, UINT64_C(2) * pdu_size_max);

	*congestion = (struct congestion){
		.pdu_size_max = pdu_size_max,
		.window = smaller((uint64_t)DIMP_INITIAL_WINDOW_PDUS * pdu_size_max, bound),
		.slow_start_until = UINT64_MAX,
	};
}

bool congestion_allows(const struct congestion *congestion, size_t size)
{
	return congestion->octets_in_flight + size <= congestion->window;
}

void congestion_on_sent(struct congestion *congestion, size_t size)
{
	congestion->octets_in_flight += size;
}

static void leave_flight(struct congestion *congestion, size_t size)
{
	congestion->octets_in_flight -= smaller(size, congestion->octets_in_flight);
}

static bool is_in_recovery(const struct congestion *congestion, struct dimp_time sent_at)
{
	return congestion->has_recovery && sent_at.us <= congestion->recovery_start.us;
}

void congestion_on_acknowledged(struct congestion *congestion, size_t size,
	struct dimp_time sent_at)
{
	leave_flight(congestion, size);
	if (!congestion->is_window_used || is_in_recovery(congestion, sent_at))
		return;
	if (congestion->window < congestion->slow_start_until) {
		congestion->window += size;
		return;
	}
	congestion->window += congestion->pdu_size_max * size / congestion->window;
}

void congestion_on_lost(struct congestion *congestion, size_t size, struct dimp_time sent_at,
	struct dimp_time now)
{
	leave_flight(congestion, size);
	if (is_in_recovery(congestion, sent_at))
		return;
	congestion->has_recovery = true;
	congestion->recovery_start = now;
	congestion->slow_start_until = congestion->window / 2;
	congestion->window = larger(congestion->slow_start_until, minimum_window(congestion));
}

void congestion_on_persistent(struct congestion *congestion)
{
	congestion->window = minimum_window(congestion);
	congestion->has_recovery = false;
}

void congestion_forget_flight(struct congestion *congestion)
{
	congestion->octets_in_flight = 0;
}
