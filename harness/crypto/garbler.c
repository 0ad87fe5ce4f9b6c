/* SPDX-License-Identifier: MIT */
/*
 * Fields are those of the registry's rows, so that a new message is lied about without a word here.
 * A value is zero, all ones, a near miss, or anything.
 */
#include "crypto/garbler.h"

#include <string.h>

#include "engine/dice.h"

enum {
	HEADER_SIZE = 4,
	FILLER = 0xf0aa, /* an unknown TLV that may be skipped */
	STRANGE = 0x70aa, /* one that may not */
	SKIPPABLE_BIT = 0x8000
};

enum {
#define TYPE(name, type, octets, kind, text) OCTETS_##name = (octets),
#include "types.def"
#undef TYPE
};

enum {
#define BEGIN(UPPER, lower, number, version, label) NUMBER_##lower = (number),
#define ROUTE(lower, from, to)
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#include "messages.def"
#undef BEGIN
#undef FIELD
};

struct fixed_field {
	unsigned message, octets;
};

/* In the order of the wire, message by message. */
static const struct fixed_field fields[] = {
#define BEGIN(UPPER, lower, number, version, label)
#define FIELD(lower, member, type, role, label) {NUMBER_##lower, OCTETS_##type},
#include "messages.def"
#undef BEGIN
#undef ROUTE
#undef FIELD
#undef ATTR
#undef PARAM
#undef END
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

const char garbler_ways_text[] = "how it lies"
#define GARBLE(NAME, name, text) "; " name ": " text
#include "crypto/garbler_ways.def"
#undef GARBLE
	;

void garbler_init(struct garbler *garbler, uint64_t seed, const char *name)
{
	*garbler = (struct garbler){.share_ppm = 0};
	random_stream_init(&garbler->random, seed, name);
}

static unsigned type_of(const uint8_t *message)
{
	return (unsigned)message[0] << 8 | message[1];
}

static void set_type(uint8_t *message, unsigned type)
{
	message[0] = (uint8_t)(type >> 8);
	message[1] = (uint8_t)type;
}

static void set_size(uint8_t *message, size_t size)
{
	message[2] = (uint8_t)((size - HEADER_SIZE) >> 8);
	message[3] = (uint8_t)(size - HEADER_SIZE);
}

static void give_value(struct garbler *garbler, uint8_t *octets, size_t size)
{
	const unsigned how = dice_below(&garbler->random, 4);

	for (size_t index = 0; how != 0 && index < size; index++) {
		if (how == 1)
			octets[index] = 0;
		else if (how == 2)
			octets[index] = 0xff;
		else
			octets[index] = (uint8_t)random_stream_next(&garbler->random);
	}
	if (how == 0)
		octets[size - 1] ^= (uint8_t)(1u << dice_below(&garbler->random, 3));
}

/* The octets of a message's fixed part. */
static size_t fixed_size(unsigned type)
{
	size_t size = 0;

	for (size_t index = 0; index < FIELDS; index++)
		size += fields[index].message == type ? fields[index].octets : 0;
	return size;
}

static bool change_field(struct garbler *garbler, uint8_t *message, size_t size)
{
	const size_t fixed = fixed_size(type_of(message));
	size_t at = HEADER_SIZE;

	if (fixed == 0 || size < HEADER_SIZE + fixed)
		return false;
	unsigned left = dice_below(&garbler->random, (unsigned)fixed);
	for (size_t index = 0; index < FIELDS; index++) {
		const size_t octets = fields[index].octets;
		if (fields[index].message != type_of(message))
			continue;
		if (left < octets) {
			give_value(garbler, message + at, octets);
			return true;
		}
		left -= (unsigned)octets;
		at += octets;
	}
	return false;
}

/* Some octets of the value of one of the TLVs behind the fixed part. */
static bool change_parameter(struct garbler *garbler, uint8_t *message, size_t size)
{
	const size_t before = HEADER_SIZE + fixed_size(type_of(message));
	struct dimp_view rest = {message + before, size - before}, item, chosen = {NULL, 0};
	unsigned count = 0;

	if (size <= before)
		return false;
	while (dimp_tlv_next(&rest, &item)) {
		if (item.size > HEADER_SIZE && dice_one_in(&garbler->random, ++count))
			chosen = item;
	}
	if (!chosen.octets)
		return false;
	uint8_t *value = message + (chosen.octets - message) + HEADER_SIZE;
	const unsigned octets = (unsigned)(chosen.size - HEADER_SIZE);
	const unsigned at = dice_below(&garbler->random, octets);
	const unsigned most = octets - at < 8 ? octets - at : 8;
	give_value(garbler, value + at, dice_between(&garbler->random, 1, most));
	return true;
}

/* One that was said before, and something to skip where that was shorter. */
static bool say_again(struct garbler *garbler, uint8_t *message, size_t size)
{
	const uint64_t count = garbler->kept_count;
	const unsigned kept = (unsigned)(count < GARBLER_KEPT_MAX ? count : GARBLER_KEPT_MAX);

	if (kept == 0)
		return false;
	const struct garbler_message *said = &garbler->kept[dice_below(&garbler->random, kept)];
	if (said->size > size || (said->size < size && size - said->size < HEADER_SIZE))
		return false;
	memcpy(message, said->octets, said->size);
	if (said->size == size)
		return true;
	memset(message + said->size, 0, size - said->size);
	set_type(message + said->size, FILLER);
	set_size(message + said->size, size - said->size);
	return true;
}

static bool change_one(struct garbler *garbler, enum garbler_way way, uint8_t *message, size_t size)
{
	const unsigned type = type_of(message);

	switch (way) {
	case GARBLER_FIELD: return change_field(garbler, message, size);
	case GARBLER_PARAMETER: return change_parameter(garbler, message, size);
	case GARBLER_AGAIN: return say_again(garbler, message, size);
	case GARBLER_SKIPPABLE:
		if (type != NUMBER_ack && type != NUMBER_ping)
			return false;
		set_type(message, FILLER);
		return true;
	case GARBLER_CRITICAL: set_type(message, STRANGE); return (type & SKIPPABLE_BIT) == 0;
	case GARBLER_WAYS: break;
	}
	return false;
}

static void keep(struct garbler *garbler, struct dimp_view message)
{
	struct garbler_message *kept = &garbler->kept[garbler->kept_count % GARBLER_KEPT_MAX];

	if (message.size > GARBLER_MESSAGE_MAX || type_of(message.octets) == NUMBER_ack)
		return;
	kept->size = message.size;
	memcpy(kept->octets, message.octets, message.size);
	garbler->kept_count++;
}

static enum garbler_way choose_way(struct garbler *garbler)
{
	unsigned chosen = 0, count = 0;

	for (unsigned way = 0; way < GARBLER_WAYS; way++) {
		if ((garbler->ways >> way & 1) != 0 && dice_one_in(&garbler->random, ++count))
			chosen = way;
	}
	return (enum garbler_way)chosen;
}

void garbler_change(struct garbler *garbler, uint8_t *text, size_t size)
{
	struct dimp_view rest = {text, size}, message;

	while (garbler->ways != 0 && dimp_tlv_next(&rest, &message)) {
		const enum garbler_way way = choose_way(garbler);
		const bool is_due = dice_below(&garbler->random, 1000000) < garbler->share_ppm;
		keep(garbler, message);
		if (is_due)
			garbler->changed += change_one(garbler, way, text + (message.octets - text),
				message.size);
	}
}
