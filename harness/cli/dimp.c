/* SPDX-License-Identifier: MIT */
/* dimp: the one command.  Finds the verb and hands over; the verbs are rows of verbs.def. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"

static void print_help(FILE *stream)
{
	fputs("usage: dimp VERB [OPTION]... [ARGUMENT]...\n\n", stream);
	for (size_t each = 0; verb_at(each) != NULL; each++)
		fprintf(stream, "  %-10s %s\n", verb_at(each)->name, verb_at(each)->summary);
	fputs("\n`dimp VERB --help` tells a verb's options, with an example.\n", stream);
}

static bool is_one_of(const char *word, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(word, *names) == 0)
			return true;
	}
	return false;
}

static int unknown_verb(const char *name)
{
	const char *nearest = verb_nearest(name);

	if (nearest != NULL)
		complain("%s: no such verb; did you mean %s?", name, nearest);
	else
		complain("%s: no such verb; see: dimp --help", name);
	return EXIT_CODE_USAGE;
}

int main(int argc, char **argv)
{
	static const char *const help[] = {"--help", "-h", "help", NULL};
	static const char *const version[] = {"--version", "-V", NULL};

	if (argc < 2) {
		print_help(stderr);
		return EXIT_CODE_USAGE;
	}
	if (is_one_of(argv[1], help)) {
		print_help(stdout);
		return EXIT_CODE_WELL;
	}
	const struct verb *verb = verb_find(is_one_of(argv[1], version) ? "version" : argv[1]);

	if (verb == NULL)
		return unknown_verb(argv[1]);
	return verb->run(argc - 1, argv + 1);
}
