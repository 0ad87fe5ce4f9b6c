/*
 * Any octets as a schedule for two bridges and a station with tiny tables: time that passes, PDUs
 * that are lost, commands, changes, the host's answers, and messages that the input holds, said
 * through an association that stands, with the ids of what is under way, so that deep states are
 * reached.  Nothing may crash, and deadlines move on.  Each run begins with associations up: the
 * speakers' memory is put back to what it was then.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "fuzz/message_mutator.h"
#include "fuzz/require.h"
#include "fuzz/steady_random.h"
#include "fuzz/step_mutator.h"
#include "speaker.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { A, B, STATION, SPEAKERS };
enum { PDUS_MAX = 256, EXPIRIES_MAX = 1000, STEPS_MAX = 200, ENTRIES = 24 };

struct pdu {
	unsigned from, to;
	size_t size;
	uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
};

static struct world {
	struct dimp_crypto crypto;
	struct openssl_crypto *provider;
	uint64_t random;
	struct dimp_speaker *speakers[SPEAKERS];
	void *saved[SPEAKERS];
	struct dimp_speaker_config config;
	struct dimp_time now;
	struct pdu pdus[PDUS_MAX];
	size_t pdu_count;
	uint64_t request, order, serial;
	dimp_vsi_index freezing, activating; /* the host's answer is owed */
	unsigned freezing_at, activating_at;
	uint64_t freezing_token;
	bool is_host_slow;
} world;

static const struct dimp_vsi_config vsi = {
	.vsi = {{7}},
	.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
	.filter_count = 1,
};

static bool same_random(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	steady_random(&world.random, octets, size);
	return true;
}

/* B knows A as 0 and the station as 1; both know B as 0. */
static unsigned other_end(unsigned who, dimp_peer peer)
{
	return who != B ? B : peer == 0 ? A : STATION;
}

static dimp_peer peer_of(unsigned who, unsigned other)
{
	return who == B && other == STATION ? 1 : 0;
}

static void answer(unsigned who, const struct dimp_event *event)
{
	if (event->kind == DIMP_EVENT_FREEZE) {
		world.freezing = event->vsi;
		world.freezing_token = event->token;
		world.freezing_at = who;
		if (!world.is_host_slow)
			dimp_speaker_frozen(world.speakers[who], event->vsi, event->token,
				world.now);
	}
	if (event->kind == DIMP_EVENT_ACTIVATE) {
		world.activating = event->vsi;
		world.activating_at = who;
		if (!world.is_host_slow)
			dimp_speaker_activated(world.speakers[who], event->vsi, true, world.now);
	}
}

static void drain(unsigned who)
{
	struct dimp_event event;
	dimp_peer peer;
	size_t size;

	while (dimp_speaker_next_event(world.speakers[who], &event, world.now))
		answer(who, &event);
	for (;;) {
		struct pdu *pdu = &world.pdus[world.pdu_count];
		const struct dimp_buffer buffer = {pdu->octets, sizeof(pdu->octets)};

		size = dimp_speaker_transmit(world.speakers[who], buffer, &peer, world.now);
		if (size == 0)
			return;
		pdu->from = who;
		pdu->to = other_end(who, peer);
		pdu->size = size;
		if (world.pdu_count < PDUS_MAX - 1)
			world.pdu_count++;
	}
}

static void drain_all(void)
{
	for (unsigned who = 0; who < SPEAKERS; who++)
		drain(who);
}

/* Delivers the PDU that was sent first, or last. */
static void deliver(bool is_last)
{
	static struct pdu pdu;
	const size_t at = is_last ? world.pdu_count - 1 : 0;

	if (world.pdu_count == 0)
		return;
	pdu = world.pdus[at];
	world.pdu_count--;
	memmove(&world.pdus[at], &world.pdus[at + 1],
		(world.pdu_count - at) * sizeof(world.pdus[0]));
	dimp_speaker_receive(world.speakers[pdu.to], peer_of(pdu.to, pdu.from),
		(struct dimp_view){pdu.octets, pdu.size}, world.now);
	drain(pdu.to);
}

static void deliver_some(void)
{
	for (unsigned count = 0; count < PDUS_MAX && world.pdu_count > 0; count++)
		deliver(false);
}

/* Lets time pass: every timer that is due fires, and none stays due. */
static void pass(uint64_t us)
{
	world.now.us += us;
	for (unsigned who = 0; who < SPEAKERS; who++) {
		unsigned expiries = 0;

		while (dimp_speaker_deadline(world.speakers[who]).us <= world.now.us) {
			require(expiries++ < EXPIRIES_MAX);
			dimp_speaker_expire(world.speakers[who], world.now);
			drain(who);
		}
	}
}

static void add_peer(unsigned who, unsigned other)
{
	struct dimp_peer_config config = {.is_bridge = other != STATION};
	uint8_t secret[DIMP_KEY_SIZE] = {(uint8_t)(other + 1)};
	dimp_peer peer;

	require(world.crypto.x25519_public(world.crypto.user, config.static_public.octets, secret));
	require(dimp_speaker_add_peer(world.speakers[who], &config, &peer) == DIMP_ERROR_NONE);
}

static void configure(unsigned who)
{
	struct dimp_speaker_config *config = &world.config;

	dimp_speaker_config_default(config);
	config->crypto = &world.crypto;
	config->role = who == STATION ? DIMP_ROLE_STATION_SPEAKER : DIMP_ROLE_BRIDGE_SPEAKER;
	config->static_secret[1] = (uint8_t)(who + 1);
	config->peers_max = 2;
	config->vsis_max = 3;
	config->migrations_max = 2;
	config->entries_max = ENTRIES;
	config->arena_octets = 2048;
	config->send_queue_max = 10;
	config->settings.idle_us = 3000000;
	config->settings.keepalive_us = 500000;
	config->settings.handshake_give_up_us = 500000;
}

static void make_world(void)
{
	dimp_vsi_index index;

	world.provider = openssl_crypto_create_seeded(1, "fuzz");
	require(world.provider != NULL);
	world.crypto = *openssl_crypto_table(world.provider);
	world.crypto.random = same_random;
	for (unsigned who = 0; who < SPEAKERS; who++) {
		configure(who);
		world.speakers[who] = dimp_speaker_init(malloc(dimp_speaker_size(&world.config)),
			&world.config, world.now);
		require(world.speakers[who] != NULL);
		world.saved[who] = malloc(dimp_speaker_size(&world.config));
	}
	add_peer(A, B);
	add_peer(B, A);
	add_peer(B, STATION);
	add_peer(STATION, B);
	require(dimp_speaker_vsi_add(world.speakers[A], &vsi, &index, world.now) ==
		DIMP_ERROR_NONE);
	dimp_speaker_open(world.speakers[B], 0, world.now);
	dimp_speaker_open(world.speakers[STATION], 0, world.now);
	drain_all();
	deliver_some();
	for (unsigned who = 0; who < SPEAKERS; who++)
		memcpy(world.saved[who], world.speakers[who], dimp_speaker_size(&world.config));
}

static void restore_world(void)
{
	for (unsigned who = 0; who < SPEAKERS; who++)
		memcpy(world.speakers[who], world.saved[who], dimp_speaker_size(&world.config));
	world.random = 1;
	world.now = (struct dimp_time){0};
	world.pdu_count = 0;
	world.request = 0;
	world.order = 0;
	world.serial = 0;
	world.freezing = world.activating = DIMP_NO_VSI;
	world.is_host_slow = false;
}

static void change(unsigned who, uint8_t choice, uint8_t key)
{
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = (choice & 1) != 0 ? DIMP_OPERATION_PUT : DIMP_OPERATION_DELETE,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 0, 0, key}},
			.address = {{10, 0, 0, choice}},
			.remaining = 1000u * choice},
	};

	for (dimp_vsi_index index = 0; index < world.config.vsis_max; index++) {
		if (dimp_speaker_di_change(world.speakers[who], index, &record, world.now) ==
			DIMP_ERROR_NONE)
			return;
		dimp_speaker_reject(world.speakers[who], index, &record, DIMP_ERROR_POLICY_REFUSED);
	}
}

/* What a bridge's own host orders: a migration to it, or NOTIFY from it. */
static void order(uint8_t choice, const struct dimp_request_config *config)
{
	const unsigned who = (choice & 192) == 64 ? B : A;
	const struct dimp_notification notification = {
		.serial = config->serial,
		.vsi = config->vsi,
		.filters = {config->filters[0]},
		.filter_count = 1,
		.required = config->required,
		.optional = config->optional,
		.deadline_ms = config->deadline_ms,
	};
	enum dimp_error error;

	if ((choice & 192) == 128)
		error = dimp_speaker_notify(world.speakers[A], &notification, world.now);
	else
		error = dimp_speaker_pull(world.speakers[who], config, world.now, &world.order);
	require(error == DIMP_ERROR_NONE || error == DIMP_ERROR_TABLE_FULL ||
		error == DIMP_ERROR_NO_SUCH_VSI || error == DIMP_ERROR_STALE_SERIAL);
	drain(who);
}

static void request(uint8_t choice, uint8_t deadline)
{
	const unsigned named = choice >> 1 & 3;
	struct dimp_request_config config = {
		.serial = (choice & 8) != 0 ? world.serial : ++world.serial,
		.vsi = vsi.vsi,
		.filters = {vsi.filters[0]},
		.filter_count = 1,
		.mode = (choice & 1) != 0 ? DIMP_MODE_STAGED : DIMP_MODE_ONE_SHOT,
		.required = (choice & 16) != 0 ? 0 : (uint64_t)1 << DIMP_DI_DHCP_BINDING,
		.optional = (choice & 32) != 0 ? UINT64_MAX : (uint64_t)1 << DIMP_DI_DHCP_BINDING,
		.deadline_ms = (uint32_t)deadline * deadline,
	};

	if (named < STATION)
		memcpy(config.source.octets, world.speakers[named]->context.static_public,
			sizeof(config.source.octets));
	if ((choice & 192) != 0) {
		order(choice, &config);
		return;
	}
	if (dimp_speaker_request(world.speakers[STATION], &config, world.now, &world.request) !=
		DIMP_ERROR_NONE)
		return;
	drain(STATION);
}

static void command(uint8_t choice)
{
	const bool is_orders = (choice & 64) != 0;
	struct dimp_speaker *speaker = world.speakers[is_orders ? B : STATION];
	const uint64_t id = is_orders ? world.order : world.request;
	enum dimp_error error = DIMP_ERROR_NONE;

	if (choice % 3 == 0)
		error = dimp_speaker_cutover(speaker, id, world.now);
	else if (choice % 3 == 1)
		error = dimp_speaker_proceed(speaker, id, world.now);
	else
		error = dimp_speaker_cancel(speaker, id, world.now);
	require(error == DIMP_ERROR_NONE || error == DIMP_ERROR_WRONG_STATE ||
		error == DIMP_ERROR_NO_SUCH_REQUEST);
}

static void host(uint8_t choice)
{
	world.is_host_slow = (choice & 1) != 0;
	if ((choice & 2) != 0 && world.freezing != DIMP_NO_VSI)
		dimp_speaker_frozen(world.speakers[world.freezing_at], world.freezing,
			world.freezing_token, world.now);
	if ((choice & 4) != 0 && world.activating != DIMP_NO_VSI)
		dimp_speaker_activated(world.speakers[world.activating_at], world.activating,
			(choice & 8) != 0, world.now);
}

static void attach(unsigned who, uint8_t choice)
{
	dimp_vsi_index index = choice >> 1 & 3;

	if ((choice & 1) != 0)
		dimp_speaker_vsi_left(world.speakers[who], index, world.now);
	else if (dimp_speaker_vsi_add(world.speakers[who], &vsi, &index, world.now) !=
		DIMP_ERROR_NONE)
		return;
}

/* The id of what is under way at |who|, as its peers may name it. */
static uint64_t live_id(unsigned who, bool is_from_source)
{
	const struct dimp_speaker *speaker = world.speakers[who];

	if (who == STATION)
		return world.request;
	return is_from_source ? speaker->destinations[0].machine.migration
			      : speaker->vsis[0].machine.migration;
}

static uint64_t live_freeze(void)
{
	return world.speakers[A]->vsis[0].freeze != 0 ? world.speakers[A]->vsis[0].freeze
						      : world.speakers[B]->destinations[0].freeze;
}

/* Puts numbers where every message has its id, and some a freeze after it. */
static void patch(uint8_t *octets, size_t size, uint8_t choice, unsigned to)
{
	struct wire_writer writer = wire_writer_of(octets, size);

	writer.size = 4;
	wire_write_u64(&writer, live_id(to, (choice & 4) != 0));
	if ((choice & 8) != 0)
		wire_write_u64(&writer, live_freeze());
}

/* Says a TLV of the input to |to|: as it is, or about what is under way there. */
static void say(unsigned to, uint8_t choice, struct dimp_view tlv)
{
	static uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	const unsigned from = to != B ? B : (choice & 1) != 0 ? STATION : A;
	const struct association_message message = {.octets = {octets, tlv.size}};

	if (tlv.size == 0 || tlv.size > sizeof(octets))
		return;
	memcpy(octets, tlv.octets, tlv.size);
	if ((choice & 2) != 0)
		patch(octets, tlv.size, choice, to);
	if (association_send(world.speakers[from]->peers[peer_of(from, to)].association, &message,
		    world.now) == DIMP_ERROR_NONE)
		drain(from);
}

static void take_step(struct wire_reader *reader)
{
	const uint8_t kind = wire_read_u8(reader);
	const uint8_t choice = wire_read_u8(reader);
	const unsigned who = kind >> 4 & 1;

	switch (kind & 15) {
	case 0: deliver_some(); break;
	case 1: deliver((choice & 1) != 0); break;
	case 2: world.pdu_count = 0; break;
	case 3: pass((uint64_t)choice * 1000); break;
	case 4: pass((uint64_t)choice * 100000); break;
	case 5: change(who, choice, wire_read_u8(reader)); break;
	case 6: request(choice, wire_read_u8(reader)); break;
	case 7: command(choice); break;
	case 8: host(choice); break;
	case 9: attach(who, choice); break;
	default:
		say((unsigned)(kind >> 4) % SPEAKERS, choice,
			wire_read_view(reader, wire_read_u8(reader)));
		break;
	}
	drain_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct wire_reader reader = wire_reader_of((struct dimp_view){octets, size});

	if (world.provider == NULL)
		make_world();
	restore_world();
	for (unsigned steps = 0; steps < STEPS_MAX && reader.rest.size > 0 && !reader.has_failed;
		steps++)
		take_step(&reader);
	/* Whatever it was: time makes an end of it. */
	for (unsigned count = 0; count < 40; count++) {
		deliver_some();
		pass(250000);
	}
	return 0;
}

/* As take_step() reads them. */
static size_t head_size(const uint8_t *head)
{
	enum { HEAD_MIN = 2 };

	return (head[0] & 15) == 5 || (head[0] & 15) == 6 || (head[0] & 15) > 9 ? HEAD_MIN + 1
										: HEAD_MIN;
}

static size_t said_size(const uint8_t *head)
{
	return (head[0] & 15) > 9 ? head[2] : 0;
}

static bool set_said(uint8_t *head, size_t size)
{
	if ((head[0] & 15) <= 9 || size > UINT8_MAX)
		return false;
	head[2] = (uint8_t)size;
	return true;
}

static const struct step_format format = {
	.head_min = 3,
	.head_size = head_size,
	.payload_size = said_size,
	.set_payload = set_said,
	.payload_max = UINT8_MAX,
	.mutate_payload = message_mutate,
};

STEP_FUZZER(format);
