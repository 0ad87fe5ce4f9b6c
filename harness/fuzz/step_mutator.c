/* SPDX-License-Identifier: MIT */
/*
 * A program is taken apart into where its steps begin, one mutation is done by moving octets, and
 * what does not fit is not done.
 */
#include "fuzz/step_mutator.h"

#include <string.h>

enum { STEPS_MAX = 400, PAYLOAD_MAX = 4096, MUTATIONS_MAX = 4 };

struct program {
	const struct step_format *format;
	struct mutable_octets octets;
	size_t begins[STEPS_MAX + 1]; /* the last one: where what is no step begins */
	size_t count;
};

/* A step apart from its program. */
struct loose_step {
	uint8_t head[STEP_HEAD_MAX];
	size_t head_size;
	uint8_t payload[PAYLOAD_MAX];
	size_t payload_size;
};

static size_t least(size_t one, size_t other)
{
	return one < other ? one : other;
}

static size_t head_size(const struct step_format *format, const uint8_t *head)
{
	return format->head_size != NULL ? format->head_size(head) : format->head_min;
}

static size_t payload_size(const struct step_format *format, const uint8_t *head)
{
	return format->payload_size != NULL ? format->payload_size(head) : 0;
}

/* Fills in where steps begin, and in the end where what is no step does; how many there are. */
static size_t find_steps(const struct step_format *format, struct dimp_view octets, size_t *begins)
{
	size_t count = 0, at = 0;

	begins[0] = 0;
	while (count < STEPS_MAX && at + format->head_min <= octets.size) {
		const uint8_t *const head = octets.octets + at;
		const size_t size = head_size(format, head) + payload_size(format, head);

		at += least(size, octets.size - at);
		begins[++count] = at;
	}
	return count;
}

static void take_apart(struct program *program)
{
	const struct dimp_view octets = {program->octets.octets, program->octets.size};

	program->count = find_steps(program->format, octets, program->begins);
}

static size_t step_size(const struct program *program, size_t index)
{
	return program->begins[index + 1] - program->begins[index];
}

/* Puts |size| octets in the place of |gone| octets at |at|; false without room. */
static bool splice(struct program *program, size_t at, size_t gone, struct mutable_octets put)
{
	struct mutable_octets *const octets = &program->octets;

	if (octets->size - gone + put.size > octets->capacity)
		return false;
	memmove(octets->octets + at + put.size, octets->octets + at + gone,
		octets->size - at - gone);
	memcpy(octets->octets + at, put.octets, put.size);
	octets->size += put.size - gone;
	take_apart(program);
	return true;
}

static void load_step(const struct program *program, size_t index, struct loose_step *step)
{
	const uint8_t *const octets = program->octets.octets + program->begins[index];
	const size_t size = step_size(program, index);

	memset(step->head, 0, sizeof step->head);
	step->head_size = least(head_size(program->format, octets), size);
	memcpy(step->head, octets, step->head_size);
	step->payload_size = least(size - step->head_size, PAYLOAD_MAX);
	memcpy(step->payload, octets + step->head_size, step->payload_size);
}

/* Puts |step| in the place of |gone| octets at |at|, its head saying how long it is. */
static bool store_step(struct program *program, size_t at, size_t gone, struct loose_step *step)
{
	static uint8_t whole[STEP_HEAD_MAX + PAYLOAD_MAX];
	const struct step_format *const format = program->format;

	step->head_size = head_size(format, step->head);
	if (format->set_payload == NULL || !format->set_payload(step->head, step->payload_size))
		step->payload_size = 0;
	memcpy(whole, step->head, step->head_size);
	memcpy(whole + step->head_size, step->payload, step->payload_size);
	return splice(program, at, gone,
		(struct mutable_octets){whole, step->head_size + step->payload_size, 0});
}

static void change_payload(const struct step_format *format, struct loose_step *step,
	struct mutation_dice *dice)
{
	const size_t most = least(format->payload_max, PAYLOAD_MAX);
	const struct mutable_octets payload = {step->payload, least(step->payload_size, most),
		most};

	step->payload_size = format->mutate_payload != NULL
		? format->mutate_payload(payload, dice)
		: LLVMFuzzerMutate(payload.octets, payload.size, payload.capacity);
}

static uint8_t change_octet(uint8_t octet, struct mutation_dice *dice)
{
	switch (mutation_dice_below(dice, 5)) {
	case 0: return (uint8_t)(octet + 1);
	case 1: return (uint8_t)(octet - 1);
	case 2: return (uint8_t)(octet ^ 1 << mutation_dice_below(dice, 8));
	case 3: return (uint8_t)mutation_dice_below(dice, 16);
	default: return mutation_dice_u8(dice);
	}
}

static void insert_step(struct program *program, struct mutation_dice *dice)
{
	static struct loose_step step;
	const size_t index = mutation_dice_below(dice, program->count + 1);

	for (size_t each = 0; each < sizeof step.head; each++)
		step.head[each] = mutation_dice_once_in(dice, 2)
			? mutation_dice_u8(dice)
			: (uint8_t)mutation_dice_below(dice, 16);
	step.payload_size = 0;
	if (program->format->set_payload != NULL && program->format->set_payload(step.head, 0))
		change_payload(program->format, &step, dice);
	(void)store_step(program, program->begins[index], 0, &step);
}

static void change_step(struct program *program, struct mutation_dice *dice)
{
	static struct loose_step step;
	const size_t index = mutation_dice_below(dice, program->count);
	const size_t gone = step_size(program, index);

	load_step(program, index, &step);
	if (step.payload_size > 0 && !mutation_dice_once_in(dice, 4)) {
		change_payload(program->format, &step, dice);
	} else {
		const size_t at = mutation_dice_below(dice, step.head_size);
		step.head[at] = change_octet(step.head[at], dice);
	}
	(void)store_step(program, program->begins[index], gone, &step);
}

static void remove_step(struct program *program, struct mutation_dice *dice)
{
	const size_t index = mutation_dice_below(dice, program->count);

	(void)splice(program, program->begins[index], step_size(program, index),
		(struct mutable_octets){program->octets.octets, 0, 0});
}

/* A step is said once more elsewhere, or moves there. */
static void copy_step(struct program *program, struct mutation_dice *dice, bool is_moved)
{
	static struct loose_step step;
	const size_t index = mutation_dice_below(dice, program->count);

	load_step(program, index, &step);
	if (is_moved)
		(void)splice(program, program->begins[index], step_size(program, index),
			(struct mutable_octets){step.head, 0, 0});
	const size_t to = mutation_dice_below(dice, program->count + 1);
	(void)store_step(program, program->begins[to], 0, &step);
}

static void mutate_once(struct program *program, struct mutation_dice *dice)
{
	const size_t choice = program->count == 0 ? 0 : mutation_dice_below(dice, 12);

	switch (choice) {
	case 0:
	case 1:
	case 2: insert_step(program, dice); break;
	case 3: remove_step(program, dice); break;
	case 4: copy_step(program, dice, false); break;
	case 5: copy_step(program, dice, true); break;
	default: change_step(program, dice); break;
	}
}

size_t step_mutate(const struct step_format *format, struct mutable_octets program, unsigned seed)
{
	static struct program parts;
	struct mutation_dice dice = mutation_dice_of(seed);

	if (mutation_dice_once_in(&dice, 12))
		return LLVMFuzzerMutate(program.octets, program.size, program.capacity);
	parts.format = format;
	parts.octets = program;
	take_apart(&parts);
	for (size_t count = mutation_dice_below(&dice, MUTATIONS_MAX) + 1; count > 0; count--)
		mutate_once(&parts, &dice);
	return parts.octets.size;
}

/* Where a step of |program| begins, drawn. */
static size_t draw_border(const struct step_format *format, struct dimp_view program,
	struct mutation_dice *dice)
{
	size_t begins[STEPS_MAX + 1];
	const size_t count = find_steps(format, program, begins);

	return begins[mutation_dice_below(dice, count + 1)];
}

size_t step_cross(const struct step_format *format, const struct step_pair *pair,
	struct mutable_octets program, unsigned seed)
{
	struct mutation_dice dice = mutation_dice_of(seed);
	const size_t border = draw_border(format, pair->one, &dice);
	const size_t from = draw_border(format, pair->other, &dice);
	const size_t begin = least(border, program.capacity);
	const size_t end = least(pair->other.size - from, program.capacity - begin);

	memcpy(program.octets, pair->one.octets, begin);
	memcpy(program.octets + begin, pair->other.octets + from, end);
	return begin + end;
}
