/* SPDX-License-Identifier: MIT */
/*
 * Packets arrive in the order of sending, and so do acknowledgements: a link has one delay.  So
 * what happens next is the earliest of five instants (a packet arrives, an ACK arrives, an ACK is
 * due, a packet is lost by time, a probe is due) and no queue of events is needed.  An ACK names
 * all that has arrived; which that was follows from when it was sent.
 */
#include "bench/parts/newreno.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum state { FLYING, ACKED, LOST };

struct packet {
	double sent, arrives; /* INFINITY: it does not */
	uint64_t datum;
	enum state state;
};

struct ack {
	double sent, arrives;
	int64_t largest; /* that had arrived */
};

struct sim {
	const struct newreno_case *of;
	uint64_t random;
	double now, link_free, back_free;
	/* the sender */
	struct packet *packets;
	size_t count, capacity; /* of packets ever sent */
	size_t oldest; /* none before it flies */
	uint64_t fresh; /* data never sent so far */
	uint64_t *again; /* data to be sent again */
	size_t again_count, again_capacity;
	double window, threshold, in_flight, recovery_start;
	double smoothed, variation, latest;
	bool is_limited;
	int64_t largest_acked;
	double loss_time, last_sent;
	unsigned probes;
	/* the receiver */
	bool *has_datum;
	uint64_t missing;
	size_t next_arrival; /* of packets */
	int64_t largest_arrived;
	unsigned unacknowledged;
	double ack_due, last_arrival;
	struct ack *acks;
	size_t ack_count, ack_capacity, next_ack;
};

static bool is_dropped(struct sim *sim)
{
	sim->random ^= sim->random << 13;
	sim->random ^= sim->random >> 7;
	sim->random ^= sim->random << 17;
	return (double)(sim->random >> 11) / 9007199254740992.0 < sim->of->loss;
}

static bool grow(void **array, size_t count, size_t *capacity, size_t each)
{
	if (count < *capacity)
		return true;
	const size_t larger = *capacity ? *capacity * 2 : 1024;
	void *grown = realloc(*array, larger * each);

	if (grown) {
		*array = grown;
		*capacity = larger;
	}
	return grown != NULL;
}

static double larger_of(double one, double other)
{
	return one > other ? one : other;
}

static double probe_timeout(const struct sim *sim)
{
	return sim->smoothed + larger_of(4 * sim->variation, sim->of->granularity_us) +
		sim->of->max_ack_delay_us;
}

/* ---- Sending ---- */

static bool send_one(struct sim *sim)
{
	if (!grow((void **)&sim->packets, sim->count, &sim->capacity, sizeof *sim->packets))
		return false;
	struct packet *packet = &sim->packets[sim->count++];
	const uint64_t datum = sim->again_count ? sim->again[--sim->again_count] : sim->fresh++;
	const double starts = larger_of(sim->now, sim->link_free);

	sim->link_free = starts + sim->of->wire_octets * 8e6 / sim->of->rate_bps;
	*packet = (struct packet){sim->now, sim->link_free + sim->of->rtt_us / 2, datum, FLYING};
	if (is_dropped(sim))
		packet->arrives = INFINITY;
	sim->in_flight += sim->of->octets;
	sim->last_sent = sim->now;
	return true;
}

static bool has_data(const struct sim *sim)
{
	return sim->again_count != 0 || sim->fresh < sim->of->packets;
}

static bool send_all(struct sim *sim)
{
	while (has_data(sim) && sim->in_flight + sim->of->octets <= sim->window) {
		if (!send_one(sim))
			return false;
	}
	sim->is_limited = has_data(sim);
	return true;
}

/* ---- Loss ---- */

static bool lose(struct sim *sim, struct packet *packet)
{
	packet->state = LOST;
	sim->in_flight -= sim->of->octets;
	if (!grow((void **)&sim->again, sim->again_count, &sim->again_capacity, sizeof *sim->again))
		return false;
	sim->again[sim->again_count++] = packet->datum;
	if (packet->sent <= sim->recovery_start)
		return true;
	sim->recovery_start = sim->now;
	sim->threshold = sim->window / 2;
	sim->window = larger_of(sim->threshold, 2 * sim->of->octets);
	return true;
}

/* All between two lost packets were lost, and that took long: the window collapses. */
static void judge_persistence(struct sim *sim, double first_lost, double last_lost)
{
	if (last_lost - first_lost > 3 * probe_timeout(sim)) {
		sim->window = 2 * sim->of->octets;
		sim->recovery_start = -1;
	}
}

static bool detect_losses(struct sim *sim)
{
	const double delay =
		larger_of(9.0 / 8 * larger_of(sim->smoothed, sim->latest), sim->of->granularity_us);
	double first_lost = -1;

	sim->loss_time = INFINITY;
	for (size_t at = sim->oldest; (int64_t)at < sim->largest_acked; at++) {
		struct packet *packet = &sim->packets[at];

		if (packet->state == ACKED)
			first_lost = -1;
		if (packet->state != FLYING)
			continue;
		if (packet->sent + delay > sim->now && sim->largest_acked < (int64_t)at + 3) {
			if (packet->sent + delay < sim->loss_time)
				sim->loss_time = packet->sent + delay;
			continue;
		}
		if (!lose(sim, packet))
			return false;
		first_lost = first_lost < 0 ? packet->sent : first_lost;
		judge_persistence(sim, first_lost, packet->sent);
	}
	while (sim->oldest < sim->count && sim->packets[sim->oldest].state != FLYING)
		sim->oldest++;
	return true;
}

/* ---- Acknowledgements ---- */

static void sample(struct sim *sim, double rtt)
{
	sim->latest = rtt;
	sim->variation = 0.75 * sim->variation + 0.25 * fabs(sim->smoothed - rtt);
	sim->smoothed = 0.875 * sim->smoothed + 0.125 * rtt;
}

static void acknowledge(struct sim *sim, struct packet *packet)
{
	packet->state = ACKED;
	sim->in_flight -= sim->of->octets;
	if (!sim->is_limited || packet->sent <= sim->recovery_start)
		return;
	if (sim->window < sim->threshold)
		sim->window += sim->of->octets;
	else
		sim->window += sim->of->octets * sim->of->octets / sim->window;
}

static bool take_ack(struct sim *sim)
{
	const struct ack ack = sim->acks[sim->next_ack++];
	bool is_news = false;

	if (ack.largest > sim->largest_acked) {
		sim->largest_acked = ack.largest;
		if (sim->packets[ack.largest].state == FLYING)
			sample(sim, sim->now - sim->packets[ack.largest].sent);
	}
	for (size_t at = sim->oldest; (int64_t)at <= ack.largest; at++) {
		struct packet *packet = &sim->packets[at];

		if (packet->state != FLYING || packet->arrives > ack.sent)
			continue;
		acknowledge(sim, packet);
		is_news = true;
	}
	if (is_news)
		sim->probes = 0;
	return detect_losses(sim) && send_all(sim);
}

static bool send_ack(struct sim *sim)
{
	enum { ACK_WIRE_OCTETS = 100 };

	sim->unacknowledged = 0;
	sim->ack_due = INFINITY;
	if (is_dropped(sim))
		return true;
	if (!grow((void **)&sim->acks, sim->ack_count, &sim->ack_capacity, sizeof *sim->acks))
		return false;
	sim->back_free =
		larger_of(sim->now, sim->back_free) + ACK_WIRE_OCTETS * 8e6 / sim->of->rate_bps;
	sim->acks[sim->ack_count++] =
		(struct ack){sim->now, sim->back_free + sim->of->rtt_us / 2, sim->largest_arrived};
	return true;
}

static bool take_packet(struct sim *sim)
{
	const size_t number = sim->next_arrival++;
	const struct packet *packet = &sim->packets[number];
	const bool is_next = (int64_t)number == sim->largest_arrived + 1;

	if (!sim->has_datum[packet->datum]) {
		sim->has_datum[packet->datum] = true;
		sim->missing--;
		sim->last_arrival = sim->now;
	}
	sim->largest_arrived = (int64_t)number;
	if (++sim->unacknowledged >= 2 || !is_next)
		return send_ack(sim);
	sim->ack_due = sim->now + sim->of->max_ack_delay_us;
	return true;
}

/* Two packets whatever the window: of what flies longest, as if it were lost, but it is not. */
static bool probe(struct sim *sim)
{
	size_t at = sim->oldest;

	sim->probes++;
	for (unsigned sent = 0; sent < 2; sent++) {
		while (at < sim->count && sim->packets[at].state != FLYING)
			at++;
		if (at == sim->count && !has_data(sim))
			return true;
		if (at < sim->count) {
			if (!grow((void **)&sim->again, sim->again_count, &sim->again_capacity,
				    sizeof *sim->again))
				return false;
			sim->again[sim->again_count++] = sim->packets[at++].datum;
		}
		if (!send_one(sim))
			return false;
	}
	return true;
}

/* ---- Time ---- */

static double next_packet(struct sim *sim)
{
	while (sim->next_arrival < sim->count && isinf(sim->packets[sim->next_arrival].arrives))
		sim->next_arrival++;
	return sim->next_arrival < sim->count ? sim->packets[sim->next_arrival].arrives : INFINITY;
}

static double probe_time(const struct sim *sim)
{
	if (!isinf(sim->loss_time) || sim->oldest == sim->count)
		return INFINITY;
	return sim->last_sent + ldexp(probe_timeout(sim), (int)sim->probes);
}

static bool step(struct sim *sim)
{
	const double packet = next_packet(sim);
	const double ack =
		sim->next_ack < sim->ack_count ? sim->acks[sim->next_ack].arrives : INFINITY;
	const double probing = probe_time(sim);
	const double first =
		fmin(fmin(packet, ack), fmin(fmin(sim->ack_due, sim->loss_time), probing));

	if (isinf(first))
		return false;
	sim->now = larger_of(sim->now, first);
	if (first == packet)
		return take_packet(sim);
	if (first == ack)
		return take_ack(sim);
	if (first == sim->ack_due)
		return send_ack(sim);
	if (first == sim->loss_time)
		return detect_losses(sim) && send_all(sim);
	return probe(sim);
}

double newreno_transfer_us(const struct newreno_case *of)
{
	struct sim sim = {
		.of = of,
		.random = of->seed * 0x9e3779b97f4a7c15u + 1,
		.window = fmin(10 * of->octets, fmax(14720, 2 * of->octets)),
		.threshold = INFINITY,
		.recovery_start = -1,
		/* The handshake was the first sample (DIMP 5.7-2). */
		.smoothed = of->rtt_us,
		.variation = of->rtt_us / 2,
		.latest = of->rtt_us,
		.largest_acked = -1,
		.loss_time = INFINITY,
		.missing = of->packets,
		.largest_arrived = -1,
		.ack_due = INFINITY,
	};
	bool is_well = true;

	sim.has_datum = calloc(of->packets + 1, sizeof *sim.has_datum);
	is_well = sim.has_datum && send_all(&sim);
	while (is_well && sim.missing != 0)
		is_well = step(&sim);
	free(sim.has_datum);
	free(sim.packets);
	free(sim.again);
	free(sim.acks);
	return is_well ? sim.last_arrival : -1;
}
