/* Proves that every verb's options are read alike: own rows, common ones, operands, and what is
 * wrong. */
#include "unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit_codes.h"
#include "cli/verbs.h"

struct sample_options {
	struct options common;
	uint64_t seed;
	const char *file;
	bool is_fast;
};

static const struct option_row sample_rows[] = {
	{"seed", "N", OPTION_NUMBER, offsetof(struct sample_options, seed), "a number"},
	{"world", "N", OPTION_SEED, offsetof(struct sample_options, seed), "a seed"},
	{"file", "FILE", OPTION_TEXT, offsetof(struct sample_options, file), "a text"},
	{"fast", NULL, OPTION_FLAG, offsetof(struct sample_options, is_fast), "a flag"},
	{.name = NULL},
};

static const struct verb sample = {
	.name = "sample",
	.summary = "A sample",
	.operands = "FILE",
	.operands_min = 1,
	.operands_max = 2,
	.options = sample_rows,
	.example = "  dimp sample x\n",
};

enum { WORDS_MAX = 12 };

/* The words as argv, which stay until the next; what was printed to standard error is left in
 * |said|. */
static int read_words(const char *text, struct sample_options *options, char said[512])
{
	static char words[256];
	static char *argv[WORDS_MAX + 1];
	int argc = 0;
	char *rest = words;

	snprintf(words, sizeof words, "sample %s", text);
	while (argc < WORDS_MAX && (argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	fflush(stderr);
	const int saved = dup(STDERR_FILENO);
	FILE *caught = tmpfile();

	REQUIRE(caught != NULL);
	dup2(fileno(caught), STDERR_FILENO);
	const int verdict = options_read(&sample, &options->common, argc, argv);

	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(caught);
	said[fread(said, 1, 511, caught)] = '\0';
	fclose(caught);
	return verdict;
}

static void test_options_take_rows_in_any_order(void)
{
	struct sample_options options = {.seed = 1};
	char said[512];

	CHECK_EQ(read_words("x.yaml --seed 0x20 -q --fast --file=out y.yaml -v", &options, said),
		OPTIONS_GO_ON);
	CHECK_EQ(options.seed, 32);
	CHECK_TEXT(options.file, "out");
	CHECK_EQ(options.is_fast, true);
	CHECK_EQ(options.common.is_quiet, true);
	CHECK_EQ(options.common.is_verbose, true);
	CHECK_EQ(options.common.is_json, false);
	CHECK_EQ(options.common.operand_count, 2);
	CHECK_TEXT(options.common.operands[1], "y.yaml");
}

/* Seeds end where reports and ledgers, which hold them with a sign, would turn them round. */
static void test_options_seeds_end_before_two_to_63(void)
{
	struct sample_options options = {.seed = 1};
	char said[512];

	CHECK_EQ(read_words("x --world 9223372036854775807", &options, said), OPTIONS_GO_ON);
	CHECK_EQ(options.seed, INT64_MAX);
	CHECK_EQ(read_words("x --world 9223372036854775808", &options, said), EXIT_CODE_USAGE);
	CHECK(strstr(said, "below 2^63") != NULL);
	CHECK_EQ(options.seed, INT64_MAX);
	CHECK_EQ(read_words("x --seed 18446744073709551615", &options, said), OPTIONS_GO_ON);
	CHECK_EQ(options.seed, UINT64_MAX);
	CHECK_EQ(read_words("x --seed 18446744073709551616", &options, said), EXIT_CODE_USAGE);
}

static void test_options_leave_defaults_alone(void)
{
	struct sample_options options = {.seed = 7, .file = "default"};
	char said[512];

	CHECK_EQ(read_words("-", &options, said), OPTIONS_GO_ON);
	CHECK_EQ(options.seed, 7);
	CHECK_TEXT(options.file, "default");
	CHECK_TEXT(options.common.operands[0], "-");
}

static void test_options_json_never_takes_the_input_for_its_file(void)
{
	struct sample_options options = {.seed = 1};
	char said[512];

	CHECK_EQ(read_words("--json one.yaml", &options, said), OPTIONS_GO_ON);
	CHECK_EQ(options.common.is_json, true);
	CHECK_TEXT(options.common.json_path, NULL);
	CHECK_TEXT(options.common.operands[0], "one.yaml");
	CHECK_EQ(read_words("one.yaml --json out.json", &options, said), OPTIONS_GO_ON);
	CHECK_TEXT(options.common.json_path, "out.json");
	CHECK_EQ(read_words("one.yaml --json=out", &options, said), OPTIONS_GO_ON);
	CHECK_TEXT(options.common.json_path, "out");
	CHECK_EQ(read_words("one.yaml --json -", &options, said), OPTIONS_GO_ON);
	CHECK_TEXT(options.common.json_path, NULL);
}

static void test_options_complain_with_what_to_do(void)
{
	static const struct {
		const char *words, *said;
	} cases[] = {
		{"x --sed 3",
			"dimp: --sed: no such option; did you mean --seed? "
			"See: dimp sample --help\n"},
		{"x --zzz", "dimp: --zzz: no such option; see: dimp sample --help\n"},
		{"x -z", "dimp: -z: no such option; see: dimp sample --help\n"},
		{"x --seed", "dimp: --seed: needs an argument; see: dimp sample --help\n"},
		{"x --seed abc", "dimp: --seed abc: not a number; see: dimp sample --help\n"},
		{"x --seed -1", "dimp: --seed -1: not a number; see: dimp sample --help\n"},
		{"--fast", "dimp: sample: expected FILE; see: dimp sample --help\n"},
		{"x y z", "dimp: z: one argument too many; see: dimp sample --help\n"},
	};

	for (size_t each = 0; each < sizeof cases / sizeof cases[0]; each++) {
		struct sample_options options = {.seed = 1};
		char said[512];

		CHECK_EQ(read_words(cases[each].words, &options, said), EXIT_CODE_USAGE);
		CHECK_TEXT(said, cases[each].said);
	}
}

static void test_verbs_are_found_by_name_or_nearly(void)
{
	REQUIRE(verb_find("explain") != NULL);
	CHECK(verb_find("explian") == NULL);
	CHECK_TEXT(verb_nearest("explian"), "explain");
	CHECK_TEXT(verb_nearest("frobnicate"), NULL);
	for (size_t each = 0; verb_at(each) != NULL; each++) {
		const struct verb *verb = verb_at(each);

		CHECK(verb_find(verb->name) == verb);
		CHECK(verb->run != NULL);
		CHECK(strstr(verb->example, verb->name) != NULL);
	}
}

static const struct test_case tests[] = {
	TEST(test_options_take_rows_in_any_order),
	TEST(test_options_seeds_end_before_two_to_63),
	TEST(test_options_leave_defaults_alone),
	TEST(test_options_json_never_takes_the_input_for_its_file),
	TEST(test_options_complain_with_what_to_do),
	TEST(test_verbs_are_found_by_name_or_nearly),
	TEST_END,
};

const struct test_suite suite_options = {"options", tests};
