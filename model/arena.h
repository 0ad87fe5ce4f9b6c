/*
 * An arena: octet strings of many sizes in one piece of the caller's memory, each owned by a
 * number. What is dropped is wiped, and the holes are closed when room is needed, so that as many
 * octets fit as were asked for, whatever came and went.
 */
#ifndef DIMP_ARENA_H
#define DIMP_ARENA_H

#include "dimp.h"

struct arena {
	uint8_t *octets; /* borrowed: arena_memory_size() */
	uint32_t *offsets; /* borrowed: of each owner's octets, 0 for none */
	uint32_t owners_max;
	uint32_t octets_max; /* that owners may hold together */
	uint32_t held; /* octets that owners hold */
	uint32_t end; /* of the used part of the memory, holes included */
};

/* Octets of memory for |owners_max| owners that hold |octets_max| together. */
size_t arena_memory_size(uint32_t owners_max, uint32_t octets_max);

/* Starts empty.  The caller has set octets, offsets (owners_max of them), owners_max, octets_max.
 */
void arena_init(struct arena *arena);

/* Gives |owner|, who holds nothing, a copy of |octets|; they must fit: held + size <= octets_max.
 */
void arena_put(struct arena *arena, uint32_t owner, struct dimp_view octets);

/* What |owner| holds; borrowed until the next arena_put(). */
struct dimp_view arena_get(const struct arena *arena, uint32_t owner);

/* Wipes what |owner| holds and takes it back. */
void arena_drop(struct arena *arena, uint32_t owner);

#endif
