/* SPDX-License-Identifier: MIT */
/*
 * What a live bridge is made of, and when it ends.  Slots and peers have the numbers of the file's
 * rows, and further ones come behind them; nothing is taken away before the end, so that a number
 * means the same for ever.
 *
 * A VM that is not here is expected at its port: whatever the bridge forgets of it by an event is
 * put right at the next turn, when the bridge has done with the event.
 */
#include "live/live_bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/live_bridge_state.h"

enum { DRAIN_STEP_US = 20000 };

static struct live_names who_is_in(const struct live_bridge *bridge, const struct dimp_event *event)
{
	const struct speaker_binding *binding = edge_bridge_speaker(bridge->edge);
	struct dimp_vsi_status status;
	struct live_names names = {NULL, NULL};
	unsigned slot;

	if (event->peer < bridge->file->peer_count &&
		(event->kind == DIMP_EVENT_ASSOCIATED || event->kind == DIMP_EVENT_PEER_LOST))
		names.peer = bridge->file->peers[event->peer].name;
	if (dimp_speaker_vsi_status(speaker_binding_view(binding), event->vsi, &status) &&
		edge_bridge_find(bridge->edge, &status.vsi, &slot) &&
		slot < bridge->file->vm_count && !names.peer)
		names.vm = bridge->file->vms[slot].vm.name;
	return names;
}

static void expect_absent(void *context, struct dimp_time now)
{
	struct live_bridge *bridge = context;

	(void)now;
	engine_cancel(bridge->engine, bridge->expecting);
	bridge->expecting = 0;
	for (unsigned slot = 0; slot < bridge->file->vm_count; slot++) {
		const struct attachment *vm = edge_bridge_attachment(bridge->edge, slot);
		if (vm && !vm->is_free && vm->state == ATTACHMENT_ABSENT &&
			vm->vsi_index == DIMP_NO_VSI)
			edge_bridge_expect(bridge->edge, slot, bridge->file->vms[slot].port + 1);
	}
}

static void log_sak(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	(void)slot;
	(void)now;
	keylog_writer_add_change(context, change);
}

void live_bridge_log_keys(struct live_bridge *bridge, struct keylog_writer *keylog)
{
	bridge->keylog = keylog;
	edge_bridge_set_observer(bridge->edge, keylog ? log_sak : NULL, keylog);
}

static void log_keys(const struct live_bridge *bridge, dimp_peer peer)
{
	const struct speaker_binding *binding = edge_bridge_speaker(bridge->edge);
	struct dimp_association_keys keys;
	struct keylog_key line;

	if (!bridge->keylog || !dimp_speaker_keys(speaker_binding_view(binding), peer, &keys))
		return;
	line.receiver_index = keys.local_index;
	memcpy(line.key, keys.receive, sizeof line.key);
	keylog_writer_add_key(bridge->keylog, &line);
	line.receiver_index = keys.remote_index;
	memcpy(line.key, keys.send, sizeof line.key);
	keylog_writer_add_key(bridge->keylog, &line);
	explicit_bzero(&line, sizeof line);
	explicit_bzero(&keys, sizeof keys);
}

/* The bridge has not heard of it yet: it hears after the watch. */
static void watch_event(void *context, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	struct live_bridge *bridge = context;

	(void)binding;
	/* Of a million records nobody wants to hear each, and none takes a VM away. */
	if (!bridge->edge || (event->kind == DIMP_EVENT_RECORD && !bridge->log->is_verbose))
		return;
	const struct live_names names = who_is_in(bridge, event);

	live_log_event(bridge->log, event, &names);
	if (event->kind == DIMP_EVENT_ASSOCIATED)
		log_keys(bridge, event->peer);
	if (event->kind != DIMP_EVENT_TRANSITION && bridge->expecting == 0)
		bridge->expecting = engine_schedule(bridge->engine, now, expect_absent, bridge);
}

void live_bridge_watch(struct live_bridge *bridge)
{
	bridge->watch = (struct speaker_watch){.context = bridge, .event = watch_event};
}

/* ---- interfaces */

static bool is_uplink(const struct bridge_file *file, const char *interface)
{
	for (size_t each = 0; each < file->port_count; each++) {
		if (strcmp(file->ports[each].interface, interface) == 0)
			return file->ports[each].kind == EDGE_PORT_UPLINK;
	}
	return false;
}

/* PDUs are as long as the uplinks carry.  Why an uplink does not carry them, or NULL. */
static const char *follow_mtu(const struct live_bridge *bridge, const struct interface_port *port)
{
	const struct interface_view *view = interface_port_view(port);

	if (view->state == INTERFACE_GONE || bridge->file->carrier == PDU_CARRIED_BY_UDP ||
		!is_uplink(bridge->file, interface_port_name(port)))
		return NULL;
	dimp_speaker_set_pdu_size(speaker_binding_speaker(edge_bridge_speaker(bridge->edge)),
		live_bridge_largest_pdu(bridge->file));
	return view->mtu < DIMP_PDU_SIZE_DEFAULT
		? "DIMP over Ethernet needs an MTU of 1472; what is longer than this one is lost"
		: NULL;
}

static void hear_port(void *context, const struct interface_port *port, const char *why)
{
	static const char *const states[] = {
		[INTERFACE_GONE] = "gone",
		[INTERFACE_DOWN] = "down",
		[INTERFACE_UP] = "up",
	};
	const struct live_bridge *bridge = context;
	const struct interface_view *view = interface_port_view(port);
	const char *short_mtu = follow_mtu(bridge, port);
	char mtu[16];

	(void)snprintf(mtu, sizeof mtu, "%u", view->mtu);
	LIVE_LOG(bridge->log, "port", {"interface", interface_port_name(port)},
		{"state", states[view->state]}, {"mtu", view->state == INTERFACE_GONE ? NULL : mtu},
		{"why", why ? why : short_mtu});
}

static void check_ports(void *context, struct dimp_time now)
{
	struct live_bridge *bridge = context;

	(void)now;
	interface_monitor_drain(bridge->monitor);
	for (size_t each = 0; each < bridge->file->port_count; each++)
		interface_port_check(bridge->ports[each]);
}

bool live_bridge_open_ports(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	for (size_t each = 0; each < bridge->file->port_count; each++) {
		const struct bridge_file_port *port = &bridge->file->ports[each];
		const struct interface_port_config config = {
			.engine = bridge->engine,
			.at = {edge_bridge_node(bridge->edge), (unsigned)each + 1},
			.interface = port->interface,
			.tagging = {port->vlan, *edge_bridge_address(bridge->edge),
				port->kind == EDGE_PORT_STATION},
			.listener = {bridge, hear_port},
		};

		bridge->ports[each] = interface_port_create(&config);
		if (!bridge->ports[each]) {
			(void)snprintf(why, LIVE_WHY_SIZE,
				"interface %s cannot be opened: %s; it takes CAP_NET_RAW",
				port->interface, strerror(errno));
			return false;
		}
	}
	bridge->monitor = interface_monitor_open();
	if (bridge->monitor >= 0 &&
		engine_live_watch(bridge->engine, bridge->monitor, check_ports, bridge))
		return true;
	(void)snprintf(why, LIVE_WHY_SIZE, "no word of interfaces: %s; is there netlink?",
		strerror(errno));
	return false;
}

/* ---- start and end */

void live_bridge_start_vm(struct live_bridge *bridge, unsigned slot)
{
	const struct dimp_time now = engine_now(bridge->engine);
	const struct bridge_file_vm *vm = &bridge->file->vms[slot];

	if (vm->is_here)
		edge_bridge_attach(bridge->edge, slot, vm->port + 1, now);
	live_bridge_fill(bridge, slot);
	expect_absent(bridge, now);
}

void live_bridge_start(struct live_bridge *bridge)
{
	const struct dimp_time now = engine_now(bridge->engine);

	for (unsigned slot = 0; slot < bridge->file->vm_count; slot++)
		live_bridge_start_vm(bridge, slot);
	if (bridge->file->is_standing)
		speaker_binding_open(edge_bridge_speaker(bridge->edge), now);
}

/* A machine in one of these has nothing under way.  RELEASED is none of them: until the other
 * bridge has acknowledged that the DI is its own, nobody may have it. */
static bool is_at_rest(const struct dimp_vsi_status *status)
{
	static const char *const states[] = {"OWNER", "GONE", "IDLE", "FAILED"};

	for (size_t each = 0; each < sizeof states / sizeof states[0]; each++) {
		if (strcmp(status->state, states[each]) == 0)
			return true;
	}
	return status->is_staged && strcmp(status->state, "ACTIVE") == 0;
}

unsigned live_bridge_moves(const struct live_bridge *bridge)
{
	const struct dimp_speaker *speaker =
		speaker_binding_view(edge_bridge_speaker(bridge->edge));
	unsigned moves = 0;

	for (dimp_vsi_index vsi = 0; vsi < bridge->vsis_max; vsi++) {
		struct dimp_vsi_status status;
		if (dimp_speaker_vsi_status(speaker, vsi, &status) && !is_at_rest(&status))
			moves++;
	}
	return moves;
}

static void end(struct live_bridge *bridge, struct dimp_time now)
{
	char moves[16];

	(void)snprintf(moves, sizeof moves, "%u", live_bridge_moves(bridge));
	LIVE_LOG(bridge->log, "end", {"moves_cut_off", moves});
	speaker_binding_close(edge_bridge_speaker(bridge->edge), now);
	engine_stop(bridge->engine);
}

static void drain_on(void *context, struct dimp_time now)
{
	struct live_bridge *bridge = context;

	if (live_bridge_moves(bridge) == 0 || now.us >= bridge->drain_by.us)
		end(bridge, now);
	else
		bridge->draining = engine_schedule(bridge->engine,
			(struct dimp_time){now.us + DRAIN_STEP_US}, drain_on, bridge);
}

void live_bridge_drain(struct live_bridge *bridge)
{
	const struct dimp_time now = engine_now(bridge->engine);
	char moves[16];

	(void)snprintf(moves, sizeof moves, "%u", live_bridge_moves(bridge));
	LIVE_LOG(bridge->log, "drain", {"moves", moves});
	dimp_speaker_drain(speaker_binding_speaker(edge_bridge_speaker(bridge->edge)));
	engine_cancel(bridge->engine, bridge->draining);
	bridge->drain_by.us = bridge->is_draining ? now.us : now.us + bridge->file->drain_us;
	bridge->is_draining = true;
	drain_on(bridge, now);
}

bool live_bridge_is_draining(const struct live_bridge *bridge)
{
	return bridge->is_draining;
}

/* ---- to look inside */

struct engine *live_bridge_engine(const struct live_bridge *bridge)
{
	return bridge->engine;
}

struct edge_bridge *live_bridge_edge(const struct live_bridge *bridge)
{
	return bridge->edge;
}

const struct bridge_file *live_bridge_file(const struct live_bridge *bridge)
{
	return bridge->file;
}

struct interface_port *live_bridge_port(const struct live_bridge *bridge, size_t index)
{
	return index < bridge->file->port_count ? bridge->ports[index] : NULL;
}

const struct udp_port *live_bridge_udp(const struct live_bridge *bridge)
{
	return bridge->udp;
}

const struct dimp_public_key *live_bridge_key(const struct live_bridge *bridge)
{
	return &bridge->key;
}
