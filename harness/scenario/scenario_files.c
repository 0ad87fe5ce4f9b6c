/* SPDX-License-Identifier: MIT */
/* The files of a scenario: read whole, up to a bound, and what they include after them. */
#include "scenario/scenario_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_SIZE_MAX = 1 << 24 };

/* Reads a stream to its end; NULL with errno when that fails.  The caller frees it. */
static char *slurp(FILE *stream, size_t *size)
{
	size_t capacity = 1 << 16;
	char *text = malloc(capacity);

	*size = 0;
	while (text != NULL && !feof(stream) && !ferror(stream) && *size < FILE_SIZE_MAX) {
		*size += fread(text + *size, 1, capacity - *size, stream);
		if (*size < capacity)
			continue;
		char *larger = realloc(text, capacity * 2);

		if (larger == NULL)
			break;
		text = larger;
		capacity *= 2;
	}
	if (text != NULL && feof(stream))
		return text;
	free(text);
	if (errno == 0)
		errno = EFBIG;
	return NULL;
}

static char *slurp_file(const char *path, size_t *size)
{
	errno = 0;
	FILE *stream = fopen(strcmp(path, "-") == 0 ? "/dev/stdin" : path, "r");

	if (stream == NULL)
		return NULL;
	char *text = slurp(stream, size);

	fclose(stream);
	return text;
}

static void add_tree(struct scenario_draft *draft, const char *path, const char *text, size_t size)
{
	const size_t index = draft->tree_count;
	struct yaml_tree *tree = yaml_tree_read(path, text, size, draft->errors);

	if (tree == NULL)
		return;
	draft->trees[index] = tree;
	snprintf(draft->paths[index], SCENARIO_PATH_MAX, "%s", path);
	draft->tree_count++;
}

/* Included files are files: a device or a pipe might never end. */
static bool is_plain_file(const char *path)
{
	struct stat status;

	if (strcmp(path, "-") == 0)
		return false;
	return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

static bool is_read(const struct scenario_draft *draft, const char *path)
{
	for (size_t each = 0; each < draft->tree_count; each++) {
		if (strcmp(draft->paths[each], path) == 0)
			return true;
	}
	return false;
}

static void add_file(struct scenario_draft *draft, const char *path, struct yaml_place place)
{
	size_t size;
	char *text = slurp_file(path, &size);

	if (text == NULL)
		scenario_errors_add(draft->errors, place, "cannot be read: %s: %s", path,
			strerror(errno));
	else
		add_tree(draft, path, text, size);
	free(text);
}

static void include_file(struct scenario_draft *draft, struct yaml_value value)
{
	const struct yaml_place place = yaml_value_place(value);
	char path[SCENARIO_PATH_MAX];

	if (yaml_value_kind(value) != YAML_TEXT ||
		!value_path(place.file, yaml_value_text(value), path))
		scenario_errors_add(draft->errors, place,
			"include: expected a path or a list of paths");
	else if (!is_plain_file(path))
		scenario_errors_add(draft->errors, place, "include: %.300s is no file", path);
	else if (is_read(draft, path))
		scenario_errors_add(draft->errors, place,
			"include: %.300s is there already; once is enough", path);
	else if (draft->tree_count >= DRAFT_FILES_MAX)
		scenario_errors_add(draft->errors, place,
			"include: expected at most %d files in all", DRAFT_FILES_MAX);
	else
		add_file(draft, path, place);
}

/* Included files include in their turn: the list of trees grows under the loop, to its bound. */
static void read_includes(struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->tree_count; each++) {
		const struct yaml_value include =
			yaml_map_find(yaml_tree_root(draft->trees[each]), "include");

		if (include.node == 0)
			continue;
		if (yaml_value_kind(include) != YAML_LIST)
			include_file(draft, include);
		for (size_t item = 0;
			yaml_value_kind(include) == YAML_LIST && item < yaml_value_count(include);
			item++)
			include_file(draft, yaml_list_at(include, item));
	}
}

void scenario_files_read(struct scenario_draft *draft, const struct scenario_source *source)
{
	if (source->text != NULL)
		add_tree(draft, source->path, source->text, source->size);
	else
		add_file(draft, source->path, (struct yaml_place){source->path, 1, 1});
	if (draft->tree_count != 0)
		read_includes(draft);
}
