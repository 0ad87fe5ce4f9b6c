/* SPDX-License-Identifier: MIT */
/*
 * Which kinds of trouble a world has at all is drawn first.  What strikes at a state strikes the
 * first time that the machine comes to it, and not at all if it never does: with all states drawn
 * alike, every step of a move is struck in some world.
 */
#include "campaign/draw_trouble.h"

#include <string.h>

#include "engine/dice.h"
#include "scenario/name_rows.h"

enum { FIRST_MS = 500, LAST_BEFORE_HEALING_MS = 4000 };

/* ---- drawn */

unsigned draw_trouble_states(void)
{
	unsigned states = 0;

	while (names_state[states].name != NULL)
		states++;
	return states;
}

static bool is_change(enum draw_fault_kind kind)
{
	return kind == DRAW_LIMIT || kind == DRAW_REFUSE || kind == DRAW_UNSUPPORTED ||
		kind == DRAW_ACTIVATION;
}

/* What a bridge is configured to, and clocks, have their time, by which all is as it was. */
static void draw_tie(const struct draw *draw, struct random_stream *random,
	struct draw_fault *fault)
{
	if (is_change(fault->kind) || fault->kind == DRAW_DRIFT || !dice_one_in(random, 3))
		return;
	fault->tie = (struct draw_tie){
		.state = dice_between(random, 1, draw_trouble_states()),
		.place = dice_one_in(random, 2) ? fault->place : dice_below(random, draw->bridges),
	};
}

static void draw_fault(struct draw *draw, struct random_stream *random, unsigned kind,
	unsigned last_ms)
{
	struct draw_fault *fault = &draw->fault[draw->faults++];

	*fault = (struct draw_fault){
		.kind = (enum draw_fault_kind)kind,
		.place = dice_below(random, draw->bridges),
		.at_ms = dice_between(random, FIRST_MS, last_ms),
		.for_ms = dice_between(random, 1,
			dice_one_in(random, 2) ? LAST_BEFORE_HEALING_MS : 300),
		.way = dice_below(random, 3),
		.amount = dice_below(random, 1000),
	};
	draw_tie(draw, random, fault);
}

static void draw_spells(struct draw *draw, struct random_stream *random)
{
	unsigned kinds = 0;

	for (unsigned each = 0; each < DRAW_SPELL_KINDS; each++)
		kinds |= (unsigned)dice_one_in(random, 3) << each;
	const unsigned count = dice_below(random, DRAW_SPELLS_MAX);
	for (unsigned each = 0; each < count; each++) {
		const unsigned kind = dice_below(random, DRAW_SPELL_KINDS);
		if (kinds >> kind & 1)
			draw_fault(draw, random, kind, draw->heal_ms - LAST_BEFORE_HEALING_MS);
	}
}

/* What somebody orders in the midst of it all, deaths, and crashes that nobody mends; most worlds
 * have none.
 */
static void draw_orders(struct draw *draw, struct random_stream *random)
{
	const unsigned count = dice_one_in(random, 2) ? dice_below(random, DRAW_ORDERS_MAX) : 0;
	unsigned kinds = 0;

	for (unsigned each = DRAW_SPELL_KINDS; each < DRAW_FAULT_KINDS; each++)
		kinds |= (unsigned)dice_one_in(random, 2) << each;
	for (unsigned each = 0; each < count; each++) {
		const unsigned kind = dice_between(random, DRAW_SPELL_KINDS, DRAW_FAULT_KINDS - 1);
		if (kinds >> kind & 1)
			draw_fault(draw, random, kind, draw->heal_ms);
	}
}

void draw_trouble_make(struct draw *draw, struct random_stream *random)
{
	draw_spells(draw, random);
	draw_orders(draw, random);
}

static unsigned number_of(const char *machine, const char *state)
{
	const int32_t of_machine = name_rows_find(names_machine, machine)->number;
	unsigned number = 0;

	while (names_state[number].number != of_machine ||
		strcmp(names_state[number].name, state) != 0)
		number++;
	return number + 1;
}

void draw_trouble_cut_off(struct draw *draw, struct random_stream *random)
{
	enum { LEAST_MS = 2500 /* longer than a source may be silent */ };

	for (unsigned link = 0; link + 1 < draw->bridges && draw->faults < DRAW_FAULTS_MAX; link++)
		draw->fault[draw->faults++] = (struct draw_fault){
			.kind = DRAW_CUT,
			.place = link,
			.for_ms = dice_between(random, LEAST_MS, LAST_BEFORE_HEALING_MS),
			.tie = {number_of("destination",
					dice_one_in(random, 2) ? "STAGED" : "FREEZING"),
				dice_below(random, draw->bridges)},
		};
}

/* ---- written */

void draw_trouble_write_tie(const struct draw_tie *tie, FILE *stream)
{
	if (tie->state == 0)
		return;
	const struct name_row *state = &names_state[tie->state - 1];
	const char *machine = names_of(names_machine, state->number);

	fprintf(stream, ", when: {node: %s-%u, machine: %s, state: %s}",
		machine[1] == 't' ? "server" : "edge", tie->place, machine, state->name);
}

/* The end of a fault's line: when it strikes. */
static void write_time(const struct draw_fault *fault, FILE *stream)
{
	if (fault->tie.state == 0)
		fprintf(stream, ", at: %ums", fault->at_ms);
	draw_trouble_write_tie(&fault->tie, stream);
	fputs("}\n", stream);
}

/* From 64 kb/s, a frame in a fifth of a second, to 64 Mb/s. */
static void write_clog(const struct draw_fault *fault, FILE *stream)
{
	fprintf(stream, ", rate: %ukbps, queue: %uKiB", 64u << fault->amount % 11,
		2u << fault->amount / 11 % 6);
}

static void write_link(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	static const char *const ways[] = {"", ", direction: forth", ", direction: back"};
	/* There is one link less than bridges; bridge 0 has none of its own. */
	const unsigned bridge = 1 + fault->place % (draw->bridges - 1);

	if (fault->kind == DRAW_CUT_CABLE || fault->kind == DRAW_CLOG_CABLE)
		fprintf(stream, "  - {link: server-%u", fault->place);
	else
		fprintf(stream, "  - {link: edge-%u/edge-%u", draw->above[bridge], bridge);
	fputs(ways[fault->way], stream);
	if (fault->kind == DRAW_DELAY)
		fprintf(stream, ", delay: %ums", fault->amount / 10);
	else if (fault->kind == DRAW_CLOG || fault->kind == DRAW_CLOG_CABLE)
		write_clog(fault, stream);
	else
		fputs(", cut: true", stream);
	fprintf(stream, ", for: %ums", fault->for_ms);
}

/* Both what changes, and that it is as it was when all faults are over. */
static void write_change(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	const char *type = draw_types[fault->amount % DRAW_TYPES];

	fprintf(stream, "  - {change: edge-%u, ", fault->place);
	if (fault->kind == DRAW_LIMIT)
		fprintf(stream, "limits: {%s: %u}", type, fault->amount % 7 + 1);
	else if (fault->kind == DRAW_REFUSE)
		fprintf(stream, "refuse: [%s]", type);
	else if (fault->kind == DRAW_UNSUPPORTED)
		fprintf(stream, "supported: [%s]", type);
	else
		fputs("fails_activation: true", stream);
	write_time(fault, stream);
	fprintf(stream,
		"  - {change: edge-%u, limits: {}, supported: all, refuse: none, "
		"fails_activation: false, at: %ums}\n",
		fault->place, draw->heal_ms);
}

static void write_drift(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	fprintf(stream, "  - {drift: %s-%u, ppm: %d, for: %ums",
		fault->way == 0 ? "server" : "edge", fault->place, (int)fault->amount - 500,
		draw->heal_ms - fault->at_ms);
	write_time(fault, stream);
}

/* |what| befalls a node; |lasts| says for how long, NULL: for good. */
static void write_node(const struct draw_fault *fault, const char *what, const char *lasts,
	FILE *stream)
{
	fprintf(stream, "  - {%s-%u", what, fault->place);
	if (lasts)
		fprintf(stream, ", %s: %ums", lasts, fault->for_ms);
	write_time(fault, stream);
}

static unsigned vm_of(const struct draw *draw, const struct draw_fault *fault)
{
	return fault->amount / 7 % draw->vms;
}

static void write_of_vm(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	fprintf(stream, "  - {%s: vm%u", fault->kind == DRAW_DIE ? "die" : "revoke",
		vm_of(draw, fault));
	write_time(fault, stream);
}

static const struct draw_move *move_of(const struct draw *draw, const struct draw_fault *fault)
{
	return &draw->move[fault->amount / 7 % (draw->moves ? draw->moves : 1)];
}

static void write_cancel(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	fprintf(stream, "  - {cancel: m%u", (unsigned)(move_of(draw, fault) - draw->move));
	write_time(fault, stream);
}

static bool is_left(const struct draw *draw, const struct draw_fault *fault)
{
	if (fault->is_dropped)
		return false;
	if (fault->kind == DRAW_CANCEL)
		return draw_has_move(draw, move_of(draw, fault));
	if (fault->kind == DRAW_REVOKE || fault->kind == DRAW_DIE)
		return !draw->vm[vm_of(draw, fault)].is_dropped;
	return true;
}

static void write_fault(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	switch (fault->kind) {
	case DRAW_CUT:
	case DRAW_CUT_CABLE:
	case DRAW_CLOG:
	case DRAW_CLOG_CABLE:
	case DRAW_DELAY:
		write_link(draw, fault, stream);
		write_time(fault, stream);
		break;
	case DRAW_CRASH: write_node(fault, "crash: edge", "restart", stream); break;
	case DRAW_CRASH_STATION: write_node(fault, "crash: server", "restart", stream); break;
	case DRAW_CRASH_FOR_GOOD: write_node(fault, "crash: edge", NULL, stream); break;
	case DRAW_CRASH_STATION_FOR_GOOD: write_node(fault, "crash: server", NULL, stream); break;
	case DRAW_PAUSE: write_node(fault, "pause: edge", "for", stream); break;
	case DRAW_PAUSE_STATION: write_node(fault, "pause: server", "for", stream); break;
	case DRAW_CLOSE: write_node(fault, "close: edge", NULL, stream); break;
	case DRAW_CLOSE_STATION: write_node(fault, "close: server", NULL, stream); break;
	case DRAW_LIMIT:
	case DRAW_REFUSE:
	case DRAW_UNSUPPORTED:
	case DRAW_ACTIVATION: write_change(draw, fault, stream); break;
	case DRAW_DRIFT: write_drift(draw, fault, stream); break;
	case DRAW_CANCEL: write_cancel(draw, fault, stream); break;
	case DRAW_REVOKE:
	case DRAW_DIE: write_of_vm(draw, fault, stream); break;
	case DRAW_FAULT_KINDS: break;
	}
}

bool draw_trouble_is_any(const struct draw *draw)
{
	for (unsigned index = 0; index < draw->faults; index++) {
		if (is_left(draw, &draw->fault[index]))
			return true;
	}
	return false;
}

void draw_trouble_write(const struct draw *draw, FILE *stream)
{
	for (unsigned index = 0; index < draw->faults; index++) {
		if (is_left(draw, &draw->fault[index]))
			write_fault(draw, &draw->fault[index], stream);
	}
}
