/* SPDX-License-Identifier: MIT */
/*
 * Between the bridge and its speaker: a FREEZE or ACTIVATE is kept until the order comes, what else
 * is told the bridge does at once.  A VM of which nothing was said before is entered into the VSI
 * database with the first event of its: whoever judges has no database.
 */
#include "live/bridge_tester.h"

#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "live/control_socket.h"
#include "live/live_bridge_state.h"

struct bridge_tester {
	struct live_bridge *bridge;
	struct control_socket *socket;
	void *questioner;
	unsigned port; /* of the VMs */
	struct dimp_event freeze, activate; /* kind NONE: none is waiting */
};

static const struct dimp_speaker *view(const struct bridge_tester *tester)
{
	return speaker_binding_view(edge_bridge_speaker(tester->bridge->edge));
}

struct dimp_speaker *bridge_tester_speaker(struct bridge_tester *tester)
{
	return speaker_binding_speaker(edge_bridge_speaker(tester->bridge->edge));
}

struct dimp_time bridge_tester_now(const struct bridge_tester *tester)
{
	return engine_now(tester->bridge->engine);
}

const struct dimp_mac *bridge_tester_address(const struct bridge_tester *tester)
{
	return edge_bridge_address(tester->bridge->edge);
}

/* ---- VMs */

/* The VM's slot; one is made for it.  False without a place. */
static bool know(struct bridge_tester *tester, const struct dimp_vsi_config *config, unsigned *slot)
{
	const struct attachment vm = {
		.vsi = config->vsi,
		.mac = config->filters[0].mac,
		.vlan = config->filters[0].vlan,
	};
	struct edge_bridge *edge = tester->bridge->edge;

	if (edge_bridge_find(edge, &config->vsi, slot))
		return true;
	if (!edge_bridge_know(edge, &vm) || !edge_bridge_find(edge, &config->vsi, slot))
		return false;
	edge_bridge_expect(edge, *slot, tester->port);
	return di_learner_bind(tester->bridge->learner, edge);
}

enum dimp_error bridge_tester_arrive(struct bridge_tester *tester,
	const struct dimp_vsi_config *config)
{
	unsigned slot;

	if (!know(tester, config, &slot))
		return DIMP_ERROR_TABLE_FULL;
	return edge_bridge_attach_as(tester->bridge->edge,
		edge_bridge_attachment(tester->bridge->edge, slot), config,
		bridge_tester_now(tester));
}

enum dimp_error bridge_tester_learn(struct bridge_tester *tester, const struct dimp_vsi *vsi,
	const struct dimp_record *record)
{
	const struct edge_bridge *edge = tester->bridge->edge;
	unsigned slot;

	/* What is not in use is not learned from: the speaker says why. */
	if (!edge_bridge_find(edge, vsi, &slot) ||
		edge_bridge_attachment(edge, slot)->state != ATTACHMENT_ACTIVE)
		return dimp_speaker_di_change(bridge_tester_speaker(tester),
			dimp_speaker_vsi_find(view(tester), vsi), record,
			bridge_tester_now(tester));
	return edge_bridge_learn(tester->bridge->edge, slot, record, bridge_tester_now(tester));
}

void bridge_tester_leave(struct bridge_tester *tester, const struct dimp_vsi *vsi)
{
	unsigned slot;

	if (edge_bridge_find(tester->bridge->edge, vsi, &slot))
		edge_bridge_leave(tester->bridge->edge, slot, bridge_tester_now(tester));
}

bool bridge_tester_entry(const struct bridge_tester *tester, const struct dimp_vsi *vsi,
	size_t *position, struct dimp_record *record)
{
	const struct edge_bridge *edge = tester->bridge->edge;
	unsigned slot;
	size_t passed = 0;

	if (!edge_bridge_find(edge, vsi, &slot))
		return false;
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;

		while ((entry = di_store_next(edge_bridge_store(edge), slot,
				(enum dimp_di_type)type, &cursor)) != NULL) {
			if (passed++ < *position)
				continue;
			di_entry_at(entry, bridge_tester_now(tester), record);
			*position = passed;
			return true;
		}
	}
	return false;
}

/* ---- events */

/* The VSI of an event that is about one enters the database. */
static void know_of(struct bridge_tester *tester, const struct dimp_event *event)
{
	struct dimp_vsi_status status;
	struct dimp_vsi_config config = {.filter_count = 0};
	unsigned slot;

	if (!dimp_speaker_vsi_status(view(tester), event->vsi, &status))
		return;
	config.vsi = status.vsi;
	(void)know(tester, &config, &slot);
}

static void obey(struct bridge_tester *tester, struct dimp_event *event)
{
	if (event->kind != DIMP_EVENT_NONE)
		edge_bridge_obey(tester->bridge->edge, event, bridge_tester_now(tester));
	*event = (struct dimp_event){.kind = DIMP_EVENT_NONE};
	bridge_tester_settle(tester);
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct bridge_tester *tester = context;

	bridge_upper_tester.hear(tester->questioner, event);
	switch (event->kind) {
	case DIMP_EVENT_FREEZE: tester->freeze = *event; return;
	case DIMP_EVENT_ACTIVATE: tester->activate = *event; return;
	case DIMP_EVENT_RECORD:
	case DIMP_EVENT_HOLD: know_of(tester, event); break;
	case DIMP_EVENT_THAW:
	case DIMP_EVENT_RELEASED:
	case DIMP_EVENT_GONE:
	case DIMP_EVENT_DISCARD:
	case DIMP_EVENT_NOTIFIED:
	case DIMP_EVENT_ADOPTED:
	case DIMP_EVENT_PROGRESS:
	case DIMP_EVENT_RESPONSE:
	case DIMP_EVENT_ANNOUNCED:
	case DIMP_EVENT_NONE:
	case DIMP_EVENT_ASSOCIATED:
	case DIMP_EVENT_PEER_LOST:
	case DIMP_EVENT_TRANSITION: break;
	}
	edge_bridge_obey(tester->bridge->edge, event, now);
}

void bridge_tester_freeze(struct bridge_tester *tester)
{
	obey(tester, &tester->freeze);
}

void bridge_tester_activate(struct bridge_tester *tester, bool is_possible)
{
	struct edge_bridge *edge = tester->bridge->edge;
	const struct edge_policy policy = *edge_bridge_policy(edge);
	struct edge_policy failing = policy;

	failing.is_activation_failing = !is_possible;
	know_of(tester, &tester->activate);
	edge_bridge_set_policy(edge, &failing);
	obey(tester, &tester->activate);
	edge_bridge_set_policy(edge, &policy);
}

void bridge_tester_settle(struct bridge_tester *tester)
{
	edge_bridge_settle(tester->bridge->edge, bridge_tester_now(tester));
}

/* ---- anew */

bool bridge_tester_begin(struct bridge_tester *tester, const struct dimp_speaker_config *speaker)
{
	struct live_bridge *bridge = tester->bridge;
	struct dimp_speaker_config own = *speaker;

	if (dimp_settings_wrong(&speaker->settings) != NULL)
		return false;
	own.crypto = openssl_crypto_table(bridge->crypto);
	/* The speaker's time has begun with the engine's. */
	if (own.unix_seconds != 0)
		own.unix_seconds -= bridge_tester_now(tester).us / 1000000;
	tester->freeze.kind = tester->activate.kind = DIMP_EVENT_NONE;
	edge_bridge_crash(bridge->edge);
	for (unsigned slot = 0; edge_bridge_attachment(bridge->edge, slot); slot++)
		(void)edge_bridge_forget(bridge->edge, slot);
	bridge->vsis_max = own.vsis_max;
	di_learner_destroy(bridge->learner);
	bridge->learner = live_bridge_make_learner(bridge->file);
	if (bridge->learner) {
		const struct edge_restart restart = {&own, di_learner_hooks(bridge->learner)};

		if (edge_bridge_restart(bridge->edge, &restart)) {
			explicit_bzero(&own, sizeof own);
			return true;
		}
	}
	/* Without memory: there is no bridge any more. */
	explicit_bzero(&own, sizeof own);
	engine_stop(bridge->engine);
	return false;
}

enum dimp_error bridge_tester_add_peer(struct bridge_tester *tester,
	const struct dimp_peer_config *config, const struct dimp_mac *address)
{
	dimp_peer number;

	return speaker_binding_add_peer(edge_bridge_speaker(tester->bridge->edge), config, address,
		&number);
}

/* ---- the socket */

static json_t *answer(void *context, const json_t *question, struct dimp_time now)
{
	const struct bridge_tester *tester = context;

	(void)now;
	return bridge_upper_tester.answer(tester->questioner, question);
}

/* The port for VMs, from 1; 0 when there is none. */
static unsigned find_port(const struct bridge_file *file)
{
	for (unsigned each = 0; each < file->port_count; each++) {
		if (file->ports[each].kind == EDGE_PORT_STATION)
			return each + 1;
	}
	return 0;
}

bool bridge_tester_takes(const struct bridge_file *file)
{
	if (file->vm_count != 0 || file->peer_count != 0) {
		complain("bridge: --upper-tester: it is for tests, and the file has peers or vms, "
			 "which it would forget; give it one without");
		return false;
	}
	if (find_port(file) != 0)
		return true;
	complain("bridge: --upper-tester: VMs would have no port; give the file one of kind: "
		 "station");
	return false;
}

struct bridge_tester *bridge_tester_open(struct live_bridge *bridge, const char *path)
{
	struct bridge_tester *tester = calloc(1, sizeof *tester);
	const struct control_handler handler = {tester, answer};
	const struct edge_interposer interposer = {tester, hear};
	const char *why = "no memory";

	if (tester) {
		tester->bridge = bridge;
		tester->port = find_port(bridge->file);
		tester->questioner = bridge_upper_tester.open(tester);
		if (tester->questioner)
			tester->socket = control_socket_open(bridge->engine, path, &handler, &why);
	}
	if (tester && tester->socket) {
		edge_bridge_interpose(bridge->edge, &interposer);
		return tester;
	}
	complain("bridge: --upper-tester %s: %s; give another", path, why);
	bridge_tester_close(tester);
	return NULL;
}

void bridge_tester_close(struct bridge_tester *tester)
{
	static const struct edge_interposer nobody;

	if (!tester)
		return;
	edge_bridge_interpose(tester->bridge->edge, &nobody);
	control_socket_close(tester->socket);
	if (tester->questioner)
		bridge_upper_tester.close(tester->questioner);
	explicit_bzero(tester, sizeof *tester);
	free(tester);
}
