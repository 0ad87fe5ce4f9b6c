/* SPDX-License-Identifier: MIT */
/*
 * I6: every REQUEST and its outcome, as the station hears it; the outcome itself is handed to those
 * who judge what it says (I3, I4, I5).
 */
#include <stdlib.h>

#include "observe/invariants_state.h"

/* How long a station waits beyond the deadline for a bridge that may be dead (DIMP 9.6-7). */
static const uint64_t station_grace_us = 1000000;

static struct request_watch *find_request(struct invariants *invariants, unsigned station,
	uint64_t id)
{
	for (size_t index = invariants->request_count; index-- > 0;) {
		struct request_watch *request = &invariants->requests[index];
		if (request->station == station && request->id == id)
			return request;
	}
	return NULL;
}

static bool make_room(struct invariants *invariants)
{
	const size_t capacity =
		invariants->request_capacity ? invariants->request_capacity * 2 : 16;

	if (invariants->request_count < invariants->request_capacity)
		return true;
	struct request_watch *larger = realloc(invariants->requests, capacity * sizeof *larger);
	if (!larger)
		return false;
	invariants->requests = larger;
	invariants->request_capacity = capacity;
	return true;
}

/* By the station's own clock, which stands still while it is paused. */
static uint64_t allowed_us(const struct invariants *invariants,
	const struct dimp_request_config *config)
{
	const uint64_t us = (uint64_t)config->deadline_ms * 1000 + station_grace_us;

	return us + us * invariants->config.drift_ppm / 1000000 + invariants->config.pauses_us;
}

void invariants_asked(struct invariants *invariants, const struct speaker_binding *binding,
	const struct speaker_request *request, struct dimp_time now)
{
	const struct dimp_request_config *config = request->config;
	const unsigned station = invariants_station(invariants, binding);
	const unsigned vm = invariants_vm(invariants, &config->vsi, 0);

	if (!invariants->is_begun || station == INVARIANT_NOBODY || vm == INVARIANT_NOBODY ||
		!make_room(invariants))
		return;
	const struct dimp_time due = {now.us + allowed_us(invariants, config)};
	invariants->requests[invariants->request_count++] = (struct request_watch){
		.station = station,
		.vm = vm,
		.id = request->request,
		.serial = config->serial,
		.required = config->required,
		.has_ticket = config->has_ticket,
		.asked = now,
		.due = due,
		.owner = invariants_owner(invariants, vm),
	};
	/* What a later request does to the source is its own to answer for. */
	invariants->vms[vm].back_by = DIMP_NEVER;
	invariants->vms[vm].has_crashed = false;
	if (due.us < invariants->next_due.us)
		invariants->next_due = due;
}

/* A station that starts again knows nothing of what it asked. */
void invariant_response_crashed(struct invariants *invariants, unsigned station)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		if (invariants->requests[index].station == station)
			invariants->requests[index].is_forgotten = true;
	}
}

static void judge_outcome(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct activation *activation = &invariants->vms[request->vm].activation;
	const unsigned bridge = invariants->config.stations[request->station].bridge;

	switch ((enum dimp_result)event->message.body.response.result) {
	case DIMP_RESULT_SUCCESS:
		/* A bridge that was the owner answers at once and has moved nothing. */
		if (!activation->has_been || activation->bridge != bridge ||
			activation->at.us < request->asked.us)
			return;
		invariant_copy(invariants, request, event);
		invariant_source(invariants, request);
		return;
	case DIMP_RESULT_FAIL: invariant_failure(invariants, request, event, now); return;
	case DIMP_RESULT_AT_RISK: return;
	}
}

void invariant_response_heard(struct invariants *invariants, unsigned station,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct breach breach = {INVARIANT_I6, invariants_station_name(invariants, station),
		"one RESPONSE for each REQUEST"};

	if (event->kind != DIMP_EVENT_RESPONSE)
		return;
	struct request_watch *request = find_request(invariants, station, event->request);
	if (!request) {
		invariants_report(invariants, &breach, "one for request %llu, which nobody sent",
			(unsigned long long)event->request);
		return;
	}
	request->responses++;
	if (request->responses > 1)
		invariants_report(invariants, &breach, "%u for request %llu", request->responses,
			(unsigned long long)request->id);
	judge_outcome(invariants, request, event, now);
}

void invariant_response(struct invariants *invariants, struct dimp_time now)
{
	if (now.us <= invariants->next_due.us)
		return;
	invariants->next_due = DIMP_NEVER;
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		const struct breach breach = {INVARIANT_I6,
			invariants_station_name(invariants, request->station),
			"a RESPONSE by the deadline and the station's own second"};
		if (request->responses != 0 || request->is_forgotten)
			continue;
		if (now.us > request->due.us)
			invariants_report(invariants, &breach, "none for request %llu, due %llu us",
				(unsigned long long)request->id,
				(unsigned long long)request->due.us);
		else if (request->due.us < invariants->next_due.us)
			invariants->next_due = request->due;
	}
}
