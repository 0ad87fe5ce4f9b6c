/* SPDX-License-Identifier: MIT */
/*
 * One move, one serial: the REQUEST that follows NOTIFY carries the same.  A bridge's peers are the
 * other bridges in their order.
 */
#include "actors/move_order.h"

#include <string.h>

struct dimp_request_config move_order_request(const struct move_terms *terms)
{
	const struct move_config *config = terms->config;
	const struct scenario_migration *migration = config->migration;
	/* VLANs are named as where the DI is. */
	const struct attachment *attachment =
		edge_bridge_attachment(terms->from->bridge, config->slot);
	const uint64_t by_server = config->vm->installed_by_server;
	const uint64_t required = terms->is_nothing_required ? 0 : migration->required;
	const uint64_t optional =
		migration->optional | (terms->is_nothing_required ? migration->required : 0);
	struct dimp_request_config request = {
		.destination = config->to->bridge_peer,
		.serial = terms->serial,
		.vsi = attachment->vsi,
		.filters = {{.mac = attachment->mac, .vlan = attachment->vlan}},
		.filter_count = 1,
		.mode = terms->is_stopped ? DIMP_MODE_ONE_SHOT : migration->mode,
		.required = required & ~by_server,
		.optional = optional & ~by_server,
		.deadline_ms = migration->deadline_ms,
	};

	if (migration->hint == SCENARIO_HINT_SOURCE)
		request.source = terms->from->bridge_key;
	else if (migration->hint == SCENARIO_HINT_UNKNOWN)
		memset(&request.source, 0xff, sizeof request.source);
	return request;
}

static bool is_operators(const struct move_config *config)
{
	return config->migration->trigger == SCENARIO_TRIGGER_OPERATOR ||
		config->migration->trigger == SCENARIO_TRIGGER_NOTIFY_ALONE;
}

bool move_order_is_notified(const struct move_config *config)
{
	return config->migration->trigger == SCENARIO_TRIGGER_NOTIFY ||
		config->migration->trigger == SCENARIO_TRIGGER_NOTIFY_ALONE;
}

enum dimp_error move_order_ask(const struct move_config *config,
	const struct dimp_request_config *request, const struct hypervisor_request *listener,
	uint64_t *id)
{
	if (is_operators(config))
		return operator_desk_pull(config->to->desk, request, listener, id);
	return hypervisor_ask(config->to->hypervisor, request, listener, id);
}

void move_order_notify(const struct move_way *way, const struct dimp_request_config *request,
	const struct hypervisor_request *listener)
{
	const uint32_t to = way->to->bridge_number;
	const dimp_peer peer = to < way->from->bridge_number ? to : to - 1;

	if (listener)
		operator_desk_await(way->to->desk, &request->vsi, listener);
	const enum dimp_error error = operator_desk_notify(way->from->desk, request, peer);
	(void)error;
}

void move_order_command(const struct move_config *config, uint64_t request, struct dimp_time now,
	move_order_give *give)
{
	struct speaker_binding *binding = is_operators(config)
		? edge_bridge_speaker(config->to->bridge)
		: hypervisor_speaker(config->to->hypervisor);

	if (!binding)
		return;
	const enum dimp_error error =
		give(speaker_binding_speaker(binding), request, speaker_binding_time(binding, now));
	(void)error;
	speaker_binding_settle(binding, now);
}
