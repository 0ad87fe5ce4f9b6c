/* SPDX-License-Identifier: MIT */
/* A row |known| says why one still fails: it must go on failing until the row goes. */
#include "campaign/regressions.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(struct regressions *regressions, const char *path, const struct trial *trial)
{
	snprintf(regressions->path, sizeof regressions->path, "%s", path);
	regressions->failed = *trial;
	regressions->failed.list = NULL;
	if (trial->known[0] == '\0')
		return;
	regressions->failed.verdict = TRIAL_UNSOUND;
	snprintf(regressions->failed.text, sizeof regressions->failed.text,
		"it passes: take its row known out");
}

static void replay(struct regressions *regressions, const char *path,
	const struct shrink_config *config, void (*tell)(const char *path, const struct trial *))
{
	const struct trial_config trial_config = {
		.source = {.path = path},
		.plant = config->plant,
		.is_healed = true,
		.seconds_max = config->seconds_max,
	};
	struct trial trial;

	trial_run(&trial, &trial_config);
	regressions->replayed++;
	const bool is_known = trial.known[0] != '\0';

	regressions->known += is_known;
	if (is_known == (trial.verdict == TRIAL_WELL))
		fail(regressions, path, &trial);
	else if (is_known && tell)
		tell(path, &trial);
	trial_destroy(&trial);
}

static int is_scenario(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".yaml") == 0;
}

void regressions_replay(struct regressions *regressions, const char *folder,
	const struct shrink_config *config, void (*tell)(const char *path, const struct trial *))
{
	struct dirent **entries = NULL;
	const int count = scandir(folder, &entries, is_scenario, alphasort);
	char path[REGRESSIONS_PATH_SIZE];

	*regressions = (struct regressions){.replayed = 0};
	for (int index = 0; index < count; index++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[index]->d_name);
		if (regressions->path[0] == '\0')
			replay(regressions, path, config, tell);
		free(entries[index]);
	}
	free(entries);
}
