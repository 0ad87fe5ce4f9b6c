/* SPDX-License-Identifier: MIT */
/* A folder a case, named after it; one that is there is written anew. */
#include "evidence.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "requirement.h"
#include "script/drill_printer.h"

enum { COMMAND_SIZE = 2048 };

void evidence_command(const struct conform_run *run, const struct conform_result *result,
	char command[2048])
{
	(void)snprintf(command, COMMAND_SIZE,
		"dimp conform run '%s' --target '%s' --seed %" PRIu64 " --cases '%s'%s",
		result->what->id, run->target->text, run->seed, run->folder,
		result->what->is_should ? " --strict" : "");
}

static bool make_folder(const struct conform_run *run, struct conform_result *result)
{
	size_t size;

	(void)mkdir(run->evidence, 0777);
	(void)snprintf(result->evidence, sizeof result->evidence, "%s/", run->evidence);
	size = strlen(result->evidence);
	(void)snprintf(result->evidence + size, sizeof result->evidence - size, "%s",
		result->what->id);
	for (char *at = result->evidence + size; *at != '\0'; at++)
		*at = *at == '/' ? '+' : *at;
	(void)mkdir(result->evidence, 0777);
	struct stat status;

	return stat(result->evidence, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *path_of(const struct conform_result *result, const char *name,
	char path[RESULT_PATH_SIZE + 32])
{
	(void)snprintf(path, RESULT_PATH_SIZE + 32, "%s/%s", result->evidence, name);
	return path;
}

static json_t *describe_requirements(const struct conform_case *one)
{
	json_t *list = json_array();
	const char *rest = one->clause;
	char clause[16];

	while (requirement_next_clause(&rest, clause)) {
		const struct requirement *row = requirement_find(clause);

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s}", "clause", clause, "strength",
				row == NULL || row->is_must ? "MUST" : "SHOULD", "role",
				row == NULL ? "ANY" : row->role, "text",
				row == NULL ? "" : row->text));
	}
	return list;
}

static void write_description(const struct conform_run *run, const struct conform_result *result)
{
	char command[COMMAND_SIZE], path[RESULT_PATH_SIZE + 32];
	json_t *whole;

	evidence_command(run, result, command);
	whole = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:o, s:s}", "id", result->what->id,
		"proves", result->what->title, "target", run->target->text, "seed",
		(json_int_t)run->seed, "cases", run->folder, "verdict",
		verdict_name(result->verdict), "why", result->why, "requirements",
		describe_requirements(result->what), "rerun", command);
	(void)json_dump_file(whole, path_of(result, "case.json", path), JSON_INDENT(2));
	json_decref(whole);
}

static void write_texts(const struct conform_result *result)
{
	char path[RESULT_PATH_SIZE + 32];
	FILE *file = fopen(path_of(result, "report.txt", path), "w");

	if (file != NULL) {
		fprintf(file, "%s %s: %s\n%s", verdict_name(result->verdict), result->what->id,
			result->why, result->report == NULL ? "" : result->report);
		fclose(file);
	}
	file = fopen(path_of(result, "case.drill", path), "w");
	if (file != NULL) {
		drill_print(file, &result->what->file->drill);
		fclose(file);
	}
}

void evidence_keep(const struct conform_run *run, struct conform_result *result)
{
	char path[RESULT_PATH_SIZE + 32];

	if (!make_folder(run, result)) {
		result->evidence[0] = '\0';
		return;
	}
	write_description(run, result);
	write_texts(result);
	(void)wire_log_write_capture(run->log, path_of(result, "trace.pcapng", path));
	(void)wire_log_write_keys(run->log, path_of(result, "keys.txt", path));
}

static void take_text(const json_t *whole, const char *key, char *text, size_t size)
{
	const char *said = json_string_value(json_object_get(whole, key));

	(void)snprintf(text, size, "%s", said == NULL ? "" : said);
}

bool evidence_read(const char *path, struct evidence_case *evidence)
{
	char file[RESULT_PATH_SIZE], verdict[16];
	json_t *whole;

	(void)snprintf(file, sizeof file, "%s/case.json", path);
	whole = json_load_file(file, 0, NULL);
	take_text(whole, "id", evidence->id, sizeof evidence->id);
	take_text(whole, "cases", evidence->folder, sizeof evidence->folder);
	take_text(whole, "target", evidence->target, sizeof evidence->target);
	take_text(whole, "verdict", verdict, sizeof verdict);
	evidence->verdict = verdict_find(verdict);
	evidence->seed = (uint64_t)json_integer_value(json_object_get(whole, "seed"));
	json_decref(whole);
	return evidence->id[0] != '\0' && evidence->verdict != VERDICTS;
}
