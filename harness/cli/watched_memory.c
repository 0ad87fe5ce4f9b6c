/* SPDX-License-Identifier: MIT */
/*
 * Owns the way to memory of the program dimp.  The Makefile links it with --wrap, so that what the
 * harness calls malloc, calloc, ... arrives here, where a refusal is noted before it is passed on.
 *
 * A stream gets its buffer when it is opened: the C library would ask later, and take a refusal
 * for an error of reading or writing.  libcrypto 3.0 does not survive all refusals (it goes on with
 * locks that are not there): the program ends before it can come to that, at once.
 */
#include "cli/watched_memory.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "observe/memory_refusals.h"
#include "observe/unfinished_files.h"

/* What the linker calls the function of the library, and who is called in its place. */
#define WRAPPED(returned, name, parameters) \
	returned __real_##name parameters; \
	returned __wrap_##name parameters;
WRAPPED(void *, malloc, (size_t size))
WRAPPED(void *, calloc, (size_t count, size_t size))
WRAPPED(void *, realloc, (void *memory, size_t size))
WRAPPED(char *, strdup, (const char *text))
WRAPPED(FILE *, fopen, (const char *path, const char *mode))
WRAPPED(FILE *, fdopen, (int descriptor, const char *mode))
WRAPPED(FILE *, open_memstream, (char **text, size_t *size))
#undef WRAPPED

static void *watched(void *memory)
{
	if (!memory)
		memory_note_refusal();
	return memory;
}

void *__wrap_malloc(size_t size)
{
	return watched(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return watched(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
	return watched(__real_realloc(memory, size));
}

char *__wrap_strdup(const char *text)
{
	return watched(__real_strdup(text));
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
	return watched(__real_open_memstream(text, size));
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	FILE *const stream = __real_fopen(path, mode);

	if (stream && setvbuf(stream, NULL, _IOFBF, BUFSIZ) != 0) {
		(void)fclose(stream);
		memory_note_refusal();
		return NULL;
	}
	return stream;
}

/* Who opened the descriptor closes it when there is no stream. */
FILE *__wrap_fdopen(int descriptor, const char *mode)
{
	const int spare = dup(descriptor);
	FILE *const stream = spare >= 0 ? __real_fdopen(spare, mode) : NULL;

	if (stream && setvbuf(stream, NULL, _IOFBF, BUFSIZ) == 0) {
		(void)close(descriptor);
		return stream;
	}
	if (stream)
		(void)fclose(stream);
	else if (spare >= 0)
		(void)close(spare);
	memory_note_refusal();
	return NULL;
}

static void *watched_crypto(void *memory, size_t size)
{
	if (memory || size == 0)
		return memory;
	complain("no memory for libcrypto; free some");
	unfinished_files_remove();
	(void)fflush(stdout);
	_Exit(EXIT_CODE_INTERNAL);
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return watched_crypto(__real_malloc(size), size);
}

static void *crypto_realloc(void *memory, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return watched_crypto(__real_realloc(memory, size), size);
}

static void crypto_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

static sqlite3_mem_methods database_memory;

static void *database_malloc(int size)
{
	return watched(database_memory.xMalloc(size));
}

static void *database_realloc(void *memory, int size)
{
	return watched(database_memory.xRealloc(memory, size));
}

static void watch_database(void)
{
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &database_memory) != SQLITE_OK)
		return;
	sqlite3_mem_methods methods = database_memory;

	methods.xMalloc = database_malloc;
	methods.xRealloc = database_realloc;
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

void watched_memory_begin(void)
{
	static char output[BUFSIZ];

	(void)setvbuf(stdout, output, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, sizeof output);
	json_set_alloc_funcs(__wrap_malloc, free);
	watch_database();
	(void)CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);
}
