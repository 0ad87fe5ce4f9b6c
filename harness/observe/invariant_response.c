/* SPDX-License-Identifier: MIT */
/*
 * I6: every REQUEST and its outcome, as the station hears it; the outcome itself is handed to those
 * who judge what it says (I3, I4, I5).
 */
#include <stdlib.h>
#include <string.h>

#include "observe/invariants_state.h"

/* How long a station waits beyond the deadline for a bridge that may be dead (DIMP 9.6-7). */
static const uint64_t station_grace_us = 1000000;

/* Whose a request is: a station's, or with |station| INVARIANT_NOBODY the bridge's own host's. */
struct asker {
	unsigned station, bridge;
};

static struct request_watch *find_request(struct invariants *invariants, struct asker asker,
	uint64_t id)
{
	for (size_t index = invariants->request_count; index-- > 0;) {
		struct request_watch *request = &invariants->requests[index];
		if (request->station == asker.station && request->bridge == asker.bridge &&
			request->id == id)
			return request;
	}
	return NULL;
}

static const char *asker_name(const struct invariants *invariants, struct asker asker)
{
	return asker.station != INVARIANT_NOBODY
		? invariants_station_name(invariants, asker.station)
		: invariants_bridge_name(invariants, asker.bridge);
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

/* By the asker's own clock, which stands still while it is paused. */
static uint64_t allowed_us(const struct invariants *invariants, uint32_t deadline_ms)
{
	const uint64_t us = (uint64_t)deadline_ms * 1000 + station_grace_us;

	return us + us * invariants->config.drift_ppm / 1000000 + invariants->config.pauses_us;
}

static void start_watch(struct invariants *invariants, struct request_watch *request,
	struct dimp_time now)
{
	request->asked = now;
	request->asked_after = invariants->transition_count;
	request->due = (struct dimp_time){now.us + request->allowed_us};
	request->owner = invariants_owner(invariants, request->vm);
	/* What a later request does to the source is its own to answer for. */
	invariants->vms[request->vm].back_by = DIMP_NEVER;
	if (request->due.us < invariants->next_due.us)
		invariants->next_due = request->due;
}

/* The station that asks, with its bridge; or the bridge whose host does. */
static struct asker asker_of(const struct invariants *invariants,
	const struct speaker_binding *binding)
{
	const unsigned station = invariants_station(invariants, binding);
	const unsigned bridge = station != INVARIANT_NOBODY
		? invariants->config.stations[station].bridge
		: invariants_bridge(invariants, binding);

	return (struct asker){station, bridge};
}

void invariants_asked(struct invariants *invariants, const struct speaker_binding *binding,
	const struct speaker_request *request, struct dimp_time now)
{
	const struct dimp_request_config *config = request->config;
	const struct asker asker = invariants->is_begun
		? asker_of(invariants, binding)
		: (struct asker){INVARIANT_NOBODY, INVARIANT_NOBODY};
	const unsigned vm = invariants->is_begun ? invariants_vm(invariants, &config->vsi, 0)
						 : INVARIANT_NOBODY;

	if (asker.bridge == INVARIANT_NOBODY || vm == INVARIANT_NOBODY || !make_room(invariants))
		return;
	struct request_watch *watch = &invariants->requests[invariants->request_count++];
	*watch = (struct request_watch){
		.station = asker.station,
		.bridge = asker.bridge,
		.vm = vm,
		.id = request->request,
		.serial = config->serial,
		.required = config->required,
		.types = config->required | config->optional,
		.filter_count = config->filter_count,
		.allowed_us = allowed_us(invariants, config->deadline_ms),
		.has_ticket = config->has_ticket,
		.ticket = config->ticket,
	};
	memcpy(watch->filters, config->filters, sizeof watch->filters);
	start_watch(invariants, watch, now);
}

void invariants_notified(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now)
{
	if (!invariants->is_begun)
		return;
	const unsigned from = invariants_bridge(invariants, binding);
	const unsigned to = invariants_bridge_of_peer(invariants, from, notification->destination);
	const unsigned vm = invariants_vm(invariants, &notification->vsi, 0);

	if (to == INVARIANT_NOBODY || vm == INVARIANT_NOBODY || !make_room(invariants))
		return;
	struct request_watch *watch = &invariants->requests[invariants->request_count++];
	*watch = (struct request_watch){
		.station = INVARIANT_NOBODY,
		.bridge = to,
		.vm = vm,
		.serial = notification->serial,
		.required = notification->required,
		.types = notification->required | notification->optional,
		.filter_count = notification->filter_count,
		.allowed_us = allowed_us(invariants, notification->deadline_ms),
		.has_ticket = notification->has_ticket,
		.ticket = notification->ticket,
		.is_notified = true,
		.is_forgotten = true,
		.asked = now,
		.due = DIMP_NEVER,
		.owner = from,
	};
	memcpy(watch->filters, notification->filters, sizeof watch->filters);
}

/* The newest NOTIFY that may have begun what |at| tells of; one that gets no place has no VM, and
 * no serial. */
static struct request_watch *find_notified(struct invariants *invariants,
	const struct bridge_event *at)
{
	const struct dimp_speaker *speaker = invariants_speaker(invariants, at->bridge);
	struct dimp_vsi_status status = {.serial = 0};
	const bool is_placed = dimp_speaker_vsi_status(speaker, at->event->vsi, &status);

	for (size_t index = invariants->request_count; index-- > 0;) {
		struct request_watch *request = &invariants->requests[index];
		if (request->is_notified && request->bridge == at->bridge &&
			(request->vm == at->vm || at->vm == INVARIANT_NOBODY) &&
			(request->serial == status.serial || !is_placed))
			return request;
	}
	return NULL;
}

/* NOTIFY has begun something: from now on its host is owed an outcome.  A bridge that starts again
 * may begin the same anew: NOTIFY was sent until somebody took it. */
static void begin_notified(struct invariants *invariants, const struct bridge_event *at)
{
	const struct request_watch *request = find_notified(invariants, at);

	if (!request || !make_room(invariants))
		return;
	request = find_notified(invariants, at);
	struct request_watch *begun = &invariants->requests[invariants->request_count++];
	*begun = *request;
	begun->id = at->event->request;
	begun->is_notified = false;
	begun->is_forgotten = false;
	start_watch(invariants, begun, at->now);
}

/* A station that starts again knows nothing of what it asked. */
void invariant_response_crashed(struct invariants *invariants, unsigned station)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		if (invariants->requests[index].station == station)
			invariants->requests[index].is_forgotten = true;
	}
}

void invariant_response_crashed_at(struct invariants *invariants, unsigned bridge)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		struct request_watch *request = &invariants->requests[index];
		if (request->station == INVARIANT_NOBODY && request->bridge == bridge)
			request->is_forgotten = true;
	}
}

/* SUCCESS for which nothing moved: the bridge was the owner, and is, unless a later move took the
 * DI from there, or it has yielded (DIMP 9.8-3), before the station heard of it. */
static void judge_owned(struct invariants *invariants, const struct request_watch *request)
{
	const struct vm_watch *vm = &invariants->vms[request->vm];
	const struct breach breach = {INVARIANT_I3,
		invariants_bridge_name(invariants, request->bridge),
		"SUCCESS without a migration is the owner's"};
	const bool is_moved = invariants_since(vm->released, request);
	const bool has_yielded = invariants_ended_since(&vm->yielded, request->bridge, request);

	if (!is_moved && !has_yielded && !invariants_since(vm->crashed, request) &&
		!invariants_owns(invariants, request->bridge, request->vm))
		invariants_report(invariants, &breach, "%s is not owned there",
			invariants->config.vms[request->vm].name);
}

static void judge_outcome(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct activation *activation = &invariants->vms[request->vm].activation;

	switch ((enum dimp_result)event->message.body.response.result) {
	case DIMP_RESULT_SUCCESS:
		if (!activation->has_been || activation->bridge != request->bridge ||
			activation->at.us < request->asked.us) {
			judge_owned(invariants, request);
			return;
		}
		invariant_copy(invariants, request, event);
		invariant_source(invariants, request);
		return;
	case DIMP_RESULT_FAIL: invariant_failure(invariants, request, event, now); return;
	case DIMP_RESULT_AT_RISK: return;
	}
}

static void take_response(struct invariants *invariants, struct asker asker,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct breach breach = {INVARIANT_I6, asker_name(invariants, asker),
		"one RESPONSE for each REQUEST"};
	struct request_watch *request = find_request(invariants, asker, event->request);

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

void invariant_response_heard(struct invariants *invariants, unsigned station,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct asker asker = {station, invariants->config.stations[station].bridge};

	if (event->kind == DIMP_EVENT_RESPONSE)
		take_response(invariants, asker, event, now);
}

/* The host is owed nothing any more: a RESPONSE to it would be one too many. */
static void take_adopted(struct invariants *invariants, struct asker asker, uint64_t id)
{
	struct request_watch *request = find_request(invariants, asker, id);

	if (!request)
		return;
	request->responses++;
	request->is_forgotten = true;
}

void invariant_response_at_bridge(struct invariants *invariants, const struct bridge_event *at)
{
	const struct asker asker = {INVARIANT_NOBODY, at->bridge};

	if (at->event->kind == DIMP_EVENT_NOTIFIED)
		begin_notified(invariants, at);
	else if (at->event->kind == DIMP_EVENT_ADOPTED)
		take_adopted(invariants, asker, at->event->request);
	else if (at->event->kind == DIMP_EVENT_RESPONSE)
		take_response(invariants, asker, at->event, at->now);
}

void invariant_response(struct invariants *invariants, struct dimp_time now)
{
	if (now.us <= invariants->next_due.us)
		return;
	invariants->next_due = DIMP_NEVER;
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		const struct breach breach = {INVARIANT_I6,
			asker_name(invariants, (struct asker){request->station, request->bridge}),
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
