/* SPDX-License-Identifier: MIT */
/* dimp scenario: scenario files before they run. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/scenario_input.h"
#include "cli/verbs.h"
#include "scenario/expectations.h"
#include "scenario/key_docs.h"
#include "scenario/key_schema.h"
#include "scenario/name_rows.h"
#include "scenario/nearest_name.h"
#include "scenario/vary.h"

struct scenario_options {
	struct options common;
	const char *format;
};

/* What `dimp scenario init` writes: the smallest whole scenario, to be changed. */
static const char beginning[] =
	"# One VM moves from one server to another; its DHCP binding goes with it.\n"
	"title: My first migration\n"
	"duration: 5s\n"
	"bridges:\n"
	"  edge-a: {}\n"
	"  edge-b: {}\n"
	"links:\n"
	"  - {between: [edge-a, edge-b], rate: 10Gbps, delay: 50us}\n"
	"stations:\n"
	"  server-1: {bridge: edge-a, port: 1}\n"
	"  server-2: {bridge: edge-b, port: 1}\n"
	"vms:\n"
	"  vm1: {station: server-1, vlan: 42, synthetic: {dhcp_binding: 1}}\n"
	"migrations:\n"
	"  - {name: m1, vm: vm1, to: server-2, at: 1s, mode: staged}\n"
	"expect:\n"
	"  - {migration: m1, result: SUCCESS}\n"
	"  - {bridge: edge-b, vm: vm1, di: {dhcp_binding: 1}}\n";

static int write_beginning(const struct options *options)
{
	const char *path = options->operand_count > 1 ? options->operands[1] : NULL;
	struct output_file file;
	FILE *old = path != NULL ? fopen(path, "r") : NULL;

	if (old != NULL) {
		fclose(old);
		complain("%s: is there already; give a path where nothing is", path);
		return EXIT_CODE_USAGE;
	}
	if (!output_file_open(&file, path))
		return EXIT_CODE_USAGE;
	fputs(beginning, file.stream);
	return output_file_commit(&file) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static int check_one(const char *path, const struct options *options)
{
	uint64_t variations = 1;

	for (uint64_t variation = 0; variation < variations; variation++) {
		struct scenario *scenario = scenario_input_read(
			&(struct scenario_source){.path = path, .variation = variation});

		if (scenario == NULL)
			return EXIT_CODE_USAGE;
		variations = vary_count(scenario);
		scenario_destroy(scenario);
	}
	if (!options->is_quiet && variations > 1)
		printf("%s: ok in each of %" PRIu64 " variations\n", path, variations);
	else if (!options->is_quiet)
		printf("%s: ok\n", path);
	return EXIT_CODE_WELL;
}

static int check_all(const struct options *options)
{
	int code = EXIT_CODE_WELL;

	if (options->operand_count < 2) {
		complain("scenario check: no file; name one, or - for standard input");
		return EXIT_CODE_USAGE;
	}
	for (size_t each = 1; each < options->operand_count; each++) {
		if (check_one(options->operands[each], options) != EXIT_CODE_WELL)
			code = EXIT_CODE_USAGE;
	}
	return code;
}

static void explain_migration(const struct scenario *scenario,
	const struct scenario_migration *migration)
{
	char at[EXPECTATIONS_DURATION_SIZE];

	printf("  at %s: %s: %s moves to %s, %s%s\n", expectations_duration(migration->at.us, at),
		migration->name, scenario->vms[migration->vm].name,
		scenario->stations[migration->to].name,
		names_of(names_how, (int32_t)migration->mode),
		migration->trigger == SCENARIO_TRIGGER_NONE ? ", without DIMP" : "");
}

static void explain_fault(const struct scenario *scenario, const struct scenario_fault *fault)
{
	char at[EXPECTATIONS_DURATION_SIZE], lasts[EXPECTATIONS_DURATION_SIZE];

	printf("  at %s: a fault on %s, %s%s\n", expectations_duration(fault->at.us, at),
		scenario->links[fault->link].name, fault->for_us == UINT64_MAX ? "" : "for ",
		fault->for_us == UINT64_MAX ? "to the end"
					    : expectations_duration(fault->for_us, lasts));
}

static void explain_scenario(const struct scenario *scenario)
{
	char duration[EXPECTATIONS_DURATION_SIZE];

	printf("%s\n  %s, seed %" PRIu64 ": %zu bridges, %zu links, %zu stations, %zu VMs, "
	       "%zu services, %zu expectations\n",
		*scenario->title != '\0' ? scenario->title : scenario->path,
		expectations_duration(scenario->duration_us, duration), scenario->seed,
		scenario->bridge_count, scenario->link_count, scenario->station_count,
		scenario->vm_count, scenario->service_count, scenario->expect_count);
	for (size_t each = 0; each < scenario->vm_count; each++)
		printf("  %s starts at %s\n", scenario->vms[each].name,
			scenario->stations[scenario->vms[each].station].name);
	for (size_t each = 0; each < scenario->migration_count; each++)
		explain_migration(scenario, &scenario->migrations[each]);
	for (size_t each = 0; each < scenario->fault_count; each++)
		explain_fault(scenario, &scenario->faults[each]);
}

static int explain_file(const char *path)
{
	struct scenario *scenario = scenario_input_read(&(struct scenario_source){.path = path});

	if (scenario == NULL)
		return EXIT_CODE_USAGE;
	explain_scenario(scenario);
	scenario_destroy(scenario);
	return EXIT_CODE_WELL;
}

static int explain_key(const char *name)
{
	const char *nearest = key_docs_nearest(name);

	if (key_docs_explain(name, stdout))
		return EXIT_CODE_WELL;
	if (nearest != NULL)
		complain("%s: no such key; did you mean %s?", name, nearest);
	else
		complain("%s: no such key; see: man 5 dimp-scenario", name);
	return EXIT_CODE_USAGE;
}

static int explain_all(const struct scenario_options *options)
{
	const char *format = options->format != NULL ? options->format : "markdown";

	if (strcmp(format, "markdown") != 0 && strcmp(format, "mdoc") != 0) {
		complain("%s: no such format; give markdown or mdoc", format);
		return EXIT_CODE_USAGE;
	}
	if (strcmp(format, "mdoc") == 0)
		key_docs_write_mdoc(stdout);
	else
		key_docs_write_markdown(stdout);
	return EXIT_CODE_WELL;
}

/* A name with a dot or a slash is a file's; keys have neither. */
static int explain(const struct scenario_options *options)
{
	const struct options *common = &options->common;
	int code = EXIT_CODE_WELL;

	if (common->operand_count < 2)
		return explain_all(options);
	for (size_t each = 1; each < common->operand_count; each++) {
		const char *name = common->operands[each];
		const bool is_file = strpbrk(name, "./") != NULL || strcmp(name, "-") == 0;

		if ((is_file ? explain_file(name) : explain_key(name)) != EXIT_CODE_WELL)
			code = EXIT_CODE_USAGE;
	}
	return code;
}

static int write_schema(const struct options *options)
{
	struct output_file file;

	if (!output_file_open(&file, options->json_path))
		return EXIT_CODE_USAGE;
	if (!key_schema_write(file.stream)) {
		output_file_discard(&file);
		complain("scenario schema: no memory; free some");
		return EXIT_CODE_INTERNAL;
	}
	return output_file_commit(&file) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static int unknown_action(const char *action)
{
	static const char *const actions[] = {"init", "check", "explain", "schema"};
	struct nearest_name nearest = nearest_name_begin(action);

	for (size_t each = 0; each < sizeof actions / sizeof actions[0]; each++)
		nearest_name_offer(&nearest, actions[each]);
	complain("scenario %s: no such action; %s%s", action,
		nearest.best != NULL ? "did you mean " : "see: dimp scenario --help",
		nearest.best != NULL ? nearest.best : "");
	return EXIT_CODE_USAGE;
}

static int run_scenario(int argc, char **argv)
{
	struct scenario_options options = {.format = NULL};
	const int verdict = options_read(&verb_scenario, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	const char *action = options.common.operands[0];

	if (strcmp(action, "init") == 0)
		return write_beginning(&options.common);
	if (strcmp(action, "check") == 0)
		return check_all(&options.common);
	if (strcmp(action, "explain") == 0)
		return explain(&options);
	if (strcmp(action, "schema") == 0)
		return write_schema(&options.common);
	return unknown_action(action);
}

static const struct option_row scenario_rows[] = {
	{"format", "FORMAT", OPTION_TEXT, offsetof(struct scenario_options, format),
		"of explain without a name: markdown or mdoc"},
	{.name = NULL},
};

const struct verb verb_scenario = {
	.name = "scenario",
	.summary = "Begin, check and explain scenario files, or print their JSON schema",
	.operands = "init|check|explain|schema [FILE|KEY]...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.options = scenario_rows,
	.example = "  dimp scenario init my.yaml\n"
		   "  dimp scenario check my.yaml\n"
		   "  dimp scenario explain my.yaml migrations\n"
		   "  dimp scenario schema --json docs/scenario.schema.json\n",
	.run = run_scenario,
};
