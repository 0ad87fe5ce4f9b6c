/*
 * The arena.  Blocks stand one after another: a header that names owner and size, then the octets.
 * A dropped block keeps its header, without owner, so that one walk from the start finds every
 * block; that walk slides the living to the front when the end is reached.  Each owner has at most
 * one block, hence memory for octets_max octets and owners_max headers always suffices.
 */
#include "arena.h"

#include <assert.h>
#include <string.h>

#include "wipe.h"
#include "wire.h"

struct block {
	uint32_t owner;
	uint32_t size;
};

static const uint32_t no_owner = UINT32_MAX;

static size_t memory_size(const struct arena *arena)
{
	return arena_memory_size(arena->owners_max, arena->octets_max);
}

size_t arena_memory_size(uint32_t owners_max, uint32_t octets_max)
{
	return (size_t)octets_max + (size_t)owners_max * sizeof(struct block);
}

void arena_init(struct arena *arena)
{
	assert(memory_size(arena) <= UINT32_MAX);
	arena->held = 0;
	arena->end = 0;
	for (uint32_t owner = 0; owner < arena->owners_max; owner++)
		arena->offsets[owner] = 0;
}

static struct block load_block(const struct arena *arena, uint32_t at)
{
	struct block block;

	memcpy(&block, arena->octets + at, sizeof block);
	return block;
}

static void store_block(struct arena *arena, uint32_t at, struct block block)
{
	memcpy(arena->octets + at, &block, sizeof block);
}

/* Slides every owned block to the front and wipes what they leave behind. */
static void close_holes(struct arena *arena)
{
	const uint32_t end = arena->end;
	uint32_t to = 0;

	for (uint32_t from = 0; from < end;) {
		const struct block block = load_block(arena, from);
		const uint32_t size = (uint32_t)sizeof block + block.size;
		if (block.owner != no_owner) {
			memmove(arena->octets + to, arena->octets + from, size);
			arena->offsets[block.owner] = to + (uint32_t)sizeof block;
			to += size;
		}
		from += size;
	}
	wipe(arena->octets + to, end - to);
	arena->end = to;
}

void arena_put(struct arena *arena, uint32_t owner, struct dimp_view octets)
{
	assert(owner < arena->owners_max);
	assert(arena->offsets[owner] == 0);
	assert(octets.size <= arena->octets_max - arena->held);
	const struct block block = {.owner = owner, .size = (uint32_t)octets.size};

	if (sizeof block + octets.size > memory_size(arena) - arena->end)
		close_holes(arena);
	store_block(arena, arena->end, block);
	arena->offsets[owner] = arena->end + (uint32_t)sizeof block;
	memcpy(arena->octets + arena->offsets[owner], octets.octets, octets.size);
	arena->end += (uint32_t)sizeof block + block.size;
	arena->held += block.size;
}

struct dimp_view arena_get(const struct arena *arena, uint32_t owner)
{
	const uint32_t offset = arena->offsets[owner];

	assert(offset != 0);
	const struct block block = load_block(arena, offset - (uint32_t)sizeof block);
	return wire_view(arena->octets + offset, block.size);
}

void arena_drop(struct arena *arena, uint32_t owner)
{
	const uint32_t offset = arena->offsets[owner];

	assert(offset != 0);
	const uint32_t at = offset - (uint32_t)sizeof(struct block);
	struct block block = load_block(arena, at);
	wipe(arena->octets + offset, block.size);
	arena->held -= block.size;
	arena->offsets[owner] = 0;
	block.owner = no_owner;
	store_block(arena, at, block);
	if (offset + block.size == arena->end)
		arena->end = at;
}
