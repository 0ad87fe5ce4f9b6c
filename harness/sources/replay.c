/* SPDX-License-Identifier: MIT */
/*
 * Frames are kept, because who is who is known only when all have been looked at.  Time in the
 * store begins with the first frame; what is due between two frames is done at its own instant, so
 * that every change is told with the time at which it came about.
 */
#include "sources/replay.h"

#include <stdlib.h>
#include <string.h>

#include "sources/station_roles.h"

struct played_frame {
	uint64_t us; /* since 1970 */
	size_t number; /* order in the capture */
	size_t size;
	uint8_t *octets;
};

struct replay {
	struct replay_config config;
	struct played_frame *frames;
	size_t count, capacity;
	uint64_t origin_us; /* since 1970: the first frame of the first capture */
	bool has_origin;
	struct station_roles roles;
	struct di_store *store;
	struct sources *vms[REPLAY_VMS_MAX];
	size_t vm_count;
	struct dimp_time now;
	struct dimp_time due; /* nothing happens by itself before */
	replay_observer *observer;
	void *context;
};

/* Instants of the store: one second in, so that none is zero. */
enum { START_US = 1000000 };

static void tell(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	struct replay *const replay = context;
	const struct dimp_mac *const vm = &sources_place(replay->vms[slot])->vm;

	replay->due = (struct dimp_time){0};
	if (replay->observer != NULL)
		replay->observer(replay->context, vm, change, now.us - START_US);
}

struct replay *replay_create(const struct replay_config *config)
{
	struct replay *const replay = calloc(1, sizeof *replay);

	if (replay == NULL)
		return NULL;
	replay->config = *config;
	replay->now = (struct dimp_time){START_US};
	station_roles_init(&replay->roles);
	replay->store = di_store_create();
	if (replay->store != NULL) {
		di_store_set_observer(replay->store, tell, replay);
		return replay;
	}
	free(replay);
	return NULL;
}

void replay_destroy(struct replay *replay)
{
	if (replay == NULL)
		return;
	for (size_t i = 0; i < replay->vm_count; i++)
		sources_destroy(replay->vms[i]);
	for (size_t i = 0; i < replay->count; i++)
		free(replay->frames[i].octets);
	free(replay->frames);
	station_roles_free(&replay->roles);
	di_store_destroy(replay->store);
	free(replay);
}

static bool make_room(struct replay *replay)
{
	if (replay->count < replay->capacity)
		return true;
	const size_t capacity = replay->capacity == 0 ? 256 : replay->capacity * 2;
	struct played_frame *const frames = realloc(replay->frames, capacity * sizeof *frames);
	if (frames == NULL)
		return false;
	replay->frames = frames;
	replay->capacity = capacity;
	return true;
}

static bool keep(struct replay *replay, const struct capture_frame *frame)
{
	const struct dimp_view octets = frame->octets;
	uint8_t *const copy = malloc(octets.size + 1);

	if (copy == NULL || !make_room(replay)) {
		free(copy);
		return false;
	}
	if (octets.size != 0)
		memcpy(copy, octets.octets, octets.size);
	replay->frames[replay->count] =
		(struct played_frame){frame->time.us, replay->count, octets.size, copy};
	replay->count++;
	return station_roles_frame(&replay->roles, octets);
}

static void find_origin(struct replay *replay)
{
	replay->has_origin = replay->count > 0;
	replay->origin_us = UINT64_MAX;
	for (size_t i = 0; i < replay->count; i++)
		if (replay->frames[i].us < replay->origin_us)
			replay->origin_us = replay->frames[i].us;
}

bool replay_load(struct replay *replay, struct capture *capture)
{
	struct capture_frame frame;

	while (capture_next(capture, &frame))
		if (!keep(replay, &frame))
			return false;
	if (!replay->has_origin)
		find_origin(replay);
	return true;
}

static int compare_frames(const void *one, const void *other)
{
	const struct played_frame *const a = one;
	const struct played_frame *const b = other;

	if (a->us != b->us)
		return a->us < b->us ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

static bool has_address(const struct replay_addresses *addresses, const struct dimp_mac *mac)
{
	for (size_t i = 0; i < addresses->count; i++)
		if (ethernet_is_same(&addresses->macs[i], mac))
			return true;
	return false;
}

static bool add_vm(struct replay *replay, const struct dimp_mac *mac)
{
	const struct source_place place = {.store = replay->store,
		.slot = (unsigned)replay->vm_count,
		.vm = *mac};

	if (replay->vm_count == REPLAY_VMS_MAX)
		return true;
	struct sources *const sources =
		sources_create(&place, &replay->config.sources, replay->now);
	if (sources == NULL)
		return false;
	replay->vms[replay->vm_count++] = sources;
	return true;
}

static bool add_vms(struct replay *replay)
{
	const struct replay_addresses *const named = &replay->config.vms;

	for (size_t i = 0; i < named->count; i++)
		if (!add_vm(replay, &named->macs[i]))
			return false;
	for (size_t i = 0; i < replay->roles.count && named->count == 0; i++) {
		const struct station_role *const role = &replay->roles.rows[i];
		if (station_role_is_vm(role) && !add_vm(replay, &role->mac))
			return false;
	}
	return true;
}

/* What the recorded bridge protected for the VM had passed that bridge's own checks. */
static bool is_trusted(const struct replay *replay, const struct ethernet_frame *frame)
{
	const struct station_role *const role = station_roles_find(&replay->roles, &frame->source);

	if (replay->config.trusted.count > 0)
		return has_address(&replay->config.trusted, &frame->source);
	return frame->type == ETHERTYPE_MACSEC || (role != NULL && role->is_server);
}

static struct dimp_time next_due(const struct replay *replay)
{
	struct dimp_time due = di_store_deadline(replay->store);

	for (size_t i = 0; i < replay->vm_count; i++) {
		const struct dimp_time deadline = sources_deadline(replay->vms[i]);
		if (deadline.us < due.us)
			due = deadline;
	}
	return due;
}

/* Does what is due until |until|, each thing at its own time. */
static void pass_time(struct replay *replay, struct dimp_time until)
{
	if (replay->due.us > until.us)
		return;
	replay->due = next_due(replay);
	while (replay->due.us <= until.us) {
		if (replay->due.us > replay->now.us)
			replay->now = replay->due;
		for (size_t i = 0; i < replay->vm_count; i++)
			sources_expire(replay->vms[i], replay->now);
		di_store_expire(replay->store, replay->now);
		replay->due = next_due(replay);
	}
}

/* What a bridge says to its RADIUS server is about any of its VMs. */
static void give_radius(struct replay *replay, struct dimp_view octets)
{
	for (size_t i = 0; i < replay->vm_count; i++)
		sources_radius(replay->vms[i], octets, replay->now);
}

static void give(struct replay *replay, const struct played_frame *frame)
{
	const struct dimp_view octets = {frame->octets, frame->size};
	struct source_frame heard = {.octets = octets};
	struct ethernet_frame ethernet;

	if (!ethernet_read(octets, &ethernet)) {
		/* Nobody's, but counted where somebody looks. */
		if (replay->vm_count > 0)
			sources_frame(replay->vms[0], &heard, replay->now);
		return;
	}
	give_radius(replay, octets);
	const bool is_from_server = is_trusted(replay, &ethernet);
	for (size_t i = 0; i < replay->vm_count; i++) {
		const struct dimp_mac *const vm = &sources_place(replay->vms[i])->vm;
		const bool is_from_vm = ethernet_is_same(&ethernet.source, vm);
		if (!is_from_vm && !ethernet_is_group(&ethernet.destination) &&
			!ethernet_is_same(&ethernet.destination, vm))
			continue;
		heard.direction = is_from_vm ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM;
		heard.is_trusted = !is_from_vm && is_from_server;
		sources_frame(replay->vms[i], &heard, replay->now);
	}
}

static struct dimp_time instant_of(const struct replay *replay, const struct played_frame *frame)
{
	const uint64_t us = frame->us > replay->origin_us ? frame->us - replay->origin_us : 0;

	return (struct dimp_time){us + START_US};
}

static struct dimp_time end_of(const struct replay *replay)
{
	if (replay->config.has_at)
		return (struct dimp_time){replay->config.at_us + START_US};
	if (replay->count == 0)
		return (struct dimp_time){START_US};
	return instant_of(replay, &replay->frames[replay->count - 1]);
}

bool replay_run(struct replay *replay, replay_observer *observer, void *context)
{
	replay->observer = observer;
	replay->context = context;
	if (replay->count > 0)
		qsort(replay->frames, replay->count, sizeof *replay->frames, compare_frames);
	if (!add_vms(replay))
		return false;
	const struct dimp_time end = end_of(replay);
	for (size_t i = 0; i < replay->count; i++) {
		const struct dimp_time at = instant_of(replay, &replay->frames[i]);
		if (at.us > end.us)
			break;
		pass_time(replay, at);
		replay->now = at;
		give(replay, &replay->frames[i]);
	}
	pass_time(replay, end);
	replay->now = end;
	replay->observer = NULL;
	for (size_t i = 0; i < replay->vm_count; i++)
		sources_flush(replay->vms[i], end);
	return true;
}

size_t replay_vm_count(const struct replay *replay)
{
	return replay->vm_count;
}

const struct sources *replay_vm(const struct replay *replay, size_t index)
{
	return replay->vms[index];
}

struct dimp_time replay_now(const struct replay *replay)
{
	return replay->now;
}

uint64_t replay_at_us(const struct replay *replay)
{
	return replay->now.us - START_US;
}
