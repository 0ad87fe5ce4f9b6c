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
	STRANGE = 0x70aa /* one that may not */
};

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
	const struct dimp_layout *layout = dimp_message_layout(type);

	return layout ? layout->fixed_size : 0;
}

/* The field that one of the fixed part's octets is of. */
static bool change_field(struct garbler *garbler, uint8_t *message, size_t size)
{
	const struct dimp_layout *layout = dimp_message_layout(type_of(message));
	size_t end = fixed_size(type_of(message));

	if (end == 0 || size < HEADER_SIZE + end)
		return false;
	const unsigned octet = dice_below(&garbler->random, (unsigned)end);
	for (size_t index = layout->field_count; index-- > 0;) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->attribute != 0)
			continue;
		if (field->wire_offset <= octet) {
			give_value(garbler, message + HEADER_SIZE + field->wire_offset,
				end - field->wire_offset);
			return true;
		}
		end = field->wire_offset;
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
		if (type != DIMP_MESSAGE_ACK && type != DIMP_MESSAGE_PING)
			return false;
		set_type(message, FILLER);
		return true;
	case GARBLER_CRITICAL: set_type(message, STRANGE); return (type & DIMP_TLV_SKIPPABLE) == 0;
	case GARBLER_WAYS: break;
	}
	return false;
}

static void keep(struct garbler *garbler, struct dimp_view message)
{
	struct garbler_message *kept = &garbler->kept[garbler->kept_count % GARBLER_KEPT_MAX];

	if (message.size > GARBLER_MESSAGE_MAX || type_of(message.octets) == DIMP_MESSAGE_ACK)
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
