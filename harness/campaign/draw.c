/* SPDX-License-Identifier: MIT */
/*
 * Swarm testing: a seed draws not only its events but also which kinds of faults it has at all and
 * how bad they are, so that rare combinations are not drowned in the common ones.
 */
#include "campaign/draw.h"

#include "engine/dice.h"
#include "campaign/draw_life.h"
#include "campaign/draw_malice.h"
#include "campaign/draw_trouble.h"

enum { FIRST_MS = 500, HEAL_MS = 12000 };

static void draw_fabric(struct draw *draw, struct random_stream *random)
{
	draw->bridges = dice_between(random, 2, DRAW_BRIDGES_MAX);
	for (unsigned bridge = 1; bridge < draw->bridges; bridge++)
		draw->above[bridge] = dice_below(random, bridge);
}

static void draw_entries(struct draw_vm *vm, struct random_stream *random)
{
	for (unsigned type = 0; type < DRAW_COMMON_TYPES; type++) {
		if (!dice_one_in(random, 3))
			vm->entries[type] =
				dice_between(random, 1, dice_one_in(random, 8) ? 200 : 10);
	}
	for (unsigned type = DRAW_COMMON_TYPES; type < DRAW_TYPES; type++) {
		if (dice_one_in(random, 6))
			vm->entries[type] = dice_between(random, 1, 3);
	}
}

static void draw_vms(struct draw *draw, struct random_stream *random)
{
	/* Few, mostly: many hide what happens to one. */
	draw->vms = dice_between(random, 1, dice_one_in(random, 4) ? DRAW_VMS_MAX : 4);
	for (unsigned vm = 0; vm < draw->vms; vm++) {
		draw->vm[vm].bridge = dice_below(random, draw->bridges);
		draw_entries(&draw->vm[vm], random);
	}
}

/* A later move of a VM may wait until the one before it has come to a state, and mostly leads back
 * then. */
static void tie_move(const struct draw *draw, struct random_stream *random, struct draw_move *move)
{
	const struct draw_move *earlier = move - 1;
	const unsigned home = draw->vm[move->vm].bridge;

	if (dice_one_in(random, 2) && home != earlier->to)
		move->to = home;
	move->tie = (struct draw_tie){
		.state = dice_between(random, 1, draw_trouble_states()),
		.place = dice_one_in(random, 2) ? earlier->to : home,
	};
	move->at_ms = earlier->at_ms;
}

/* A VM's moves follow one another as a chain, or come so close that they race; one may lead back
 * where the VM came from. */
static void draw_moves(struct draw *draw, struct random_stream *random)
{
	const bool is_racing = dice_one_in(random, 3);

	for (unsigned vm = 0; vm < draw->vms && draw->moves + 3 < DRAW_MOVES_MAX; vm++) {
		unsigned at_ms = dice_between(random, FIRST_MS, HEAL_MS / 2);
		unsigned bridge = draw->vm[vm].bridge;
		const unsigned count = dice_between(random, 1, 3);
		const bool is_tied = dice_one_in(random, 5);
		for (unsigned each = 0; each < count && at_ms < HEAL_MS; each++) {
			bridge = (bridge + dice_between(random, 1, draw->bridges - 1)) %
				draw->bridges;
			draw->move[draw->moves++] = (struct draw_move){
				.vm = vm,
				.to = bridge,
				.at_ms = at_ms,
				.deadline_ms = dice_between(random, 500, 5000),
				.is_one_shot = dice_one_in(random, 2),
			};
			if (is_tied && each > 0) {
				tie_move(draw, random, &draw->move[draw->moves - 1]);
				bridge = draw->move[draw->moves - 1].to;
			}
			at_ms += is_racing ? dice_between(random, 0, DRAW_RACE_MS)
					   : dice_between(random, 1000, 6000);
		}
	}
}

static void draw_rates(struct draw *draw, struct random_stream *random)
{
	static const unsigned most[DRAW_RATES] = {300000, 500000, 100000, 500000, 20000};

	for (unsigned rate = 0; rate < DRAW_RATES; rate++)
		draw->rate_ppm[rate] =
			dice_one_in(random, 2) ? dice_below(random, most[rate] + 1) : 0;
}

/* Most moves are a station's own. */
static void draw_triggers(struct draw *draw, struct random_stream *random)
{
	const bool is_mixed = dice_one_in(random, 2);

	for (unsigned each = 0; is_mixed && each < draw->moves; each++) {
		if (dice_one_in(random, 2))
			draw->move[each].trigger =
				(enum draw_trigger)dice_below(random, DRAW_TRIGGERS);
	}
}

/* |most| kinds of a trait, one in |times| bridges. */
static void draw_trait(struct draw *draw, struct random_stream *random, enum draw_trait trait,
	const unsigned bounds[2])
{
	const bool is_had = dice_one_in(random, bounds[0]);

	for (unsigned bridge = 0; is_had && bridge < draw->bridges; bridge++) {
		if (dice_one_in(random, 2))
			draw->trait[bridge][trait] = dice_between(random, 1, bounds[1]);
	}
}

static void draw_traits(struct draw *draw, struct random_stream *random)
{
	/* In how many worlds one has it, and how many kinds of it there are. */
	static const unsigned bounds[DRAW_TRAITS][2] = {
		[DRAW_AUTHORITY] = {2, 2},
		[DRAW_LACKING] = {8, DRAW_TYPES},
		[DRAW_NEWER] = {8, DRAW_TYPES},
		[DRAW_LIE] = {16, DRAW_LIES},
		[DRAW_HOLDING] = {4, 1},
		[DRAW_REMAPPED] = {4, 1},
		[DRAW_SNOOPING] = {4, 1},
		[DRAW_SAVI] = {8, 1},
		[DRAW_FEW_ENTRIES] = {8, 10},
		[DRAW_FEW_MIGRATIONS] = {8, 4},
	};

	for (unsigned trait = 0; trait < DRAW_TRAITS; trait++)
		draw_trait(draw, random, (enum draw_trait)trait, bounds[trait]);
	draw->has_traffic = dice_one_in(random, 4);
}

/* How each bridge's server goes about moves. */
static void draw_conducts(struct draw *draw, struct random_stream *random)
{
	/* In how many worlds some do so, and how many ways there are of it. */
	static const unsigned bounds[DRAW_CONDUCTS][2] = {
		[DRAW_RETRIES] = {2, 2},
		[DRAW_TAKES_RISK] = {3, 1},
		[DRAW_PARALLEL] = {6, 2},
		[DRAW_ON_REASON] = {6, 2 * DRAW_REASONS},
		[DRAW_RESERVES] = {4, 1},
		[DRAW_ANNOUNCES] = {6, 2},
		[DRAW_WORKAROUNDS] = {10, 1},
	};

	for (unsigned each = 0; each < DRAW_CONDUCTS; each++) {
		const bool is_had = dice_one_in(random, bounds[each][0]);
		for (unsigned bridge = 0; is_had && bridge < draw->bridges; bridge++) {
			if (!dice_one_in(random, 3))
				draw->conduct[bridge][each] =
					dice_between(random, 1, bounds[each][1]);
		}
	}
}

/* Most servers do as they should. */
static void draw_habits(struct draw *draw, struct random_stream *random)
{
	const unsigned bounds[DRAW_HABITS] = {
		[DRAW_HINT] = 2,
		[DRAW_TICKET] = DRAW_TICKETS - 1,
		[DRAW_ANNOUNCER] = draw->bridges,
		[DRAW_OPTIONAL] = DRAW_TYPES,
		[DRAW_ASKS_LATE] = 1,
		[DRAW_PRECOPY] = 1,
	};
	const bool is_mixed = dice_one_in(random, 2);

	for (unsigned each = 0; is_mixed && each < draw->moves; each++) {
		for (unsigned habit = 0; habit < DRAW_HABITS; habit++) {
			if (dice_one_in(random, 5))
				draw->move[each].habit[habit] =
					dice_between(random, 1, bounds[habit]);
		}
	}
}

/*
 * Going on at risk is a chain of rare things: a copy is staged, the bridges are cut off from each
 * other in the midst of the cut-over, and the server takes the risk.  In some worlds all of it
 * comes together, with frames that go on meanwhile and tickets that do not allow it.
 */
static void draw_peril(struct draw *draw, struct random_stream *random)
{
	const bool is_talking = dice_one_in(random, 2);

	draw->has_traffic = true;
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++) {
		draw->conduct[bridge][DRAW_TAKES_RISK] = 1;
		draw->conduct[bridge][DRAW_RETRIES] = draw->conduct[bridge][DRAW_ON_REASON] = 0;
	}
	for (unsigned vm = 0; vm < draw->vms; vm++) {
		draw->vm[vm].leaves_untold = false;
		if (is_talking && vm < DRAW_TALKING_MAX)
			draw_life_give_keys(&draw->vm[vm]);
	}
	for (unsigned each = 0; each < draw->moves; each++) {
		struct draw_move *move = &draw->move[each];
		move->deadline_ms = 5000;
		move->is_one_shot = false;
		move->trigger = DRAW_BY_REQUEST;
		if (dice_one_in(random, 2))
			move->habit[DRAW_TICKET] = DRAW_TICKET_NO_RISK;
	}
	draw_trouble_cut_off(draw, random);
}

void draw_make(struct draw *draw, uint64_t seed)
{
	struct random_stream random;

	*draw = (struct draw){.seed = seed, .heal_ms = HEAL_MS};
	random_stream_init(&random, seed, "campaign");
	draw_fabric(draw, &random);
	draw_vms(draw, &random);
	draw_moves(draw, &random);
	draw_rates(draw, &random);
	draw_triggers(draw, &random);
	draw_trouble_make(draw, &random);
	draw_traits(draw, &random);
	draw_habits(draw, &random);
	draw_conducts(draw, &random);
	draw_life_make(draw, &random);
	draw_malice_make(draw, &random);
	if (dice_one_in(&random, 8))
		draw_peril(draw, &random);
}
