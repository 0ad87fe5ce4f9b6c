/* SPDX-License-Identifier: MIT */
/*
 * The station's speaker always answers in the end; a station that crashes meanwhile does not, so
 * that patience has an end of its own.
 */
#include "actors/consent.h"

static const uint64_t patience_us = 6000000;

void consent_stop(struct consent *consent)
{
	if (!consent->is_awaited)
		return;
	consent->is_awaited = false;
	engine_cancel(consent->config.engine, consent->patience);
	consent->patience = 0;
}

static void go_on(struct consent *consent, struct dimp_time now)
{
	consent_stop(consent);
	consent->config.given(consent->config.context, now);
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct consent *consent = context;

	if (consent->is_awaited && event->request == consent->id)
		go_on(consent, now);
}

static void lose_patience(void *context, struct dimp_time now)
{
	struct consent *consent = context;

	consent->patience = 0;
	go_on(consent, now);
}

void consent_await(struct consent *consent, const struct consent_config *config,
	struct dimp_time now)
{
	const struct hypervisor_request listener = {consent, hear};

	consent_stop(consent);
	consent->config = *config;
	consent->is_awaited = true;
	if (!config->announcer ||
		hypervisor_announce(config->announcer, &config->announcement, &listener,
			&consent->id) != DIMP_ERROR_NONE) {
		go_on(consent, now);
		return;
	}
	consent->patience = engine_schedule(config->engine,
		(struct dimp_time){now.us + patience_us}, lose_patience, consent);
}
