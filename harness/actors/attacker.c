/* SPDX-License-Identifier: MIT */
/*
 * What it sends is made of what it saw: the headers of a PDU that went the same way, so that no
 * bridge on the path learns a wrong place of an address from it; only what is reflected has the
 * addresses the other way round, and is left alone where its addressee was never heard from there:
 * a bridge may send everywhere what it does not know the place of, and one that learned a wrong
 * place would believe in it for minutes after the attack.  The keyed check of an INITIATION
 * (DIMP 5.2-3) needs no secret.
 */
#include "actors/attacker.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/pdu_carrier.h"
#include "engine/dice.h"

enum { KEPT_MAX = 64, FRAME_MAX = 1600, CHECK_SIZE = 16, CHANGED_MAX = 16, FORGED_MAX = 1400 };

/* A frame that passed with a PDU. */
struct kept_frame {
	unsigned direction;
	size_t size, pdu; /* where the PDU begins */
	uint8_t octets[FRAME_MAX];
};

struct attacker {
	struct attacker_config config;
	struct random_stream random;
	struct kept_frame kept[KEPT_MAX];
	size_t kept_count; /* ever */
	uint8_t *from; /* in which directions frames of each target passed: 2 bits */
	bool is_active;
	engine_timer timer;
	struct attacker_tally tally;
};

struct attacker *attacker_create(const struct attacker_config *config)
{
	struct attacker *attacker = calloc(1, sizeof *attacker);

	if (!attacker)
		return NULL;
	attacker->config = *config;
	random_stream_init(&attacker->random, config->seed, config->name);
	attacker->config.name = NULL;
	attacker->from = calloc(config->target_count + 1, sizeof *attacker->from);
	if (attacker->from)
		return attacker;
	free(attacker);
	return NULL;
}

void attacker_destroy(struct attacker *attacker)
{
	if (!attacker)
		return;
	engine_cancel(attacker->config.engine, attacker->timer);
	free(attacker->from);
	free(attacker);
}

const struct attacker_tally *attacker_tally(const struct attacker *attacker)
{
	return &attacker->tally;
}

static const struct attacker_target *find_target(const struct attacker *attacker,
	const uint8_t *address)
{
	for (size_t index = 0; index < attacker->config.target_count; index++) {
		const struct attacker_target *target = &attacker->config.targets[index];
		if (memcmp(target->address.octets, address, sizeof target->address.octets) == 0)
			return target;
	}
	return NULL;
}

/* ---- what passes */

enum { ADDRESS_SIZE = 6 };

static void note_sender(struct attacker *attacker, const struct engine_passing *passing)
{
	const struct attacker_target *sender =
		find_target(attacker, passing->octets + ADDRESS_SIZE);

	if (sender)
		attacker->from[sender - attacker->config.targets] |=
			(uint8_t)(1 << passing->direction);
}

/* Whether the addressee was heard from where the frame goes, and from nowhere else. */
static bool is_reflected_truly(const struct attacker *attacker, const struct kept_frame *frame)
{
	const struct attacker_target *addressee = find_target(attacker, frame->octets);

	return addressee &&
		attacker->from[addressee - attacker->config.targets] == 1 << (1 - frame->direction);
}

static void scribble(struct attacker *attacker, uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++)
		octets[index] = (uint8_t)random_stream_next(&attacker->random);
}

/* Octets behind the link's own header: some others, or none from some place on. */
static void mangle(struct attacker *attacker, struct engine_passing *passing, size_t pdu)
{
	const unsigned at = dice_below(&attacker->random, (unsigned)(passing->size - pdu));
	const unsigned left = (unsigned)(passing->size - pdu) - at;

	attacker->tally.mangled++;
	if (dice_one_in(&attacker->random, 4))
		passing->size = pdu + at;
	else
		scribble(attacker, passing->octets + pdu + at,
			dice_between(&attacker->random, 1,
				left < CHANGED_MAX ? left : CHANGED_MAX));
}

void attacker_see(struct attacker *attacker, struct engine_passing *passing)
{
	struct edge_frame frame;
	struct dimp_view carried;

	if (passing->link != attacker->config.link || passing->size > FRAME_MAX ||
		!edge_frame_read((struct dimp_view){passing->octets, passing->size}, &frame) ||
		!pdu_carrier_read(&frame, &carried) || carried.size == 0)
		return;
	struct kept_frame *kept = &attacker->kept[attacker->kept_count++ % KEPT_MAX];
	const size_t pdu = (size_t)(carried.octets - passing->octets);

	note_sender(attacker, passing);
	kept->direction = passing->direction;
	kept->size = passing->size;
	kept->pdu = pdu;
	memcpy(kept->octets, passing->octets, passing->size);
	if (attacker->is_active &&
		dice_below(&attacker->random, 1000000) < attacker->config.rates.mangled_ppm)
		mangle(attacker, passing, pdu);
}

/* ---- what it sends */

static void send(struct attacker *attacker, const struct kept_frame *frame)
{
	engine_inject(attacker->config.engine, attacker->config.link, frame->direction,
		(struct dimp_view){frame->octets, frame->size});
}

static void reflect(struct kept_frame *frame)
{
	uint8_t address[ADDRESS_SIZE];

	memcpy(address, frame->octets, ADDRESS_SIZE);
	memcpy(frame->octets, frame->octets + ADDRESS_SIZE, ADDRESS_SIZE);
	memcpy(frame->octets + ADDRESS_SIZE, address, ADDRESS_SIZE);
	frame->direction = 1 - frame->direction;
}

/* Version and kind, index, number, or what is sealed; the length is right again afterwards. */
static void falsify(struct attacker *attacker, struct kept_frame *frame)
{
	uint8_t *pdu = frame->octets + frame->pdu;
	size_t size = frame->size - frame->pdu;

	switch (dice_below(&attacker->random, 4)) {
	case 0: pdu[dice_below(&attacker->random, (unsigned)size)] ^= 1; break;
	case 1:
		scribble(attacker, pdu, size < DIMP_PDU_HEADER_SIZE ? size : DIMP_PDU_HEADER_SIZE);
		break;
	case 2: size = dice_below(&attacker->random, (unsigned)size); break;
	default:
		size = dice_between(&attacker->random, DIMP_PDU_HEADER_SIZE, FORGED_MAX);
		pdu[0] = (uint8_t)(0x10 | dice_below(&attacker->random, 4));
		scribble(attacker, pdu + 4, size - 4);
		break;
	}
	frame->size = frame->pdu + size;
	if (size < DIMP_PDU_HEADER_SIZE || dice_one_in(&attacker->random, 4))
		return;
	pdu[2] = (uint8_t)(size >> 8);
	pdu[3] = (uint8_t)size;
}

/* A length that was changed and put right again would be a replay. */
static void forge(struct attacker *attacker, struct kept_frame *frame)
{
	const struct kept_frame seen = *frame;

	do {
		*frame = seen;
		falsify(attacker, frame);
	} while (frame->size == seen.size && memcmp(frame->octets, seen.octets, seen.size) == 0);
}

static bool write_check(const struct attacker *attacker, const struct kept_frame *frame,
	uint8_t check[DIMP_KEY_SIZE])
{
	static const char label[] = "DIMP initiation check";
	const struct attacker_target *target = find_target(attacker, frame->octets);
	const struct dimp_crypto *crypto = attacker->config.crypto;
	uint8_t key[DIMP_KEY_SIZE];

	if (!target)
		return false;
	const struct dimp_view parts[] = {{(const uint8_t *)label, sizeof label - 1},
		{target->key.octets, DIMP_KEY_SIZE}};
	const struct dimp_view checked = {frame->octets + frame->pdu,
		frame->size - frame->pdu - CHECK_SIZE};

	return crypto->sha256(crypto->user, key, (struct dimp_parts){parts, 2}) &&
		crypto->hmac_sha256(crypto->user, check, (struct dimp_view){key, sizeof key},
			(struct dimp_parts){&checked, 1});
}

/* Of the right size; in half of them the check is right as well, so that they cost the responder a
 * public-key operation, as far as its bounds let them. */
static void invent(struct attacker *attacker, struct kept_frame *frame)
{
	enum { SIZE = DIMP_PDU_HEADER_SIZE + 32 + 32 + 16 + 16 + 16 + CHECK_SIZE };
	uint8_t *pdu = frame->octets + frame->pdu;
	uint8_t check[DIMP_KEY_SIZE];

	memset(pdu, 0, DIMP_PDU_HEADER_SIZE);
	pdu[0] = 0x10 | DIMP_PDU_INITIATION;
	pdu[3] = SIZE;
	scribble(attacker, pdu + DIMP_PDU_HEADER_SIZE, SIZE - DIMP_PDU_HEADER_SIZE);
	frame->size = frame->pdu + SIZE;
	if (dice_one_in(&attacker->random, 2) && write_check(attacker, frame, check))
		memcpy(pdu + SIZE - CHECK_SIZE, check, CHECK_SIZE);
}

static void act(struct attacker *attacker, unsigned drawn)
{
	const struct attacker_rates *rates = &attacker->config.rates;
	const size_t kept =
		attacker->kept_count < KEPT_MAX ? attacker->kept_count : (size_t)KEPT_MAX;
	struct kept_frame frame = attacker->kept[dice_below(&attacker->random, (unsigned)kept)];

	if (drawn < rates->replays) {
		attacker->tally.replays++;
	} else if (drawn < rates->replays + rates->reflections) {
		if (!is_reflected_truly(attacker, &frame))
			return;
		attacker->tally.reflections++;
		reflect(&frame);
	} else if (drawn < rates->replays + rates->reflections + rates->forgeries) {
		attacker->tally.forgeries++;
		forge(attacker, &frame);
	} else {
		attacker->tally.initiations++;
		invent(attacker, &frame);
	}
	send(attacker, &frame);
}

static uint32_t rate_of(const struct attacker_rates *rates)
{
	return rates->replays + rates->reflections + rates->forgeries + rates->initiations;
}

static void strike(void *context, struct dimp_time now)
{
	struct attacker *attacker = context;
	const uint32_t rate = rate_of(&attacker->config.rates);
	const uint64_t step_us = 1000000 / rate + 1;

	attacker->timer = engine_schedule(attacker->config.engine,
		(struct dimp_time){now.us + step_us}, strike, attacker);
	if (attacker->kept_count != 0)
		act(attacker, dice_below(&attacker->random, rate));
}

void attacker_begin(struct attacker *attacker, struct dimp_time now)
{
	attacker->is_active = true;
	if (rate_of(&attacker->config.rates) != 0)
		strike(attacker, now);
}

void attacker_end(struct attacker *attacker)
{
	attacker->is_active = false;
	engine_cancel(attacker->config.engine, attacker->timer);
	attacker->timer = 0;
}
