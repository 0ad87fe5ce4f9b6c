/* SPDX-License-Identifier: MIT */
/* dimp: the one command.  Finds the verb and hands over; the verbs are rows of verbs.def. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "cli/watched_memory.h"
#include "observe/memory_refusals.h"

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

/* What was printed has arrived, and what it says was not guessed without memory. */
static int judge_end(int code)
{
	if (memory_was_refused()) {
		complain("memory ran out: what was said is not whole; free some");
		return EXIT_CODE_INTERNAL;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	complain("standard output: cannot be written; is there room?");
	return code == EXIT_CODE_WELL ? EXIT_CODE_USAGE : code;
}

int main(int argc, char **argv)
{
	static const char *const help[] = {"--help", "-h", "help", NULL};
	static const char *const version[] = {"--version", "-V", NULL};

	watched_memory_begin();
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
	return judge_end(verb->run(argc - 1, argv + 1));
}
