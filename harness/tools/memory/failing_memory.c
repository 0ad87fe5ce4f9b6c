/* SPDX-License-Identifier: MIT */
/* malloc and its kin, of which one call can be made to fail.
 *
 * Linked in front of AddressSanitizer's, these stand for every call in the process, those of
 * libcrypto, libyaml, jansson, SQLite and the C library among them.  The environment says what to
 * do:
 *
 *   DIMP_MEMORY_FAILS=N    the N-th call gets nothing; N+: all from it on
 *   DIMP_MEMORY_LIST=FILE  a line is appended for the 1st, 8th, 64th, ... call from each place:
 *                          its number, how often that place had called, and which place
 *
 * A place is a chain of callers: who asks for whom.  Runs are deterministic, so that a number means
 * the same call in the next run.  Calls are counted from the start of the program on, in each
 * process by itself once it is forked.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLERS 14
#define OWN_CALLERS 3
#define PLACES 65536
#define EACH_OF 8

/* Those of AddressSanitizer, under the names by which it lets others reach them. */
void *__interceptor_malloc(size_t size);
void *__interceptor_calloc(size_t count, size_t size);
void *__interceptor_realloc(void *memory, size_t size);

struct place {
	uint64_t digest;
	uint64_t calls;
};

static struct place places[PLACES];
static uint64_t calls, failing;
static bool is_lasting, is_busy, is_begun;
static int list = -1;

/* The unwinder is loaded at its first use, with memory of its own. */
static void begin_list(const char *path)
{
	void *callers[CALLERS];

	(void)backtrace(callers, CALLERS);
	list = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void __attribute__((constructor)) begin(void)
{
	const char *const fails = getenv("DIMP_MEMORY_FAILS");
	const char *const path = getenv("DIMP_MEMORY_LIST");
	char *end = NULL;

	failing = fails != NULL ? strtoull(fails, &end, 10) : 0;
	is_lasting = end != NULL && *end == '+';
	if (path != NULL)
		begin_list(path);
	is_begun = true;
}

static struct place *place_of(uint64_t digest)
{
	for (size_t step = 0; step < PLACES; step++) {
		struct place *const place = &places[(digest + step) % PLACES];

		if (place->digest == digest || place->digest == 0) {
			place->digest = digest;
			return place;
		}
	}
	return NULL;
}

static bool is_told(uint64_t count)
{
	while (count % EACH_OF == 0)
		count /= EACH_OF;
	return count == 1;
}

static void list_call(void)
{
	void *callers[CALLERS] = {NULL};
	uint64_t digest = 0xcbf29ce484222325;
	char line[80];

	const int count = backtrace(callers, CALLERS);

	for (int each = OWN_CALLERS; each < count; each++)
		digest = (digest ^ (uint64_t)(uintptr_t)callers[each]) * 0x100000001b3;
	struct place *const place = place_of(digest | 1);

	if (place == NULL || !is_told(++place->calls))
		return;
	const int size =
		snprintf(line, sizeof line, "%llu %llu %016llx\n", (unsigned long long)calls,
			(unsigned long long)place->calls, (unsigned long long)place->digest);

	(void)!write(list, line, (size_t)size);
}

/* Whether this call is one that gets nothing. */
static bool is_refused(void)
{
	if (!is_begun || is_busy)
		return false;
	calls++;
	if (list >= 0) {
		is_busy = true;
		list_call();
		is_busy = false;
	}
	const bool is_hit = failing != 0 && (calls == failing || (is_lasting && calls > failing));

	if (is_hit)
		errno = ENOMEM;
	return is_hit;
}

void *malloc(size_t size)
{
	return is_refused() ? NULL : __interceptor_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __interceptor_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return is_refused() ? NULL : __interceptor_realloc(memory, size);
}

char *strndup(const char *text, size_t size_max)
{
	const size_t size = strnlen(text, size_max);
	char *const copy = malloc(size + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *strdup(const char *text)
{
	return strndup(text, strlen(text));
}
