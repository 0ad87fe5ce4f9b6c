/* SPDX-License-Identifier: MIT */
/*
 * The verbs of the command: what each is called, what it takes and what it does.  A new one is a
 * file verb_<name>.c that defines verb_<name>, and a row in verbs.def.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/options.h"

struct verb {
	const char *name;
	const char *summary; /* one line, no full stop */
	const char *operands; /* as in the usage line: "SCENARIO.yaml"; "" for none */
	size_t operands_min, operands_max; /* how many it takes */
	const struct option_row *options; /* its own, ended by a row without a name; or NULL */
	const char *example; /* whole lines, without indentation */
	/*
	 * Does it: argv[0] is the verb, argv[1] the first of its arguments.  Returns the command's
	 * exit code (exit_codes.h).  Begins with options_read().
	 */
	int (*run)(int argc, char **argv);
};

#define VERB(name) extern const struct verb verb_##name;
#include "cli/verbs.def"
#undef VERB

/* The verb with this name, NULL if there is none. */
const struct verb *verb_find(const char *name);

/* The name of a verb that |name| may have been meant for, NULL if none is near. */
const char *verb_nearest(const char *name);

/* Walks the verbs in the order of the table; NULL at the end. */
const struct verb *verb_at(size_t index);

#endif
