/* SPDX-License-Identifier: MIT */
/*
 * Owns the one world.  Handshakes cost more than all the rest, so the speakers' memory is kept as
 * it was when associations stood, and copied back: it holds no pointer but into itself and to what
 * never moves.  Randomness is a generator that begins anew, so that an input is one run.
 */
#include "fuzz/migration_world.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "fuzz/require.h"
#include "fuzz/steady_random.h"

enum { ENTRIES = 24, EXPIRIES_MAX = 4000, GRACE_US = 1000000, ADDRESS_LAST = 3, MAC_LAST = 5 };

static struct migration_world world;
static struct dimp_crypto crypto;
static uint64_t randomness;
static void *saved[MIGRATION_SPEAKERS];
static size_t sizes[MIGRATION_SPEAKERS];
static migration_listener listener;

const struct dimp_vsi_config migration_vsi = {
	.vsi = {{7}},
	.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
	.filter_count = 1,
};

static bool same_random(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	steady_random(&randomness, octets, size);
	return true;
}

/* B knows A as 0 and the station as 1; both know B as 0. */
static unsigned other_end(unsigned who, dimp_peer peer)
{
	return who != MIGRATION_B ? MIGRATION_B : peer == 0 ? MIGRATION_A : MIGRATION_STATION;
}

dimp_peer migration_world_peer(unsigned who, unsigned other)
{
	if (who == other || (who != MIGRATION_B && other != MIGRATION_B))
		return DIMP_NO_PEER;
	return who == MIGRATION_B && other == MIGRATION_STATION ? 1 : 0;
}

static void note_answer(unsigned who, uint64_t id, bool is_response)
{
	for (size_t index = 0; index < world.request_count; index++) {
		struct migration_request *const request = &world.requests[index];

		if (request->who != who || request->id != id)
			continue;
		require(!request->is_answered || !is_response);
		request->is_answered = true;
	}
}

static void answer_freeze(unsigned who, const struct dimp_event *event)
{
	struct migration_host *const host = &world.hosts[who];

	if (!host->is_slow) {
		dimp_speaker_frozen(world.speakers[who], event->vsi, event->token, world.now);
		return;
	}
	host->freezing = event->vsi;
	host->token = event->token;
}

static void answer_activate(unsigned who, const struct dimp_event *event)
{
	struct migration_host *const host = &world.hosts[who];

	if (host->is_slow) {
		host->activating = event->vsi;
		return;
	}
	world.may_lose = world.may_lose || host->refuses;
	dimp_speaker_activated(world.speakers[who], event->vsi, !host->refuses, world.now);
}

static void answer(unsigned who, const struct dimp_event *event)
{
	struct migration_host *const host = &world.hosts[who];

	if (event->kind == DIMP_EVENT_FREEZE)
		answer_freeze(who, event);
	if (event->kind == DIMP_EVENT_ACTIVATE)
		answer_activate(who, event);
	if (event->kind == DIMP_EVENT_RECORD && host->rejects_record) {
		host->rejects_record = false;
		dimp_speaker_reject(world.speakers[who], event->vsi, &event->record,
			DIMP_ERROR_POLICY_REFUSED);
	}
	if (event->kind == DIMP_EVENT_RESPONSE || event->kind == DIMP_EVENT_ADOPTED)
		note_answer(who, event->request, event->kind == DIMP_EVENT_RESPONSE);
}

void migration_world_listen(migration_listener hear)
{
	listener = hear;
}

unsigned migration_world_liars(void)
{
	return world.liars;
}

bool migration_world_keys(unsigned from, unsigned to, struct dimp_association_keys *keys)
{
	return dimp_speaker_keys(world.speakers[from], migration_world_peer(from, to), keys);
}

static void remember(const struct migration_pdu *pdu)
{
	if (listener != NULL)
		listener(pdu, world.now);
	world.history[world.sent++ % MIGRATION_HISTORY] = *pdu;
	if (world.flight_count < MIGRATION_FLIGHT_MAX - 1)
		world.flight_count++;
}

void migration_world_drain(unsigned who)
{
	static struct dimp_event event;
	dimp_peer peer;

	while (dimp_speaker_next_event(world.speakers[who], &event, world.now))
		answer(who, &event);
	for (;;) {
		struct migration_pdu *const pdu = &world.flight[world.flight_count];
		const struct dimp_buffer buffer = {pdu->octets, sizeof pdu->octets};

		pdu->size = dimp_speaker_transmit(world.speakers[who], buffer, &peer, world.now);
		if (pdu->size == 0)
			return;
		require(pdu->size <= sizeof pdu->octets);
		pdu->from = who;
		pdu->to = other_end(who, peer);
		remember(pdu);
	}
}

void migration_world_drain_all(void)
{
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++)
		migration_world_drain(who);
}

/* PDUs that |who| has dropped as such; what becomes of messages in them is another matter. */
static uint64_t dropped_by(unsigned who)
{
	struct dimp_counters counters;

	dimp_speaker_counters(world.speakers[who], &counters);
	return counters.drop_malformed + counters.drop_version + counters.drop_unknown_index +
		counters.drop_authentication + counters.drop_replay;
}

static bool is_protected(const struct migration_pdu *pdu)
{
	return pdu->size >= DIMP_PDU_HEADER_SIZE + MIGRATION_TAG_SIZE &&
		(pdu->octets[0] & 15) == DIMP_PDU_PROTECTED;
}

static struct migration_taken mark_of(const struct migration_pdu *pdu)
{
	struct migration_taken mark = {.to = pdu->to};
	const size_t size = (size_t)pdu->octets[2] << 8 | pdu->octets[3];

	memcpy(mark.header, pdu->octets, sizeof mark.header);
	if (size >= sizeof mark.header + sizeof mark.tag && size <= pdu->size)
		memcpy(mark.tag, pdu->octets + size - sizeof mark.tag, sizeof mark.tag);
	return mark;
}

/* DIMP 5.5-1: what was taken once is dropped, whenever and from wherever it comes. */
static void judge_taking(const struct migration_pdu *pdu)
{
	const struct migration_taken mark = mark_of(pdu);
	const size_t count =
		world.taken_count < MIGRATION_TAKEN ? world.taken_count : MIGRATION_TAKEN;

	for (size_t index = 0; index < count; index++)
		require(memcmp(&world.taken[index], &mark, sizeof mark) != 0);
	world.taken[world.taken_count++ % MIGRATION_TAKEN] = mark;
}

void migration_world_deliver(const struct migration_pdu *pdu, unsigned from)
{
	const dimp_peer peer = migration_world_peer(pdu->to, from);

	if (peer == DIMP_NO_PEER)
		return;
	const uint64_t dropped = dropped_by(pdu->to);
	dimp_speaker_receive(world.speakers[pdu->to], peer,
		(struct dimp_view){pdu->octets, pdu->size}, world.now);
	if (is_protected(pdu) && dropped_by(pdu->to) == dropped)
		judge_taking(pdu);
	migration_world_drain(pdu->to);
}

void migration_world_settle(void)
{
	static struct migration_pdu pdu;

	for (unsigned count = 0; count < MIGRATION_FLIGHT_MAX && world.flight_count > 0; count++) {
		pdu = world.flight[0];
		world.flight_count--;
		memmove(&world.flight[0], &world.flight[1],
			world.flight_count * sizeof world.flight[0]);
		migration_world_deliver(&pdu, pdu.from);
	}
}

void migration_world_pass(uint64_t us)
{
	world.now.us += us;
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++) {
		unsigned expiries = 0;

		while (dimp_speaker_deadline(world.speakers[who]).us <= world.now.us) {
			require(expiries++ < EXPIRIES_MAX);
			dimp_speaker_expire(world.speakers[who], world.now);
			migration_world_drain(who);
		}
	}
}

static struct dimp_speaker_config config_of(unsigned who)
{
	struct dimp_speaker_config config;

	dimp_speaker_config_default(&config);
	config.crypto = &crypto;
	config.role =
		who == MIGRATION_STATION ? DIMP_ROLE_STATION_SPEAKER : DIMP_ROLE_BRIDGE_SPEAKER;
	config.static_secret[1] = (uint8_t)(who + 1);
	config.boot_count = world.boots;
	config.peers_max = 2;
	config.vsis_max = MIGRATION_VSIS_MAX;
	config.migrations_max = 3;
	config.entries_max = ENTRIES;
	config.arena_octets = 2048;
	config.send_queue_max = 10;
	config.settings.idle_us = 3000000;
	config.settings.keepalive_us = 500000;
	config.settings.handshake_give_up_us = 500000;
	config.settings.hold_us = 4000000;
	config.settings.at_risk_us = 2000000;
	return config;
}

static void add_peer(unsigned who, unsigned other)
{
	struct dimp_peer_config config = {.is_bridge = other != MIGRATION_STATION};
	const uint8_t secret[DIMP_KEY_SIZE] = {0, (uint8_t)(other + 1)};
	dimp_peer peer;

	require(crypto.x25519_public(crypto.user, config.static_public.octets, secret));
	require(dimp_speaker_add_peer(world.speakers[who], &config, &peer) == DIMP_ERROR_NONE);
}

static void start(unsigned who)
{
	const struct dimp_speaker_config config = config_of(who);

	require(dimp_speaker_init(world.speakers[who], &config, world.now) != NULL);
	for (unsigned other = 0; other < MIGRATION_SPEAKERS; other++)
		if (migration_world_peer(who, other) != DIMP_NO_PEER)
			add_peer(who, other);
	world.hosts[who] =
		(struct migration_host){.freezing = DIMP_NO_VSI, .activating = DIMP_NO_VSI};
}

void migration_world_crash(unsigned who)
{
	world.may_lose = world.may_lose || who != MIGRATION_STATION;
	world.boots++;
	for (size_t index = 0; index < world.request_count; index++)
		if (world.requests[index].who == who)
			world.requests[index].is_answered = true;
	dimp_speaker_wipe(world.speakers[who]);
	start(who);
}

static void make(void)
{
	struct openssl_crypto *const provider = openssl_crypto_create_seeded(1, "fuzz");
	dimp_vsi_index index;

	require(provider != NULL);
	crypto = *openssl_crypto_table(provider);
	crypto.random = same_random;
	world.boots = 1;
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++) {
		const struct dimp_speaker_config config = config_of(who);

		sizes[who] = dimp_speaker_size(&config);
		world.speakers[who] = malloc(sizes[who]);
		saved[who] = malloc(sizes[who]);
		require(world.speakers[who] != NULL && saved[who] != NULL);
		start(who);
	}
	require(dimp_speaker_vsi_add(world.speakers[MIGRATION_A], &migration_vsi, &index,
			world.now) == DIMP_ERROR_NONE);
	dimp_speaker_open(world.speakers[MIGRATION_B], 0, world.now);
	dimp_speaker_open(world.speakers[MIGRATION_STATION], 0, world.now);
	migration_world_drain_all();
	migration_world_settle();
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++)
		memcpy(saved[who], world.speakers[who], sizes[who]);
}

struct migration_world *migration_world_begin(void)
{
	struct dimp_speaker *speakers[MIGRATION_SPEAKERS];

	if (world.speakers[0] == NULL)
		make();
	memcpy(speakers, world.speakers, sizeof speakers);
	world = (struct migration_world){.boots = 1, .serial = 1};
	memcpy(world.speakers, speakers, sizeof speakers);
	randomness = 1;
	for (unsigned who = 0; who < MIGRATION_SPEAKERS; who++) {
		memcpy(world.speakers[who], saved[who], sizes[who]);
		world.hosts[who].freezing = world.hosts[who].activating = DIMP_NO_VSI;
	}
	return &world;
}

dimp_vsi_index migration_world_owned(unsigned who)
{
	struct dimp_vsi_status status;

	for (dimp_vsi_index index = 0; index < MIGRATION_VSIS_MAX; index++)
		if (dimp_speaker_vsi_status(world.speakers[who], index, &status) &&
			status.is_owner &&
			memcmp(&status.vsi, &migration_vsi.vsi, sizeof status.vsi) == 0)
			return index;
	return DIMP_NO_VSI;
}

void migration_world_await(unsigned who, uint64_t id, uint32_t deadline_ms)
{
	require(world.request_count < MIGRATION_REQUESTS_MAX);
	world.requests[world.request_count++] = (struct migration_request){
		.who = who,
		.id = id,
		.latest = {world.now.us + deadline_ms * (uint64_t)1000 + GRACE_US},
	};
}

static void judge_usage(unsigned who)
{
	struct dimp_speaker_usage usage;

	dimp_speaker_usage(world.speakers[who], &usage);
	require(usage.vsis <= MIGRATION_VSIS_MAX);
	require(usage.staged <= usage.vsis);
	require(usage.entries <= ENTRIES && usage.reserved_entries <= ENTRIES);
}

void migration_world_judge(void)
{
	unsigned owners = 0;

	for (unsigned who = MIGRATION_A; who <= MIGRATION_B; who++) {
		owners += migration_world_owned(who) != DIMP_NO_VSI;
		judge_usage(who);
	}
	require(owners <= 1 || world.may_double);
	for (size_t index = 0; index < world.request_count; index++)
		require(world.requests[index].is_answered ||
			world.requests[index].latest.us >= world.now.us);
}

/* DIMP 6.5-3: what is left of a lease and what has passed of it are no more than it was. */
static bool has_aged(const struct dimp_dhcp_binding *binding, uint8_t key)
{
	const uint64_t passed_us = world.now.us - world.leased_at[key].us;

	return dimp_duration_to_us(binding->remaining) + passed_us <=
		(uint64_t)MIGRATION_LEASE_MS * 1000;
}

/* That the owner has every entry that the VM has, and none besides. */
static void judge_entries(unsigned who, dimp_vsi_index owned)
{
	static struct dimp_record record;
	struct dimp_di_cursor cursor = {.vsi = owned};
	unsigned expected = 0, found = 0;

	for (unsigned key = 0; key < MIGRATION_KEYS; key++)
		expected += world.values[key] != 0;
	while (dimp_speaker_di_next(world.speakers[who], &cursor, &record, world.now)) {
		const struct dimp_dhcp_binding *const binding = &record.body.dhcp_binding;
		const uint8_t key = binding->client.octets[MAC_LAST];

		found++;
		require(record.type == DIMP_DI_DHCP_BINDING && key < MIGRATION_KEYS);
		require(binding->address.octets[ADDRESS_LAST] == world.values[key]);
		require(has_aged(binding, key));
	}
	require(found == expected);
}

void migration_world_judge_end(void)
{
	unsigned owners = 0;

	migration_world_judge();
	for (size_t index = 0; index < world.request_count; index++)
		require(world.requests[index].is_answered);
	if (world.may_double)
		return;
	for (unsigned who = MIGRATION_A; who <= MIGRATION_B; who++) {
		const dimp_vsi_index owned = migration_world_owned(who);
		struct dimp_speaker_usage usage;

		dimp_speaker_usage(world.speakers[who], &usage);
		require(usage.staged == 0);
		require(usage.reserved_entries == 0 && usage.reserved_octets == 0);
		owners += owned != DIMP_NO_VSI;
		if (owned != DIMP_NO_VSI && !world.may_lose)
			judge_entries(who, owned);
	}
	require(owners == 1 || world.may_lose);
}
