/* SPDX-License-Identifier: MIT */
/*
 * The decisions of a move rest on the status octet alone: ACK goes on, Keep may come again, Hard is
 * the end.  What else an outcome has for the report is the VSI manager's, whose order it was.
 */
#include "actors/vdp_agent.h"

#include <stdlib.h>
#include <string.h>

#include "actors/ecp_frame.h"
#include "vdp/vdp_station.h"

struct agent_ask {
	bool is_open;
	uint64_t request;
	struct vdp_machine machine;
	struct hypervisor_request listener;
	uint8_t *status;
};

/* A VM whose association the bridge refused. */
struct agent_refusal {
	struct vdp_agent *agent;
	struct vdp_tlv association;
	engine_timer timer; /* 0: the place is free */
};

struct vdp_agent {
	struct vdp_agent_config config;
	struct vdp_station *machine;
	struct agent_ask *asks; /* one a VSI */
	struct agent_refusal *refusals;
	engine_timer timer;
	struct dimp_event event; /* too large for the stack */
};

static engine_action expire;

static void send_due(struct vdp_agent *agent, struct dimp_time now)
{
	uint8_t octets[ECP_FRAME_MAX];
	size_t size;

	while ((size = vdp_station_transmit(agent->machine, octets + ECP_FRAME_HEADER, now)) != 0)
		hypervisor_send(agent->config.hypervisor,
			ecp_frame_finish(octets, hypervisor_address(agent->config.hypervisor),
				size));
	const struct dimp_time at = vdp_station_deadline(agent->machine);

	engine_cancel(agent->config.engine, agent->timer);
	agent->timer =
		at.us == UINT64_MAX ? 0 : engine_schedule(agent->config.engine, at, expire, agent);
}

static struct agent_ask *find_ask(const struct vdp_agent *agent, const struct dimp_vsi *vsi)
{
	for (size_t index = 0; index < agent->config.vsis_max; index++) {
		struct agent_ask *ask = &agent->asks[index];
		if (ask->is_open && memcmp(&ask->machine.vsi, vsi, sizeof *vsi) == 0)
			return ask;
	}
	return NULL;
}

static struct agent_ask *find_request(const struct vdp_agent *agent, uint64_t request)
{
	for (size_t index = 0; index < agent->config.vsis_max; index++) {
		struct agent_ask *ask = &agent->asks[index];
		if (ask->is_open && ask->request == request)
			return ask;
	}
	return NULL;
}

static struct agent_ask *free_ask(const struct vdp_agent *agent)
{
	for (size_t index = 0; index < agent->config.vsis_max; index++) {
		if (!agent->asks[index].is_open)
			return &agent->asks[index];
	}
	return NULL;
}

/* The RESPONSE that the answer stands for. */
static void fill_response(struct vdp_agent *agent, const struct vdp_news *news)
{
	const struct dimp_message *outcome = vdp_desk_outcome(agent->config.bridge, &news->vsi);
	struct dimp_message *message = &agent->event.message;
	struct dimp_response *response = &message->body.response;
	const bool is_taken = news->outcome == VDP_ANSWERED && vdp_is_taken(news->status);
	const bool is_lost = news->outcome == VDP_SILENT;

	agent->event.kind = DIMP_EVENT_RESPONSE;
	*message = (struct dimp_message){.kind = DIMP_MESSAGE_RESPONSE};
	if (outcome && !is_lost)
		*message = *outcome;
	response->result = is_taken ? DIMP_RESULT_SUCCESS : DIMP_RESULT_FAIL;
	response->advice = DIMP_ADVICE_STOP;
	if (is_taken)
		response->advice = 0;
	else if (is_lost || (news->status & DIMP_VDP_KEEP))
		response->advice = DIMP_ADVICE_RETRY;
	if (!is_taken && response->error == DIMP_ERROR_NONE) {
		const enum dimp_error error =
			is_lost ? DIMP_ERROR_PEER_LOST : DIMP_ERROR_POLICY_REFUSED;
		response->error = (uint8_t)error;
		response->reason = (uint8_t)dimp_error_reason(error);
	}
}

/* A VM that runs here is to be associated. */
static void associate(struct vdp_agent *agent, const struct vdp_tlv *association,
	struct dimp_time now)
{
	struct vdp_tlv tlv = *association;

	if (!hypervisor_runs(agent->config.hypervisor, &tlv.filters[0].mac) ||
		vdp_station_is_associated(agent->machine, &tlv.vsi))
		return;
	tlv.status = 0;
	(void)vdp_station_command(agent->machine, &tlv, now);
	send_due(agent, now);
}

static void try_again(void *context, struct dimp_time now)
{
	struct agent_refusal *refusal = context;

	refusal->timer = 0;
	associate(refusal->agent, &refusal->association, now);
}

/* Without a free place the next keep-alive that fails tells it again. */
static void associate_later(struct vdp_agent *agent, const struct vdp_tlv *association,
	struct dimp_time now)
{
	const struct dimp_time at = {now.us + vdp_timing_alive_us(&agent->config.timing)};

	for (size_t index = 0; index < agent->config.vsis_max; index++) {
		struct agent_refusal *refusal = &agent->refusals[index];
		if (refusal->timer != 0)
			continue;
		refusal->agent = agent;
		refusal->association = *association;
		refusal->timer = engine_schedule(agent->config.engine, at, try_again, refusal);
		return;
	}
}

/* A bridge that fell silent, or ended it, is asked anew; one that refuses a VM which does not
 * migrate is asked later: what it refused may have been damaged on its way. */
static void stand_again(struct vdp_agent *agent, const struct vdp_news *news, struct dimp_time now)
{
	const struct vdp_tlv *tlv = &news->association;
	const bool is_refused = news->outcome == VDP_ANSWERED && !(tlv->status & VDP_MIGRATES_TO);

	if (!news->is_of_association || news->kind == VDP_DE_ASSOCIATE || tlv->filter_count == 0)
		return;
	if (is_refused)
		associate_later(agent, tlv, now);
	else
		associate(agent, tlv, now);
}

static void take_news(struct vdp_agent *agent, const struct vdp_news *news, struct dimp_time now)
{
	struct agent_ask *ask = find_ask(agent, &news->vsi);
	const bool is_taken = news->outcome == VDP_ANSWERED && vdp_is_taken(news->status);

	stand_again(agent, news, now);
	if (!ask)
		return;
	const bool is_staged = is_taken && news->kind != VDP_ASSOCIATE;

	if (ask->status)
		*ask->status = is_taken ? DIMP_VDP_ACK : news->status & (uint8_t)~DIMP_VDP_ACK;
	agent->event = (struct dimp_event){.kind = DIMP_EVENT_PROGRESS};
	agent->event.message.body.progress.phase = DIMP_PHASE_STAGED;
	if (!is_staged)
		fill_response(agent, news);
	ask->is_open = is_staged;
	agent->event.request = ask->request;
	ask->listener.hear(ask->listener.context, &agent->event, now);
}

static void go_on(struct vdp_agent *agent, struct dimp_time now)
{
	struct vdp_news news;

	send_due(agent, now);
	while (vdp_station_news(agent->machine, &news))
		take_news(agent, &news, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct vdp_agent *agent = context;

	agent->timer = 0;
	vdp_station_expire(agent->machine, now);
	go_on(agent, now);
}

static void receive(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct vdp_agent *agent = context;

	vdp_station_receive(agent->machine, edge_frame_payload(frame), now);
	go_on(agent, now);
}

struct vdp_agent *vdp_agent_create(const struct vdp_agent_config *config)
{
	struct vdp_agent *agent = calloc(1, sizeof *agent);

	if (!agent)
		return NULL;
	agent->config = *config;
	agent->machine = vdp_station_create(&config->timing, config->vsis_max);
	agent->asks = calloc(config->vsis_max + 1, sizeof *agent->asks);
	agent->refusals = calloc(config->vsis_max + 1, sizeof *agent->refusals);
	if (!agent->machine || !agent->asks || !agent->refusals) {
		vdp_agent_destroy(agent);
		return NULL;
	}
	hypervisor_set_control(config->hypervisor, &(struct hypervisor_control){agent, receive});
	return agent;
}

void vdp_agent_destroy(struct vdp_agent *agent)
{
	if (!agent)
		return;
	engine_cancel(agent->config.engine, agent->timer);
	for (size_t index = 0; agent->refusals && index < agent->config.vsis_max; index++)
		engine_cancel(agent->config.engine, agent->refusals[index].timer);
	vdp_station_destroy(agent->machine);
	free(agent->refusals);
	free(agent->asks);
	free(agent);
}

/* False without room: the station has more VSIs than it was made for. */
static bool say(struct vdp_agent *agent, const struct vdp_machine *machine, enum vdp_kind kind,
	uint8_t hints)
{
	const struct dimp_time now = engine_now(agent->config.engine);
	const struct vdp_tlv tlv = {.kind = kind,
		.status = hints,
		.vsi = machine->vsi,
		.format = VDP_FILTER_MAC_VID,
		.filter_count = 1,
		.filters = {{.vlan = machine->vlan, .mac = machine->mac}}};
	const bool is_said = vdp_station_command(agent->machine, &tlv, now);

	send_due(agent, now);
	return is_said;
}

enum dimp_error vdp_agent_ask(struct vdp_agent *agent, const struct vdp_ask *asked,
	uint64_t *request)
{
	const struct dimp_request_config *order = asked->request;
	struct agent_ask *ask = find_ask(agent, &order->vsi);
	const enum vdp_kind first =
		agent->config.is_reserving ? VDP_PRE_ASSOCIATE_RR : VDP_PRE_ASSOCIATE;

	ask = ask ? ask : free_ask(agent);
	if (!ask)
		return DIMP_ERROR_TABLE_FULL;
	*ask = (struct agent_ask){
		.is_open = true,
		.request = order->serial,
		.machine = {order->vsi, order->filters[0].mac, asked->vlan},
		.listener = asked->listener,
		.status = asked->status,
	};
	*request = order->serial;
	vdp_desk_order(agent->config.bridge, order);
	ask->is_open = say(agent, &ask->machine,
		order->mode == DIMP_MODE_ONE_SHOT ? VDP_ASSOCIATE : first, VDP_MIGRATES_TO);
	return ask->is_open ? DIMP_ERROR_NONE : DIMP_ERROR_TABLE_FULL;
}

void vdp_agent_cut_over(struct vdp_agent *agent, uint64_t request)
{
	const struct agent_ask *ask = find_request(agent, request);

	if (ask)
		say(agent, &ask->machine, VDP_ASSOCIATE, VDP_MIGRATES_TO);
}

void vdp_agent_cancel(struct vdp_agent *agent, uint64_t request)
{
	const struct agent_ask *ask = find_request(agent, request);

	if (ask && !hypervisor_runs(agent->config.hypervisor, &ask->machine.mac))
		say(agent, &ask->machine, VDP_DE_ASSOCIATE, 0);
}

void vdp_agent_run(struct vdp_agent *agent, const struct vdp_machine *machine)
{
	if (!vdp_station_is_associated(agent->machine, &machine->vsi))
		say(agent, machine, VDP_ASSOCIATE, 0);
}

void vdp_agent_leave(struct vdp_agent *agent, const struct vdp_machine *machine)
{
	say(agent, machine, VDP_DE_ASSOCIATE, VDP_SUSPENDED);
}

void vdp_agent_renew(struct vdp_agent *agent, const struct vdp_machine *machine)
{
	say(agent, machine, VDP_ASSOCIATE, 0);
}

void vdp_agent_forget(struct vdp_agent *agent, const struct dimp_vsi *vsi)
{
	vdp_station_forget(agent->machine, vsi);
	send_due(agent, engine_now(agent->config.engine));
}

bool vdp_agent_knows(const struct vdp_agent *agent, const struct dimp_vsi *vsi)
{
	return vdp_station_is_open(agent->machine, vsi);
}
