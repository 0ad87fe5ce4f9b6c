/* SPDX-License-Identifier: MIT */
/*
 * Options, read alike for all verbs.  A verb says in rows what it takes; the rows are also its
 * help.
 * --help, --json, --quiet and --verbose are every verb's.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verb;

enum option_kind {
	OPTION_FLAG, /* bool: given */
	OPTION_TEXT, /* const char *: the argument, borrowed from argv */
	OPTION_NUMBER, /* uint64_t: the argument, decimal or 0x; is_given is not told */
	OPTION_SEED /* the same below 2^63, as in a scenario and in what JSON and ledgers hold */
};

/* One option of a verb; the value goes to |offset| of the struct given to options_read(). */
struct option_row {
	const char *name; /* long, without dashes */
	const char *argument; /* as in the help: "FILE"; NULL for a flag */
	enum option_kind kind;
	size_t offset;
	const char *text;
};

/* What is the same for all verbs: the first member of the struct that a verb gives. */
struct options {
	bool is_json; /* --json: for machines */
	const char *json_path; /* of --json FILE; NULL: standard output */
	bool is_quiet; /* -q: no tables, no progress; errors still */
	bool is_verbose; /* -v */
	bool has_colour; /* standard output takes it */
	char **operands; /* borrowed from argv */
	size_t operand_count;
};

/* What options_read() returns when the verb is to go on. */
enum { OPTIONS_GO_ON = -1 };

/*
 * Reads the arguments of |verb| into |options|, the first member of the struct that the offsets of
 * its rows are in; the caller has filled in the defaults.  argv is permuted.  Returns
 * OPTIONS_GO_ON, or the exit code with which to return at once: help was printed, or a complaint.
 */
int options_read(const struct verb *verb, struct options *options, int argc, char **argv);

/* Prints the help of |verb| to standard output. */
void options_help(const struct verb *verb);

#endif
