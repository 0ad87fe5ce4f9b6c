/* SPDX-License-Identifier: MIT */
/*
 * Keeps the calling cycle: after whatever was fed in, events are drained until there are none, then
 * PDUs until there are none.  An event's handler may feed in more (a DI change, an answer); settle
 * is then already running and goes round once more instead of nesting.
 */
#include "bridge/speaker_binding.h"

#include <stdlib.h>
#include <string.h>

enum { GATHERED_MAX = 32 };

/* A frame that waits for a paused node. */
struct held_frame {
	size_t size;
	uint8_t octets[EDGE_FRAME_SIZE_MAX];
};

/* The node's clock: it showed |shown_us| at |since_us| and goes wrong by |ppm|. */
struct node_clock {
	uint64_t since_us, shown_us;
	int32_t ppm;
};

struct peer {
	struct dimp_mac address;
	bool is_mute; /* it has none */
};

struct speaker_binding {
	struct engine *engine;
	const char *name;
	struct dimp_mac address;
	enum pdu_carrier carrier;
	struct speaker_host host;
	const struct speaker_watch *watch;
	void *memory;
	size_t memory_size;
	struct dimp_speaker *speaker;
	uint64_t changes; /* how often somebody may have changed the speaker */
	struct peer *peers;
	size_t peer_count;
	size_t peers_max;
	engine_timer timer;
	struct dimp_time timer_at;
	bool is_settling, is_unsettled;
	bool is_gathering;
	unsigned gathered; /* PDUs since it settled */
	engine_timer gathering; /* the end of the turn; 0: nothing was gathered */
	bool is_paused;
	struct held_frame *held[SPEAKER_BINDING_HELD_MAX];
	size_t held_count;
	uint64_t lost; /* frames, while it was paused */
	struct node_clock clock;
	struct dimp_event event; /* too large for the stack of a nested call */
};

struct speaker_binding *speaker_binding_create(const struct speaker_binding_config *config)
{
	struct speaker_binding *binding = calloc(1, sizeof *binding);

	if (!binding)
		return NULL;
	binding->engine = config->engine;
	binding->name = config->name;
	binding->address = config->address;
	binding->carrier = config->carrier;
	binding->host = config->host;
	binding->watch = config->watch;
	binding->is_gathering = config->is_gathering;
	binding->peers_max = config->speaker->peers_max;
	binding->timer_at = DIMP_NEVER;
	binding->memory_size = dimp_speaker_size(config->speaker);
	binding->memory = malloc(binding->memory_size);
	binding->peers = calloc(binding->peers_max + 1, sizeof *binding->peers);
	if (binding->memory && binding->peers)
		binding->speaker = dimp_speaker_init(binding->memory, config->speaker,
			engine_now(config->engine));
	if (!binding->speaker) {
		speaker_binding_destroy(binding);
		return NULL;
	}
	return binding;
}

void speaker_binding_destroy(struct speaker_binding *binding)
{
	if (!binding)
		return;
	engine_cancel(binding->engine, binding->timer);
	engine_cancel(binding->engine, binding->gathering);
	if (binding->speaker)
		dimp_speaker_wipe(binding->speaker);
	for (size_t index = 0; index < binding->held_count; index++)
		free(binding->held[index]);
	free(binding->memory);
	free(binding->peers);
	free(binding);
}

struct dimp_speaker *speaker_binding_speaker(struct speaker_binding *binding)
{
	binding->changes++;
	return binding->speaker;
}

const struct dimp_speaker *speaker_binding_view(const struct speaker_binding *binding)
{
	return binding->speaker;
}

uint64_t speaker_binding_changes(const struct speaker_binding *binding)
{
	return binding->changes;
}

bool speaker_binding_knows(const struct speaker_binding *binding, const struct dimp_vsi *vsi,
	uint32_t vsis_max)
{
	struct dimp_vsi_status status;

	for (dimp_vsi_index index = 0; index < vsis_max; index++) {
		if (dimp_speaker_vsi_status(binding->speaker, index, &status) &&
			memcmp(&status.vsi, vsi, sizeof *vsi) == 0)
			return true;
	}
	return false;
}

const char *speaker_binding_name(const struct speaker_binding *binding)
{
	return binding->name;
}

static uint64_t second_of(const struct node_clock *clock)
{
	return (uint64_t)(1000000 + clock->ppm);
}

struct dimp_time speaker_binding_time(const struct speaker_binding *binding, struct dimp_time now)
{
	const struct node_clock *clock = &binding->clock;
	const uint64_t past_us = now.us - clock->since_us;

	/* In two parts, so that nothing overflows. */
	return (struct dimp_time){clock->shown_us + past_us / 1000000 * second_of(clock) +
		past_us % 1000000 * second_of(clock) / 1000000};
}

/* The first instant at which the node's clock shows |shown| or more. */
static struct dimp_time instant_of(const struct speaker_binding *binding, struct dimp_time shown)
{
	const struct node_clock *clock = &binding->clock;
	const uint64_t second = second_of(clock);

	if (shown.us == UINT64_MAX || shown.us <= clock->shown_us)
		return shown.us == UINT64_MAX ? shown : (struct dimp_time){clock->since_us};
	const uint64_t past_us = shown.us - clock->shown_us;
	return (struct dimp_time){clock->since_us + past_us / second * 1000000 +
		(past_us % second * 1000000 + second - 1) / second};
}

enum dimp_error speaker_binding_add_peer(struct speaker_binding *binding,
	const struct dimp_peer_config *config, const struct dimp_mac *address, dimp_peer *peer)
{
	if (binding->peer_count == binding->peers_max)
		return DIMP_ERROR_TABLE_FULL;
	const enum dimp_error error =
		dimp_speaker_add_peer(speaker_binding_speaker(binding), config, peer);
	if (error != DIMP_ERROR_NONE)
		return error;
	if (*peer >= binding->peers_max)
		return DIMP_ERROR_TABLE_FULL;
	binding->peers[*peer].address = *address;
	binding->peer_count++;
	return DIMP_ERROR_NONE;
}

void speaker_binding_readdress(struct speaker_binding *binding, dimp_peer peer,
	const struct dimp_mac *address)
{
	if (peer < binding->peer_count)
		binding->peers[peer] = (struct peer){.address = *address};
}

void speaker_binding_mute(struct speaker_binding *binding, dimp_peer peer, struct dimp_time now)
{
	if (peer >= binding->peer_count)
		return;
	dimp_speaker_close(speaker_binding_speaker(binding), peer,
		speaker_binding_time(binding, now));
	speaker_binding_settle(binding, now);
	binding->peers[peer].is_mute = true;
}

static void tell_asked(const struct speaker_binding *binding, enum dimp_error error,
	const struct speaker_request *request, struct dimp_time now)
{
	if (error == DIMP_ERROR_NONE && binding->watch && binding->watch->asked)
		binding->watch->asked(binding->watch->context, binding, request, now);
}

enum dimp_error speaker_binding_ask(struct speaker_binding *binding,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request)
{
	const enum dimp_error error = dimp_speaker_request(speaker_binding_speaker(binding), config,
		speaker_binding_time(binding, now), request);

	tell_asked(binding, error, &(struct speaker_request){config, *request}, now);
	return error;
}

enum dimp_error speaker_binding_announce(struct speaker_binding *binding,
	const struct dimp_announcement *announcement, struct dimp_time now, uint64_t *id)
{
	const struct speaker_watch *watch = binding->watch;
	const enum dimp_error error = dimp_speaker_announce(speaker_binding_speaker(binding),
		announcement, speaker_binding_time(binding, now), id);

	if (error == DIMP_ERROR_NONE && watch && watch->announced)
		watch->announced(watch->context, binding, announcement, now);
	return error;
}

enum dimp_error speaker_binding_pull(struct speaker_binding *binding,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request)
{
	const enum dimp_error error = dimp_speaker_pull(speaker_binding_speaker(binding), config,
		speaker_binding_time(binding, now), request);

	tell_asked(binding, error, &(struct speaker_request){config, *request}, now);
	return error;
}

enum dimp_error speaker_binding_notify(struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now)
{
	const enum dimp_error error = dimp_speaker_notify(speaker_binding_speaker(binding),
		notification, speaker_binding_time(binding, now));

	if (error == DIMP_ERROR_NONE && binding->watch && binding->watch->notified)
		binding->watch->notified(binding->watch->context, binding, notification, now);
	return error;
}

void speaker_binding_open(struct speaker_binding *binding, struct dimp_time now)
{
	for (size_t peer = 0; peer < binding->peer_count; peer++)
		dimp_speaker_open(speaker_binding_speaker(binding), (dimp_peer)peer,
			speaker_binding_time(binding, now));
	speaker_binding_settle(binding, now);
}

void speaker_binding_close(struct speaker_binding *binding, struct dimp_time now)
{
	for (size_t peer = 0; peer < binding->peer_count; peer++)
		dimp_speaker_close(speaker_binding_speaker(binding), (dimp_peer)peer,
			speaker_binding_time(binding, now));
	speaker_binding_settle(binding, now);
}

static void drain_events(struct speaker_binding *binding, struct dimp_time now)
{
	const struct dimp_time shown = speaker_binding_time(binding, now);
	bool was_told = false;

	while (dimp_speaker_next_event(speaker_binding_speaker(binding), &binding->event, shown)) {
		if (binding->watch && binding->watch->event)
			binding->watch->event(binding->watch->context, binding, &binding->event,
				now);
		binding->host.event(binding->host.context, &binding->event, now);
		was_told = true;
	}
	/* There may have been a record with a key in it. */
	if (was_told)
		explicit_bzero(&binding->event, sizeof binding->event);
}

static void drain_pdus(struct speaker_binding *binding, struct dimp_time now)
{
	uint8_t pdu[DIMP_PDU_SIZE_MAX], frame[PDU_CARRIER_OVERHEAD + DIMP_PDU_SIZE_MAX];
	const struct dimp_buffer buffer = {pdu, sizeof pdu};
	const struct dimp_time shown = speaker_binding_time(binding, now);
	dimp_peer peer = DIMP_NO_PEER;
	size_t size;

	while ((size = dimp_speaker_transmit(speaker_binding_speaker(binding), buffer, &peer,
			shown)) != 0) {
		if (peer >= binding->peer_count || binding->peers[peer].is_mute)
			continue;
		const struct pdu_way way = {binding->carrier, binding->address,
			binding->peers[peer].address};
		size = pdu_carrier_write(&way, (struct dimp_view){pdu, size}, frame);
		binding->host.send(binding->host.context, (struct dimp_view){frame, size}, now);
	}
}

static void expire(void *context, struct dimp_time now);

static void set_timer(struct speaker_binding *binding, struct dimp_time earliest)
{
	struct dimp_time at = instant_of(binding, dimp_speaker_deadline(binding->speaker));

	if (at.us < earliest.us)
		at = earliest;
	if (binding->timer != 0 && at.us == binding->timer_at.us)
		return;
	engine_cancel(binding->engine, binding->timer);
	binding->timer = 0;
	binding->timer_at = at;
	if (at.us != UINT64_MAX)
		binding->timer = engine_schedule(binding->engine, at, expire, binding);
}

static void drain(struct speaker_binding *binding, struct dimp_time now)
{
	if (binding->is_settling) {
		binding->is_unsettled = true;
		return;
	}
	binding->is_settling = true;
	do {
		binding->is_unsettled = false;
		drain_events(binding, now);
		drain_pdus(binding, now);
	} while (binding->is_unsettled);
	binding->is_settling = false;
}

void speaker_binding_settle(struct speaker_binding *binding, struct dimp_time now)
{
	if (binding->is_paused)
		return;
	drain(binding, now);
	if (!binding->is_settling)
		set_timer(binding, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct speaker_binding *binding = context;

	binding->timer = 0;
	dimp_speaker_expire(speaker_binding_speaker(binding), speaker_binding_time(binding, now));
	drain(binding, now);
	/* What is due at this very instant was just done: time goes on before the next turn. */
	set_timer(binding, (struct dimp_time){now.us + 1});
}

static void end_gathering(void *context, struct dimp_time now)
{
	struct speaker_binding *binding = context;

	binding->gathering = 0;
	binding->gathered = 0;
	speaker_binding_settle(binding, now);
}

/* An ACK for each second PDU costs as much as the PDUs. */
static void settle_received(struct speaker_binding *binding, struct dimp_time now)
{
	if (binding->is_gathering && ++binding->gathered < GATHERED_MAX) {
		if (binding->gathering == 0)
			binding->gathering =
				engine_schedule(binding->engine, now, end_gathering, binding);
		return;
	}
	binding->gathered = 0;
	speaker_binding_settle(binding, now);
}

static dimp_peer find_peer(const struct speaker_binding *binding, const struct dimp_mac *address)
{
	for (size_t peer = 0; peer < binding->peer_count; peer++) {
		if (!binding->peers[peer].is_mute &&
			edge_mac_equals(&binding->peers[peer].address, address))
			return (dimp_peer)peer;
	}
	return DIMP_NO_PEER;
}

/* Without memory it is lost, as it is without room. */
static void hold_frame(struct speaker_binding *binding, struct dimp_view frame)
{
	struct held_frame *held = NULL;

	if (binding->held_count < SPEAKER_BINDING_HELD_MAX && frame.size <= sizeof held->octets)
		held = malloc(sizeof *held);
	if (!held) {
		binding->lost++;
		return;
	}
	held->size = frame.size;
	memcpy(held->octets, frame.octets, frame.size);
	binding->held[binding->held_count++] = held;
}

void speaker_binding_receive(struct speaker_binding *binding, const struct edge_frame *frame,
	struct dimp_time now)
{
	const dimp_peer peer = find_peer(binding, &frame->source);
	struct dimp_view pdu;

	if (peer == DIMP_NO_PEER || !pdu_carrier_read(frame, &pdu))
		return;
	if (binding->is_paused) {
		hold_frame(binding, frame->octets);
		return;
	}
	dimp_speaker_receive(speaker_binding_speaker(binding), peer, pdu,
		speaker_binding_time(binding, now));
	settle_received(binding, now);
}

uint64_t speaker_binding_lost(const struct speaker_binding *binding)
{
	return binding->lost;
}

void speaker_binding_drift(struct speaker_binding *binding, int32_t ppm, struct dimp_time now)
{
	binding->clock = (struct node_clock){
		.since_us = now.us,
		.shown_us = speaker_binding_time(binding, now).us,
		.ppm = ppm,
	};
	speaker_binding_settle(binding, now);
}

void speaker_binding_pause(struct speaker_binding *binding)
{
	binding->is_paused = true;
	engine_cancel(binding->engine, binding->timer);
	binding->timer = 0;
	binding->timer_at = DIMP_NEVER;
}

/* The frames first, then the timers: as a process that wakes up reads its socket. */
void speaker_binding_resume(struct speaker_binding *binding, struct dimp_time now)
{
	struct edge_frame frame;

	if (!binding->is_paused)
		return;
	binding->is_paused = false;
	for (size_t index = 0; index < binding->held_count; index++) {
		struct held_frame *held = binding->held[index];
		if (edge_frame_read((struct dimp_view){held->octets, held->size}, &frame))
			speaker_binding_receive(binding, &frame, now);
		free(held);
	}
	binding->held_count = 0;
	dimp_speaker_expire(speaker_binding_speaker(binding), speaker_binding_time(binding, now));
	speaker_binding_settle(binding, now);
}
