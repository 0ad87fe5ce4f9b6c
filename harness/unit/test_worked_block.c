/* SPDX-License-Identifier: MIT */
/*
 * Holds the codec to the blocks of DIMP 15 and 16, which were worked out by hand: each is read to
 * the fields beside its octets, those fields are written to its octets, and no message, DI type or
 * attribute is without one.  And to the examples of DIMP 8: octets, and the text that they are.
 */
#include "check.h"

#include <string.h>

#include "dimp.h"
#include "hexed.h"
#include "script/message_parse.h"
#include "worked_block.h"

static const char messages_file[] = "15-worked-messages.md";
static const char di_types_file[] = "16-worked-di-types.md";

enum { KINDS_MAX = 0x100 };

static struct worked_block block;
static struct text_error error;

static struct span block_text(void)
{
	return (struct span){block.text, strlen(block.text)};
}

static void check_octets(const uint8_t *octets, size_t size)
{
	CHECK_EQ(size, block.size);
	CHECK(memcmp(octets, block.octets, block.size) == 0);
}

static void check_message(void)
{
	static struct parsed_message parsed;
	struct dimp_message message;
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	char read[WORKED_TEXT_MAX], told[WORKED_TEXT_MAX];
	size_t size = 0;

	CHECK_EQ(dimp_message_read((struct dimp_view){block.octets, block.size}, &message),
		DIMP_ERROR_NONE);
	check_true(CHECK_HERE, message_parse(block_text(), &parsed, &error), block.text);
	CHECK_EQ(dimp_message_write(&parsed.message, octets, sizeof octets, &size),
		DIMP_ERROR_NONE);
	check_octets(octets, size);
	(void)dimp_message_text(&message, read, sizeof read);
	(void)dimp_message_text(&parsed.message, told, sizeof told);
	CHECK_TEXT(read, told);
}

static void check_record(void)
{
	static struct dimp_record record, told;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	char read_text[WORKED_TEXT_MAX], told_text[WORKED_TEXT_MAX];
	size_t size = 0;

	CHECK_EQ(dimp_record_read((struct dimp_view){block.octets, block.size}, &record),
		DIMP_ERROR_NONE);
	check_true(CHECK_HERE, record_parse(block_text(), &told, &error), block.text);
	CHECK_EQ(dimp_record_write(&told, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	check_octets(octets, size);
	(void)dimp_record_text(&record, read_text, sizeof read_text);
	(void)dimp_record_text(&told, told_text, sizeof told_text);
	CHECK_TEXT(read_text, told_text);
}

/* Checks each block of |file|; |seen| notes, by number, the attributes that have one, and bit 0. */
static void check_file(const char *file, void (*check)(void), uint32_t seen[KINDS_MAX])
{
	struct worked_blocks blocks = worked_blocks_open(file);

	while (worked_blocks_next(&blocks, &block)) {
		check();
		if (block.number < KINDS_MAX)
			seen[block.number] |= block.attributes | 1;
	}
	worked_blocks_close(&blocks);
}

/* Bit 0, and the bit of each attribute there is. */
static uint32_t wanted(const struct dimp_layout *layout)
{
	uint32_t bits = 1;

	for (size_t index = 0; index < layout->field_count; index++)
		bits |= (uint32_t)1 << layout->fields[index].attribute;
	return bits;
}

static void check_all_seen(const struct dimp_layout *(*find)(unsigned), const char *file,
	const uint32_t seen[KINDS_MAX])
{
	for (unsigned number = 0; number < KINDS_MAX; number++) {
		const struct dimp_layout *layout = find(number);
		char words[160];

		if (layout == NULL)
			continue;
		(void)snprintf(words, sizeof words,
			"%s is worked out in docs/spec/%s, attributes too", layout->name, file);
		check_true(CHECK_HERE, (wanted(layout) & ~seen[number]) == 0, words);
	}
}

static void test_worked_block_of_every_message_reads_and_writes(void)
{
	uint32_t seen[KINDS_MAX] = {0};

	check_file(messages_file, check_message, seen);
	check_all_seen(dimp_message_layout, messages_file, seen);
}

static void test_worked_block_of_every_di_type_reads_and_writes(void)
{
	uint32_t seen[KINDS_MAX] = {0};

	check_file(di_types_file, check_record, seen);
	check_all_seen(dimp_di_layout, di_types_file, seen);
}

/* One example while its lines are read. */
struct example {
	char hex[4096];
	size_t used;
	bool is_wanted, is_inside;
};

/* "is `text`." ends an example. */
static bool is_told(char *line, char **text)
{
	char *end = strrchr(line, '`');

	if (strncmp(line, "is `", 4) != 0 || end == line + 3)
		return false;
	*end = '\0';
	*text = line + 4;
	return true;
}

static void take_example_line(struct example *example, char *line)
{
	if (strncmp(line, "*Example.*", 10) == 0)
		*example = (struct example){.is_wanted = true};
	else if (strncmp(line, "```", 3) == 0)
		example->is_inside = example->is_wanted && !example->is_inside;
	else if (example->is_inside && example->used < sizeof example->hex)
		example->used += (size_t)snprintf(example->hex + example->used,
			sizeof example->hex - example->used, "%.*s\n", (int)strcspn(line, "#\n"),
			line);
}

/* The DI type of the record that the example is; 0 if it is none. */
static unsigned check_example(const struct example *example, const char *expected)
{
	static struct dimp_record record;
	const struct hexed octets = hexed_from(example->hex);
	char text[WORKED_TEXT_MAX];

	CHECK_EQ(dimp_record_read(hexed_view(&octets), &record), DIMP_ERROR_NONE);
	(void)dimp_record_text(&record, text, sizeof text);
	CHECK_TEXT(text, expected);
	return (unsigned)record.type;
}

static void test_worked_block_examples_of_the_di_types_are_their_text(void)
{
	FILE *stream = fopen("docs/spec/08-di-types.md", "r");
	struct example example = {.used = 0};
	char line[4096], *text = NULL;
	uint64_t seen = 0;

	REQUIRE(stream != NULL);
	while (fgets(line, sizeof line, stream) != NULL) {
		take_example_line(&example, line);
		if (is_told(line, &text))
			seen |= UINT64_C(1) << check_example(&example, text);
	}
	(void)fclose(stream);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		check_true(CHECK_HERE, (dimp_di_layout(type) != NULL) == (seen >> type & 1),
			dimp_di_type_name((enum dimp_di_type)type));
}

static const struct test_case tests[] = {
	TEST(test_worked_block_of_every_message_reads_and_writes),
	TEST(test_worked_block_of_every_di_type_reads_and_writes),
	TEST(test_worked_block_examples_of_the_di_types_are_their_text),
	TEST_END,
};

const struct test_suite suite_worked_block = {"worked_block", tests};
