/* Runs a verb of the command inside the test, with what it prints caught. */
#ifndef DIMP_UNIT_CAUGHT_VERB_H
#define DIMP_UNIT_CAUGHT_VERB_H

#include <stddef.h>

enum { VERB_WORDS_MAX = 8, VERB_TEXT_SIZE = 65536 };

struct caught_verb {
	int code; /* exit code; -1 when it could not be run */
	char out[VERB_TEXT_SIZE]; /* standard output */
	char error[VERB_TEXT_SIZE]; /* standard error */
};

/* Runs the verb words[0] with the words after it, ended by NULL; at most VERB_WORDS_MAX. */
void caught_verb_run(struct caught_verb *run, const char *const *words);

#endif
