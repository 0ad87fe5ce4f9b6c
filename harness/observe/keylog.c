/* SPDX-License-Identifier: MIT */
/*
 * Owns the key log's text form, written and read.  Secrets are wiped from what this file allocates;
 * the stream's buffer is the C library's.
 */
#include "observe/keylog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/fresh_file.h"

enum { LINE_SIZE = 512, COMMENT_MAX = 500, WORDS_MAX = 6 };

struct keylog_writer {
	struct fresh_file file;
};

/* A line taken apart; what it says when it is wrong. */
struct line {
	char *words[WORDS_MAX];
	size_t word_count;
	const char *problem; /* NULL: none */
};

/* Through volatile, so that the compiler does not find the writes useless. */
static void wipe_octets(void *octets, size_t size)
{
	volatile uint8_t *at = octets;

	while (size--)
		*at++ = 0;
}

static void put_hex(struct keylog_writer *writer, const uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++)
		(void)fprintf(writer->file.stream, "%02x", octets[index]);
}

struct keylog_writer *keylog_writer_open(const char *path)
{
	struct keylog_writer *writer = calloc(1, sizeof *writer);

	if (writer && fresh_file_open(&writer->file, path, 0600))
		return writer;

	const int error = errno;

	free(writer);
	errno = error;
	return NULL;
}

void keylog_writer_add_key(struct keylog_writer *writer, const struct keylog_key *key)
{
	(void)fprintf(writer->file.stream, "DIMP_KEY %08" PRIx32 " ", key->receiver_index);
	put_hex(writer, key->key, sizeof key->key);
	(void)fputc('\n', writer->file.stream);
}

void keylog_writer_add_sak(struct keylog_writer *writer, const struct keylog_sak *sak)
{
	FILE *stream = writer->file.stream;

	(void)fputs("MACSEC_SAK ", stream);
	put_hex(writer, sak->sci.octets, sizeof sak->sci.octets);
	(void)fprintf(stream, " %u ", sak->association_number);
	if (sak->is_extended) {
		(void)fprintf(stream, "%08" PRIx32 " ", sak->ssci);
		put_hex(writer, sak->salt, sizeof sak->salt);
	} else {
		(void)fputs("- -", stream);
	}
	(void)fputc(' ', stream);
	put_hex(writer, sak->sak, sak->size);
	(void)fputc('\n', stream);
}

void keylog_writer_add_change(struct keylog_writer *writer, const struct dimp_record *change)
{
	const struct dimp_macsec_sa *association = &change->body.macsec_sa;

	if (change->type != DIMP_DI_MACSEC_SA || change->operation != DIMP_OPERATION_PUT)
		return;
	struct keylog_sak sak = {
		.sci = association->sci,
		.association_number = association->association_number,
		.is_extended = (association->attributes >> DIMP_ATTRIBUTE_macsec_sa_salt & 1) != 0,
		.ssci = association->ssci,
		.size = (uint8_t)association->sak.size,
	};
	memcpy(sak.salt, association->salt.octets, sizeof sak.salt);
	memcpy(sak.sak, association->sak.octets, sizeof sak.sak);
	keylog_writer_add_sak(writer, &sak);
	explicit_bzero(&sak, sizeof sak);
}

void keylog_writer_add_comment(struct keylog_writer *writer, const char *comment)
{
	const size_t size = strnlen(comment, COMMENT_MAX);

	(void)fputs("# ", writer->file.stream);
	for (size_t index = 0; index < size; index++)
		(void)fputc(comment[index] == '\n' ? ' ' : comment[index], writer->file.stream);
	(void)fputc('\n', writer->file.stream);
}

bool keylog_writer_close(struct keylog_writer *writer)
{
	const bool is_whole = fresh_file_commit(&writer->file);
	const int error = errno;

	free(writer);
	errno = error;
	return is_whole;
}

void keylog_writer_discard(struct keylog_writer *writer)
{
	if (!writer)
		return;
	fresh_file_discard(&writer->file);
	free(writer);
}

static void split_line(char *text, struct line *line)
{
	static const char spaces[] = " \t\r\n";
	char *rest = NULL;

	text[strcspn(text, "#")] = '\0';
	*line = (struct line){0};
	for (char *word = strtok_r(text, spaces, &rest); word;
		word = strtok_r(NULL, spaces, &rest)) {
		if (line->word_count == WORDS_MAX) {
			line->problem = "too many words; expected 6 at most";
			return;
		}
		line->words[line->word_count++] = word;
	}
}

static int hex_digit(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

/* Reads exactly |size| octets of hex; false when the word is not that. */
static bool read_hex(const char *word, uint8_t *octets, size_t size)
{
	if (strlen(word) != size * 2)
		return false;
	for (size_t index = 0; index < size; index++) {
		const int high = hex_digit(word[2 * index]);
		const int low = hex_digit(word[2 * index + 1]);

		if (high < 0 || low < 0)
			return false;
		octets[index] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_u32(const char *word, uint32_t *value)
{
	uint8_t octets[4];

	if (!read_hex(word, octets, sizeof octets))
		return false;
	*value = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
		octets[3];
	return true;
}

static const char *read_key(const struct line *line, struct keylog_key *key)
{
	if (line->word_count != 3)
		return "DIMP_KEY has 2 words after it: receiver index, key";
	if (!read_u32(line->words[1], &key->receiver_index))
		return "bad receiver index; expected 8 hex digits";
	if (!read_hex(line->words[2], key->key, sizeof key->key))
		return "bad key; expected 64 hex digits";
	return NULL;
}

static const char *read_extension(const struct line *line, struct keylog_sak *sak)
{
	const bool has_ssci = strcmp(line->words[3], "-") != 0;
	const bool has_salt = strcmp(line->words[4], "-") != 0;

	if (has_ssci != has_salt)
		return "SSCI without salt or salt without SSCI; expected both or - for both";
	if (!has_ssci)
		return NULL;
	sak->is_extended = true;
	if (!read_u32(line->words[3], &sak->ssci))
		return "bad SSCI; expected 8 hex digits or -";
	if (!read_hex(line->words[4], sak->salt, sizeof sak->salt))
		return "bad salt; expected 24 hex digits or -";
	return NULL;
}

static const char *read_sak(const struct line *line, struct keylog_sak *sak)
{
	if (line->word_count != 6)
		return "MACSEC_SAK has 5 words after it: SCI, AN, SSCI or -, salt or -, SAK";

	const char *number = line->words[2];
	const size_t digits = strlen(line->words[5]);

	if (!read_hex(line->words[1], sak->sci.octets, sizeof sak->sci.octets))
		return "bad SCI; expected 16 hex digits";
	if (strlen(number) != 1 || number[0] < '0' || number[0] > '3')
		return "bad AN; expected 0 to 3";
	sak->association_number = (uint8_t)(number[0] - '0');
	sak->size = digits == 64 ? 32 : 16;
	if (!read_hex(line->words[5], sak->sak, sak->size))
		return "bad SAK; expected 32 or 64 hex digits";
	return read_extension(line, sak);
}

/* One more row of |size| octets at the end of |*rows|, moved so that no copy of a secret stays. */
static void *add_row(void **rows, size_t *count, size_t size)
{
	if ((*count & (*count - 1)) == 0) {
		const size_t room = *count ? *count * 2 : 1;
		void *moved = calloc(room, size);

		if (!moved)
			return NULL;
		if (*count)
			memcpy(moved, *rows, *count * size);
		if (*count)
			wipe_octets(*rows, *count * size);
		free(*rows);
		*rows = moved;
	}
	return (uint8_t *)*rows + (*count)++ * size;
}

static const char *add_key(struct keylog *keylog, const struct line *line)
{
	struct keylog_key key = {0};
	const char *problem = read_key(line, &key);
	void *rows = keylog->keys;

	if (problem)
		return problem;

	struct keylog_key *row = add_row(&rows, &keylog->key_count, sizeof *row);

	if (!row)
		return "out of memory";
	keylog->keys = rows;
	*row = key;
	wipe_octets(&key, sizeof key);
	return NULL;
}

static const char *add_sak(struct keylog *keylog, const struct line *line)
{
	struct keylog_sak sak = {0};
	const char *problem = read_sak(line, &sak);
	void *rows = keylog->saks;

	if (problem)
		return problem;

	struct keylog_sak *row = add_row(&rows, &keylog->sak_count, sizeof *row);

	if (!row)
		return "out of memory";
	keylog->saks = rows;
	*row = sak;
	wipe_octets(&sak, sizeof sak);
	return NULL;
}

static const char *read_line(struct keylog *keylog, char *text)
{
	struct line line;

	if (!strchr(text, '\n') && strlen(text) == LINE_SIZE - 1)
		return "line too long";
	split_line(text, &line);
	if (line.word_count == 0)
		return NULL;
	if (line.problem)
		return line.problem;
	if (strcmp(line.words[0], "DIMP_KEY") == 0)
		return add_key(keylog, &line);
	if (strcmp(line.words[0], "MACSEC_SAK") == 0)
		return add_sak(keylog, &line);
	return "unknown keyword; expected DIMP_KEY or MACSEC_SAK";
}

/* Returns the problem of the line it stopped at, NULL when there is none; |*number| is that line.
 */
static const char *read_lines(FILE *stream, struct keylog *keylog, unsigned *number)
{
	char text[LINE_SIZE];
	const char *problem = NULL;

	for (*number = 1; !problem && fgets(text, sizeof text, stream); ++*number)
		problem = read_line(keylog, text);
	wipe_octets(text, sizeof text);
	if (problem)
		--*number;
	if (!problem && ferror(stream))
		problem = "cannot be read on";
	return problem;
}

bool keylog_read(const char *path, struct keylog *keylog, char *error, size_t error_size)
{
	FILE *stream = fopen(path, "r");
	unsigned number = 0;

	*keylog = (struct keylog){0};
	if (!stream) {
		(void)snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}

	const char *problem = read_lines(stream, keylog, &number);

	(void)fclose(stream);
	if (!problem)
		return true;
	(void)snprintf(error, error_size, "%s:%u: %s", path, number, problem);
	keylog_wipe(keylog);
	return false;
}

const struct keylog_key *keylog_find(const struct keylog *keylog, uint32_t receiver_index,
	const struct keylog_key *previous)
{
	size_t index = previous ? (size_t)(previous - keylog->keys) + 1 : 0;

	for (; index < keylog->key_count; index++)
		if (keylog->keys[index].receiver_index == receiver_index)
			return &keylog->keys[index];
	return NULL;
}

void keylog_wipe(struct keylog *keylog)
{
	if (keylog->keys)
		wipe_octets(keylog->keys, keylog->key_count * sizeof *keylog->keys);
	if (keylog->saks)
		wipe_octets(keylog->saks, keylog->sak_count * sizeof *keylog->saks);
	free(keylog->keys);
	free(keylog->saks);
	*keylog = (struct keylog){0};
}
