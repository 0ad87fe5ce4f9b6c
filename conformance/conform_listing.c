/* SPDX-License-Identifier: MIT */
/* dimp conform list and explain: the cases, and one of them whole with what it is about. */
#include <jansson.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "conform_commands.h"
#include "requirement.h"
#include "script/drill_printer.h"

bool conform_read_catalog(const struct conform_options *options, struct catalog *catalog)
{
	if (catalog_read(catalog, options->cases, stderr) && catalog->count > 0)
		return true;
	complain("%s: no catalog of cases; name the folder of the cases with --cases",
		options->cases);
	catalog_destroy(catalog);
	return false;
}

static json_t *describe(const struct conform_case *one)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}", "id", one->id, "clause", one->clause,
		"proves", one->title, "requires", one->needs, "should", one->is_should, "file",
		one->file->path);
}

static void print_line(const struct conform_options *options, const struct conform_case *one)
{
	printf("%-28s %-8s %s%s\n", one->id, one->is_bridge ? "bridge" : "station", one->title,
		one->is_should ? " (SHOULD)" : "");
	if (options->common.is_verbose)
		printf("%-28s %s; %s%s\n", "", one->clause, one->file->path,
			one->needs[0] == '\0' ? "" : "; requires capabilities");
}

int conform_command_list(const struct conform_options *options)
{
	char *const *patterns = options->common.operands + 1;
	const size_t count = options->common.operand_count - 1;
	json_t *list = json_array();
	struct catalog catalog;
	size_t listed = 0;

	if (!conform_read_catalog(options, &catalog)) {
		json_decref(list);
		return EXIT_CODE_USAGE;
	}
	for (size_t index = 0; index < catalog.count; index++) {
		if (!catalog_chooses(&catalog.cases[index], patterns, count))
			continue;
		listed++;
		if (options->common.is_json)
			json_array_append_new(list, describe(&catalog.cases[index]));
		else
			print_line(options, &catalog.cases[index]);
	}
	if (options->common.is_json) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		printf("%zu of %zu cases\n", listed, catalog.count);
	}
	json_decref(list);
	catalog_destroy(&catalog);
	return listed > 0 ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static void explain_requirements(const char *words)
{
	char clause[16];

	while (requirement_next_clause(&words, clause)) {
		const struct requirement *row = requirement_find(clause);

		if (row == NULL)
			printf("  %s (docs/spec)\n", clause);
		else
			printf("  %s %s, %s: %s\n", clause, row->is_must ? "MUST" : "SHOULD",
				row->role, row->text);
	}
}

static void explain_case(const struct conform_case *one)
{
	static const char *const kinds[] = {"valid behaviour", "invalid input", "inopportune input",
		"timers"};

	printf("%s: %s\n", one->id, one->title);
	printf("Tries %s of a %s; what it proves is a %s.\n", kinds[one->kind],
		one->is_bridge ? "bridge" : "station", one->is_should ? "SHOULD" : "MUST");
	if (one->needs[0] != '\0')
		printf("Is skipped without: %s\n", one->needs);
	puts("Requirements:");
	explain_requirements(one->clause);
	printf("\n%s:\n\n", one->file->path);
	drill_print(stdout, &one->file->drill);
}

static const struct conform_case *find_case(const struct catalog *catalog, const char *id)
{
	for (size_t index = 0; index < catalog->count; index++) {
		const struct conform_case *one = &catalog->cases[index];
		const size_t size = strlen(id);

		if (strncmp(one->id, id, size) == 0 &&
			(one->id[size] == '\0' || one->id[size] == '/'))
			return one;
	}
	return NULL;
}

int conform_command_explain(const struct conform_options *options)
{
	const char *id = options->common.operand_count == 2 ? options->common.operands[1] : NULL;
	const struct conform_case *one;
	struct catalog catalog;

	if (id == NULL) {
		complain("conform explain: one id is wanted; `dimp conform list` tells them");
		return EXIT_CODE_USAGE;
	}
	if (!conform_read_catalog(options, &catalog))
		return EXIT_CODE_USAGE;
	one = find_case(&catalog, id);
	if (one == NULL)
		complain("%s: no such case; `dimp conform list` tells them", id);
	else
		explain_case(one);
	catalog_destroy(&catalog);
	return one == NULL ? EXIT_CODE_USAGE : EXIT_CODE_WELL;
}
