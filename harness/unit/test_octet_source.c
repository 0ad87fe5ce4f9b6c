/* Proves what is taken for hex text, for a file and for a capture, and where stretches end. */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>

#include "cli/octet_source.h"

static bool load_text(struct octet_source *source, const char *name, const char *text)
{
	char path[256] = "";
	char *words[] = {path};

	(void)snprintf(path, sizeof path, "%s", scratch_file(name, text, strlen(text)));
	const bool is_well = octet_source_load(source, words, 1);

	source->name = "gone";
	return is_well;
}

static void check_stretch(const struct octet_source *source, size_t index, const char *hex)
{
	if (!CHECK(index < source->stretch_count))
		return;
	CHECK_BYTES(source->octets + source->stretches[index].begin, source->stretches[index].size,
		hex);
}

static void test_octet_source_joins_words_of_hex(void)
{
	char one[] = "00:31", two[] = "0000", three[] = "a", four[] = "B";
	char *words[] = {one, two, three, four};
	struct octet_source source;

	REQUIRE(octet_source_load(&source, words, 4));
	CHECK_EQ(source.stretch_count, 1);
	check_stretch(&source, 0, "00310000ab");
	octet_source_free(&source);
}

static void test_octet_source_reads_hex_files_in_stretches(void)
{
	struct octet_source source;

	REQUIRE(load_text(&source, "stretches.hex",
		"# a PING, over lines\n0031\n# still\n0000\n\n \n11:22 # aa\n\n"));
	CHECK_EQ(source.stretch_count, 2);
	check_stretch(&source, 0, "00310000");
	check_stretch(&source, 1, "1122");
	octet_source_free(&source);
}

static void test_octet_source_takes_the_rest_as_octets(void)
{
	struct octet_source source;

	REQUIRE(load_text(&source, "binary", "zz\n"));
	CHECK_EQ(source.stretch_count, 1);
	check_stretch(&source, 0, "7a7a0a");
	CHECK(!octet_source_is_capture(&source));
	octet_source_free(&source);
	REQUIRE(load_text(&source, "odd", "123"));
	check_stretch(&source, 0, "313233");
	octet_source_free(&source);
	REQUIRE(load_text(&source, "empty", ""));
	CHECK_EQ(source.stretch_count, 0);
	octet_source_free(&source);
}

static void test_octet_source_knows_captures(void)
{
	struct octet_source source;

	REQUIRE(load_text(&source, "magic", "\xd4\xc3\xb2\xa1 and so on"));
	CHECK(octet_source_is_capture(&source));
	octet_source_free(&source);
	REQUIRE(load_text(&source, "magic-ng", "\x0a\x0d\x0d\x0a"));
	CHECK(octet_source_is_capture(&source));
	octet_source_free(&source);
}

static const struct test_case tests[] = {
	TEST(test_octet_source_joins_words_of_hex),
	TEST(test_octet_source_reads_hex_files_in_stretches),
	TEST(test_octet_source_takes_the_rest_as_octets),
	TEST(test_octet_source_knows_captures),
	TEST_END,
};

const struct test_suite suite_octet_source = {"octet_source", tests};
