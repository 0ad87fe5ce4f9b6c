/* SPDX-License-Identifier: MIT */
/* dimp verify: a capture of what others say to each other, judged by the requirements. */
#include <string.h>

#include "cli/capture_walk.h"
#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/key_log_work.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "report_judged.h"

struct verify_options {
	struct options common;
	const char *keys;
	const char *junit;
};

static void take(void *user, const struct capture_pdu *pdu)
{
	judge_pdu(user, &pdu->found, pdu->frame, pdu->time);
}

static bool judge_capture(struct judge *judge, const char *path)
{
	const struct capture_walk walk = {path, "judged", false, judge, take};
	char why[512];
	struct capture *capture = capture_open(path, why, sizeof why);

	return capture_walk_pdus(capture, why, &walk);
}

typedef void (*writer)(const struct judge *judge, FILE *stream);

static bool write_to(const struct judge *judge, const char *path, writer write)
{
	struct output_file output;

	if (!output_file_open(&output, path))
		return false;
	write(judge, output.stream);
	return output_file_commit(&output);
}

static bool write_reports(const struct judge *judge, const struct verify_options *options)
{
	if (options->common.is_json) {
		if (!write_to(judge, options->common.json_path, report_judged_json))
			return false;
	} else if (!options->common.is_quiet &&
		!write_to(judge, NULL,
			options->common.is_verbose ? report_judged_whole : report_judged_table)) {
		return false;
	}
	return options->junit == NULL || write_to(judge, options->junit, report_judged_junit);
}

static int exit_code_of(const struct judge *judge)
{
	for (size_t index = 0; index < judge->tally_count; index++) {
		if (judge->tallies[index].broken > 0)
			return EXIT_CODE_UNMET;
	}
	return judge->opened > 0 ? EXIT_CODE_WELL : EXIT_CODE_INCONCLUSIVE;
}

static int verify(const void *user, const struct keylog *keylog, const struct dimp_crypto *crypto)
{
	const struct verify_options *options = user;
	struct judge judge;
	int code = EXIT_CODE_INTERNAL;

	if (!judge_start(&judge, crypto, keylog)) {
		complain("memory: there is none; give less to judge");
		return code;
	}
	if (!judge_capture(&judge, options->common.operands[0]))
		code = EXIT_CODE_USAGE;
	else if (judge.hearing.is_out_of_memory)
		complain("memory: there is not enough to remember the capture; cut it");
	else if (write_reports(&judge, options))
		code = exit_code_of(&judge);
	judge_end(&judge);
	return code;
}

static int run_verify(int argc, char **argv)
{
	struct verify_options options = {.keys = NULL};
	const int verdict = options_read(&verb_verify, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	return key_log_work_do(options.keys, verify, &options);
}

static const struct option_row rows[] = {
	{"keys", "KEYLOG", OPTION_TEXT, offsetof(struct verify_options, keys),
		"key log that opens protected PDUs; without it hardly anything can be judged"},
	{"junit", "FILE", OPTION_TEXT, offsetof(struct verify_options, junit),
		"write a JUnit report"},
	{.name = NULL},
};

const struct verb verb_verify = {
	.name = "verify",
	.summary = "Judge a capture of others' exchange by the requirements",
	.operands = "CAPTURE",
	.operands_min = 1,
	.operands_max = 1,
	.options = rows,
	.example = "  dimp verify --keys run.keys run.pcapng\n",
	.run = run_verify,
};
