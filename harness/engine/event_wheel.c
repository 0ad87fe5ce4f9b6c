/* SPDX-License-Identifier: MIT */
/*
 * Owns a timing wheel.  The time of an event is a number of some digits; the highest digit in which
 * it differs from the base says in which ring the event stands, that digit itself at which place.
 * So the first event is in the lowest ring that has any, at its first place: in ring 0 a place is
 * one instant, in higher rings it is a span, whose events are dealt out to lower rings when its
 * time has come.  Each is dealt out less often than there are digits, whatever the times are, and
 * nothing is compared.
 *
 * A place has its events in the order of pushing, and that makes the order total: a place of a
 * lower ring is empty until its span is dealt out to it, in order, and what is pushed later stands
 * behind.  One event stands in the place itself; several stand in chunks, so that dealing out knows
 * the next ones in time to have them fetched.  One that is removed leaves a hole; a place that has
 * more holes than events is packed.
 *
 * A timer is a node's number and the node's generation: one that has gone off names nothing, even
 * when its node is in use again.
 */
#include "engine/event_wheel.h"

#include <stdlib.h>

enum {
	DIGIT_BITS = 11,
	PLACES = 1 << DIGIT_BITS,
	RINGS = (64 + DIGIT_BITS - 1) / DIGIT_BITS,
	WORDS = PLACES / 64,
	MEMBERS = 14,
	CAPACITY_FIRST = 64,
	/* Holes are no more than events: no place has more chunks than twice its events, and as
	   many again may be needed while they are dealt out. */
	CHUNKS_PER_NODE = 3
};

struct event_node {
	struct event event;
	uint32_t generation; /* odd while in use */
	uint32_t where; /* in use, in a chunk: its number and position; free: the next free one */
};

/* Numbers of nodes and chunks are from 1; 0 is none. */
struct event_chunk {
	uint32_t next;
	uint16_t begin, end; /* of its members */
	uint32_t members[MEMBERS]; /* nodes; 0: a hole */
};

struct place {
	uint32_t first; /* chunk, or the one node */
	uint32_t last; /* chunk; 0: there is one node */
	uint32_t events, holes; /* hold, as all of it, while the place is marked */
};

struct event_ring {
	uint64_t marked[WORDS]; /* places that have events */
	uint64_t words; /* of these words, which are not 0 */
	struct place places[PLACES];
};

_Static_assert(WORDS <= 64, "one word says which words are not 0");

static struct event_node *node_of(const struct event_wheel *wheel, uint32_t number)
{
	return &wheel->nodes[number - 1];
}

static struct event_chunk *chunk_of(const struct event_wheel *wheel, uint32_t number)
{
	return &wheel->chunks[number - 1];
}

static engine_timer timer_of(uint32_t number, uint32_t generation)
{
	return (uint64_t)generation << 32 | number;
}

/* ---- Rings ---- */

/* Where an instant stands. */
struct spot {
	struct event_ring *ring;
	uint32_t digit;
};

static struct spot spot_of(const struct event_wheel *wheel, uint64_t at_us)
{
	const uint64_t differing = at_us ^ wheel->base_us;
	const unsigned highest = 63 - (unsigned)__builtin_clzll(differing | 1);
	const unsigned ring = highest / DIGIT_BITS;

	return (struct spot){&wheel->rings[ring], (uint32_t)(at_us >> ring * DIGIT_BITS) % PLACES};
}

static bool is_marked(const struct spot *spot)
{
	return spot->ring->marked[spot->digit / 64] >> spot->digit % 64 & 1;
}

static void mark(const struct spot *spot)
{
	spot->ring->marked[spot->digit / 64] |= (uint64_t)1 << spot->digit % 64;
	spot->ring->words |= (uint64_t)1 << spot->digit / 64;
}

static void unmark(const struct spot *spot)
{
	struct event_ring *ring = spot->ring;

	ring->marked[spot->digit / 64] &= ~((uint64_t)1 << spot->digit % 64);
	if (ring->marked[spot->digit / 64] == 0)
		ring->words &= ~((uint64_t)1 << spot->digit / 64);
}

/* The lowest ring that has events: all of a higher one are later.  RINGS when there are none. */
static unsigned first_ring(const struct event_wheel *wheel)
{
	unsigned ring = 0;

	while (ring < RINGS && wheel->rings[ring].words == 0)
		ring++;
	return ring;
}

static struct spot first_spot(const struct event_wheel *wheel, unsigned number)
{
	struct event_ring *ring = &wheel->rings[number];
	const unsigned word = (unsigned)__builtin_ctzll(ring->words);

	return (struct spot){ring, word * 64 + (unsigned)__builtin_ctzll(ring->marked[word])};
}

/* ---- Chunks ---- */

static uint32_t take_chunk(struct event_wheel *wheel)
{
	uint32_t number = wheel->free_chunk;

	if (number != 0)
		wheel->free_chunk = chunk_of(wheel, number)->next;
	else
		number = ++wheel->chunks_used;
	struct event_chunk *chunk = chunk_of(wheel, number);
	chunk->next = 0;
	chunk->begin = chunk->end = 0;
	return number;
}

static void free_chunk(struct event_wheel *wheel, uint32_t number)
{
	chunk_of(wheel, number)->next = wheel->free_chunk;
	wheel->free_chunk = number;
}

static void add_member(struct event_wheel *wheel, struct place *place, uint32_t node)
{
	struct event_chunk *chunk = chunk_of(wheel, place->last);

	if (chunk->end == MEMBERS) {
		const uint32_t more = take_chunk(wheel);
		chunk->next = more;
		place->last = more;
		chunk = chunk_of(wheel, more);
	}
	node_of(wheel, node)->where = place->last * 16 + chunk->end;
	chunk->members[chunk->end++] = node;
}

static void append(struct event_wheel *wheel, uint32_t number)
{
	const struct spot spot = spot_of(wheel, node_of(wheel, number)->event.at.us);
	struct place *place = &spot.ring->places[spot.digit];

	if (!is_marked(&spot)) {
		mark(&spot);
		*place = (struct place){.first = number, .events = 1};
		return;
	}
	if (place->last == 0) {
		const uint32_t only = place->first;
		place->first = place->last = take_chunk(wheel);
		add_member(wheel, place, only);
	}
	add_member(wheel, place, number);
	place->events++;
}

/* Puts the events of |list| where they belong by now, in order, and frees its chunks. */
static void append_all(struct event_wheel *wheel, const struct place *list)
{
	if (list->last == 0) {
		append(wheel, list->first);
		return;
	}
	for (uint32_t number = list->first; number != 0;) {
		const struct event_chunk chunk = *chunk_of(wheel, number);
		for (unsigned at = chunk.begin; at < chunk.end; at++) {
			if (chunk.members[at] != 0)
				__builtin_prefetch(node_of(wheel, chunk.members[at]));
		}
		free_chunk(wheel, number);
		number = chunk.next;
		for (unsigned at = chunk.begin; at < chunk.end; at++) {
			if (chunk.members[at] != 0)
				append(wheel, chunk.members[at]);
		}
	}
}

static void free_chunks(struct event_wheel *wheel, const struct place *place)
{
	for (uint32_t number = place->last ? place->first : 0; number != 0;) {
		const uint32_t next = chunk_of(wheel, number)->next;
		free_chunk(wheel, number);
		number = next;
	}
}

static void take_out(struct event_wheel *wheel, const struct event_node *node)
{
	const struct spot spot = spot_of(wheel, node->event.at.us);
	struct place *place = &spot.ring->places[spot.digit];

	if (--place->events == 0) {
		free_chunks(wheel, place);
		unmark(&spot);
		return;
	}
	chunk_of(wheel, node->where / 16)->members[node->where % 16] = 0;
	if (++place->holes <= place->events)
		return;
	const struct place whole = *place;
	unmark(&spot);
	append_all(wheel, &whole);
}

/* The first event of a place of ring 0, which is taken out of it. */
static uint32_t take_first(struct event_wheel *wheel, const struct spot *spot)
{
	struct place *place = &spot->ring->places[spot->digit];
	uint32_t node = place->last == 0 ? place->first : 0;

	while (node == 0) {
		struct event_chunk *chunk = chunk_of(wheel, place->first);
		node = chunk->members[chunk->begin++];
		place->holes -= node == 0;
		if (chunk->begin < chunk->end || place->first == place->last)
			continue;
		const uint32_t spent = place->first;
		place->first = chunk->next;
		free_chunk(wheel, spent);
	}
	if (--place->events == 0) {
		free_chunks(wheel, place);
		unmark(spot);
	}
	return node;
}

/* ---- The first ---- */

static uint64_t earliest_in(const struct event_wheel *wheel, const struct event_chunk *chunk)
{
	uint64_t earliest_us = UINT64_MAX;

	for (unsigned at = chunk->begin; at < chunk->end; at++) {
		const uint32_t node = chunk->members[at];
		if (node != 0 && node_of(wheel, node)->event.at.us < earliest_us)
			earliest_us = node_of(wheel, node)->event.at.us;
	}
	return earliest_us;
}

static uint64_t earliest_of(const struct event_wheel *wheel, const struct place *place)
{
	uint64_t earliest_us = UINT64_MAX;

	if (place->last == 0)
		return node_of(wheel, place->first)->event.at.us;
	for (uint32_t number = place->first; number != 0; number = chunk_of(wheel, number)->next) {
		const uint64_t here_us = earliest_in(wheel, chunk_of(wheel, number));
		if (here_us < earliest_us)
			earliest_us = here_us;
	}
	return earliest_us;
}

struct dimp_time event_wheel_deadline(const struct event_wheel *wheel)
{
	const unsigned ring = wheel->rings ? first_ring(wheel) : RINGS;

	if (ring == RINGS)
		return DIMP_NEVER;
	const struct spot spot = first_spot(wheel, ring);
	return (struct dimp_time){earliest_of(wheel, &spot.ring->places[spot.digit])};
}

/* The first instant of the span of a place. */
static uint64_t begin_of(const struct event_wheel *wheel, unsigned ring, uint32_t digit)
{
	const unsigned shift = ring * DIGIT_BITS;
	/* Of the highest ring all digits: the shift leaves 0. */
	const uint64_t below = ((uint64_t)PLACES << shift) - 1;

	return (wheel->base_us & ~below) | (uint64_t)digit << shift;
}

/* Whether an event of the place is due: they are looked through only when |until| lies within its
 * span. */
static bool is_due(const struct event_wheel *wheel, unsigned ring, const struct spot *spot,
	uint64_t until_us)
{
	const uint64_t begin_us = begin_of(wheel, ring, spot->digit);
	const uint64_t past_us = ((uint64_t)1 << ring * DIGIT_BITS) - 1;

	if (until_us < begin_us)
		return false;
	return until_us - begin_us >= past_us ||
		earliest_of(wheel, &spot->ring->places[spot->digit]) <= until_us;
}

static void take(struct event_wheel *wheel, const struct spot *spot, struct event *event)
{
	const uint32_t number = take_first(wheel, spot);
	struct event_node *node = node_of(wheel, number);

	*event = node->event;
	wheel->base_us = event->at.us;
	node->generation++;
	node->where = wheel->free_node;
	wheel->free_node = number;
	wheel->count--;
}

bool event_wheel_pop(struct event_wheel *wheel, struct dimp_time until, struct event *event)
{
	if (!wheel->rings)
		return false;
	for (unsigned ring = first_ring(wheel); ring < RINGS; ring = first_ring(wheel)) {
		const struct spot spot = first_spot(wheel, ring);
		const struct place place = spot.ring->places[spot.digit];
		if (!is_due(wheel, ring, &spot, until.us))
			return false;
		/* One alone is the first, wherever it stands. */
		if (ring == 0 || place.last == 0) {
			take(wheel, &spot, event);
			return true;
		}
		wheel->base_us = begin_of(wheel, ring, spot.digit);
		unmark(&spot);
		append_all(wheel, &place);
	}
	return false;
}

/* ---- Nodes ---- */

static bool grow(struct event_wheel *wheel)
{
	const uint32_t capacity = wheel->capacity ? wheel->capacity * 2 : CAPACITY_FIRST;

	if (!wheel->rings)
		wheel->rings = calloc(RINGS, sizeof *wheel->rings);
	if (!wheel->rings || capacity > (uint32_t)1 << 26)
		return false;

	struct event_node *nodes = realloc(wheel->nodes, capacity * sizeof *nodes);

	if (!nodes)
		return false;
	wheel->nodes = nodes;

	struct event_chunk *chunks =
		realloc(wheel->chunks, (size_t)capacity * CHUNKS_PER_NODE * sizeof *chunks);

	if (!chunks)
		return false;
	wheel->chunks = chunks;
	wheel->capacity = capacity;
	return true;
}

/* What was freed last is still in the cache. */
static uint32_t take_node(struct event_wheel *wheel)
{
	const uint32_t number = wheel->free_node;

	if (number != 0) {
		wheel->free_node = node_of(wheel, number)->where;
		return number;
	}
	if (wheel->nodes_used == wheel->capacity && !grow(wheel))
		return 0;
	wheel->nodes[wheel->nodes_used].generation = 0;
	return ++wheel->nodes_used;
}

engine_timer event_wheel_push(struct event_wheel *wheel, const struct event *event)
{
	const uint32_t number = take_node(wheel);

	if (number == 0)
		return 0;
	struct event_node *node = node_of(wheel, number);
	node->event = *event;
	node->generation++;
	wheel->count++;
	/* What never comes stands nowhere. */
	if (event->at.us != UINT64_MAX)
		append(wheel, number);
	return timer_of(number, node->generation);
}

void event_wheel_remove(struct event_wheel *wheel, engine_timer timer)
{
	const uint32_t number = (uint32_t)timer;

	if (number == 0 || number > wheel->nodes_used || (timer >> 32) % 2 == 0)
		return;
	struct event_node *node = node_of(wheel, number);
	if (timer_of(number, node->generation) != timer)
		return;
	if (node->event.at.us != UINT64_MAX)
		take_out(wheel, node);
	node->generation++;
	node->where = wheel->free_node;
	wheel->free_node = number;
	wheel->count--;
}

void event_wheel_wipe(struct event_wheel *wheel)
{
	free(wheel->nodes);
	free(wheel->chunks);
	free(wheel->rings);
	*wheel = (struct event_wheel){0};
}
