/* SPDX-License-Identifier: MIT */
/*
 * All of it is over when all faults are.  Of a world with a liar less can be judged, so that there
 * are few; half of them are of speakers that are only newer, of which everything can.
 */
#include "campaign/draw_malice.h"

#include "engine/dice.h"

enum { FIRST_MS = 100 };

static const char *const ways[DRAW_WAYS] = {
#define GARBLE(NAME, name, text) name,
#include "crypto/garbler_ways.def"
#undef GARBLE
};

static void draw_times(const struct draw *draw, struct random_stream *random, unsigned *at_ms,
	unsigned *for_ms)
{
	*at_ms = dice_between(random, FIRST_MS, draw->heal_ms / 2);
	*for_ms = dice_between(random, 1, draw->heal_ms - *at_ms);
}

static void draw_attack(struct draw *draw, struct random_stream *random)
{
	static const unsigned most[DRAW_ATTACK_RATES] = {200, 50, 200, 500, 200000};
	struct draw_attack *attack = &draw->attack[draw->attacks++];

	attack->is_cable = dice_one_in(random, 3);
	attack->place = dice_below(random, draw->bridges);
	draw_times(draw, random, &attack->at_ms, &attack->for_ms);
	for (unsigned rate = 0; rate < DRAW_ATTACK_RATES; rate++) {
		if (dice_one_in(random, 2))
			attack->rate[rate] = dice_between(random, 1, most[rate]);
	}
}

static void draw_lie(struct draw *draw, struct random_stream *random)
{
	struct draw_lie *lie = &draw->lie[draw->lies++];

	lie->is_server = dice_one_in(random, 4);
	lie->place = dice_below(random, draw->bridges);
	draw_times(draw, random, &lie->at_ms, &lie->for_ms);
	lie->share_percent = dice_between(random, 1, dice_one_in(random, 2) ? 100 : 10);
	lie->ways = dice_one_in(random, 2) ? 1u << GARBLER_SKIPPABLE
					   : dice_between(random, 1, (1u << DRAW_WAYS) - 1);
}

void draw_malice_make(struct draw *draw, struct random_stream *random)
{
	const unsigned attacks =
		dice_one_in(random, 4) ? dice_between(random, 1, DRAW_ATTACKS_MAX) : 0;
	const unsigned lies = dice_one_in(random, 8) ? dice_between(random, 1, DRAW_LIARS_MAX) : 0;

	for (unsigned each = 0; each < attacks; each++)
		draw_attack(draw, random);
	for (unsigned each = 0; each < lies; each++)
		draw_lie(draw, random);
}

bool draw_malice_is_any(const struct draw *draw)
{
	for (unsigned each = 0; each < draw->attacks; each++) {
		if (!draw->attack[each].is_dropped)
			return true;
	}
	for (unsigned each = 0; each < draw->lies; each++) {
		if (!draw->lie[each].is_dropped)
			return true;
	}
	return false;
}

static void write_attack(const struct draw *draw, const struct draw_attack *attack, FILE *stream)
{
	static const char *const names[DRAW_ATTACK_RATES - 1] = {"replay", "reflect", "forge",
		"flood"};
	/* There is one link less than bridges; bridge 0 has none of its own. */
	const unsigned bridge = 1 + attack->place % (draw->bridges - 1);

	if (attack->is_cable)
		fprintf(stream, "  - {attack: server-%u", attack->place);
	else
		fprintf(stream, "  - {attack: edge-%u/edge-%u", draw->above[bridge], bridge);
	fprintf(stream, ", at: %ums, for: %ums", attack->at_ms, attack->for_ms);
	for (unsigned rate = 0; rate < DRAW_ATTACK_RATES - 1; rate++) {
		if (attack->rate[rate] != 0)
			fprintf(stream, ", %s: %u/s", names[rate], attack->rate[rate]);
	}
	if (attack->rate[DRAW_ATTACK_RATES - 1] != 0)
		fprintf(stream, ", mangle: %uppm", attack->rate[DRAW_ATTACK_RATES - 1]);
	fputs("}\n", stream);
}

static void write_lie(const struct draw_lie *lie, FILE *stream)
{
	const char *joint = ", how: [";

	fprintf(stream, "  - {lie: %s-%u, at: %ums, for: %ums, share: %u%%",
		lie->is_server ? "server" : "edge", lie->place, lie->at_ms, lie->for_ms,
		lie->share_percent);
	for (unsigned way = 0; way < DRAW_WAYS; way++) {
		if ((lie->ways >> way & 1) == 0)
			continue;
		fprintf(stream, "%s%s", joint, ways[way]);
		joint = ", ";
	}
	fputs("]}\n", stream);
}

void draw_malice_write(const struct draw *draw, FILE *stream)
{
	for (unsigned each = 0; each < draw->attacks; each++) {
		if (!draw->attack[each].is_dropped)
			write_attack(draw, &draw->attack[each], stream);
	}
	for (unsigned each = 0; each < draw->lies; each++) {
		if (!draw->lie[each].is_dropped)
			write_lie(&draw->lie[each], stream);
	}
}
