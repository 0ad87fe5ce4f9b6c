/* SPDX-License-Identifier: MIT */
/*
 * One timer stands for the KaY's deadline.  Time goes on for a VM that is stopped: a peer that was
 * silent for too long is gone when the VM runs again, as with clocks that do not stop.
 */
#include "actors/supplicant.h"

#include <stdlib.h>

struct supplicant {
	struct engine *engine;
	struct virtual_machine *machine;
	struct kay *kay;
	engine_timer timer;
	bool is_running;
};

static void expire(void *context, struct dimp_time now);

static void schedule(struct supplicant *supplicant, struct dimp_time soonest)
{
	struct dimp_time at = kay_deadline(supplicant->kay);

	if (at.us < soonest.us)
		at = soonest;
	engine_cancel(supplicant->engine, supplicant->timer);
	supplicant->timer = at.us == UINT64_MAX
		? 0
		: engine_schedule(supplicant->engine, at, expire, supplicant);
}

static void send(struct supplicant *supplicant, struct dimp_time now)
{
	uint8_t octets[KAY_FRAME_MAX];
	size_t size;

	while ((size = kay_transmit(supplicant->kay, octets, now)) != 0)
		virtual_machine_send(supplicant->machine, (struct dimp_view){octets, size}, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct supplicant *supplicant = context;

	supplicant->timer = 0;
	virtual_machine_note_numbers(supplicant->machine, now);
	kay_expire(supplicant->kay, now);
	send(supplicant, now);
	schedule(supplicant, (struct dimp_time){now.us + 1});
}

/* Its own MKPDUs pass here, too; the KaY knows them. */
static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct supplicant *supplicant = context;

	if (!supplicant->is_running)
		return;
	kay_hear(supplicant->kay, frame->octets, now);
	send(supplicant, now);
	schedule(supplicant, now);
}

struct supplicant *supplicant_create(struct engine *engine, struct virtual_machine *machine,
	const struct kay_config *config)
{
	const struct source_place place = {
		.store = virtual_machine_keys(machine),
		.vm = *virtual_machine_mac(machine),
	};
	struct supplicant *supplicant = calloc(1, sizeof *supplicant);

	if (!supplicant)
		return NULL;
	*supplicant = (struct supplicant){.engine = engine, .machine = machine};
	supplicant->kay = kay_create(config, &place);
	if (!supplicant->kay) {
		supplicant_destroy(supplicant);
		return NULL;
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
	kay_destroy(supplicant->kay);
	free(supplicant);
}

void supplicant_resume(struct supplicant *supplicant, struct dimp_time now)
{
	supplicant->is_running = true;
	kay_start(supplicant->kay, now);
	schedule(supplicant, now);
}

void supplicant_pause(struct supplicant *supplicant)
{
	supplicant->is_running = false;
	engine_cancel(supplicant->engine, supplicant->timer);
	supplicant->timer = 0;
}
