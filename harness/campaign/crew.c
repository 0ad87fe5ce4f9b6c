/* SPDX-License-Identifier: MIT */
/*
 * Orders to another rank are the number of a trial, eight octets, or none at all to send it home;
 * what comes back is the number, and the trial as octets.  All ranks run the same program.
 */
#include "campaign/crew.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct place {
	bool is_taken;
	int rank; /* 0: here */
	uint64_t number;
	struct trial_process process;
};

struct crew {
	const struct bus *bus; /* NULL: alone */
	int ranks;
	size_t count, taken;
	struct place places[];
};

struct crew *crew_create(unsigned places, const struct bus *bus, int ranks)
{
	const size_t count = (size_t)places * (size_t)(bus ? ranks : 1);
	struct crew *crew = calloc(1, sizeof *crew + count * sizeof crew->places[0]);

	if (!crew)
		return NULL;
	crew->bus = bus;
	crew->ranks = ranks;
	crew->count = count;
	for (size_t index = 0; index < count; index++)
		crew->places[index].rank = (int)(index / places);
	return crew;
}

void crew_destroy(struct crew *crew)
{
	struct trial trial;

	if (!crew)
		return;
	for (size_t index = 0; index < crew->count; index++) {
		if (!crew->places[index].is_taken || crew->places[index].rank != 0)
			continue;
		trial_end(&crew->places[index].process, &trial);
		trial_destroy(&trial);
	}
	for (int rank = 1; crew->bus && rank < crew->ranks; rank++)
		crew->bus->send(rank, NULL, 0);
	free(crew);
}

bool crew_has_room(const struct crew *crew)
{
	return crew->taken < crew->count;
}

bool crew_is_idle(const struct crew *crew)
{
	return crew->taken == 0;
}

static struct place *find_room(struct crew *crew)
{
	for (size_t index = 0; index < crew->count; index++) {
		if (!crew->places[index].is_taken)
			return &crew->places[index];
	}
	return NULL;
}

bool crew_begin(struct crew *crew, const struct crew_plan *plan, uint64_t number)
{
	struct place *place = find_room(crew);
	struct trial_config config;

	if (!place)
		return false;
	if (place->rank != 0) {
		if (!crew->bus->send(place->rank, &number, sizeof number))
			return false;
	} else if (!plan->make(plan->plan, number, &config) ||
		!trial_begin(&place->process, &config)) {
		return false;
	}
	place->is_taken = true;
	place->number = number;
	crew->taken++;
	return true;
}

static void leave(struct crew *crew, struct place *place)
{
	place->is_taken = false;
	crew->taken--;
}

/* ---- what is over */

/* Waits for a process here to say or end something.  NULL when that takes longer. */
static struct place *wait_here(struct crew *crew, int wait_ms)
{
	static struct pollfd waited[CREW_PLACES_MAX];
	struct place *places[CREW_PLACES_MAX];
	nfds_t count = 0;

	for (size_t index = 0; index < crew->count && count < CREW_PLACES_MAX; index++) {
		struct place *place = &crew->places[index];

		if (!place->is_taken || place->rank != 0)
			continue;
		waited[count] = (struct pollfd){place->process.pipe_end, POLLIN, 0};
		places[count++] = place;
	}
	if (poll(waited, count, wait_ms) <= 0)
		return NULL;
	for (nfds_t index = 0; index < count; index++) {
		if (waited[index].revents != 0)
			return places[index];
	}
	return NULL;
}

static bool take_here(struct crew *crew, int wait_ms, uint64_t *number, struct trial *trial)
{
	struct place *place = wait_here(crew, wait_ms);

	if (!place || trial_read(&place->process))
		return false;
	*number = place->number;
	trial_end(&place->process, trial);
	leave(crew, place);
	return true;
}

static bool unpack_numbered(const unsigned char *octets, size_t size, uint64_t *number,
	struct trial *trial)
{
	if (size < sizeof *number)
		return false;
	memcpy(number, octets, sizeof *number);
	if (!trial_unpack(trial, octets + sizeof *number, size - sizeof *number))
		*trial = (struct trial){.verdict = TRIAL_IMPOSSIBLE,
			.text = "what another rank told of it cannot be read"};
	return true;
}

static bool take_from_bus(struct crew *crew, uint64_t *number, struct trial *trial)
{
	size_t size;
	int rank;
	unsigned char *octets = crew->bus->receive(&rank, &size);
	const bool is_trial = octets && unpack_numbered(octets, size, number, trial);

	free(octets);
	for (size_t index = 0; is_trial && index < crew->count; index++) {
		struct place *place = &crew->places[index];

		if (place->is_taken && place->rank == rank && place->number == *number) {
			leave(crew, place);
			return true;
		}
	}
	if (is_trial)
		trial_destroy(trial);
	return false;
}

/* Of a bus only asking tells that something came: not too rarely. */
enum { BUS_WAIT_MS = 2 };

bool crew_take(struct crew *crew, int wait_ms, uint64_t *number, struct trial *trial)
{
	if (crew->bus && take_from_bus(crew, number, trial))
		return true;
	return take_here(crew, crew->bus && wait_ms > BUS_WAIT_MS ? BUS_WAIT_MS : wait_ms, number,
		trial);
}

/* ---- at another rank */

static bool send_trial(const struct bus *bus, uint64_t number, struct trial *trial)
{
	size_t size = 0;
	unsigned char *packed = trial_pack(trial, &size);
	unsigned char *octets = packed ? malloc(sizeof number + size) : NULL;

	if (octets) {
		memcpy(octets, &number, sizeof number);
		memcpy(octets + sizeof number, packed, size);
	}
	const bool is_sent = octets && bus->send(0, octets, sizeof number + size);

	free(octets);
	free(packed);
	trial_destroy(trial);
	return is_sent;
}

/* Takes orders until none wait.  False when it was sent home. */
static bool take_orders(struct crew *crew, const struct bus *bus, const struct crew_plan *plan)
{
	uint64_t *order;
	size_t size;
	int rank;

	while ((order = bus->receive(&rank, &size)) != NULL) {
		const bool is_order = size == sizeof *order;
		struct trial none = {.verdict = TRIAL_IMPOSSIBLE, .text = "no process"};

		if (is_order && !crew_begin(crew, plan, *order))
			send_trial(bus, *order, &none);
		free(order);
		if (!is_order)
			return false;
	}
	return true;
}

bool crew_serve(unsigned places, const struct bus *bus, const struct crew_plan *plan)
{
	struct crew *crew = crew_create(places, NULL, 1);
	struct trial trial;
	uint64_t number;
	bool is_well = crew != NULL;

	while (is_well && take_orders(crew, bus, plan)) {
		if (crew_take(crew, BUS_WAIT_MS, &number, &trial))
			is_well = send_trial(bus, number, &trial);
	}
	crew_destroy(crew);
	return is_well;
}
