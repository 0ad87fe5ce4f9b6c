/* SPDX-License-Identifier: MIT */
/* Folders are walked with a list of what is still to be looked at, so that depth costs no stack. */
#include "script/drill_suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/complain.h"
#include "script/drill_runner.h"

enum { PATH_SIZE = 1024 };

struct folders {
	char **paths;
	size_t count;
};

static bool push(char ***list, size_t *count, const char *path)
{
	char **grown = realloc(*list, (*count + 1) * sizeof(**list));

	if (grown == NULL)
		return false;
	*list = grown;
	grown[*count] = strdup(path);
	return grown[*count] != NULL && ++*count > 0;
}

static bool read_waivers(struct drill_suite *suite, const char *path, FILE *complaints)
{
	FILE *file = fopen(path, "r");
	bool is_read;

	if (file == NULL)
		return false;
	is_read = row_coverage_waive(&suite->coverage, file, complaints);
	fclose(file);
	return is_read;
}

static bool has_ending(const char *name, const char *ending)
{
	const size_t size = strlen(name), wanted = strlen(ending);

	return size > wanted && strcmp(name + size - wanted, ending) == 0;
}

/* A file of the folder: a drill, another folder, the waivers, or of no interest. */
static bool add_entry(struct drill_suite *suite, struct folders *folders, const char *path,
	FILE *complaints)
{
	const char *name = strrchr(path, '/') + 1;
	struct stat status;

	if (name[0] == '.')
		return true;
	if (stat(path, &status) != 0)
		return false;
	if (S_ISDIR(status.st_mode))
		return push(&folders->paths, &folders->count, path);
	if (strcmp(name, "waivers") == 0)
		return read_waivers(suite, path, complaints);
	return !has_ending(name, ".drill") || push(&suite->paths, &suite->count, path);
}

static bool add_folder(struct drill_suite *suite, struct folders *folders, const char *folder,
	FILE *complaints)
{
	DIR *open_folder = opendir(folder);
	const struct dirent *entry;
	char path[PATH_SIZE];
	bool is_read = open_folder != NULL;

	while (is_read && (entry = readdir(open_folder)) != NULL) {
		const int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);

		is_read = size < PATH_SIZE && add_entry(suite, folders, path, complaints);
	}
	if (open_folder != NULL)
		closedir(open_folder);
	return is_read;
}

static int compare_paths(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

bool drill_suite_add(struct drill_suite *suite, const char *path, FILE *complaints)
{
	struct folders folders = {.paths = NULL};
	struct stat status;
	bool is_added = stat(path, &status) == 0;

	if (!is_added)
		complain_to(complaints, "%s: %s; name a drill or a folder of drills", path,
			strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		is_added = push(&suite->paths, &suite->count, path);
	else
		is_added = push(&folders.paths, &folders.count, path);
	while (folders.count > 0) {
		char *folder = folders.paths[--folders.count];

		is_added = is_added && add_folder(suite, &folders, folder, complaints);
		free(folder);
	}
	free(folders.paths);
	if (suite->count > 0)
		qsort(suite->paths, suite->count, sizeof(*suite->paths), compare_paths);
	return is_added;
}

void drill_suite_filter(struct drill_suite *suite, const char *filter)
{
	size_t kept = 0;

	for (size_t index = 0; index < suite->count; index++) {
		if (strstr(suite->paths[index], filter) != NULL)
			suite->paths[kept++] = suite->paths[index];
		else
			free(suite->paths[index]);
	}
	suite->count = kept;
}

bool drill_suite_run(struct drill_suite *suite, size_t index,
	void (*tell)(void *user, const struct drill_verdict *verdict), void *user)
{
	char *text = NULL;
	size_t size = 0;
	struct drill_outcome outcome = {
		.coverage = &suite->coverage,
		.report = open_memstream(&text, &size),
	};
	struct drill_verdict verdict = {.path = suite->paths[index]};

	if (outcome.report == NULL)
		return false;
	verdict.has_passed = drill_run_file(verdict.path, &outcome);
	fclose(outcome.report);
	verdict.clause = outcome.clause;
	verdict.report = verdict.has_passed ? "" : text;
	tell(user, &verdict);
	free(text);
	return verdict.has_passed;
}

void drill_suite_destroy(struct drill_suite *suite)
{
	for (size_t index = 0; index < suite->count; index++)
		free(suite->paths[index]);
	free(suite->paths);
	*suite = (struct drill_suite){.count = 0};
}
