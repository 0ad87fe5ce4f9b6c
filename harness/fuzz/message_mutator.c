/* SPDX-License-Identifier: MIT */
/*
 * Works on wire form by the layouts: a block is a TLV header, for records operation and version, a
 * fixed part, and TLVs behind it.  What does not fit is not done.
 */
#include "fuzz/message_mutator.h"

#include <string.h>

#include "layout.h"
#include "names.h"

enum {
	HEADER_SIZE = 4,
	PREFIX_SIZE = 2,
	DI_BASE = 0x0200,
	MESSAGE_TYPES = 0x40,
	TRIES = 40,
	PARTS_MAX = 80,
	TEXT_MAX = 40
};

/* A block being made or changed. */
struct block {
	struct mutable_octets octets;
	const struct dimp_layout *layout;
	size_t fixed_at;
	bool is_record;
};

static void put_u16(uint8_t *octets, size_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

static size_t get_u16(const uint8_t *octets)
{
	return (size_t)octets[0] << 8 | octets[1];
}

static uint64_t draw_integer(enum dimp_type type, size_t size, struct mutation_dice *dice)
{
	const uint64_t most = size >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * size) - 1;

	for (unsigned tries = 0; tries < TRIES && layout_type(type).kind == TYPE_KIND_NAMED;
		tries++) {
		const uint64_t value = mutation_dice_below(dice, tries < TRIES / 2 ? 8 : 200);
		if (names_find(type, value) != NULL)
			return value;
	}
	switch (mutation_dice_below(dice, 6)) {
	case 0: return mutation_dice_below(dice, 4);
	case 1: return most - mutation_dice_below(dice, 3);
	case 2: return ((uint64_t)1 << mutation_dice_below(dice, 8 * size)) & most;
	case 3: return mutation_dice_below(dice, 4095);
	case 4: return mutation_dice_u64(dice) & most;
	default: return mutation_dice_below(dice, 2);
	}
}

static void draw_octets(uint8_t *octets, size_t size, struct mutation_dice *dice)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const size_t style = mutation_dice_below(dice, 4);

	for (size_t at = 0; at < size; at++)
		octets[at] = style == 0 ? mutation_dice_u8(dice) : 0;
	if (style == 1 && size > 0)
		octets[size - 1] = (uint8_t)mutation_dice_below(dice, 4);
	if (style == 2 && size == 16)
		memcpy(octets, mapped, sizeof mapped);
	if (style == 2 && size > 0)
		octets[0] |= (uint8_t)(2 << mutation_dice_below(dice, 4));
	if (style == 3 && size > 0)
		octets[0] = (uint8_t)mutation_dice_below(dice, size);
}

/* Draws a value of |type|, at most |capacity| octets of it; its size on the wire. */
static size_t draw_value(enum dimp_type type, struct mutable_octets room,
	struct mutation_dice *dice)
{
	const struct type_facts facts = layout_type(type);
	size_t size = facts.octets;

	if (facts.kind == TYPE_KIND_VARIABLE || facts.kind == TYPE_KIND_TEXT)
		size = mutation_dice_below(dice,
			mutation_dice_once_in(dice, 8) ? size + 2 : TEXT_MAX);
	if (size > room.capacity)
		return 0;
	switch (facts.kind) {
	case TYPE_KIND_INTEGER:
	case TYPE_KIND_NAMED:
	case TYPE_KIND_SET: {
		const uint64_t value = draw_integer(type, size, dice);
		for (size_t at = 0; at < size; at++)
			room.octets[at] = (uint8_t)(value >> 8 * (size - 1 - at));
		break;
	}
	case TYPE_KIND_OCTETS:
	case TYPE_KIND_VARIABLE: draw_octets(room.octets, size, dice); break;
	case TYPE_KIND_TEXT:
		for (size_t at = 0; at < size; at++)
			room.octets[at] = (uint8_t)('a' + mutation_dice_below(dice, 26));
		break;
	}
	return size;
}

static struct mutable_octets room_of(const struct block *block)
{
	return (struct mutable_octets){block->octets.octets + block->octets.size, 0,
		block->octets.capacity - block->octets.size};
}

static void draw_fixed(const struct dimp_layout *layout, uint8_t *fixed, struct mutation_dice *dice)
{
	for (size_t each = 0; each < layout->field_count; each++) {
		const struct dimp_field_layout *const field = &layout->fields[each];
		const struct mutable_octets room = {fixed + field->wire_offset, 0,
			layout->fixed_size - (size_t)field->wire_offset};

		if (field->attribute == 0)
			(void)draw_value(field->type, room, dice);
	}
}

/* Adds an attribute of the block behind what it has. */
static void append_attribute(struct block *block, const struct dimp_field_layout *field,
	struct mutation_dice *dice)
{
	struct mutable_octets room = room_of(block);

	if (room.capacity < HEADER_SIZE)
		return;
	const size_t size = draw_value(field->type,
		(struct mutable_octets){room.octets + HEADER_SIZE, 0, room.capacity - HEADER_SIZE},
		dice);
	put_u16(room.octets, field->attribute);
	put_u16(room.octets + 2, size);
	block->octets.size += HEADER_SIZE + size;
}

static void append_attributes(struct block *block, struct mutation_dice *dice)
{
	for (size_t each = 0; each < block->layout->field_count; each++)
		if (block->layout->fields[each].attribute != 0 && mutation_dice_once_in(dice, 3))
			append_attribute(block, &block->layout->fields[each], dice);
}

static void append_params(struct block *block, struct mutation_dice *dice)
{
	for (size_t each = 0; each < block->layout->param_count; each++) {
		const struct dimp_layout *const param =
			dimp_param_tlv_layout(block->layout->params[each].tlv);
		for (size_t count = mutation_dice_below(dice, 4); count > 0; count--) {
			const struct mutable_octets room = room_of(block);
			if (room.capacity < HEADER_SIZE + (size_t)param->fixed_size)
				return;
			put_u16(room.octets, param->number);
			put_u16(room.octets + 2, param->fixed_size);
			draw_fixed(param, room.octets + HEADER_SIZE, dice);
			block->octets.size += HEADER_SIZE + (size_t)param->fixed_size;
		}
	}
}

static size_t compose_record(struct mutable_octets room, struct mutation_dice *dice)
{
	const struct dimp_layout *const layout =
		dimp_di_layout((unsigned)mutation_dice_below(dice, DIMP_DI_TYPES));
	struct block block = {room, layout, HEADER_SIZE + PREFIX_SIZE, true};

	if (layout == NULL || room.capacity < block.fixed_at + (size_t)layout->fixed_size)
		return room.size;
	put_u16(room.octets, DI_BASE + (size_t)layout->number);
	room.octets[HEADER_SIZE] = mutation_dice_once_in(dice, 6) ? 2 : 1;
	room.octets[HEADER_SIZE + 1] = layout->version;
	draw_fixed(layout, room.octets + block.fixed_at, dice);
	block.octets.size = block.fixed_at + (size_t)layout->fixed_size;
	append_attributes(&block, dice);
	put_u16(room.octets + 2, block.octets.size - HEADER_SIZE);
	return block.octets.size;
}

static void append_record(struct block *block, struct mutation_dice *dice)
{
	block->octets.size += compose_record(room_of(block), dice);
}

static size_t compose_message(struct mutable_octets room, struct mutation_dice *dice)
{
	const struct dimp_layout *layout = NULL;

	for (unsigned tries = 0; tries < TRIES && layout == NULL; tries++)
		layout = dimp_message_layout((unsigned)mutation_dice_below(dice, MESSAGE_TYPES));
	struct block block = {room, layout, HEADER_SIZE, false};
	if (layout == NULL || room.capacity < HEADER_SIZE + (size_t)layout->fixed_size)
		return room.size;
	put_u16(room.octets, layout->number);
	draw_fixed(layout, room.octets + HEADER_SIZE, dice);
	block.octets.size = HEADER_SIZE + (size_t)layout->fixed_size;
	append_attributes(&block, dice);
	append_params(&block, dice);
	for (size_t count = layout->number == DIMP_MESSAGE_DATA ? mutation_dice_below(dice, 4) : 0;
		count > 0; count--)
		append_record(&block, dice);
	put_u16(room.octets + 2, block.octets.size - HEADER_SIZE);
	return block.octets.size;
}

/* Where the TLVs behind the fixed part begin, and in the end where they are over. */
static size_t find_parts(const struct block *block, size_t begins[PARTS_MAX + 1])
{
	size_t count = 0, at = block->fixed_at + block->layout->fixed_size;

	begins[0] = at;
	while (count < PARTS_MAX && at + HEADER_SIZE <= block->octets.size) {
		const size_t size = HEADER_SIZE + get_u16(block->octets.octets + at + 2);
		if (size > block->octets.size - at)
			break;
		at += size;
		begins[++count] = at;
	}
	return count;
}

static void append_part(struct block *block, struct mutation_dice *dice)
{
	if (!block->is_record && block->layout->number == DIMP_MESSAGE_DATA)
		append_record(block, dice);
	else if (mutation_dice_once_in(dice, 2))
		append_params(block, dice);
	else
		append_attributes(block, dice);
}

static void remove_part(struct block *block, struct mutation_dice *dice)
{
	size_t begins[PARTS_MAX + 1];
	const size_t count = find_parts(block, begins);

	if (count == 0)
		return;
	const size_t which = mutation_dice_below(dice, count);
	uint8_t *const octets = block->octets.octets;
	memmove(octets + begins[which], octets + begins[which + 1],
		block->octets.size - begins[which + 1]);
	block->octets.size -= begins[which + 1] - begins[which];
}

static void double_part(struct block *block, struct mutation_dice *dice)
{
	size_t begins[PARTS_MAX + 1];
	const size_t count = find_parts(block, begins);
	const size_t which = mutation_dice_below(dice, count);
	const size_t size = count == 0 ? 0 : begins[which + 1] - begins[which];
	const struct mutable_octets room = room_of(block);

	if (size > room.capacity)
		return;
	memcpy(room.octets, block->octets.octets + begins[which], size);
	block->octets.size += size;
}

static void change_field(struct block *block, struct mutation_dice *dice)
{
	const struct dimp_layout *const layout = block->layout;
	const size_t which = mutation_dice_below(dice, layout->field_count);

	if (layout->field_count == 0 || layout->fields[which].attribute != 0)
		return;
	const struct dimp_field_layout *const field = &layout->fields[which];
	(void)draw_value(field->type,
		(struct mutable_octets){block->octets.octets + block->fixed_at + field->wire_offset,
			0, layout->fixed_size - (size_t)field->wire_offset},
		dice);
}

static bool is_whole(const struct block *block)
{
	return block->layout != NULL &&
		block->octets.size >= block->fixed_at + (size_t)block->layout->fixed_size;
}

/* The value of one part changes; of a record that is part of DATA, a field of it. */
static void change_part(struct block *block, struct mutation_dice *dice)
{
	size_t begins[PARTS_MAX + 1];
	const size_t count = find_parts(block, begins);

	if (count == 0)
		return;
	const size_t which = mutation_dice_below(dice, count);
	const size_t size = begins[which + 1] - begins[which];
	uint8_t *const part = block->octets.octets + begins[which];
	struct block record = {{part, size, size},
		dimp_di_layout((unsigned)get_u16(part) - DI_BASE), HEADER_SIZE + PREFIX_SIZE, true};
	if (is_whole(&record))
		change_field(&record, dice);
	else
		(void)LLVMFuzzerMutate(part + HEADER_SIZE, size - HEADER_SIZE, size - HEADER_SIZE);
}

static size_t change_block(struct block *block, struct mutation_dice *dice)
{
	switch (mutation_dice_below(dice, 8)) {
	case 0: append_part(block, dice); break;
	case 1: remove_part(block, dice); break;
	case 2: double_part(block, dice); break;
	case 3: change_part(block, dice); break;
	case 4:
		block->octets.size = LLVMFuzzerMutate(block->octets.octets, block->octets.size,
			block->octets.capacity);
		break;
	default: change_field(block, dice); break;
	}
	if (block->octets.size >= HEADER_SIZE)
		put_u16(block->octets.octets + 2, block->octets.size - HEADER_SIZE);
	return block->octets.size;
}

size_t record_mutate(struct mutable_octets item, struct mutation_dice *dice)
{
	struct block block = {item, NULL, HEADER_SIZE + PREFIX_SIZE, true};

	if (item.size >= HEADER_SIZE && get_u16(item.octets) > DI_BASE)
		block.layout = dimp_di_layout((unsigned)(get_u16(item.octets) - DI_BASE));
	if (!is_whole(&block) || mutation_dice_once_in(dice, 12))
		return compose_record(item, dice);
	return change_block(&block, dice);
}

size_t message_mutate(struct mutable_octets item, struct mutation_dice *dice)
{
	struct block block = {item, NULL, HEADER_SIZE, false};

	if (item.size >= HEADER_SIZE && get_u16(item.octets) < MESSAGE_TYPES)
		block.layout = dimp_message_layout((unsigned)get_u16(item.octets));
	if (!is_whole(&block) || mutation_dice_once_in(dice, 12))
		return compose_message(item, dice);
	return change_block(&block, dice);
}
