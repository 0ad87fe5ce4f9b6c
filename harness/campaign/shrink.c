/* SPDX-License-Identifier: MIT */
/*
 * Greedy: each candidate changes one thing; one that still fails in the same way is kept, and the
 * round is gone over until nothing more can be taken away.
 */
#include "campaign/shrink.h"

#include <stdlib.h>
#include <string.h>

void shrink_try(struct trial *trial, const struct draw *draw, const struct shrink_config *config)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	*trial = (struct trial){.verdict = TRIAL_IMPOSSIBLE, .text = "no memory"};
	if (!stream)
		return;
	draw_write(draw, stream);
	if (fclose(stream) == 0)
		trial_run(trial,
			&(struct trial_config){
				.source = {.path = "(campaign)", .text = text, .size = size},
				.plant = config->plant,
				.is_healed = true,
				.seconds_max = config->seconds_max,
			});
	free(text);
	trial_destroy(trial);
}

/* The draw that is being made smaller. */
struct shrinking {
	struct draw *draw;
	struct trial *trial;
	const struct shrink_config *config;
	unsigned trials;
};

/* What is wrong, without where and when: an invariant's name, or what was found of something. */
static size_t cause_of(const char *text, const char **cause)
{
	const char *what = strstr(text, ": ");
	const size_t digits = text[0] == 'I' ? strspn(text + 1, "0123456789") : 0;

	*cause = digits > 0 || !what ? text : what + 2;
	return digits > 0 ? digits + 1 : strcspn(*cause, ";");
}

/* Another fault than the one that is looked for is not followed: it may be a lesser one. */
static bool fails_alike(const struct trial *one, const struct trial *other)
{
	const char *causes[2];
	const size_t size = cause_of(one->text, &causes[0]);

	return one->verdict == other->verdict && size == cause_of(other->text, &causes[1]) &&
		memcmp(causes[0], causes[1], size) == 0;
}

/* Keeps |candidate| if it fails as the draw does. */
static bool keep(struct shrinking *shrinking, const struct draw *candidate)
{
	struct trial trial;

	if (shrinking->trials == shrinking->config->trials_max)
		return false;
	shrinking->trials++;
	shrink_try(&trial, candidate, shrinking->config);
	if (!fails_alike(&trial, shrinking->trial))
		return false;
	*shrinking->draw = *candidate;
	*shrinking->trial = trial;
	return true;
}

/* ---- What can be made less; false: it cannot, or it would make no difference. */

static bool drop(bool *is_dropped)
{
	const bool was_there = !*is_dropped;

	*is_dropped = true;
	return was_there;
}

static bool forget(unsigned *value)
{
	const bool was_unusual = *value != 0;

	*value = 0;
	return was_unusual;
}

static bool drop_fault(struct draw *draw, unsigned each)
{
	return each < draw->faults && drop(&draw->fault[each].is_dropped);
}

static bool drop_attack(struct draw *draw, unsigned each)
{
	return each < draw->attacks && drop(&draw->attack[each].is_dropped);
}

static bool drop_lie(struct draw *draw, unsigned each)
{
	return each < draw->lies && drop(&draw->lie[each].is_dropped);
}

static bool lessen_attack(struct draw *draw, unsigned each)
{
	struct draw_attack *attack = &draw->attack[each / DRAW_ATTACK_RATES];

	return !attack->is_dropped && forget(&attack->rate[each % DRAW_ATTACK_RATES]);
}

/* One way is left: a lie without any has them all. */
static bool lessen_lie(struct draw *draw, unsigned each)
{
	struct draw_lie *lie = &draw->lie[each / DRAW_WAYS];
	const unsigned bit = 1u << each % DRAW_WAYS;

	if (lie->is_dropped || (lie->ways & bit) == 0 || lie->ways == bit)
		return false;
	lie->ways &= ~bit;
	return true;
}

static bool drop_vm(struct draw *draw, unsigned each)
{
	return each < draw->vms && drop(&draw->vm[each].is_dropped);
}

static bool is_moved(const struct draw *draw, const struct draw_move *move)
{
	return !move->is_dropped && !draw->vm[move->vm].is_dropped;
}

static bool drop_move(struct draw *draw, unsigned each)
{
	struct draw_move *move = &draw->move[each];

	return each < draw->moves && is_moved(draw, move) && drop(&move->is_dropped);
}

static bool forget_rate(struct draw *draw, unsigned each)
{
	return forget(&draw->rate_ppm[each]);
}

static bool halve_rate(struct draw *draw, unsigned each)
{
	enum { LEAST_PPM = 1000 };

	draw->rate_ppm[each] /= 2;
	return draw->rate_ppm[each] >= LEAST_PPM;
}

static bool forget_entries(struct draw *draw, unsigned each)
{
	struct draw_vm *vm = &draw->vm[each / DRAW_TYPES];

	return !vm->is_dropped && forget(&vm->entries[each % DRAW_TYPES]);
}

static bool drop_client(struct draw *draw, unsigned each)
{
	struct draw_vm *vm = &draw->vm[each / DRAW_CLIENTS];
	const unsigned bit = 1u << each % DRAW_CLIENTS;

	if (vm->is_dropped || (vm->clients & bit) == 0)
		return false;
	vm->clients &= ~bit;
	return true;
}

static bool forget_memory(struct draw *draw, unsigned each)
{
	struct draw_vm *vm = &draw->vm[each / DRAW_MEMORIES];

	return !vm->is_dropped && forget(&vm->memory[each % DRAW_MEMORIES]);
}

static bool tell_leaving(struct draw *draw, unsigned each)
{
	struct draw_vm *vm = &draw->vm[each];

	if (vm->is_dropped || !vm->leaves_untold)
		return false;
	vm->leaves_untold = false;
	return true;
}

static bool forget_conduct(struct draw *draw, unsigned each)
{
	return forget(&draw->conduct[each / DRAW_CONDUCTS][each % DRAW_CONDUCTS]);
}

static bool forget_trigger(struct draw *draw, unsigned each)
{
	struct draw_move *move = &draw->move[each];

	if (!is_moved(draw, move) || move->trigger == DRAW_BY_REQUEST)
		return false;
	move->trigger = DRAW_BY_REQUEST;
	return true;
}

static bool drop_traffic(struct draw *draw, unsigned each)
{
	const bool had_traffic = draw->has_traffic;

	(void)each;
	draw->has_traffic = false;
	return had_traffic;
}

static bool forget_trait(struct draw *draw, unsigned each)
{
	return forget(&draw->trait[each / DRAW_TRAITS][each % DRAW_TRAITS]);
}

static bool forget_habit(struct draw *draw, unsigned each)
{
	struct draw_move *move = &draw->move[each / DRAW_HABITS];

	return is_moved(draw, move) && forget(&move->habit[each % DRAW_HABITS]);
}

/* What is dearest to run, and hides most, first. */
static const struct lessening {
	unsigned count; /* of what may be made less, in the largest draw */
	bool (*make_less)(struct draw *draw, unsigned each);
} lessenings[] = {
	{DRAW_FAULTS_MAX, drop_fault},
	{DRAW_ATTACKS_MAX, drop_attack},
	{DRAW_LIARS_MAX, drop_lie},
	{DRAW_ATTACKS_MAX * DRAW_ATTACK_RATES, lessen_attack},
	{DRAW_LIARS_MAX * DRAW_WAYS, lessen_lie},
	{DRAW_VMS_MAX, drop_vm},
	{DRAW_MOVES_MAX, drop_move},
	{DRAW_RATES, forget_rate},
	{DRAW_RATES, halve_rate},
	{DRAW_VMS_MAX * DRAW_TYPES, forget_entries},
	{DRAW_VMS_MAX * DRAW_CLIENTS, drop_client},
	{DRAW_VMS_MAX * DRAW_MEMORIES, forget_memory},
	{DRAW_VMS_MAX, tell_leaving},
	{DRAW_BRIDGES_MAX * DRAW_CONDUCTS, forget_conduct},
	{DRAW_MOVES_MAX, forget_trigger},
	{1, drop_traffic},
	{DRAW_BRIDGES_MAX * DRAW_TRAITS, forget_trait},
	{DRAW_MOVES_MAX * DRAW_HABITS, forget_habit},
};

/* ---- */

static bool lessen(struct shrinking *shrinking, const struct lessening *lessening)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < lessening->count; each++) {
		struct draw candidate = *shrinking->draw;
		if (lessening->make_less(&candidate, each))
			is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

unsigned shrink_draw(struct draw *draw, struct trial *trial, const struct shrink_config *config)
{
	struct shrinking shrinking = {draw, trial, config, 0};
	bool is_smaller = true;

	/* Every round takes something away, so that there is a last one. */
	while (is_smaller && shrinking.trials < config->trials_max) {
		is_smaller = false;
		for (size_t row = 0; row < sizeof lessenings / sizeof lessenings[0]; row++)
			is_smaller = lessen(&shrinking, &lessenings[row]) || is_smaller;
	}
	return shrinking.trials;
}
