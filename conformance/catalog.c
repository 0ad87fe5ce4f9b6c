/* SPDX-License-Identifier: MIT */
/*
 * Files are found, read and judged: a case begins with what it proves, has one clause line and one
 * id, and says nothing that looks into an implementation.  An id stands once.
 */
#include "catalog.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_parser.h"
#include "script/drill_runner.h"
#include "script/drill_suite.h"
#include "script/drill_turns.h"

static const struct drill_line *find_line(const struct drill *drill, enum drill_kind kind)
{
	for (size_t index = 0; index < drill->count; index++) {
		if (drill->lines[index].kind == kind)
			return &drill->lines[index];
	}
	return NULL;
}

/* "9.3-BV-01": section, kind, number. */
static bool read_kind(const char *id, enum case_kind *kind)
{
	static const char *const letters[] = {"BV", "BI", "BO", "TI"};
	const char *first = strchr(id, '-');
	const char *second = first == NULL ? NULL : strchr(first + 1, '-');

	if (second == NULL || second != first + 3 || strspn(second + 1, "0123456789") < 2 ||
		second[1 + strspn(second + 1, "0123456789")] != '\0')
		return false;
	for (unsigned index = 0; index < sizeof letters / sizeof letters[0]; index++) {
		if (strncmp(first + 1, letters[index], 2) != 0)
			continue;
		*kind = (enum case_kind)index;
		return true;
	}
	return false;
}

static bool complain_of(const struct case_file *file, unsigned line, const char *why,
	FILE *complaints)
{
	fprintf(complaints, "%s:%u: %s\n", file->path, line, why);
	return false;
}

/* What only the library's own speaker can tell. */
static bool is_black_box(const struct case_file *file, FILE *complaints)
{
	bool is_black = true;

	for (size_t index = 0; index < file->drill.count; index++) {
		const struct drill_line *line = &file->drill.lines[index];
		const bool is_inside = line->kind == DRILL_STATE || line->kind == DRILL_IGNORED ||
			line->kind == DRILL_TICK ||
			(line->kind == DRILL_STATUS && strstr(line->rest, "state=") != NULL);

		if (is_inside)
			is_black = complain_of(file, line->number,
				"a case is black box: no state, no ignored, no tick", complaints);
	}
	return is_black;
}

static bool check_file(const struct case_file *file, FILE *complaints)
{
	const struct drill *drill = &file->drill;
	const struct drill_line *id = find_line(drill, DRILL_ID);
	enum case_kind kind;

	if (drill->count == 0 || drill->lines[0].kind != DRILL_COMMENT)
		return complain_of(file, 1, "a case begins with what it proves", complaints);
	if (find_line(drill, DRILL_CLAUSE) == NULL)
		return complain_of(file, 1, "a case has a clause line", complaints);
	if (id == NULL || !read_kind(id->names[0], &kind))
		return complain_of(file, id == NULL ? 1 : id->number,
			"a case has an id like 9.3-BV-01", complaints);
	if (drill_turns(drill) == 0)
		return complain_of(file, 1, "its loops cannot be read", complaints);
	return is_black_box(file, complaints);
}

static bool add_case(struct catalog *catalog, const struct case_file *file, size_t turn)
{
	struct conform_case *grown =
		realloc(catalog->cases, (catalog->count + 1) * sizeof(*catalog->cases));
	const struct drill *drill = &file->drill;
	const struct drill_line *needs = find_line(drill, DRILL_REQUIRES);
	char label[DRILL_TURN_LABEL_SIZE];

	if (grown == NULL)
		return false;
	catalog->cases = grown;
	struct conform_case *one = &grown[catalog->count++];

	*one = (struct conform_case){
		.file = file,
		.turn = turn,
		.title = drill->lines[0].rest + strspn(drill->lines[0].rest, " "),
		.clause = find_line(drill, DRILL_CLAUSE)->rest,
		.needs = needs == NULL ? "" : needs->rest,
		.is_should = find_line(drill, DRILL_SHOULD) != NULL,
		.is_bridge = find_line(drill, DRILL_STATION) == NULL,
	};
	drill_turn_label(drill, turn, label);
	(void)snprintf(one->id, sizeof one->id, "%s%s", find_line(drill, DRILL_ID)->names[0],
		label);
	return read_kind(find_line(drill, DRILL_ID)->names[0], &one->kind);
}

static struct case_file *read_file(const char *path, FILE *complaints)
{
	struct case_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	file->path = strdup(path);
	if (file->path != NULL && drill_read(path, &file->drill, complaints))
		return file;
	free(file->path);
	free(file);
	return NULL;
}

static bool add_file(struct catalog *catalog, const char *path, FILE *complaints)
{
	struct case_file *file = read_file(path, complaints);
	struct case_file **grown;
	bool is_right = true;

	if (file == NULL)
		return false;
	grown = realloc(catalog->files, (catalog->file_count + 1) * sizeof(struct case_file *));
	if (grown == NULL) {
		drill_destroy(&file->drill);
		free(file->path);
		free(file);
		return false;
	}
	catalog->files = grown;
	grown[catalog->file_count++] = file;
	if (!check_file(file, complaints))
		return false;
	for (size_t turn = 0; turn < drill_turns(&file->drill); turn++)
		is_right = add_case(catalog, file, turn) && is_right;
	return is_right;
}

/* Takes a run of digits off as the number it is. */
static unsigned long take_number(const char **text)
{
	char *end;
	const unsigned long number = strtoul(*text, &end, 10);

	*text = end;
	return number;
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* Digits count as numbers, so that 9.10 stands behind 9.9. */
static int compare_texts(const char *one, const char *other)
{
	while (*one != '\0' && *other != '\0') {
		if (is_digit(*one) && is_digit(*other)) {
			const unsigned long first = take_number(&one), second = take_number(&other);

			if (first != second)
				return first < second ? -1 : 1;
		} else if (*one++ != *other++) {
			return one[-1] < other[-1] ? -1 : 1;
		}
	}
	return (*one != '\0') - (*other != '\0');
}

static int compare_ids(const void *one, const void *other)
{
	const char *first = ((const struct conform_case *)one)->id;
	const char *second = ((const struct conform_case *)other)->id;
	const int order = compare_texts(first, second);

	return order != 0 ? order : strcmp(first, second);
}

static bool check_ids(const struct catalog *catalog, FILE *complaints)
{
	bool is_right = true;

	for (size_t index = 1; index < catalog->count; index++) {
		const struct conform_case *one = &catalog->cases[index];

		if (strcmp(one->id, one[-1].id) != 0)
			continue;
		is_right = false;
		fprintf(complaints, "%s:1: id %s is also that of %s\n", one->file->path, one->id,
			one[-1].file->path);
	}
	return is_right;
}

bool catalog_read(struct catalog *catalog, const char *folder, FILE *complaints)
{
	struct drill_suite *suite = calloc(1, sizeof(*suite));
	bool is_right = suite != NULL && drill_suite_add(suite, folder, complaints);

	*catalog = (struct catalog){.count = 0};
	for (size_t index = 0; suite != NULL && index < suite->count; index++)
		is_right = add_file(catalog, suite->paths[index], complaints) && is_right;
	if (suite != NULL)
		drill_suite_destroy(suite);
	free(suite);
	if (catalog->count > 0)
		qsort(catalog->cases, catalog->count, sizeof(*catalog->cases), compare_ids);
	return check_ids(catalog, complaints) && is_right;
}

void catalog_destroy(struct catalog *catalog)
{
	for (size_t index = 0; index < catalog->file_count; index++) {
		drill_destroy(&catalog->files[index]->drill);
		free(catalog->files[index]->path);
		free(catalog->files[index]);
	}
	free(catalog->files);
	free(catalog->cases);
	*catalog = (struct catalog){.count = 0};
}

const struct conform_case *catalog_find(const struct catalog *catalog, const char *id)
{
	for (size_t index = 0; index < catalog->count; index++) {
		if (strcmp(catalog->cases[index].id, id) == 0)
			return &catalog->cases[index];
	}
	return NULL;
}

/* A pattern is of the whole id, of the id without its turn, or of the file's name. */
static bool fits(const struct conform_case *one, const char *pattern)
{
	const char *slash = strrchr(one->file->path, '/');
	const size_t size = strcspn(one->id, "/");
	char base[CASE_ID_SIZE];

	(void)snprintf(base, sizeof base, "%.*s", (int)size, one->id);
	return fnmatch(pattern, one->id, 0) == 0 || fnmatch(pattern, base, 0) == 0 ||
		fnmatch(pattern, slash == NULL ? one->file->path : slash + 1, 0) == 0;
}

bool catalog_chooses(const struct conform_case *one, char *const *patterns, size_t count)
{
	bool is_adding = false, is_added = false;

	for (size_t index = 0; index < count; index++) {
		if (patterns[index][0] == '^')
			continue;
		is_adding = true;
		is_added = is_added || fits(one, patterns[index]);
	}
	for (size_t index = 0; index < count; index++) {
		if (patterns[index][0] == '^' && fits(one, patterns[index] + 1))
			return false;
	}
	return is_added || !is_adding;
}
