/* SPDX-License-Identifier: MIT */
/*
 * One timer stands for what any KaY waits for.  Time goes on for a VM that is stopped: a peer that
 * was silent for too long is gone when the VM runs again, as with clocks that do not stop.
 *
 * The first KaY is the VM's own, whose keys its SecY uses; further ones have theirs to themselves.
 */
#include "actors/supplicant.h"

#include <stdlib.h>
#include <string.h>

struct speaker {
	struct kay *kay;
	struct di_store *keys; /* its own; NULL for the first, whose are the VM's */
	struct supplicant_span presence;
	bool is_there;
};

struct supplicant {
	struct engine *engine;
	struct virtual_machine *machine;
	struct speaker speakers[SUPPLICANT_KAYS_MAX];
	unsigned count;
	struct supplicant_span silence;
	struct dimp_time suspend_at;
	uint8_t suspend_s;
	engine_timer timer;
	bool is_running;
};

static bool is_within(const struct supplicant_span *span, struct dimp_time now)
{
	return now.us >= span->from.us && now.us < span->until.us;
}

/* The VM's own neither speaks nor listens while it is silent. */
static bool is_awake(const struct supplicant *supplicant, unsigned index, struct dimp_time now)
{
	if (!supplicant->speakers[index].is_there)
		return false;
	return index != 0 || !is_within(&supplicant->silence, now);
}

static struct dimp_time earlier_of(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

/* The next instant of |span| after |now|. */
static struct dimp_time edge_of(const struct supplicant_span *span, struct dimp_time now)
{
	const struct dimp_time never = DIMP_NEVER;

	if (span->from.us > now.us)
		return span->from;
	return span->until.us > now.us ? span->until : never;
}

static struct dimp_time deadline(const struct supplicant *supplicant, struct dimp_time now)
{
	struct dimp_time at =
		earlier_of(edge_of(&supplicant->silence, now), supplicant->suspend_at);

	for (unsigned index = 0; index < supplicant->count; index++) {
		const struct speaker *const speaker = &supplicant->speakers[index];
		at = earlier_of(at, edge_of(&speaker->presence, now));
		if (is_awake(supplicant, index, now))
			at = earlier_of(at, kay_deadline(speaker->kay));
	}
	return at;
}

static void expire(void *context, struct dimp_time now);

static void schedule(struct supplicant *supplicant, struct dimp_time soonest, struct dimp_time now)
{
	struct dimp_time at = deadline(supplicant, now);

	if (at.us < soonest.us)
		at = soonest;
	engine_cancel(supplicant->engine, supplicant->timer);
	supplicant->timer = at.us == UINT64_MAX
		? 0
		: engine_schedule(supplicant->engine, at, expire, supplicant);
}

/* Whoever joins begins; whoever dies leaves nothing behind. */
static void come_and_go(struct speaker *speaker, struct dimp_time now)
{
	const bool is_there = is_within(&speaker->presence, now);

	if (is_there == speaker->is_there)
		return;
	speaker->is_there = is_there;
	if (is_there)
		kay_start(speaker->kay, now);
	else
		kay_stop(speaker->kay);
}

static bool say(struct supplicant *supplicant, unsigned index, struct dimp_time now)
{
	uint8_t octets[KAY_FRAME_MAX];

	if (!is_awake(supplicant, index, now))
		return false;
	const size_t size = kay_transmit(supplicant->speakers[index].kay, octets, now);
	if (size != 0)
		virtual_machine_send(supplicant->machine, (struct dimp_view){octets, size}, now);
	return size != 0;
}

/* What one says, the others hear at once and may answer. */
static void send(struct supplicant *supplicant, struct dimp_time now)
{
	enum { ANSWERS_MAX = 64 };

	for (unsigned turn = 0; turn < ANSWERS_MAX; turn++) {
		bool has_spoken = false;
		for (unsigned index = 0; index < supplicant->count; index++)
			has_spoken = say(supplicant, index, now) || has_spoken;
		if (!has_spoken)
			return;
	}
}

static void expire(void *context, struct dimp_time now)
{
	struct supplicant *supplicant = context;

	supplicant->timer = 0;
	virtual_machine_note_numbers(supplicant->machine, now);
	for (unsigned index = 0; index < supplicant->count; index++) {
		come_and_go(&supplicant->speakers[index], now);
		if (is_awake(supplicant, index, now))
			kay_expire(supplicant->speakers[index].kay, now);
	}
	if (now.us >= supplicant->suspend_at.us) {
		supplicant->suspend_at.us = UINT64_MAX;
		kay_suspend(supplicant->speakers[0].kay, supplicant->suspend_s, now);
	}
	send(supplicant, now);
	schedule(supplicant, (struct dimp_time){now.us + 1}, now);
}

/* Their own MKPDUs pass here, too; a KaY knows its own.  What is said in answer is sent later: this
 * may be heard in the middle of sending. */
static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct supplicant *supplicant = context;

	if (!supplicant->is_running)
		return;
	for (unsigned index = 0; index < supplicant->count; index++)
		if (is_awake(supplicant, index, now))
			kay_hear(supplicant->speakers[index].kay, frame->octets, now);
	if (memcmp(&frame->source, virtual_machine_mac(supplicant->machine),
		    sizeof frame->source) == 0)
		return;
	send(supplicant, now);
	schedule(supplicant, now, now);
}

/* The KaY of |config| on the |index|th secure channel. */
static bool add_speaker(struct supplicant *supplicant, const struct supplicant_config *config)
{
	const unsigned index = supplicant->count;
	struct speaker *const speaker = &supplicant->speakers[index];
	struct kay_config own = config->kay;

	speaker->presence = (struct supplicant_span){{0}, DIMP_NEVER};
	if (index != 0) {
		own.priority = config->further_priority;
		own.sci.octets[7] = (uint8_t)(own.sci.octets[7] + index);
		speaker->presence = config->presence;
		speaker->keys = di_store_create();
		if (!speaker->keys)
			return false;
	}
	const struct source_place place = {
		.store = index == 0 ? virtual_machine_keys(supplicant->machine) : speaker->keys,
		.vm = *virtual_machine_mac(supplicant->machine),
	};
	speaker->kay = kay_create(&own, &place);
	supplicant->count++;
	explicit_bzero(&own, sizeof own);
	return speaker->kay != NULL;
}

struct supplicant *supplicant_create(struct engine *engine, struct virtual_machine *machine,
	const struct supplicant_config *config)
{
	struct supplicant *supplicant = calloc(1, sizeof *supplicant);

	if (!supplicant)
		return NULL;
	*supplicant = (struct supplicant){
		.engine = engine,
		.machine = machine,
		.silence = config->silence,
		.suspend_at = config->suspend_at,
		.suspend_s = config->suspend_s,
	};
	for (unsigned each = 0; each <= config->further && each < SUPPLICANT_KAYS_MAX; each++) {
		if (!add_speaker(supplicant, config)) {
			supplicant_destroy(supplicant);
			return NULL;
		}
	}
	const struct virtual_machine_listener learner = {supplicant, hear};
	virtual_machine_set_learner(machine, &learner);
	return supplicant;
}

void supplicant_destroy(struct supplicant *supplicant)
{
	if (!supplicant)
		return;
	engine_cancel(supplicant->engine, supplicant->timer);
	for (unsigned index = 0; index < SUPPLICANT_KAYS_MAX; index++) {
		kay_destroy(supplicant->speakers[index].kay);
		if (supplicant->speakers[index].keys)
			di_store_destroy(supplicant->speakers[index].keys);
	}
	free(supplicant);
}

void supplicant_resume(struct supplicant *supplicant, struct dimp_time now)
{
	supplicant->is_running = true;
	for (unsigned index = 0; index < supplicant->count; index++)
		come_and_go(&supplicant->speakers[index], now);
	schedule(supplicant, now, now);
}

void supplicant_pause(struct supplicant *supplicant)
{
	supplicant->is_running = false;
	engine_cancel(supplicant->engine, supplicant->timer);
	supplicant->timer = 0;
}
