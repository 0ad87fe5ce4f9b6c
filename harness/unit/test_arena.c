/*
 * Proves that the arena keeps each owner's octets through the closing of holes, that all it
 * promises fits, and that nothing given back can be read in its memory.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "wire.h"

enum { OWNERS = 2, OCTETS = 20 };

static const uint8_t secret[16] = {0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5, 0xa5,
	0xa5, 0xa5, 0xa5, 0xa5, 0xa5};
static const uint8_t plain[4] = {1, 2, 3, 4};

static void open_arena(struct arena *arena)
{
	*arena = (struct arena){
		.octets = calloc(1, arena_memory_size(OWNERS, OCTETS)),
		.offsets = calloc(OWNERS, sizeof(uint32_t)),
		.owners_max = OWNERS,
		.octets_max = OCTETS,
	};
	arena_init(arena);
}

static void close_arena(struct arena *arena)
{
	free(arena->octets);
	free(arena->offsets);
}

/* How many octets of the arena's memory are the secret's. */
static size_t count_secret(const struct arena *arena)
{
	size_t count = 0;

	for (size_t at = 0; at < arena_memory_size(OWNERS, OCTETS); at++)
		count += arena->octets[at] == secret[0] ? 1 : 0;
	return count;
}

static void test_arena_holds_all_it_promises(void)
{
	struct arena arena;

	open_arena(&arena);
	arena_put(&arena, 0, wire_view(plain, sizeof plain));
	arena_put(&arena, 1, wire_view(secret, sizeof secret));
	CHECK_EQ(arena.held, OCTETS);
	CHECK_BYTES(arena_get(&arena, 0).octets, arena_get(&arena, 0).size, "01020304");
	CHECK_EQ(arena_get(&arena, 1).size, sizeof secret);
	close_arena(&arena);
}

static void test_arena_closes_holes_and_wipes_what_they_leave(void)
{
	struct arena arena;

	open_arena(&arena);
	arena_put(&arena, 0, wire_view(plain, sizeof plain));
	arena_put(&arena, 1, wire_view(secret, sizeof secret));
	arena_drop(&arena, 0);
	arena_put(&arena, 0, wire_view(plain, 1));
	CHECK_BYTES(arena_get(&arena, 0).octets, arena_get(&arena, 0).size, "01");
	CHECK(memcmp(arena_get(&arena, 1).octets, secret, sizeof secret) == 0);
	CHECK_EQ(count_secret(&arena), sizeof secret);
	arena_drop(&arena, 1);
	CHECK_EQ(count_secret(&arena), 0);
	CHECK_EQ(arena.held, 1);
	close_arena(&arena);
}

static const struct test_case tests[] = {
	TEST(test_arena_holds_all_it_promises),
	TEST(test_arena_closes_holes_and_wipes_what_they_leave),
	TEST_END,
};

const struct test_suite suite_arena = {"arena", tests};
