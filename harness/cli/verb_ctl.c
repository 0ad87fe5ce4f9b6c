/* SPDX-License-Identifier: MIT */
/* dimp ctl: looks into a running bridge and gives it orders, by its control socket. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "live/control_call.h"
#include "live/control_table.h"

struct ctl_options {
	struct options common; /* operands: SOCKET COMMAND [WHAT] */
	const char *output;
};

static const struct option_row rows[] = {
	{"output", "FILE", OPTION_TEXT, offsetof(struct ctl_options, output),
		"write there, whole or not at all"},
	{NULL, NULL, OPTION_FLAG, 0, NULL},
};

/* What is sent for a command; NULL for one that there is not.  The caller's. */
static json_t *request_for(const struct options *common)
{
	static const char *const shown[] = {"di", "digest", "migrations", "peers", "counters"};
	const char *command = common->operands[1];
	const bool is_show = strcmp(command, "show") == 0;
	const char *what = common->operand_count == 3 ? common->operands[2] : "";

	for (size_t each = 0; is_show && each < sizeof shown / sizeof shown[0]; each++) {
		if (strcmp(what, shown[each]) == 0)
			return json_pack("{s:s}", "show", what);
	}
	if (is_show || common->operand_count == 3)
		return NULL;
	if (strcmp(command, "metrics") == 0)
		return json_pack("{s:s}", "show", "counters");
	if (strcmp(command, "reload") == 0 || strcmp(command, "drain") == 0)
		return json_pack("{s:s}", "do", command);
	return NULL;
}

static void print_answer(const struct options *common, json_t *answer, FILE *stream)
{
	json_t *shown = json_object_get(answer, "rows");

	if (strcmp(common->operands[1], "metrics") == 0) {
		control_metrics_print(shown, stream);
	} else if (common->is_json) {
		(void)json_dumpf(answer, stream, JSON_INDENT(2));
		(void)fputc('\n', stream);
	} else if (shown != NULL && !common->is_quiet) {
		control_table_print(shown, stream);
	}
}

static int write_answer(const struct ctl_options *options, json_t *answer)
{
	const char *path = options->output != NULL ? options->output : options->common.json_path;
	struct output_file file;

	if (!output_file_open(&file, path))
		return EXIT_CODE_USAGE;
	print_answer(&options->common, answer, file.stream);
	return output_file_commit(&file) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static int run_ctl(int argc, char **argv)
{
	struct ctl_options options = {.output = NULL};
	const int verdict = options_read(&verb_ctl, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	json_t *request = request_for(&options.common);

	if (request == NULL) {
		complain("ctl: %s%s%s: no such command; show di, show digest, show migrations, "
			 "show peers, show counters, metrics, reload or drain",
			options.common.operands[1], options.common.operand_count == 3 ? " " : "",
			options.common.operand_count == 3 ? options.common.operands[2] : "");
		return EXIT_CODE_USAGE;
	}
	int code;
	json_t *answer = control_call(options.common.operands[0], request, &code);

	if (answer != NULL)
		code = write_answer(&options, answer);
	json_decref(answer);
	json_decref(request);
	return code;
}

const struct verb verb_ctl = {
	.name = "ctl",
	.summary = "Look into a running bridge, and give it orders",
	.operands = "SOCKET COMMAND [WHAT]",
	.operands_min = 2,
	.operands_max = 3,
	.options = rows,
	.example = "  dimp ctl /run/dimp/bridge.sock show di\n"
		   "  dimp ctl /run/dimp/bridge.sock metrics --output "
		   "/var/lib/node_exporter/dimp.prom\n",
	.run = run_ctl,
};
