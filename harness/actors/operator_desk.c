/* SPDX-License-Identifier: MIT */
/*
 * A migration is the operator's until its RESPONSE, or until a station's REQUEST has adopted it.
 * What a crash of the bridge takes with it is never answered; its place is used again when the
 * bridge gives the number out anew, which it never does, or when all are taken.
 */
#include "actors/operator_desk.h"

#include <stdlib.h>
#include <string.h>

enum { ORDERS_MAX = 256 };

struct order {
	bool is_open;
	bool is_awaited; /* NOTIFY is to begin it: its number comes then */
	struct dimp_vsi vsi;
	uint64_t request;
	struct hypervisor_request listener;
};

struct operator_desk {
	struct engine *engine;
	struct edge_bridge *bridge;
	struct order orders[ORDERS_MAX];
	size_t next;
};

static void begin_awaited(struct operator_desk *desk, const struct dimp_event *event)
{
	const struct speaker_binding *binding = edge_bridge_speaker(desk->bridge);
	struct dimp_vsi_status status;

	/* One that gets no place has no name either: the only one that is awaited it is. */
	const bool is_named =
		dimp_speaker_vsi_status(speaker_binding_view(binding), event->vsi, &status);
	for (size_t index = 0; index < ORDERS_MAX; index++) {
		struct order *order = &desk->orders[index];
		if (!order->is_awaited ||
			(is_named && memcmp(&order->vsi, &status.vsi, sizeof status.vsi) != 0))
			continue;
		order->is_awaited = false;
		order->is_open = true;
		order->request = event->request;
		return;
	}
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct operator_desk *desk = context;

	if (event->kind == DIMP_EVENT_NOTIFIED) {
		begin_awaited(desk, event);
		return;
	}
	for (size_t index = 0; index < ORDERS_MAX; index++) {
		struct order *order = &desk->orders[index];
		if (!order->is_open || order->request != event->request)
			continue;
		order->is_open = event->kind == DIMP_EVENT_PROGRESS;
		const struct hypervisor_request listener = order->listener;
		if (event->kind != DIMP_EVENT_ADOPTED)
			listener.hear(listener.context, event, now);
		return;
	}
}

struct operator_desk *operator_desk_create(struct engine *engine, struct edge_bridge *bridge)
{
	struct operator_desk *desk = calloc(1, sizeof *desk);

	if (!desk)
		return NULL;
	desk->engine = engine;
	desk->bridge = bridge;
	edge_bridge_set_console(bridge, &(struct edge_console){desk, hear});
	return desk;
}

void operator_desk_destroy(struct operator_desk *desk)
{
	free(desk);
}

/* The oldest gives way. */
static struct order *take_place(struct operator_desk *desk)
{
	struct order *order = &desk->orders[desk->next];

	desk->next = (desk->next + 1) % ORDERS_MAX;
	return order;
}

enum dimp_error operator_desk_pull(struct operator_desk *desk,
	const struct dimp_request_config *config, const struct hypervisor_request *listener,
	uint64_t *request)
{
	struct speaker_binding *binding = edge_bridge_speaker(desk->bridge);
	const struct dimp_time now = engine_now(desk->engine);

	if (!binding)
		return DIMP_ERROR_TABLE_FULL;
	const enum dimp_error error = speaker_binding_pull(binding, config, now, request);
	if (error != DIMP_ERROR_NONE)
		return error;
	*take_place(desk) =
		(struct order){.is_open = true, .request = *request, .listener = *listener};
	speaker_binding_settle(binding, now);
	return DIMP_ERROR_NONE;
}

void operator_desk_await(struct operator_desk *desk, const struct dimp_vsi *vsi,
	const struct hypervisor_request *listener)
{
	*take_place(desk) = (struct order){.is_awaited = true, .vsi = *vsi, .listener = *listener};
}

enum dimp_error operator_desk_notify(struct operator_desk *desk,
	const struct dimp_request_config *config, dimp_peer destination)
{
	struct speaker_binding *binding = edge_bridge_speaker(desk->bridge);
	const struct dimp_time now = engine_now(desk->engine);
	struct dimp_notification notification = {
		.destination = destination,
		.serial = config->serial,
		.vsi = config->vsi,
		.filter_count = config->filter_count,
		.required = config->required,
		.optional = config->optional,
		.deadline_ms = config->deadline_ms,
		.has_ticket = config->has_ticket,
		.ticket = config->ticket,
	};

	if (!binding)
		return DIMP_ERROR_NO_SUCH_VSI;
	memcpy(notification.filters, config->filters, sizeof notification.filters);
	const enum dimp_error error = speaker_binding_notify(binding, &notification, now);
	speaker_binding_settle(binding, now);
	return error;
}
