/* Owns the way standard output and error are turned into files for the time of a run. */
#include "caught_verb.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "scratch.h"

/* Turns |descriptor| into the file at |path|; a duplicate of what it was. */
static int divert(int descriptor, const char *path)
{
	const int kept = dup(descriptor);
	const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (file >= 0) {
		(void)dup2(file, descriptor);
		(void)close(file);
	}
	return kept;
}

static void restore(int descriptor, int kept)
{
	(void)dup2(kept, descriptor);
	(void)close(kept);
}

static void read_back(const char *path, char *text)
{
	FILE *stream = fopen(path, "rb");
	size_t size = 0;

	if (stream != NULL) {
		size = fread(text, 1, VERB_TEXT_SIZE - 1, stream);
		(void)fclose(stream);
	}
	text[size] = '\0';
}

static int run_words(const struct verb *verb, const char *const *words)
{
	char *argv[VERB_WORDS_MAX + 1] = {NULL};
	int argc = 0;
	int code = -1;

	for (; argc < VERB_WORDS_MAX && words[argc] != NULL; argc++)
		argv[argc] = strdup(words[argc]);

	char *kept[VERB_WORDS_MAX + 1]; /* a verb may change the order of its words */

	memcpy(kept, argv, sizeof kept);
	code = verb->run(argc, argv);
	for (int index = 0; index < argc; index++)
		free(kept[index]);
	return code;
}

void caught_verb_run(struct caught_verb *run, const char *const *words)
{
	const struct verb *verb = verb_find(words[0]);
	const char *out = scratch_path("verb.out");
	const char *error = scratch_path("verb.err");

	*run = (struct caught_verb){.code = -1};
	if (verb == NULL || out == NULL || error == NULL)
		return;
	(void)fflush(NULL);

	const int kept_out = divert(STDOUT_FILENO, out);
	const int kept_error = divert(STDERR_FILENO, error);

	run->code = run_words(verb, words);
	(void)fflush(NULL);
	restore(STDOUT_FILENO, kept_out);
	restore(STDERR_FILENO, kept_error);
	read_back(out, run->out);
	read_back(error, run->error);
}
