/* SPDX-License-Identifier: MIT */
/*
 * One move, one serial: the REQUEST that follows NOTIFY carries the same.  A bridge's peers are the
 * other bridges in their order.
 */
#include "actors/move_order.h"

#include <string.h>

#include "actors/move_di.h"
#include "actors/vdp_agent.h"

struct dimp_request_config move_order_request(const struct move_terms *terms)
{
	const struct move_config *config = terms->config;
	const struct scenario_migration *migration = config->migration;
	/* VLANs are named as where the DI is. */
	const struct attachment *attachment =
		edge_bridge_attachment(terms->from->bridge, move_di_slot(config, terms->from));
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

static bool is_vdp(const struct move_config *config)
{
	return config->migration->trigger == SCENARIO_TRIGGER_VDP;
}

static enum dimp_error ask_by_vdp(const struct move_return *asked,
	const struct hypervisor_request *listener, uint64_t *id)
{
	const struct vdp_ask ask = {
		.request = asked->request,
		.vlan = asked->config->vm->vlan,
		.listener = *listener,
		.status = &asked->config->outcome->vdp_status,
	};

	return vdp_agent_ask(asked->home->vdp, &ask, id);
}

enum dimp_error move_order_ask_home(const struct move_return *back,
	const struct hypervisor_request *listener, uint64_t *id)
{
	if (is_vdp(back->config))
		return ask_by_vdp(back, listener, id);
	return hypervisor_ask(back->home->hypervisor, back->request, listener, id);
}

static struct vdp_machine machine_at(const struct move_config *config,
	const struct move_place *place)
{
	const struct attachment *attachment =
		edge_bridge_attachment(place->bridge, move_di_slot(config, place));

	return (struct vdp_machine){attachment->vsi, attachment->mac, config->vm->vlan};
}

void move_order_run(const struct move_config *config, const struct move_place *place)
{
	const struct vdp_machine machine = machine_at(config, place);

	if (place->vdp && config->is_known_to_vdp)
		vdp_agent_run(place->vdp, &machine);
}

void move_order_vanish(const struct move_config *config, const struct move_place *from)
{
	const struct vdp_machine machine = machine_at(config, from);

	if (from->vdp)
		vdp_agent_forget(from->vdp, &machine.vsi);
}

void move_order_leave(const struct move_config *config, const struct move_place *from,
	struct dimp_time now)
{
	const struct vdp_machine machine = machine_at(config, from);

	if (from->vdp && (is_vdp(config) || vdp_agent_knows(from->vdp, &machine.vsi)))
		vdp_agent_leave(from->vdp, &machine);
	else
		edge_bridge_leave(from->bridge, move_di_slot(config, from), now);
}

enum dimp_error move_order_ask(const struct move_config *config,
	const struct dimp_request_config *request, const struct hypervisor_request *listener,
	uint64_t *id)
{
	if (is_operators(config))
		return operator_desk_pull(config->to->desk, request, listener, id);
	if (is_vdp(config))
		return ask_by_vdp(&(struct move_return){config, config->to, request}, listener, id);
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

/* VDP has no word for PROCEED: nobody asks for it, as AT_RISK is not told either. */
static void command_by_vdp(struct vdp_agent *agent, uint64_t request, move_order_give *give)
{
	if (give == dimp_speaker_cutover)
		vdp_agent_cut_over(agent, request);
	else if (give == dimp_speaker_cancel)
		vdp_agent_cancel(agent, request);
}

void move_order_command(const struct move_config *config, uint64_t request, struct dimp_time now,
	move_order_give *give)
{
	struct speaker_binding *binding = is_operators(config)
		? edge_bridge_speaker(config->to->bridge)
		: hypervisor_speaker(config->to->hypervisor);

	if (is_vdp(config)) {
		command_by_vdp(config->to->vdp, request, give);
		return;
	}
	if (!binding)
		return;
	const enum dimp_error error =
		give(speaker_binding_speaker(binding), request, speaker_binding_time(binding, now));
	(void)error;
	speaker_binding_settle(binding, now);
}
