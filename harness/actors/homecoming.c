/* SPDX-License-Identifier: MIT */
/*
 * Tries go in pairs: the old bridge answers at once if it is still the owner; else it is asked to
 * get the DI back from where it may have gone.  A bridge that says nothing, or lost its peer, is
 * asked again later: the DI may be in force elsewhere.  There is no bound to that: a VM that ran
 * here while it is in force there would be two.
 */
#include "actors/homecoming.h"

#include <string.h>

#include "actors/move_order.h"

enum { DEADLINE_MS = 1000 };

/* DI that is between two bridges is found at neither: it is nowhere only when no bridge has had it
 * for longer than a migration takes. */
static const uint64_t again_us = 500000, grace_us = 1000000, nowhere_us = 12000000;

static engine_action is_silent;
static void hear(void *context, const struct dimp_event *event, struct dimp_time now);

static void finish(struct homecoming *homecoming, struct dimp_time now)
{
	homecoming_stop(homecoming);
	homecoming->config.done(homecoming->config.context, now);
}

/* The round's first asks the home itself (DIMP 9.6-6: without a source), then come the others. */
static struct dimp_public_key source_of(const struct homecoming *homecoming)
{
	const struct homecoming_config *config = &homecoming->config;
	const struct dimp_public_key home = config->home->bridge_key;
	const struct dimp_public_key none = {{0}};
	size_t left = homecoming->tries % config->bridge_count;

	for (size_t index = 0; index < config->bridge_count && left != 0; index++) {
		if (memcmp(&config->bridges[index], &home, sizeof home) != 0 && --left == 0)
			return config->bridges[index];
	}
	return none;
}

static void send_request(void *context, struct dimp_time now)
{
	struct homecoming *homecoming = context;
	const struct homecoming_config *config = &homecoming->config;
	const struct hypervisor_request listener = {homecoming, hear};

	homecoming->guard = engine_schedule(config->engine,
		(struct dimp_time){now.us + (uint64_t)DEADLINE_MS * 1000 + grace_us}, is_silent,
		homecoming);
	/* One that cannot be asked says nothing. */
	const struct move_return back = {config->move, config->home, &homecoming->asking};

	if (move_order_ask_home(&back, &listener, &homecoming->request) != DIMP_ERROR_NONE)
		homecoming->request = 0;
}

static void ask(struct homecoming *homecoming, struct dimp_time now)
{
	const struct homecoming_config *config = &homecoming->config;
	const struct move_way way = {config->away, config->home};
	struct dimp_request_config *request = &homecoming->asking;

	*request = config->request;
	request->destination = config->home->bridge_peer;
	request->serial = ++*config->serial;
	homecoming->newest_serial = request->serial;
	request->mode = DIMP_MODE_ONE_SHOT;
	request->source = source_of(homecoming);
	request->deadline_ms = DEADLINE_MS;
	homecoming->request = 0;
	move_authority_sign(&config->authority, &way, request);
	struct consent_config consent = move_authority_consent(&config->authority, &way, request);
	consent.engine = config->engine;
	consent.context = homecoming;
	consent.given = send_request;
	consent_await(&homecoming->consent, &consent, now);
}

static void ask_again(void *context, struct dimp_time now)
{
	struct homecoming *homecoming = context;

	homecoming->guard = 0;
	ask(homecoming, now);
}

static void try_next(struct homecoming *homecoming, struct dimp_time now)
{
	const size_t round = homecoming->config.bridge_count;
	const struct dimp_time later = {now.us + again_us};

	if (++homecoming->tries % round != 0) {
		ask(homecoming, now);
		return;
	}
	if (homecoming->absent != round - 1)
		homecoming->present = now;
	if (now.us - homecoming->present.us >= nowhere_us) {
		homecoming->has_found_none = true;
		finish(homecoming, now);
		return;
	}
	homecoming->absent = 0;
	homecoming->guard =
		engine_schedule(homecoming->config.engine, later, ask_again, homecoming);
}

static void is_silent(void *context, struct dimp_time now)
{
	struct homecoming *homecoming = context;

	homecoming->guard = 0;
	homecoming->request = 0;
	try_next(homecoming, now);
}

/* What asking again does not change. */
static bool is_obstacle(uint16_t error)
{
	static const enum dimp_error obstacles[] = {DIMP_ERROR_NO_ROOM, DIMP_ERROR_UNSUPPORTED_TYPE,
		DIMP_ERROR_UNSUPPORTED_VERSION, DIMP_ERROR_NOT_AUTHORISED, DIMP_ERROR_BAD_VALUE,
		DIMP_ERROR_MALFORMED_RECORD, DIMP_ERROR_UNSUPPORTED_CIPHER, DIMP_ERROR_PN_EXHAUSTED,
		DIMP_ERROR_DIGEST_MISMATCH, DIMP_ERROR_STALE_FREEZE};

	for (size_t index = 0; index < sizeof obstacles / sizeof obstacles[0]; index++) {
		if (obstacles[index] == error)
			return true;
	}
	return false;
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct homecoming *homecoming = context;
	const struct dimp_response *response = &event->message.body.response;

	if (!homecoming->is_asking && event->kind == DIMP_EVENT_RESPONSE &&
		response->result == DIMP_RESULT_SUCCESS)
		homecoming->config.is_late(homecoming->config.context, now);
	if (!homecoming->is_asking || homecoming->request != event->request ||
		event->kind != DIMP_EVENT_RESPONSE)
		return;
	engine_cancel(homecoming->config.engine, homecoming->guard);
	homecoming->guard = 0;
	homecoming->absent += homecoming->tries % homecoming->config.bridge_count != 0 &&
		response->error == DIMP_ERROR_CONTEXT_NOT_FOUND;
	if (is_obstacle(response->error)) {
		homecoming->obstacle = (enum dimp_error)response->error;
		homecoming->hindered = now;
	}
	if (response->result == DIMP_RESULT_SUCCESS)
		finish(homecoming, now);
	else
		try_next(homecoming, now);
}

void homecoming_start(struct homecoming *homecoming, const struct homecoming_config *config,
	struct dimp_time now)
{
	*homecoming = (struct homecoming){
		.config = *config,
		.is_asking = true,
		.present = now,
	};
	ask(homecoming, now);
}

enum dimp_error homecoming_obstacle(const struct homecoming *homecoming, struct dimp_time now)
{
	/* All bridges are asked within a second each and a pause. */
	const uint64_t round_us =
		homecoming->config.bridge_count * ((uint64_t)DEADLINE_MS * 1000 + grace_us) +
		again_us;

	return now.us - homecoming->hindered.us < round_us ? homecoming->obstacle : DIMP_ERROR_NONE;
}

void homecoming_stop(struct homecoming *homecoming)
{
	if (!homecoming->is_asking)
		return;
	homecoming->is_asking = false;
	consent_stop(&homecoming->consent);
	engine_cancel(homecoming->config.engine, homecoming->guard);
	homecoming->guard = 0;
}
