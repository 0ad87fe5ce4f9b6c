/* SPDX-License-Identifier: MIT */
/*
 * Owns the record of sent PDUs and the loss detection timer. The functions follow the pseudo-code
 * of RFC 9002, appendix A: OnAckReceived, UpdateRtt, DetectAndRemoveLostPackets,
 * SetLossDetectionTimer, OnLossDetectionTimeout. There is one packet number space, no address
 * validation and no handshake inside it, and so no anti-deadlock probe.
 *
 * A PDU stays in the ring after its loss, so that an ACK that comes late is still understood; it
 * leaves when all before it have left and it is settled and old, or when room is needed.
 */
#include "loss_recovery.h"

#include <assert.h>

#include "instant.h"

/* After this many probe time-outs nobody will acknowledge a lost PDU any more. */
enum { LOST_KEPT_PROBES = 16, PROBE_SHIFT_MAX = 20 };

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static struct sent_pdu *sent_at_index(struct loss_recovery *recovery, size_t index)
{
	return &recovery->sent[(recovery->first + index) % recovery->sent_max];
}

void loss_recovery_place(struct loss_recovery *recovery, struct sent_pdu *sent, size_t sent_max)
{
	assert(sent_max > DIMP_SENT_PDUS_RESERVED + 1);
	recovery->sent = sent;
	recovery->sent_max = sent_max;
}

void loss_recovery_init(struct loss_recovery *recovery, const struct dimp_settings *settings)
{
	recovery->settings = settings;
	recovery->latest_rtt = 0;
	recovery->smoothed_rtt = settings->initial_rtt_us;
	recovery->rtt_variation = settings->initial_rtt_us / 2;
	recovery->min_rtt = 0;
	recovery->has_rtt = false;
	loss_recovery_restart(recovery);
}

void loss_recovery_restart(struct loss_recovery *recovery)
{
	recovery->probe_count = 0;
	recovery->last_eliciting_sent = (struct dimp_time){0};
	recovery->loss_time = DIMP_NEVER;
	recovery->largest_acknowledged = LOSS_RECOVERY_NO_NUMBER;
	recovery->largest_acknowledged_sent_at = (struct dimp_time){0};
	recovery->eliciting_in_flight = 0;
	recovery->is_persistent = false;
	recovery->first = 0;
	recovery->count = 0;
	recovery->done = 0;
}

static uint64_t margin_us(const struct loss_recovery *recovery)
{
	return larger(4 * recovery->rtt_variation, recovery->settings->granularity_us);
}

uint64_t loss_recovery_probe_us(const struct loss_recovery *recovery)
{
	return recovery->smoothed_rtt + margin_us(recovery) + recovery->settings->max_ack_delay_us;
}

/* UpdateRtt */
static void update_rtt(struct loss_recovery *recovery, uint64_t latest, uint64_t ack_delay,
	struct dimp_time now)
{
	recovery->latest_rtt = latest;
	if (!recovery->has_rtt) {
		recovery->has_rtt = true;
		recovery->min_rtt = latest;
		recovery->smoothed_rtt = latest;
		recovery->rtt_variation = latest / 2;
		recovery->first_rtt_sample = now;
		return;
	}
	recovery->min_rtt = smaller(recovery->min_rtt, latest);
	ack_delay = smaller(ack_delay, recovery->settings->max_ack_delay_us);
	const uint64_t adjusted =
		latest >= recovery->min_rtt + ack_delay ? latest - ack_delay : latest;
	const uint64_t difference = larger(recovery->smoothed_rtt, adjusted) -
		smaller(recovery->smoothed_rtt, adjusted);
	recovery->rtt_variation = (3 * recovery->rtt_variation + difference) / 4;
	recovery->smoothed_rtt = (7 * recovery->smoothed_rtt + adjusted) / 8;
}

void loss_recovery_sample(struct loss_recovery *recovery, struct dimp_time sent_at,
	struct dimp_time now)
{
	update_rtt(recovery, now.us - sent_at.us, 0, now);
}

/* Of those in front whose fate is decided and told for ever, nothing is to be asked any more. */
static size_t skip_done(struct loss_recovery *recovery)
{
	while (recovery->done < recovery->count &&
		sent_at_index(recovery, recovery->done)->state == SENT_ACKNOWLEDGED &&
		sent_at_index(recovery, recovery->done)->is_settled)
		recovery->done++;
	return recovery->done;
}

static void drop_first(struct loss_recovery *recovery)
{
	if (recovery->done > 0)
		recovery->done--;
	recovery->first = (recovery->first + 1) % recovery->sent_max;
	recovery->count--;
}

static bool is_droppable(const struct loss_recovery *recovery, const struct sent_pdu *pdu,
	struct dimp_time now)
{
	if (!pdu->is_settled)
		return false;
	return pdu->state == SENT_ACKNOWLEDGED || !pdu->is_ack_eliciting ||
		now.us - pdu->sent_at.us > LOST_KEPT_PROBES * loss_recovery_probe_us(recovery);
}

static void drop_settled(struct loss_recovery *recovery, struct dimp_time now)
{
	while (recovery->count > 0 && is_droppable(recovery, sent_at_index(recovery, 0), now))
		drop_first(recovery);
}

/* Lets go of what is at the front and of no more use, until |count| are left. */
static void make_room(struct loss_recovery *recovery, size_t count)
{
	while (recovery->count > count) {
		const struct sent_pdu *oldest = sent_at_index(recovery, 0);

		if (!oldest->is_settled && oldest->is_ack_eliciting)
			return;
		drop_first(recovery);
	}
}

bool loss_recovery_has_room(struct loss_recovery *recovery)
{
	make_room(recovery, recovery->sent_max - DIMP_SENT_PDUS_RESERVED - 1);
	return recovery->count < recovery->sent_max - DIMP_SENT_PDUS_RESERVED;
}

bool loss_recovery_has_probe_room(struct loss_recovery *recovery)
{
	make_room(recovery, recovery->sent_max - 1);
	return recovery->count < recovery->sent_max;
}

void loss_recovery_on_sent(struct loss_recovery *recovery, const struct sent_pdu *pdu)
{
	drop_settled(recovery, pdu->sent_at);
	if (!loss_recovery_has_probe_room(recovery)) {
		assert(!pdu->is_ack_eliciting);
		return;
	}
	struct sent_pdu *kept = sent_at_index(recovery, recovery->count);
	*kept = *pdu;
	kept->state = SENT_IN_FLIGHT;
	kept->was_lost = false;
	kept->is_settled = false;
	recovery->count++;
	if (pdu->is_ack_eliciting) {
		recovery->eliciting_in_flight++;
		recovery->last_eliciting_sent = pdu->sent_at;
	}
}

static void leave_flight(struct loss_recovery *recovery, const struct sent_pdu *pdu)
{
	if (pdu->state == SENT_IN_FLIGHT && pdu->is_ack_eliciting)
		recovery->eliciting_in_flight--;
}

static void declare_lost(struct loss_recovery *recovery, struct sent_pdu *pdu)
{
	leave_flight(recovery, pdu);
	pdu->state = SENT_LOST;
	pdu->was_lost = true;
}

/*
 * DetectAndRemoveLostPackets. Returns whether any ack-eliciting PDU was found lost, and leaves the
 * time at which the next one will be.
 */
static bool detect_lost(struct loss_recovery *recovery, struct dimp_time now)
{
	const uint64_t rtt = larger(recovery->latest_rtt, recovery->smoothed_rtt);
	const uint64_t delay = larger(rtt + rtt / 8, recovery->settings->granularity_us);
	bool has_lost = false;

	recovery->loss_time = DIMP_NEVER;
	if (recovery->largest_acknowledged == LOSS_RECOVERY_NO_NUMBER)
		return false;
	for (size_t index = skip_done(recovery); index < recovery->count; index++) {
		struct sent_pdu *pdu = sent_at_index(recovery, index);
		const uint64_t lost_at = instant_after(pdu->sent_at, delay).us;

		if (pdu->number > recovery->largest_acknowledged)
			break;
		if (pdu->state != SENT_IN_FLIGHT)
			continue;
		if (lost_at <= now.us ||
			recovery->largest_acknowledged - pdu->number >=
				(uint64_t)DIMP_PACKET_THRESHOLD) {
			declare_lost(recovery, pdu);
			has_lost = has_lost || pdu->is_ack_eliciting;
			continue;
		}
		if (pdu->is_ack_eliciting)
			recovery->loss_time.us = smaller(recovery->loss_time.us, lost_at);
	}
	return has_lost;
}

/*
 * RFC 9002, 7.6.2: two ack-eliciting PDUs were lost, none between them arrived, and they lie
 * further apart than any probing could explain.
 */
static void detect_persistent(struct loss_recovery *recovery)
{
	const uint64_t duration = DIMP_PERSISTENT_CONGESTION * loss_recovery_probe_us(recovery);
	const struct sent_pdu *start = NULL;

	if (!recovery->has_rtt)
		return;
	for (size_t index = 0; index < recovery->count; index++) {
		const struct sent_pdu *pdu = sent_at_index(recovery, index);

		if (pdu->state != SENT_LOST) {
			start = NULL;
			continue;
		}
		if (!pdu->is_ack_eliciting || pdu->sent_at.us <= recovery->first_rtt_sample.us)
			continue;
		if (start == NULL)
			start = pdu;
		if (!pdu->is_settled && pdu->sent_at.us - start->sent_at.us > duration)
			recovery->is_persistent = true;
	}
}

/* Marks what |ranges| names; whether an ack-eliciting PDU among it was not acknowledged before. */
static bool mark_acknowledged(struct loss_recovery *recovery, const struct ack_ranges *ranges)
{
	bool has_new = false;

	for (size_t index = skip_done(recovery); index < recovery->count; index++) {
		struct sent_pdu *pdu = sent_at_index(recovery, index);

		if (pdu->number > ack_ranges_largest(ranges))
			break;
		if (pdu->state == SENT_ACKNOWLEDGED || !ack_ranges_contains(ranges, pdu->number))
			continue;
		leave_flight(recovery, pdu);
		pdu->state = SENT_ACKNOWLEDGED;
		pdu->is_settled = false;
		has_new = has_new || pdu->is_ack_eliciting;
	}
	return has_new;
}

/* OnAckReceived */
void loss_recovery_on_ack(struct loss_recovery *recovery, const struct loss_recovery_ack *ack,
	struct dimp_time now)
{
	const uint64_t largest = ack_ranges_largest(&ack->ranges);
	const bool is_larger = recovery->largest_acknowledged == LOSS_RECOVERY_NO_NUMBER ||
		largest > recovery->largest_acknowledged;
	struct dimp_time sent_at;
	const bool is_known = loss_recovery_sent_at(recovery, largest, &sent_at);

	if (is_larger) {
		recovery->largest_acknowledged = largest;
		if (is_known)
			recovery->largest_acknowledged_sent_at = sent_at;
	}
	if (!mark_acknowledged(recovery, &ack->ranges))
		return;
	if (is_larger && is_known)
		update_rtt(recovery, now.us - sent_at.us, ack->delay_us, now);
	recovery->probe_count = 0;
	if (detect_lost(recovery, now))
		detect_persistent(recovery);
}

bool loss_recovery_next_settled(struct loss_recovery *recovery, struct sent_pdu *pdu)
{
	for (size_t index = skip_done(recovery); index < recovery->count; index++) {
		struct sent_pdu *each = sent_at_index(recovery, index);

		if (each->state == SENT_IN_FLIGHT || each->is_settled)
			continue;
		each->is_settled = true;
		*pdu = *each;
		return true;
	}
	return false;
}

bool loss_recovery_take_persistent(struct loss_recovery *recovery)
{
	const bool is_persistent = recovery->is_persistent;

	recovery->is_persistent = false;
	return is_persistent;
}

bool loss_recovery_sent_at(const struct loss_recovery *recovery, uint64_t number,
	struct dimp_time *sent_at)
{
	for (size_t index = recovery->count; index > 0; index--) {
		const struct sent_pdu *pdu =
			&recovery->sent[(recovery->first + index - 1) % recovery->sent_max];

		if (pdu->number < number)
			break;
		if (pdu->number == number) {
			*sent_at = pdu->sent_at;
			return true;
		}
	}
	return false;
}

/* SetLossDetectionTimer, GetPtoTimeAndSpace */
struct dimp_time loss_recovery_deadline(const struct loss_recovery *recovery)
{
	const uint32_t shift =
		recovery->probe_count < PROBE_SHIFT_MAX ? recovery->probe_count : PROBE_SHIFT_MAX;

	if (recovery->loss_time.us != DIMP_NEVER.us)
		return recovery->loss_time;
	if (recovery->eliciting_in_flight == 0)
		return DIMP_NEVER;
	return instant_after(recovery->last_eliciting_sent,
		loss_recovery_probe_us(recovery) << shift);
}

/* OnLossDetectionTimeout */
enum loss_recovery_timeout loss_recovery_expire(struct loss_recovery *recovery,
	struct dimp_time now)
{
	if (loss_recovery_deadline(recovery).us > now.us)
		return LOSS_RECOVERY_NOTHING;
	if (recovery->loss_time.us != DIMP_NEVER.us) {
		if (detect_lost(recovery, now))
			detect_persistent(recovery);
		return LOSS_RECOVERY_LOSS;
	}
	recovery->probe_count++;
	return LOSS_RECOVERY_PROBE;
}
