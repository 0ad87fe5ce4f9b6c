/* SPDX-License-Identifier: MIT */
/*
 * Who else takes part: potential peers, live ones that have answered, and which of all is key
 * server (IEEE 802.1X-2020 9.4.3, 9.5).  One that begins anew on the same secure channel takes the
 * place of the participant before.
 */
#include <string.h>

#include "sources/kay_state.h"

enum { RECENT_MESSAGES = 16, NEVER_SERVER = 255 };

size_t kay_peers_live(const struct kay *kay)
{
	size_t count = 0;

	for (size_t index = 0; index < kay->peer_count; index++)
		count += kay->peers[index].is_live ? 1 : 0;
	return count;
}

struct kay_peer *kay_peers_find(struct kay *kay, const struct mkpdu_member *member)
{
	for (size_t index = 0; index < kay->peer_count; index++)
		if (memcmp(&kay->peers[index].member, member, sizeof *member) == 0)
			return &kay->peers[index];
	return NULL;
}

static void remove_peer(struct kay *kay, struct kay_peer *peer)
{
	*peer = kay->peers[--kay->peer_count];
}

/* The one of |sci|'s secure channel that |member| takes the place of, and what was received from
 * it: its keys are not his. */
static void remove_predecessors(struct kay *kay, struct mkpdu_member member, struct dimp_sci sci,
	struct dimp_time now)
{
	for (size_t index = kay->peer_count; index-- > 0;) {
		struct kay_peer *const peer = &kay->peers[index];
		if (memcmp(&peer->sci, &sci, sizeof sci) == 0 &&
			memcmp(&peer->member, &member, sizeof member) != 0) {
			kay_associations_remove(kay, peer, now);
			remove_peer(kay, peer);
		}
	}
}

bool kay_peers_name_us(const struct kay *kay, const struct mkpdu_peer *peers, size_t count)
{
	for (size_t index = 0; index < count; index++) {
		const uint32_t number = peers[index].message_number;
		if (memcmp(&peers[index].member, &kay->member, sizeof kay->member) == 0)
			return number < kay->next_message &&
				kay->next_message - number <= RECENT_MESSAGES;
	}
	return false;
}

static void note_life(struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu)
{
	if (peer->is_live)
		return;
	if (!kay_peers_name_us(kay, mkpdu->live, mkpdu->live_count) &&
		!kay_peers_name_us(kay, mkpdu->potential, mkpdu->potential_count))
		return;
	peer->is_live = true;
	peer->is_receiving = peer->is_transmitting = false;
	kay->has_new_peer = true;
	kay->is_due = true;
}

static struct kay_peer *add_peer(struct kay *kay, const struct mkpdu *mkpdu)
{
	if (kay->peer_count == KAY_PEERS_MAX)
		return NULL;
	struct kay_peer *const peer = &kay->peers[kay->peer_count++];
	*peer = (struct kay_peer){.member = mkpdu->member};
	kay->is_due = true;
	return peer;
}

struct kay_peer *kay_peers_meet(struct kay *kay, const struct mkpdu *mkpdu, struct dimp_time now)
{
	const struct dimp_time life_end = {now.us + KAY_LIFE_US};
	struct kay_peer *peer = kay_peers_find(kay, &mkpdu->member);

	if (peer && mkpdu->message_number <= peer->last_message)
		return NULL;
	if (!peer)
		peer = add_peer(kay, mkpdu);
	if (!peer)
		return NULL;
	peer->sci = mkpdu->sci;
	peer->last_message = mkpdu->message_number;
	peer->priority = mkpdu->priority;
	peer->capability = mkpdu->capability;
	peer->is_key_server = mkpdu->is_key_server;
	peer->is_macsec_desired = mkpdu->is_macsec_desired;
	if (peer->until.us < life_end.us)
		peer->until = life_end;
	note_life(kay, peer, mkpdu);
	if (peer->is_live)
		remove_predecessors(kay, mkpdu->member, mkpdu->sci, now);
	return kay_peers_find(kay, &mkpdu->member);
}

bool kay_peers_forget(struct kay *kay, struct dimp_time now)
{
	bool is_live_lost = false;

	for (size_t index = kay->peer_count; index-- > 0;) {
		struct kay_peer *const peer = &kay->peers[index];
		if (peer->until.us > now.us)
			continue;
		is_live_lost = is_live_lost || peer->is_live;
		kay_associations_remove(kay, peer, now);
		remove_peer(kay, peer);
	}
	return is_live_lost;
}

const struct kay_peer *kay_peers_elected(const struct kay *kay)
{
	const struct kay_peer *best = NULL;
	uint8_t priority = kay->priority;
	const struct dimp_sci *sci = &kay->sci;

	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		const int order = memcmp(&peer->sci, sci, sizeof *sci);
		if (!peer->is_live || peer->priority == NEVER_SERVER || peer->priority > priority ||
			(peer->priority == priority && order >= 0))
			continue;
		best = peer;
		priority = peer->priority;
		sci = &peer->sci;
	}
	return best;
}

bool kay_peers_elect_us(const struct kay *kay)
{
	return kay->priority != NEVER_SERVER && !kay_peers_elected(kay);
}

bool kay_peers_may_protect(const struct kay *kay)
{
	bool is_desired = kay->is_macsec_desired;

	if (kay->capability == DIMP_MACSEC_CAPABILITY_NONE)
		return false;
	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		if (peer->is_live && peer->capability == DIMP_MACSEC_CAPABILITY_NONE)
			return false;
		is_desired = is_desired || (peer->is_live && peer->is_macsec_desired);
	}
	return is_desired;
}

uint8_t kay_peers_confidentiality(const struct kay *kay, uint8_t wanted)
{
	static const uint8_t most[] = {
		[DIMP_MACSEC_CAPABILITY_NONE] = 0,
		[DIMP_MACSEC_CAPABILITY_INTEGRITY] = 0,
		[DIMP_MACSEC_CAPABILITY_CONFIDENTIALITY] = 1,
		[DIMP_MACSEC_CAPABILITY_OFFSETS] = 3,
	};
	uint8_t agreed = wanted < most[kay->capability & 3] ? wanted : most[kay->capability & 3];

	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		if (peer->is_live && most[peer->capability & 3] < agreed)
			agreed = most[peer->capability & 3];
	}
	return agreed;
}

static bool is_stranger(const struct kay *kay, const struct mkpdu_member *member)
{
	if (memcmp(member, &kay->member, sizeof *member) == 0)
		return false;
	for (size_t index = 0; index < kay->peer_count; index++)
		if (kay->peers[index].is_live &&
			memcmp(&kay->peers[index].member, member, sizeof *member) == 0)
			return false;
	return true;
}

void kay_peers_note_lists(struct kay *kay, struct kay_peer *peer, const struct mkpdu *mkpdu,
	struct dimp_time now)
{
	const bool was_told = peer->lists_stranger;

	peer->lists_stranger = false;
	for (size_t index = 0; index < mkpdu->live_count; index++)
		if (is_stranger(kay, &mkpdu->live[index].member))
			peer->lists_stranger = true;
	if (!was_told)
		peer->stranger_until = (struct dimp_time){now.us + KAY_HELLO_US};
}

struct dimp_time kay_peers_known_from(const struct kay *kay)
{
	struct dimp_time known = {0};

	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		if (peer->is_live && peer->lists_stranger && peer->stranger_until.us > known.us)
			known = peer->stranger_until;
	}
	return known;
}
