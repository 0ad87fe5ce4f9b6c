/* SPDX-License-Identifier: MIT */
/*
 * What a program of octets makes two bridges and a station do: its steps, and the time after them
 * in which all is whole again.
 */
#include "fuzz/migration_program.h"

#include <string.h>

#include "fuzz/message_mutator.h"
#include "fuzz/migration_world.h"
#include "fuzz/require.h"
#include "speaker.h"
#include "wire.h"

enum { HEAD_SIZE = 4, STEPS_MAX = 160, HEALING_STEPS = 60, HEALING_STEP_US = 250000 };
enum { A = MIGRATION_A, B = MIGRATION_B, STATION = MIGRATION_STATION };

static struct migration_world *world;

/* A step taken apart. */
struct step {
	uint8_t first, second;
	struct dimp_view said;
};

typedef void step_action(const struct step *step);

static void settle(const struct step *step)
{
	(void)step;
	migration_world_settle();
}

static bool pick(uint8_t choice, size_t *at)
{
	if (world->flight_count == 0)
		return false;
	*at = choice % world->flight_count;
	return true;
}

static void take_out(size_t at)
{
	world->flight_count--;
	memmove(&world->flight[at], &world->flight[at + 1],
		(world->flight_count - at) * sizeof world->flight[0]);
}

/* One PDU arrives, out of order; it may arrive once more later. */
static void arrive(const struct step *step)
{
	static struct migration_pdu pdu;
	size_t at;

	if (!pick(step->first, &at))
		return;
	pdu = world->flight[at];
	if ((step->second & 1) == 0)
		take_out(at);
	migration_world_deliver(&pdu, pdu.from);
}

static void lose(const struct step *step)
{
	size_t at;

	if (step->second == 0)
		world->flight_count = 0;
	else if (pick(step->first, &at))
		take_out(at);
}

/* A PDU that was sent arrives again, at whom it was for, from whomever. */
static void replay(const struct step *step)
{
	static struct migration_pdu pdu;

	if (world->sent == 0)
		return;
	pdu = world->history[step->first %
		(world->sent < MIGRATION_HISTORY ? world->sent : MIGRATION_HISTORY)];
	migration_world_deliver(&pdu,
		(step->second & 1) != 0 ? step->second % MIGRATION_SPEAKERS : pdu.from);
}

/* One octet of a PDU in flight changes, or its end is missing. */
static void damage(const struct step *step)
{
	static struct migration_pdu pdu;
	size_t at;

	if (!pick(step->first, &at))
		return;
	pdu = world->flight[at];
	if ((step->second & 128) != 0)
		pdu.size = pdu.size * (step->second & 127) / 128;
	else
		pdu.octets[pdu.size * step->second / 128] ^= (uint8_t)(step->first | 1);
	migration_world_deliver(&pdu, pdu.from);
}

/* Octets that nobody sent, behind the header of a PDU that somebody did or not. */
static void forge(const struct step *step)
{
	static struct migration_pdu pdu;
	const size_t kept = (step->second & 4) != 0 && world->sent != 0 ? DIMP_PDU_HEADER_SIZE : 0;

	pdu = world->history[step->first % MIGRATION_HISTORY];
	pdu.to = step->second % MIGRATION_SPEAKERS;
	memcpy(pdu.octets + kept, step->said.octets, step->said.size);
	pdu.size = kept + step->said.size;
	migration_world_deliver(&pdu, pdu.to == B ? step->second >> 3 & 2 : B);
}

static void wait_little(const struct step *step)
{
	migration_world_pass((uint64_t)step->first * 1000);
}

static void wait_long(const struct step *step)
{
	migration_world_pass((uint64_t)step->first * 40000);
}

static struct dimp_request_config wanted(const struct step *step)
{
	const uint64_t binding = (uint64_t)1 << DIMP_DI_DHCP_BINDING;
	struct dimp_request_config config = {
		.serial = (step->second & 1) != 0 ? world->serial : ++world->serial,
		.vsi = migration_vsi.vsi,
		.filters = {migration_vsi.filters[0]},
		.filter_count = 1,
		.mode = (step->second & 2) != 0 ? DIMP_MODE_ONE_SHOT : DIMP_MODE_STAGED,
		.required = binding,
		.optional = (step->second & 4) != 0 ? ~binding : 0,
		.deadline_ms = 20 + (uint32_t)step->first * 20,
	};

	return config;
}

static void name_source(struct dimp_request_config *config, unsigned who, uint8_t choice)
{
	if ((choice & 8) != 0)
		memcpy(config->source.octets, world->speakers[who]->context.static_public,
			sizeof config->source.octets);
}

/* The station asks B for the VSI of A, or the host of a bridge orders what one would ask for. */
static void request(const struct step *step)
{
	struct dimp_request_config config = wanted(step);
	const unsigned who = (step->second & 16) == 0 ? STATION : step->second >> 5 & 1;
	uint64_t id;

	if (world->request_count == MIGRATION_REQUESTS_MAX)
		return;
	name_source(&config, who == A ? B : A, step->second);
	const enum dimp_error error = who == STATION
		? dimp_speaker_request(world->speakers[who], &config, world->now, &id)
		: dimp_speaker_pull(world->speakers[who], &config, world->now, &id);
	if (error == DIMP_ERROR_NONE)
		migration_world_await(who, id, config.deadline_ms);
}

static void notify(const struct step *step)
{
	const struct dimp_request_config config = wanted(step);
	const struct dimp_notification notification = {
		.destination = 0,
		.serial = config.serial,
		.vsi = config.vsi,
		.filters = {config.filters[0]},
		.filter_count = 1,
		.required = config.required,
		.optional = config.optional,
		.deadline_ms = config.deadline_ms,
	};
	const unsigned who = step->second >> 5 & 1;

	if (dimp_speaker_notify(world->speakers[who], &notification, world->now) != DIMP_ERROR_NONE)
		return;
}

/* CUTOVER, CANCEL or, from then on at one's own risk, PROCEED. */
static void command(const struct step *step)
{
	enum { PROCEEDS = 7 };
	if (world->request_count == 0)
		return;
	const struct migration_request *const asked =
		&world->requests[step->first % world->request_count];
	struct dimp_speaker *const speaker = world->speakers[asked->who];
	enum dimp_error error;

	if ((step->second & 7) == PROCEEDS) {
		error = dimp_speaker_proceed(speaker, asked->id, world->now);
		world->may_double = world->may_double || error == DIMP_ERROR_NONE;
	} else if ((step->second & 1) != 0) {
		error = dimp_speaker_cancel(speaker, asked->id, world->now);
	} else {
		error = dimp_speaker_cutover(speaker, asked->id, world->now);
	}
	require(error == DIMP_ERROR_NONE || error == DIMP_ERROR_WRONG_STATE ||
		error == DIMP_ERROR_NO_SUCH_REQUEST);
}

static void give_answers(unsigned who, bool is_in_force)
{
	struct migration_host *const host = &world->hosts[who];

	if (host->freezing != DIMP_NO_VSI)
		dimp_speaker_frozen(world->speakers[who], host->freezing, host->token, world->now);
	if (host->activating != DIMP_NO_VSI) {
		world->may_lose = world->may_lose || !is_in_force;
		dimp_speaker_activated(world->speakers[who], host->activating, is_in_force,
			world->now);
	}
	host->freezing = host->activating = DIMP_NO_VSI;
}

static void host(const struct step *step)
{
	struct migration_host *const host = &world->hosts[step->first & 1];

	host->is_slow = (step->second & 1) != 0;
	host->refuses = (step->second & 14) == 14;
	host->rejects_record = (step->second & 48) == 48;
	if ((step->second & 64) != 0)
		give_answers(step->first & 1, !host->refuses);
}

/* The VM's DI changes where it is owned: what the speaker takes is what the VM has. */
static void change(const struct step *step)
{
	const uint8_t key = step->first % MIGRATION_KEYS;
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = step->second != 0 ? DIMP_OPERATION_PUT : DIMP_OPERATION_DELETE,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 0, 0, key}},
			.address = {{10, 0, 0, step->second}},
			.remaining = MIGRATION_LEASE_MS},
	};

	for (unsigned who = A; who <= B; who++) {
		const dimp_vsi_index owned = migration_world_owned(who);

		if (owned != DIMP_NO_VSI &&
			dimp_speaker_di_change(world->speakers[who], owned, &record, world->now) ==
				DIMP_ERROR_NONE) {
			world->values[key] = step->second;
			world->leased_at[key] = world->now;
		}
	}
}

static void revoke(unsigned who)
{
	const dimp_vsi_index owned = migration_world_owned(who);

	if (owned != DIMP_NO_VSI &&
		dimp_speaker_vsi_revoke(world->speakers[who], owned, world->now) == DIMP_ERROR_NONE)
		world->may_lose = true;
}

static void leave(unsigned who)
{
	const dimp_vsi_index owned = migration_world_owned(who);

	if (owned == DIMP_NO_VSI)
		return;
	dimp_speaker_vsi_left(world->speakers[who], owned, world->now);
	world->may_lose = true;
}

/* What happens now and then to a speaker or is asked of it. */
static void befall(const struct step *step)
{
	const unsigned who = step->second % MIGRATION_SPEAKERS;
	struct dimp_speaker *const speaker = world->speakers[who];

	switch (step->first & 7) {
	case 0: migration_world_crash(who); break;
	case 1: dimp_speaker_close(speaker, 0, world->now); break;
	case 2: dimp_speaker_open(speaker, 0, world->now); break;
	case 3: leave(who & 1); break;
	case 4: revoke(who & 1); break;
	case 5:
		if (who != STATION &&
			dimp_speaker_end_doubt(speaker, &migration_vsi.vsi, world->now) ==
				DIMP_ERROR_NONE)
			world->may_double = true;
		break;
	default: migration_world_settle(); break;
	}
}

/* The ids of what is under way, where messages have theirs, so that a lie may matter. */
static void patch(uint8_t *octets, size_t size, const struct step *step, unsigned to)
{
	const struct dimp_speaker *const speaker = world->speakers[to];
	struct wire_writer writer = wire_writer_of(octets, size);
	uint64_t id = (step->second & 4) != 0 ? speaker->destinations[0].machine.migration
					      : speaker->vsis[0].machine.migration;

	if (to == STATION || (step->second & 8) != 0)
		id = world->request_count == 0
			? 1
			: world->requests[step->first % world->request_count].id;
	writer.size = 4;
	wire_write_u64(&writer, id);
	if ((step->second & 16) != 0)
		wire_write_u64(&writer, world->speakers[A]->vsis[0].freeze);
}

/* A peer says a message of the input under a true seal. */
static void lie(const struct step *step)
{
	static uint8_t octets[UINT8_MAX];
	const unsigned to = step->second % MIGRATION_SPEAKERS;
	const unsigned from = to != B ? B : (step->second & 32) != 0 ? STATION : A;
	const struct association_message message = {.octets = {octets, step->said.size}};

	if (step->said.size == 0)
		return;
	memcpy(octets, step->said.octets, step->said.size);
	if ((step->second & 64) != 0)
		patch(octets, step->said.size, step, to);
	world->may_double = world->may_lose = true;
	world->liars |= 1u << from;
	struct association *const association =
		world->speakers[from]->peers[migration_world_peer(from, to)].association;
	if (association_send(association, &message, world->now) == DIMP_ERROR_NONE)
		migration_world_drain(from);
}

static step_action *const actions[] = {settle, settle, arrive, lose, replay, damage, forge,
	wait_little, wait_long, request, notify, command, host, change, befall, lie};

enum { ACTIONS = sizeof actions / sizeof *actions };

static bool carries(uint8_t what)
{
	return actions[what % ACTIONS] == forge || actions[what % ACTIONS] == lie;
}

static size_t take_step(struct dimp_view rest)
{
	const size_t room = rest.size - HEAD_SIZE;
	const size_t named = carries(rest.octets[0]) ? rest.octets[3] : 0;
	const struct step step = {rest.octets[1], rest.octets[2],
		{rest.octets + HEAD_SIZE, named < room ? named : room}};

	actions[rest.octets[0] % ACTIONS](&step);
	migration_world_drain_all();
	migration_world_judge();
	return HEAD_SIZE + step.said.size;
}

/* Hosts answer, nothing is lost: time makes an end of everything. */
static void heal(void)
{
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++)
		world->hosts[who].is_slow = world->hosts[who].refuses =
			world->hosts[who].rejects_record = false;
	for (unsigned count = 0; count < HEALING_STEPS; count++) {
		for (unsigned who = A; who <= B; who++)
			give_answers(who, true);
		migration_world_drain_all();
		migration_world_settle();
		migration_world_pass(HEALING_STEP_US);
		migration_world_judge();
	}
}

void migration_program_run(struct dimp_view program)
{
	struct dimp_view rest = program;

	world = migration_world_begin();
	for (unsigned steps = 0; steps < STEPS_MAX && rest.size >= HEAD_SIZE; steps++) {
		const size_t taken = take_step(rest);
		rest = (struct dimp_view){rest.octets + taken, rest.size - taken};
	}
	heal();
	migration_world_judge_end();
}

static size_t said_size(const uint8_t *head)
{
	return carries(head[0]) ? head[3] : 0;
}

static bool set_said(uint8_t *head, size_t size)
{
	head[3] = (uint8_t)size;
	return carries(head[0]) && size <= UINT8_MAX;
}

const struct step_format migration_program_format = {
	.head_min = HEAD_SIZE,
	.payload_size = said_size,
	.set_payload = set_said,
	.payload_max = UINT8_MAX,
	.mutate_payload = message_mutate,
};
