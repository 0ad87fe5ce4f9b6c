/* SPDX-License-Identifier: MIT */
/*
 * Watches a world: every frame at every port (digest, capture), every event of every speaker
 * (trace, key log, instants of migrations).
 */
#include "scenario/world_state.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_MODE = 0644 };

static bool cannot_write(struct world *world, const char *path)
{
	char reason[1200];

	snprintf(reason, sizeof reason, "%s: %s", path, strerror(errno));
	return world_fail(world, "%s", reason);
}

static bool open_capture(struct world *world, const struct world_outputs *outputs)
{
	char reason[1200];

	world->pcapng_filter = frame_filter_create(&outputs->pcapng_rule, reason, sizeof reason);
	if (!world->pcapng_filter)
		return world_fail(world, "%s", reason);
	world->pcapng = pcapng_writer_open(outputs->pcapng);
	return world->pcapng || cannot_write(world, outputs->pcapng);
}

bool world_outputs_open(struct world *world, const struct world_outputs *outputs)
{
	if (!outputs)
		return true;
	if (outputs->pcapng && !open_capture(world, outputs))
		return false;
	if (outputs->keylog && !(world->keylog = keylog_writer_open(outputs->keylog)))
		return cannot_write(world, outputs->keylog);
	if (outputs->trace && !fresh_file_open(&world->trace, outputs->trace, TRACE_MODE))
		return cannot_write(world, outputs->trace);
	world->has_trace = outputs->trace != NULL;
	return true;
}

void world_outputs_close(struct world *world)
{
	bool is_written = true;

	if (world->pcapng)
		is_written = pcapng_writer_close(world->pcapng);
	if (world->keylog)
		is_written = keylog_writer_close(world->keylog) && is_written;
	if (world->has_trace)
		is_written = fresh_file_commit(&world->trace) && is_written;
	frame_filter_destroy(world->pcapng_filter);
	world->pcapng_filter = NULL;
	world->pcapng = NULL;
	world->keylog = NULL;
	world->has_trace = false;
	world->outcome.is_written = is_written;
}

void world_outputs_discard(struct world *world)
{
	pcapng_writer_discard(world->pcapng);
	frame_filter_destroy(world->pcapng_filter);
	keylog_writer_discard(world->keylog);
	if (world->has_trace)
		fresh_file_discard(&world->trace);
}

void world_watch_interface(struct world *world, struct engine_endpoint at)
{
	char name[SCENARIO_NAME_MAX + 32];

	if (!world->pcapng)
		return;
	if (world->port_count == world->port_capacity) {
		const size_t capacity = world->port_capacity ? world->port_capacity * 2 : 64;
		struct world_port *ports = realloc(world->ports, capacity * sizeof *ports);
		if (!ports)
			return;
		world->ports = ports;
		world->port_capacity = capacity;
	}
	snprintf(name, sizeof name, "%s/%u", engine_node_name(world->engine, at.node), at.port);
	world->ports[world->port_count++] =
		(struct world_port){at, pcapng_writer_add_interface(world->pcapng, name)};
}

/* The shift lets the high octets, too, have a say in the low ones. */
static void digest_number(uint64_t *digest, uint64_t number)
{
	*digest = (*digest ^ number) * 0x9e3779b97f4a7c15u;
	*digest ^= *digest >> 29;
}

/* Eight at a time, which is eight times faster; the size was digested before. */
static void digest_octets(uint64_t *digest, const uint8_t *octets, size_t size)
{
	uint64_t eight;

	for (; size >= sizeof eight; octets += sizeof eight, size -= sizeof eight) {
		memcpy(&eight, octets, sizeof eight);
		digest_number(digest, le64toh(eight));
	}
	for (; size > 0; octets++, size--)
		digest_number(digest, *octets);
}

static const struct world_port *find_port(const struct world *world, struct engine_endpoint at)
{
	for (size_t index = 0; index < world->port_count; index++) {
		const struct world_port *port = &world->ports[index];
		if (port->at.node == at.node && port->at.port == at.port)
			return port;
	}
	return NULL;
}

void world_watch_frame(void *context, const struct engine_sighting *sighting)
{
	struct world *world = context;
	uint64_t *digest = &world->outcome.digest;
	const struct dimp_view frame = sighting->frame;

	if (world->invariants)
		invariants_frame(world->invariants, sighting);
	wire_meter_see(world->wires, sighting);
	digest_number(digest, sighting->time.us);
	digest_number(digest,
		(uint64_t)sighting->at.node << 32 | (uint64_t)sighting->at.port << 1 |
			(sighting->direction == ENGINE_RECEIVED));
	digest_number(digest, frame.size);
	digest_octets(digest, frame.octets, frame.size);
	const struct world_port *port = world->pcapng ? find_port(world, sighting->at) : NULL;
	if (!port || !frame_filter_pass(world->pcapng_filter, frame))
		return;
	pcapng_writer_add(world->pcapng,
		&(struct pcapng_frame){
			.interface = port->interface,
			.direction = sighting->direction,
			.time = sighting->time,
			.octets = frame,
			.comment = world->comment[0] ? world->comment : NULL,
		});
	world->comment[0] = '\0';
}

static void log_keys(const struct world *world, const struct speaker_binding *binding,
	dimp_peer peer)
{
	struct dimp_association_keys keys;
	struct keylog_key line;

	if (!world->keylog || !dimp_speaker_keys(speaker_binding_view(binding), peer, &keys))
		return;
	/* Each end logs what it receives with, so that every key is there once. */
	line.receiver_index = keys.local_index;
	memcpy(line.key, keys.receive, sizeof line.key);
	keylog_writer_add_key(world->keylog, &line);
	memset(&line, 0, sizeof line);
	memset(&keys, 0, sizeof keys);
}

void world_watch_key(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	const struct world *world = context;

	(void)slot;
	(void)now;
	if (world->keylog)
		keylog_writer_add_change(world->keylog, change);
}

/* The migration under way whose VSI an event at a bridge is about. */
static struct outcome_migration *migration_of(struct world *world,
	const struct speaker_binding *binding, dimp_vsi_index vsi)
{
	struct dimp_vsi_status status;

	if (vsi == DIMP_NO_VSI ||
		!dimp_speaker_vsi_status(speaker_binding_view(binding), vsi, &status))
		return NULL;
	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct world_vm *vm = &world->vms[world->scenario->migrations[index].vm];
		if (move_is_under_way(world->moves[index]) &&
			memcmp(&vm->vsi, &status.vsi, sizeof vm->vsi) == 0)
			return &world->outcome.migrations[index];
	}
	return NULL;
}

/* RELEASED counts when the destination has it: only then ownership has moved. */
static struct dimp_time *phase_of_transition(struct outcome_phases *phases,
	const struct dimp_event *event)
{
	if (strcmp(event->to, "SOLICITED") == 0)
		return &phases->solicited;
	if (strcmp(event->to, "COPYING") == 0)
		return &phases->offered;
	if (strcmp(event->to, "ACTIVATING") == 0 && strcmp(event->because, "RELEASED") == 0)
		return &phases->released;
	return NULL;
}

static struct dimp_time *phase_of(struct outcome_phases *phases, const struct dimp_event *event)
{
	switch (event->kind) {
	case DIMP_EVENT_FREEZE: return &phases->frozen;
	case DIMP_EVENT_ACTIVATE: return &phases->activated;
	case DIMP_EVENT_TRANSITION: return phase_of_transition(phases, event);
	case DIMP_EVENT_NONE:
	case DIMP_EVENT_ASSOCIATED:
	case DIMP_EVENT_PEER_LOST:
	case DIMP_EVENT_THAW:
	case DIMP_EVENT_RELEASED:
	case DIMP_EVENT_GONE:
	case DIMP_EVENT_RECORD:
	case DIMP_EVENT_DISCARD:
	case DIMP_EVENT_NOTIFIED:
	case DIMP_EVENT_ADOPTED:
	case DIMP_EVENT_HOLD:
	case DIMP_EVENT_PROGRESS:
	case DIMP_EVENT_ANNOUNCED:
	case DIMP_EVENT_RESPONSE: break;
	}
	return NULL;
}

/* A retry reaches the same phases again: the latest instants are the ones that led to the outcome.
 */
static void note_phase(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	struct outcome_phases none;

	if (!phase_of(&none, event))
		return;
	struct outcome_migration *outcome = migration_of(world, binding, event->vsi);
	if (outcome)
		*phase_of(&outcome->phases, event) = now;
}

void world_note(struct world *world, const char *line)
{
	const size_t size = strlen(world->comment);

	if (!world->pcapng || size + strlen(line) + 2 > sizeof world->comment)
		return;
	snprintf(world->comment + size, sizeof world->comment - size, "%s%s", size ? "\n" : "",
		line);
}

static void write_trace(const struct world *world, const char *line, struct dimp_time now)
{
	if (world->has_trace)
		fprintf(world->trace.stream, "%llu.%06llu %s\n",
			(unsigned long long)(now.us / 1000000),
			(unsigned long long)(now.us % 1000000), line);
}

void world_trace_line(const struct world *world, const char *name, const char *what,
	struct dimp_time now)
{
	char line[256];

	snprintf(line, sizeof line, "%s: %s", name, what);
	write_trace(world, line, now);
}

static void trace(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	char line[256];

	snprintf(line, sizeof line, "%s %s: %s --%s--> %s (%s)", speaker_binding_name(binding),
		event->machine, event->from, event->because, event->to, event->clause);
	world_note(world, line);
	write_trace(world, line, now);
}

static bool is_over(const char *state)
{
	return strcmp(state, "IDLE") == 0 || strcmp(state, "ACTIVE") == 0 ||
		strcmp(state, "FAILED") == 0;
}

/* A server whose DI is where it cannot come from asks again for good: what it has asked for just
 * before the run ends may still be under way then.  Migrations are numbered as they begin. */
static void count_migration(struct world_bridge *bridge, const struct dimp_event *event,
	bool is_late)
{
	const bool is_begun = is_over(event->from) && !is_over(event->to);
	const bool is_ended = !is_over(event->from) && is_over(event->to);

	if (is_begun && is_late && bridge->first_late == 0)
		bridge->first_late = event->migration;
	if (bridge->first_late != 0 && event->migration >= bridge->first_late)
		return;
	bridge->open_migrations += is_begun;
	bridge->open_migrations -= is_ended;
}

static void count_open(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct scenario *scenario = world->scenario;
	const bool is_late = now.us + scenario->settings.hold_us > scenario->duration_us;

	if (strcmp(event->machine, "destination") != 0)
		return;
	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		struct world_bridge *bridge = &world->bridges[index];
		if (edge_bridge_speaker(bridge->bridge) != binding)
			continue;
		count_migration(bridge, event, is_late);
	}
}

void world_watch_event(void *context, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	struct world *world = context;

	if (world->invariants)
		invariants_event(world->invariants, binding, event, now);
	if (event->kind == DIMP_EVENT_ASSOCIATED)
		log_keys(world, binding, event->peer);
	if (event->kind == DIMP_EVENT_TRANSITION) {
		count_open(world, binding, event, now);
		trace(world, binding, event, now);
		world_faults_watch(world, binding, event, now);
		world_orders_watch(world, binding, event, now);
	}
	note_phase(world, binding, event, now);
}

void world_watch_asked(void *context, const struct speaker_binding *binding,
	const struct speaker_request *request, struct dimp_time now)
{
	const struct world *world = context;

	if (world->invariants)
		invariants_asked(world->invariants, binding, request, now);
}

void world_watch_notified(void *context, const struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now)
{
	const struct world *world = context;

	if (world->invariants)
		invariants_notified(world->invariants, binding, notification, now);
}

void world_watch_announced(void *context, const struct speaker_binding *binding,
	const struct dimp_announcement *announcement, struct dimp_time now)
{
	const struct world *world = context;

	(void)now;
	if (world->invariants)
		invariants_announced(world->invariants, binding, announcement);
}
