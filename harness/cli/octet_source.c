/* SPDX-License-Identifier: MIT */
/* Owns the loading of octets and the reading of hex text. */
#include "cli/octet_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"

enum { CHUNK_SIZE = 65536 };

static const char hex_digits[] = "0123456789abcdef0123456789ABCDEF";

static bool complain_memory(const char *name)
{
	complain("%s: out of memory; give a smaller one", name);
	return false;
}

static bool append(struct octet_source *source, const void *octets, size_t size)
{
	uint8_t *grown = realloc(source->octets, source->size + size + 1);

	if (grown == NULL)
		return complain_memory(source->name);
	memcpy(grown + source->size, octets, size);
	source->octets = grown;
	source->size += size;
	return true;
}

static bool read_stream(struct octet_source *source, FILE *stream)
{
	char *chunk = malloc(CHUNK_SIZE);
	bool is_well = chunk != NULL || complain_memory(source->name);
	size_t size = 1;

	while (is_well && size > 0) {
		size = fread(chunk, 1, CHUNK_SIZE, stream);
		is_well = append(source, chunk, size);
	}
	free(chunk);
	if (is_well && ferror(stream)) {
		complain("%s: cannot be read: %s; give a file", source->name, strerror(errno));
		return false;
	}
	return is_well;
}

static bool add_stretch(struct octet_source *source, size_t begin, size_t end)
{
	if (begin == end)
		return true;
	const size_t count = source->stretch_count + 1;
	struct octet_stretch *grown = realloc(source->stretches, count * sizeof *grown);

	if (grown == NULL)
		return complain_memory(source->name);
	grown[source->stretch_count] = (struct octet_stretch){begin, end - begin};
	source->stretches = grown;
	source->stretch_count = count;
	return true;
}

/* Hex text while it is read in place: the octets are never more than the characters. */
struct hex_reading {
	size_t written; /* octets so far */
	size_t begin; /* of the stretch */
	unsigned digits; /* of the octet under way */
	unsigned value;
	bool is_comment;
	bool is_blank; /* nothing but spaces since the last end of line */
};

static void take_character(struct octet_source *source, struct hex_reading *reading, char character)
{
	const char *digit = strchr(hex_digits, character);

	if (character == '#')
		reading->is_comment = true;
	if (reading->is_comment || digit == NULL)
		return;
	reading->is_blank = false;
	reading->value = reading->value << 4 | (unsigned)((digit - hex_digits) % 16);
	if (++reading->digits % 2 == 0)
		source->octets[reading->written++] = (uint8_t)reading->value;
}

static bool take_line_end(struct octet_source *source, struct hex_reading *reading)
{
	const bool is_boundary = reading->is_blank && !reading->is_comment;

	reading->is_comment = false;
	reading->is_blank = true;
	if (!is_boundary)
		return true;
	const size_t begin = reading->begin;

	reading->begin = reading->written;
	return add_stretch(source, begin, reading->written);
}

/* Whether |text| is hex text with whole octets; walks without writing. */
static bool is_hex(const uint8_t *text, size_t size)
{
	size_t digits = 0;
	bool is_comment = false;

	for (size_t index = 0; index < size; index++) {
		const char character = (char)text[index];

		if (character == '\0')
			return false;
		if (character == '#' || character == '\n')
			is_comment = character == '#';
		else if (!is_comment && strchr(hex_digits, character) != NULL)
			digits++;
		else if (!is_comment && strchr(" \t\r:", character) == NULL)
			return false;
	}
	return digits > 0 && digits % 2 == 0;
}

/* Puts the octets of what is_hex() in its place. */
static bool read_hex(struct octet_source *source)
{
	struct hex_reading reading = {.is_blank = true};

	for (size_t index = 0; index < source->size; index++) {
		const char character = (char)source->octets[index];

		if (character != '\n')
			take_character(source, &reading, character);
		else if (!take_line_end(source, &reading))
			return false;
	}
	source->size = reading.written;
	return add_stretch(source, reading.begin, reading.written);
}

static bool load_words(struct octet_source *source, char *const *words, size_t count)
{
	source->name = words[0];
	for (size_t index = 0; index < count; index++)
		if (!append(source, words[index], strlen(words[index])) || !append(source, " ", 1))
			return false;
	if (!is_hex(source->octets, source->size)) {
		complain("%s: no such file, and not octets in hex; give a file, - or hex",
			words[0]);
		return false;
	}
	return read_hex(source);
}

static bool load_stream(struct octet_source *source, FILE *stream)
{
	if (!read_stream(source, stream))
		return false;
	if (!octet_source_is_capture(source) && is_hex(source->octets, source->size))
		return read_hex(source);
	return add_stretch(source, 0, source->size);
}

bool octet_source_load(struct octet_source *source, char *const *words, size_t count)
{
	const bool is_input = count == 1 && strcmp(words[0], "-") == 0;
	FILE *stream = stdin;
	bool is_well;

	*source = (struct octet_source){.name = is_input ? "standard input" : words[0]};
	if (!is_input)
		stream = count == 1 ? fopen(words[0], "rb") : NULL;
	if (stream == NULL && count == 1 && errno != ENOENT && errno != ENAMETOOLONG) {
		complain("%s: cannot be read: %s; give another file", words[0], strerror(errno));
		return false;
	}
	is_well = stream == NULL ? load_words(source, words, count) : load_stream(source, stream);
	if (stream != NULL && stream != stdin)
		(void)fclose(stream);
	if (!is_well)
		octet_source_free(source);
	return is_well;
}

bool octet_source_is_capture(const struct octet_source *source)
{
	static const uint8_t magics[][4] = {
		{0xd4, 0xc3, 0xb2, 0xa1}, /* pcap, microseconds, both byte orders */
		{0xa1, 0xb2, 0xc3, 0xd4}, {0x4d, 0x3c, 0xb2, 0xa1}, /* nanoseconds */
		{0xa1, 0xb2, 0x3c, 0x4d},
		{0x34, 0xcd, 0xb2, 0xa1}, /* with Kuznetzov's longer frame headers */
		{0xa1, 0xb2, 0xcd, 0x34}, {0x0a, 0x0d, 0x0d, 0x0a}, /* pcapng */
	};

	for (size_t index = 0; index < sizeof magics / sizeof magics[0]; index++)
		if (source->size >= 4 && memcmp(source->octets, magics[index], 4) == 0)
			return true;
	return false;
}

void octet_source_free(struct octet_source *source)
{
	free(source->octets);
	free(source->stretches);
	*source = (struct octet_source){.name = source->name};
}
