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

static bool drop_faults(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->faults; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.fault[index].is_dropped)
			continue;
		candidate.fault[index].is_dropped = true;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool drop_vms(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->vms; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.vm[index].is_dropped)
			continue;
		candidate.vm[index].is_dropped = true;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool drop_moves(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->moves; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.move[index].is_dropped ||
			candidate.vm[candidate.move[index].vm].is_dropped)
			continue;
		candidate.move[index].is_dropped = true;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

/* To nothing, or else by half. */
static bool lower_rates(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned rate = 0; rate < DRAW_RATES; rate++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.rate_ppm[rate] == 0)
			continue;
		candidate.rate_ppm[rate] = 0;
		if (keep(shrinking, &candidate)) {
			is_smaller = true;
			continue;
		}
		candidate.rate_ppm[rate] = shrinking->draw->rate_ppm[rate] / 2;
		is_smaller = (candidate.rate_ppm[rate] >= 1000 && keep(shrinking, &candidate)) ||
			is_smaller;
	}
	return is_smaller;
}

static bool lessen_entries(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->vms; index++) {
		for (unsigned type = 0; type < DRAW_TYPES; type++) {
			struct draw candidate = *shrinking->draw;
			if (candidate.vm[index].is_dropped ||
				candidate.vm[index].entries[type] == 0)
				continue;
			candidate.vm[index].entries[type] = 0;
			is_smaller = keep(shrinking, &candidate) || is_smaller;
		}
	}
	return is_smaller;
}

static bool drop_malice(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->attacks; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.attack[index].is_dropped)
			continue;
		candidate.attack[index].is_dropped = true;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	for (unsigned index = 0; index < shrinking->draw->lies; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.lie[index].is_dropped)
			continue;
		candidate.lie[index].is_dropped = true;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

/* Each thing that an attacker does, and each way of a liar. */
static bool lessen_malice(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < shrinking->draw->attacks * DRAW_ATTACK_RATES; each++) {
		struct draw candidate = *shrinking->draw;
		struct draw_attack *attack = &candidate.attack[each / DRAW_ATTACK_RATES];
		unsigned *rate = &attack->rate[each % DRAW_ATTACK_RATES];
		if (attack->is_dropped || *rate == 0)
			continue;
		*rate = 0;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	for (unsigned each = 0; each < shrinking->draw->lies * DRAW_WAYS; each++) {
		struct draw candidate = *shrinking->draw;
		struct draw_lie *lie = &candidate.lie[each / DRAW_WAYS];
		const unsigned bit = 1u << each % DRAW_WAYS;
		if (lie->is_dropped || (lie->ways & bit) == 0 || lie->ways == bit)
			continue;
		lie->ways &= ~bit;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool forget_conducts(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < shrinking->draw->bridges * DRAW_CONDUCTS; each++) {
		struct draw candidate = *shrinking->draw;
		unsigned *conduct = &candidate.conduct[each / DRAW_CONDUCTS][each % DRAW_CONDUCTS];
		if (*conduct == 0)
			continue;
		*conduct = 0;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool drop_clients(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < shrinking->draw->vms * DRAW_CLIENTS; each++) {
		struct draw candidate = *shrinking->draw;
		struct draw_vm *vm = &candidate.vm[each / DRAW_CLIENTS];
		const unsigned bit = 1u << each % DRAW_CLIENTS;
		if (vm->is_dropped || (vm->clients & bit) == 0)
			continue;
		vm->clients &= ~bit;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool forget_memories(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < shrinking->draw->vms * (DRAW_MEMORIES + 1); each++) {
		struct draw candidate = *shrinking->draw;
		struct draw_vm *vm = &candidate.vm[each / (DRAW_MEMORIES + 1)];
		const unsigned part = each % (DRAW_MEMORIES + 1);
		const bool is_usual =
			part == DRAW_MEMORIES ? !vm->leaves_untold : vm->memory[part] == 0;
		if (vm->is_dropped || is_usual)
			continue;
		if (part == DRAW_MEMORIES)
			vm->leaves_untold = false;
		else
			vm->memory[part] = 0;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool forget_triggers(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned index = 0; index < shrinking->draw->moves; index++) {
		struct draw candidate = *shrinking->draw;
		if (candidate.move[index].trigger == DRAW_BY_REQUEST)
			continue;
		candidate.move[index].trigger = DRAW_BY_REQUEST;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool forget_traits(struct shrinking *shrinking)
{
	struct draw candidate = *shrinking->draw;
	bool is_smaller = false;

	candidate.has_traffic = false;
	if (shrinking->draw->has_traffic)
		is_smaller = keep(shrinking, &candidate);
	for (unsigned each = 0; each < shrinking->draw->bridges * DRAW_TRAITS; each++) {
		candidate = *shrinking->draw;
		unsigned *trait = &candidate.trait[each / DRAW_TRAITS][each % DRAW_TRAITS];
		if (*trait == 0)
			continue;
		*trait = 0;
		is_smaller = keep(shrinking, &candidate) || is_smaller;
	}
	return is_smaller;
}

static bool forget_habits(struct shrinking *shrinking)
{
	bool is_smaller = false;

	for (unsigned each = 0; each < shrinking->draw->moves * DRAW_HABITS; each++) {
		struct draw candidate = *shrinking->draw;
		struct draw_move *move = &candidate.move[each / DRAW_HABITS];
		if (move->is_dropped || move->habit[each % DRAW_HABITS] == 0)
			continue;
		move->habit[each % DRAW_HABITS] = 0;
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
		is_smaller = drop_faults(&shrinking);
		is_smaller = drop_malice(&shrinking) || is_smaller;
		is_smaller = lessen_malice(&shrinking) || is_smaller;
		is_smaller = drop_vms(&shrinking) || is_smaller;
		is_smaller = drop_moves(&shrinking) || is_smaller;
		is_smaller = lower_rates(&shrinking) || is_smaller;
		is_smaller = lessen_entries(&shrinking) || is_smaller;
		is_smaller = drop_clients(&shrinking) || is_smaller;
		is_smaller = forget_memories(&shrinking) || is_smaller;
		is_smaller = forget_conducts(&shrinking) || is_smaller;
		is_smaller = forget_triggers(&shrinking) || is_smaller;
		is_smaller = forget_traits(&shrinking) || is_smaller;
		is_smaller = forget_habits(&shrinking) || is_smaller;
	}
	return shrinking.trials;
}
