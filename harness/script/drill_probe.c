/* SPDX-License-Identifier: MIT */
/*
 * Before and after what is judged: a subject that fell silent would pass every case that expects
 * silence.
 */
#include <string.h>

#include "script/drill_run.h"

/* Longer than any wait for an ACK, and than the limit on INITIATIONs (DIMP 5.3-5) by default. */
enum { PROBE_US = 100000, AGAIN_US = 1000000, TRIES_MAX = 12 };

bool drill_probe_associations(struct drill_run *run)
{
	struct dimp_association_keys keys;

	for (size_t index = 0; index < run->world.setup.wire_count; index++) {
		const struct drill_wire *wire = &run->world.setup.wires[index];

		if (!wire->is_down && !drill_peer_keys(wire->peer, &keys))
			return drill_run_unreached(run, "the association with %s does not come up",
				wire->name);
	}
	return true;
}

static bool has_said(const struct drill_world *world, dimp_peer peer, const char *word)
{
	for (size_t index = 0; index < world->happening_count; index++) {
		const struct drill_happening *one = &world->happenings[index];

		if (one->peer == peer && strncmp(one->text, word, strlen(word)) == 0)
			return true;
	}
	return false;
}

static bool says_in_time(struct drill_world *world, dimp_peer peer, const char *word)
{
	const struct dimp_time until = {world->now.us + PROBE_US};

	while (!has_said(world, peer, word) && drill_world_tick(world, until))
		continue;
	return has_said(world, peer, word);
}

static bool acknowledges(struct drill_world *world, dimp_peer peer)
{
	const struct dimp_message ping = {.kind = DIMP_MESSAGE_PING};
	struct drill_pdu pdu;
	uint8_t octets[64];
	size_t size;

	if (dimp_message_write(&ping, octets, sizeof octets, &size) != DIMP_ERROR_NONE ||
		!drill_peer_seal(world->setup.wires[peer].peer, (struct dimp_view){octets, size},
			&pdu))
		return false;
	drill_world_tidy(world);
	drill_world_deliver(world, peer, &pdu);
	return says_in_time(world, peer, "ack");
}

static bool replies(struct drill_world *world, dimp_peer peer)
{
	drill_world_tidy(world);
	if (!drill_peer_restart(world->setup.wires[peer].peer, world->now))
		return false;
	drill_world_settle(world);
	return says_in_time(world, peer, "reply");
}

/* One that may not answer a peer yet another time answers another peer, or later. */
static bool answers_somebody(struct drill_world *world)
{
	for (dimp_peer peer = 0; peer < world->setup.wire_count; peer++) {
		world->setup.wires[peer].is_cut = false;
		world->setup.wires[peer].drops = 0;
		if (acknowledges(world, peer))
			return true;
	}
	for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
		if (replies(world, (dimp_peer)(tries % world->setup.wire_count)))
			return true;
		drill_world_advance(world, (struct dimp_time){world->now.us + AGAIN_US});
	}
	return false;
}

bool drill_probe_answers(struct drill_run *run)
{
	if (run->world.setup.wire_count == 0 || answers_somebody(&run->world))
		return true;
	drill_run_unmet(run, "afterwards it answers neither PING nor INITIATION");
	run->outcome->end = DRILL_SUBJECT_HUNG;
	return false;
}
