/* SPDX-License-Identifier: MIT */
/*
 * Options by getopt_long, from the rows of the verb and those that all verbs have.
 *
 * The FILE of --json may be left out, and stands as a word of its own when it ends in ".json" or is
 * "-": so that `dimp run --json one.yaml` reads one.yaml, and never overwrites it.
 */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "scenario/nearest_name.h"

enum { ROWS_MAX = 24, COMMON_FIRST = 0x100, OWN_FIRST = 0x200 };

enum common_option { COMMON_JSON = COMMON_FIRST };

static const struct option common_rows[] = {
	{"help", no_argument, NULL, 'h'},
	{"json", optional_argument, NULL, COMMON_JSON},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
};

enum { COMMON_ROWS = sizeof common_rows / sizeof common_rows[0] };

static size_t count_own(const struct verb *verb)
{
	size_t count = 0;

	while (verb->options != NULL && verb->options[count].name != NULL)
		count++;
	return count < ROWS_MAX ? count : ROWS_MAX;
}

static void fill_long_rows(const struct verb *verb, struct option *rows)
{
	const size_t own = count_own(verb);

	memcpy(rows, common_rows, sizeof common_rows);
	for (size_t each = 0; each < own; each++) {
		rows[COMMON_ROWS + each] = (struct option){
			.name = verb->options[each].name,
			.has_arg = verb->options[each].argument != NULL ? required_argument
									: no_argument,
			.val = OWN_FIRST + (int)each,
		};
	}
	rows[COMMON_ROWS + own] = (struct option){.name = NULL};
}

static void help_line(const char *option, const char *text)
{
	printf("  %-24s %s\n", option, text);
}

void options_help(const struct verb *verb)
{
	const size_t own = count_own(verb);

	printf("usage: dimp %s [OPTION]...%s%s\n", verb->name, *verb->operands != '\0' ? " " : "",
		verb->operands);
	printf("%s.\n\nOptions:\n", verb->summary);
	for (size_t each = 0; each < own; each++) {
		const struct option_row *row = &verb->options[each];
		char option[64];

		snprintf(option, sizeof option, "--%s%s%s", row->name,
			row->argument != NULL ? " " : "",
			row->argument != NULL ? row->argument : "");
		help_line(option, row->text);
	}
	help_line("--json [FILE.json]", "for machines, to FILE.json or standard output");
	help_line("-q, --quiet", "print errors only");
	help_line("-v, --verbose", "print more");
	help_line("-h, --help", "print this");
	printf("\nExample:\n%s", verb->example);
}

static int usage_error(const struct verb *verb, const char *what, const char *why)
{
	complain("%s: %s; see: dimp %s --help", what, why, verb->name);
	return EXIT_CODE_USAGE;
}

static int unknown_option(const struct verb *verb, const char *word)
{
	struct option rows[COMMON_ROWS + ROWS_MAX + 1];
	struct nearest_name nearest = nearest_name_begin(word + strspn(word, "-"));

	fill_long_rows(verb, rows);
	for (const struct option *row = rows; row->name != NULL; row++)
		nearest_name_offer(&nearest, row->name);
	if (nearest.best == NULL)
		return usage_error(verb, word, "no such option");
	complain("%s: no such option; did you mean --%s? See: dimp %s --help", word, nearest.best,
		verb->name);
	return EXIT_CODE_USAGE;
}

static bool number_read(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0';
}

/* Of an option's argument: the option is named, too, as it is one of several that have numbers. */
static int argument_error(const struct verb *verb, const struct option_row *row, const char *why)
{
	complain("--%s %s: %s; see: dimp %s --help", row->name, optarg, why, verb->name);
	return EXIT_CODE_USAGE;
}

static int take_own(const struct verb *verb, struct options *options, size_t index)
{
	const struct option_row *row = &verb->options[index];
	unsigned char *target = (unsigned char *)options + row->offset;
	const bool is_given = true;
	const char *text = optarg;
	uint64_t number;

	switch (row->kind) {
	case OPTION_FLAG: memcpy(target, &is_given, sizeof is_given); break;
	case OPTION_TEXT: memcpy(target, &text, sizeof text); break;
	case OPTION_SEED:
	case OPTION_NUMBER:
		if (!number_read(optarg, &number))
			return argument_error(verb, row, "not a number");
		if (row->kind == OPTION_SEED && number > INT64_MAX)
			return argument_error(verb, row, "a seed is below 2^63");
		memcpy(target, &number, sizeof number);
		break;
	}
	return OPTIONS_GO_ON;
}

static bool is_json_file(const char *word)
{
	const size_t length = strlen(word);

	return strcmp(word, "-") == 0 || (length > 5 && strcmp(word + length - 5, ".json") == 0);
}

static void take_json(struct options *options, int argc, char **argv)
{
	options->is_json = true;
	options->json_path = optarg;
	if (optarg == NULL && optind < argc && is_json_file(argv[optind]))
		options->json_path = argv[optind++];
	if (options->json_path != NULL && strcmp(options->json_path, "-") == 0)
		options->json_path = NULL;
}

static int take_option(const struct verb *verb, struct options *options, int option)
{
	switch (option) {
	case 'h': options_help(verb); return EXIT_CODE_WELL;
	case 'q': options->is_quiet = true; return OPTIONS_GO_ON;
	case 'v': options->is_verbose = true; return OPTIONS_GO_ON;
	default: return take_own(verb, options, (size_t)(option - OWN_FIRST));
	}
}

static int check_operands(const struct verb *verb, const struct options *options)
{
	if (options->operand_count < verb->operands_min) {
		complain("%s: expected %s; see: dimp %s --help", verb->name, verb->operands,
			verb->name);
		return EXIT_CODE_USAGE;
	}
	if (options->operand_count > verb->operands_max)
		return usage_error(verb, options->operands[verb->operands_max],
			"one argument too many");
	return OPTIONS_GO_ON;
}

int options_read(const struct verb *verb, struct options *options, int argc, char **argv)
{
	struct option rows[COMMON_ROWS + ROWS_MAX + 1];
	int option;

	fill_long_rows(verb, rows);
	options->has_colour = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":hqv", rows, NULL)) != -1) {
		int verdict = OPTIONS_GO_ON;

		if (option == '?')
			verdict = unknown_option(verb, argv[optind - 1]);
		else if (option == ':')
			verdict = usage_error(verb, argv[optind - 1], "needs an argument");
		else if (option == COMMON_JSON)
			take_json(options, argc, argv);
		else
			verdict = take_option(verb, options, option);
		if (verdict != OPTIONS_GO_ON)
			return verdict;
	}
	options->operands = argv + optind;
	options->operand_count = (size_t)(argc - optind);
	return check_operands(verb, options);
}
