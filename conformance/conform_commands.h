/* SPDX-License-Identifier: MIT */
/* What follows "dimp conform": its options, and a function for each command. */
#ifndef CONFORMANCE_CONFORM_COMMANDS_H
#define CONFORMANCE_CONFORM_COMMANDS_H

#include "catalog.h"
#include "cli/options.h"

struct conform_options {
	struct options common;
	const char *target, *cases, *pics, *expect, *evidence;
	const char *junit, *tap, *html, *statement; /* files to write; NULL: none */
	uint64_t seed, repeat, timeout_ms;
	bool is_strict, is_skip_failure, is_shuffled, is_until_failure;
};

/* Each returns the command's exit code; operands[0] is the word that named it. */
int conform_command_run(const struct conform_options *options);
int conform_command_list(const struct conform_options *options);
int conform_command_explain(const struct conform_options *options);
int conform_command_doctor(const struct conform_options *options);
/* Speaks the upper tester protocol for a shared object: what so:FILE starts. */
int conform_command_host(const struct conform_options *options);
int conform_command_replay(const struct conform_options *options);

/* Reads the catalog of the options; complains and returns false when a case is wrong. */
bool conform_read_catalog(const struct conform_options *options, struct catalog *catalog);

#endif
