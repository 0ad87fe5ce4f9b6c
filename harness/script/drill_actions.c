/* SPDX-License-Identifier: MIT */
/* What peers do: messages sent, PDUs replayed, forged or lost, associations opened and cut. */
#include <string.h>

#include "script/drill_run.h"
#include "script/message_octets.h"

static struct span rest_of(const struct drill_run *run)
{
	return (struct span){run->words, strlen(run->words)};
}

static bool read_octets(struct drill_run *run, uint8_t *octets, size_t *size)
{
	const struct dimp_buffer room = {octets,
		DRILL_PDU_MAX - DIMP_PDU_HEADER_SIZE - DIMP_TAG_SIZE};
	struct text_error error;

	return message_octets_read(rest_of(run), room, size, &error) ||
		drill_run_fail(run, "cannot be sent: %s", error.text);
}

static bool seal_message(struct drill_run *run, dimp_peer peer, struct drill_pdu *pdu)
{
	uint8_t octets[DRILL_PDU_MAX];
	size_t size;

	if (!read_octets(run, octets, &size))
		return false;
	return drill_peer_seal(run->world.setup.wires[peer].peer, (struct dimp_view){octets, size},
		       pdu) ||
		drill_run_unreached(run, "there is no association with %s, or it is too long",
			run->line->names[0]);
}

static bool send_message(struct drill_run *run, dimp_peer peer)
{
	struct drill_pdu pdu;

	if (!seal_message(run, peer, &pdu))
		return false;
	drill_world_deliver(&run->world, peer, &pdu);
	return true;
}

static bool forge_message(struct drill_run *run, dimp_peer peer)
{
	struct drill_pdu pdu;

	if (!seal_message(run, peer, &pdu))
		return false;
	pdu.octets[pdu.size - 1] ^= 1;
	drill_world_deliver(&run->world, peer, &pdu);
	return true;
}

static bool send_pdu(struct drill_run *run, dimp_peer peer)
{
	struct drill_pdu pdu = {.size = 0};

	if (!span_hex(rest_of(run), (struct dimp_buffer){pdu.octets, sizeof pdu.octets}, &pdu.size))
		return drill_run_fail(run, "no hex, or too long");
	drill_world_deliver(&run->world, peer, &pdu);
	return true;
}

static bool drop_pdus(struct drill_run *run, dimp_peer peer)
{
	return span_number(rest_of(run), &run->world.setup.wires[peer].drops) ||
		drill_run_fail(run, "how many? %s", run->words);
}

static bool open_peer(struct drill_run *run, dimp_peer peer)
{
	if (!drill_peer_open(run->world.setup.wires[peer].peer, run->world.now))
		return drill_run_fail(run, "the peer could not be made");
	drill_world_settle(&run->world);
	return true;
}

static bool restart_peer(struct drill_run *run, dimp_peer peer)
{
	if (!drill_peer_restart(run->world.setup.wires[peer].peer, run->world.now))
		return drill_run_fail(run, "the peer could not be made");
	drill_world_settle(&run->world);
	return true;
}

static bool alter_handshake(struct drill_run *run, dimp_peer peer)
{
	struct drill_forgery forgery;
	struct text_error error;

	if (!drill_forgery_read(rest_of(run), &forgery, &error))
		return drill_run_fail(run, "%s", error.text);
	drill_peer_alter(run->world.setup.wires[peer].peer, &forgery);
	return true;
}

static bool set_number(struct drill_run *run, dimp_peer peer)
{
	uint64_t number;

	if (!span_number(rest_of(run), &number))
		return drill_run_fail(run, "no number: %s", run->words);
	drill_peer_number(run->world.setup.wires[peer].peer, number);
	return true;
}

static bool set_acknowledging(struct drill_run *run, dimp_peer peer)
{
	const bool is_silent = span_is(rest_of(run), "no");

	if (!is_silent && !span_is(rest_of(run), "yes"))
		return drill_run_fail(run, "yes or no? %s", run->words);
	drill_peer_acknowledge(run->world.setup.wires[peer].peer, !is_silent);
	return true;
}

static bool send_under_old_keys(struct drill_run *run, dimp_peer peer)
{
	const struct span words = {run->line->names[1], strlen(run->line->names[1])};
	uint8_t octets[DRILL_PDU_MAX];
	struct drill_pdu pdu;
	uint64_t number;
	size_t size;

	if (!span_number(words, &number))
		return drill_run_fail(run, "no number: %s", run->line->names[1]);
	if (!read_octets(run, octets, &size))
		return false;
	if (!drill_peer_seal_old(run->world.setup.wires[peer].peer,
		    (struct dimp_view){octets, size}, number, &pdu))
		return drill_run_unreached(run, "%s has replaced no keys", run->line->names[0]);
	drill_world_deliver(&run->world, peer, &pdu);
	return true;
}

static bool replay_pdu(struct drill_run *run, dimp_peer peer)
{
	const struct drill_pdu last = run->world.setup.wires[peer].last;

	if (last.size == 0)
		return drill_run_fail(run, "the peer has sent nothing");
	drill_world_deliver(&run->world, peer, &last);
	return true;
}

static bool act_as_peer(struct drill_run *run, dimp_peer peer)
{
	struct drill_wire *wire = &run->world.setup.wires[peer];

	switch (run->line->kind) {
	case DRILL_SENDS: return send_message(run, peer);
	case DRILL_FORGE: return forge_message(run, peer);
	case DRILL_PDU: return send_pdu(run, peer);
	case DRILL_DROP: return drop_pdus(run, peer);
	case DRILL_OPEN: return open_peer(run, peer);
	case DRILL_RESTART: return restart_peer(run, peer);
	case DRILL_ALTER: return alter_handshake(run, peer);
	case DRILL_NUMBER: return set_number(run, peer);
	case DRILL_REPLAY: return replay_pdu(run, peer);
	case DRILL_ACKS: return set_acknowledging(run, peer);
	case DRILL_OLD: return send_under_old_keys(run, peer);
	case DRILL_CUT: wire->is_cut = true; return true;
	case DRILL_MEND: wire->is_cut = false; return true;
	case DRILL_BLANK:
	case DRILL_COMMENT:
	case DRILL_CLAUSE:
	case DRILL_ID:
	case DRILL_SHOULD:
	case DRILL_REQUIRES:
	case DRILL_FOR:
	case DRILL_BRIDGE:
	case DRILL_STATION:
	case DRILL_SET:
	case DRILL_LIMIT:
	case DRILL_SUPPORTS:
	case DRILL_AUTHORITY:
	case DRILL_MANAGER:
	case DRILL_CLOCK:
	case DRILL_TICKET:
	case DRILL_PEER:
	case DRILL_REMAP:
	case DRILL_REJECTS:
	case DRILL_INCLUDE:
	case DRILL_LET:
	case DRILL_VSI:
	case DRILL_EXPECT:
	case DRILL_GATHER:
	case DRILL_WITHOUT:
	case DRILL_MAY:
	case DRILL_TOLD:
	case DRILL_CALL:
	case DRILL_SILENCE:
	case DRILL_TICK:
	case DRILL_STATE:
	case DRILL_IGNORED:
	case DRILL_STATUS:
	case DRILL_HOLDS:
	case DRILL_COUNTER:
	case DRILL_NUMBERED:
	case DRILL_ANEW:
	case DRILL_REBOOT:
	case DRILL_KINDS: break;
	}
	return drill_run_fail(run, "this is nothing that a peer does");
}

bool drill_action_line(struct drill_run *run)
{
	static const char *const machines[TRACE_MACHINES] = {"source", "destination", "station"};
	dimp_peer peer;

	for (size_t index = 0; index < TRACE_MACHINES; index++)
		run->moves_before[index] = drill_trace_moves(&run->world.trace, machines[index]);
	if (run->line->kind == DRILL_CALL)
		return drill_call(run, rest_of(run));
	if (run->line->kind == DRILL_TICK)
		return drill_world_tick(&run->world, DIMP_NEVER) ||
			drill_run_unmet(run, "the speaker waits for nothing");
	if (run->line->kind == DRILL_REBOOT)
		return drill_world_reboot(&run->world) ||
			drill_run_unreached(run, "the speaker could not be had again");
	peer = drill_run_peer(run);
	return peer != DIMP_NO_PEER && act_as_peer(run, peer);
}
