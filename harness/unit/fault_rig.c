/* SPDX-License-Identifier: MIT */
/* Who is whose peer is by number: a bridge adds the other bridges in order, then its station. */
#include "fault_rig.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fault_checks.h"

enum { DELAY_US = 500, EXPIRIES_MAX = 200, OWN_STATION = FAULT_BRIDGES - 1 };

static const struct dimp_vsi_config the_vsi = {
	.vsi = {{0xfa, 0x17}},
	.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
	.filter_count = 1,
};

const struct dimp_vsi *fault_rig_vsi(void)
{
	return &the_vsi.vsi;
}

uint32_t fault_rig_below(struct fault_rig *rig, uint32_t bound)
{
	return (uint32_t)(random_stream_next(&rig->random) >> 32) % bound;
}

static bool happens(struct fault_rig *rig, unsigned percent)
{
	return fault_rig_below(rig, 100) < percent;
}

unsigned fault_rig_other_end(unsigned who, dimp_peer peer)
{
	if (who >= FAULT_BRIDGES)
		return who - FAULT_BRIDGES;
	if (peer == OWN_STATION)
		return who + FAULT_BRIDGES;
	return peer < who ? peer : peer + 1;
}

static dimp_peer peer_of(unsigned who, unsigned other)
{
	if (who >= FAULT_BRIDGES)
		return 0;
	if (other >= FAULT_BRIDGES)
		return OWN_STATION;
	return other < who ? other : other - 1;
}

struct dimp_public_key fault_rig_key(const struct fault_rig *rig, unsigned who)
{
	const struct dimp_crypto *crypto = openssl_crypto_table(rig->crypto[who]);
	struct dimp_public_key key = {{0}};

	REQUIRE(crypto->x25519_public(crypto->user, key.octets, rig->configs[who].static_secret));
	return key;
}

static void configure(struct fault_rig *rig, unsigned who)
{
	struct dimp_speaker_config *config = &rig->configs[who];

	dimp_speaker_config_default(config);
	config->crypto = openssl_crypto_table(rig->crypto[who]);
	config->role = who < FAULT_BRIDGES ? DIMP_ROLE_BRIDGE_SPEAKER : DIMP_ROLE_STATION_SPEAKER;
	config->static_secret[1] = (uint8_t)(who + 1);
	config->peers_max = FAULT_BRIDGES;
	config->vsis_max = 4;
	config->migrations_max = who < FAULT_BRIDGES ? 4 : FAULT_REQUESTS_MAX;
	config->entries_max = FAULT_ENTRIES_MAX;
	config->arena_octets = 32768;
	config->send_queue_max = 24;
	config->settings.idle_us = 3000000;
	config->settings.keepalive_us = 500000;
	config->settings.handshake_give_up_us = 1000000;
	config->settings.round_changes_max = 4;
	config->settings.staged_changes_max = 2;
}

static void start_speaker(struct fault_rig *rig, unsigned who)
{
	const struct dimp_speaker_config *config = &rig->configs[who];
	const unsigned peers = who < FAULT_BRIDGES ? FAULT_BRIDGES : 1;

	rig->speakers[who] = dimp_speaker_init(malloc(dimp_speaker_size(config)), config, rig->now);
	REQUIRE(rig->speakers[who] != NULL);
	for (unsigned each = 0; each < peers; each++) {
		const struct dimp_peer_config peer_config = {
			.is_bridge = fault_rig_other_end(who, each) < FAULT_BRIDGES,
			.static_public = fault_rig_key(rig, fault_rig_other_end(who, each))};
		dimp_peer peer;

		CHECK_EQ(dimp_speaker_add_peer(rig->speakers[who], &peer_config, &peer),
			DIMP_ERROR_NONE);
	}
}

struct fault_rig *fault_rig_start(const struct fault_profile *profile)
{
	static const char *const names[FAULT_SPEAKERS] = {"a", "b", "c", "sa", "sb", "sc"};
	struct fault_rig *rig = calloc(1, sizeof(*rig));
	dimp_vsi_index index;

	REQUIRE(rig != NULL);
	rig->profile = *profile;
	rig->pdus = calloc(FAULT_PDUS_MAX, sizeof(*rig->pdus));
	random_stream_init(&rig->random, profile->seed, "faults");
	for (unsigned who = 0; who < FAULT_SPEAKERS; who++) {
		rig->crypto[who] = openssl_crypto_create_seeded(profile->seed, names[who]);
		configure(rig, who);
	}
	for (unsigned who = 0; who < FAULT_SPEAKERS; who++)
		start_speaker(rig, who);
	CHECK_EQ(dimp_speaker_vsi_add(rig->speakers[0], &the_vsi, &index, rig->now),
		DIMP_ERROR_NONE);
	return rig;
}

static void free_speaker(struct fault_rig *rig, unsigned who)
{
	dimp_speaker_wipe(rig->speakers[who]);
	free(rig->speakers[who]);
}

void fault_rig_stop(struct fault_rig *rig)
{
	for (unsigned who = 0; who < FAULT_SPEAKERS; who++) {
		free_speaker(rig, who);
		openssl_crypto_destroy(rig->crypto[who]);
	}
	free(rig->pdus);
	free(rig);
}

void fault_rig_crash(struct fault_rig *rig, unsigned bridge)
{
	free_speaker(rig, bridge);
	rig->configs[bridge].boot_count++;
	rig->crashes++;
	start_speaker(rig, bridge);
}

static void enter_fingerprint(struct fault_rig *rig, const struct fault_pdu *pdu)
{
	for (size_t index = 0; index < pdu->size; index++)
		rig->fingerprint = (rig->fingerprint ^ pdu->octets[index]) * 1099511628211u;
	rig->fingerprint = (rig->fingerprint ^ rig->now.us) * 1099511628211u;
}

/* Keeps the PDU in the next free place as one under way. */
static void let_fly(struct fault_rig *rig)
{
	struct fault_pdu *pdu = &rig->pdus[rig->pdu_count];
	const uint32_t jitter_us = rig->is_calm ? 0 : rig->profile.jitter_us;

	pdu->order = rig->order++;
	pdu->at.us = rig->now.us + DELAY_US + (jitter_us > 0 ? fault_rig_below(rig, jitter_us) : 0);
	if (rig->pdu_count < FAULT_PDUS_MAX - 2)
		rig->pdu_count++;
}

static void put_on_wire(struct fault_rig *rig, unsigned from, unsigned to, size_t size)
{
	struct fault_pdu *pdu = &rig->pdus[rig->pdu_count];
	struct fault_pdu *copy = pdu + 1;

	pdu->from = from;
	pdu->to = to;
	pdu->size = size;
	enter_fingerprint(rig, pdu);
	if (!rig->is_calm && (rig->is_cut[from][to] || happens(rig, rig->profile.loss_percent)))
		return;
	*copy = *pdu;
	let_fly(rig);
	if (!rig->is_calm && happens(rig, rig->profile.repeat_percent))
		let_fly(rig);
}

static void note_response(struct fault_rig *rig, unsigned who, const struct dimp_event *event)
{
	for (size_t index = 0; index < rig->request_count; index++) {
		struct fault_request *request = &rig->requests[index];

		if (request->station != who || request->id != event->request)
			continue;
		request->responses++;
		request->response = event->message.body.response;
		rig->successes += request->response.result == DIMP_RESULT_SUCCESS;
		if (request->response.error == DIMP_ERROR_DIGEST_MISMATCH)
			rig->broken = "what honest bridges copy is equal";
	}
}

/* The worst moments for a cut are those at which ownership changes. */
static void cut_at(struct fault_rig *rig, unsigned who, enum dimp_event_kind kind)
{
	const unsigned other = fault_rig_other_end(who, 0);

	if (rig->is_calm || !rig->profile.has_cuts || who >= FAULT_BRIDGES ||
		(kind != DIMP_EVENT_FREEZE && kind != DIMP_EVENT_RELEASED &&
			kind != DIMP_EVENT_ACTIVATE))
		return;
	if (happens(rig, 20))
		rig->is_cut[who][other] = rig->is_cut[other][who] = true;
}

static void answer(struct fault_rig *rig, unsigned who, const struct dimp_event *event)
{
	const bool is_failing = !rig->is_calm && event->kind == DIMP_EVENT_ACTIVATE &&
		happens(rig, rig->profile.activation_fails_percent);

	cut_at(rig, who, event->kind);
	if (event->kind == DIMP_EVENT_FREEZE)
		dimp_speaker_frozen(rig->speakers[who], event->vsi, event->token, rig->now);
	if (event->kind == DIMP_EVENT_ACTIVATE) {
		fault_checks_activation(rig, who, event);
		dimp_speaker_activated(rig->speakers[who], event->vsi, !is_failing, rig->now);
	}
	if (event->kind == DIMP_EVENT_RESPONSE)
		note_response(rig, who, event);
}

static void drain(struct fault_rig *rig, unsigned who)
{
	struct dimp_speaker *speaker = rig->speakers[who];
	struct dimp_event event;
	dimp_peer peer;
	size_t size;

	while (dimp_speaker_next_event(speaker, &event, rig->now))
		answer(rig, who, &event);
	for (;;) {
		const struct dimp_buffer buffer = {rig->pdus[rig->pdu_count].octets,
			DIMP_PDU_SIZE_DEFAULT};

		size = dimp_speaker_transmit(speaker, buffer, &peer, rig->now);
		if (size == 0)
			return;
		put_on_wire(rig, who, fault_rig_other_end(who, peer), size);
	}
}

/* When |at| happens to |who|: not while it is paused. */
static struct dimp_time not_before(const struct fault_rig *rig, unsigned who, struct dimp_time at)
{
	return at.us < rig->paused_until[who].us ? rig->paused_until[who] : at;
}

static size_t earliest_pdu(const struct fault_rig *rig, struct dimp_time *due)
{
	size_t best = FAULT_PDUS_MAX;

	for (size_t index = 0; index < rig->pdu_count; index++) {
		const struct fault_pdu *pdu = &rig->pdus[index];
		const struct dimp_time at = not_before(rig, pdu->to, pdu->at);

		if (at.us < due->us ||
			(best < FAULT_PDUS_MAX && at.us == due->us &&
				pdu->order < rig->pdus[best].order)) {
			*due = at;
			best = index;
		}
	}
	return best;
}

static unsigned earliest_deadline(const struct fault_rig *rig, struct dimp_time *due)
{
	unsigned best = FAULT_SPEAKERS;

	for (unsigned who = 0; who < FAULT_SPEAKERS; who++) {
		const struct dimp_time at =
			not_before(rig, who, dimp_speaker_deadline(rig->speakers[who]));

		if (at.us < due->us) {
			*due = at;
			best = who;
		}
	}
	return best;
}

static void deliver(struct fault_rig *rig, size_t index)
{
	static struct fault_pdu pdu;

	pdu = rig->pdus[index];
	rig->pdus[index] = rig->pdus[--rig->pdu_count];
	dimp_speaker_receive(rig->speakers[pdu.to], peer_of(pdu.to, pdu.from),
		(struct dimp_view){pdu.octets, pdu.size}, rig->now);
	drain(rig, pdu.to);
}

static void expire(struct fault_rig *rig, unsigned who)
{
	rig->expiries = rig->expiries_at.us == rig->now.us ? rig->expiries + 1 : 0;
	rig->expiries_at = rig->now;
	if (rig->expiries > EXPIRIES_MAX)
		rig->broken = "a timer that expires moves on";
	dimp_speaker_expire(rig->speakers[who], rig->now);
	drain(rig, who);
}

void fault_rig_run(struct fault_rig *rig, struct dimp_time until)
{
	for (unsigned who = 0; who < FAULT_SPEAKERS; who++) {
		if (rig->paused_until[who].us <= rig->now.us)
			drain(rig, who);
	}
	while (rig->broken == NULL) {
		struct dimp_time due = DIMP_NEVER;
		const size_t pdu = earliest_pdu(rig, &due);
		const unsigned who = earliest_deadline(rig, &due);

		if (due.us > until.us)
			break;
		rig->now.us = due.us > rig->now.us ? due.us : rig->now.us;
		if (who < FAULT_SPEAKERS)
			expire(rig, who);
		else
			deliver(rig, pdu);
		fault_checks_always(rig);
	}
	if (rig->broken == NULL)
		rig->now = until;
}
