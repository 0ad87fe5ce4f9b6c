/* SPDX-License-Identifier: MIT */
/* dimp version: which release this is and which version of the protocol it speaks. */
#include <stdio.h>

#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"

#define RELEASE "0.1.0"

enum { PROTOCOL_VERSION = 1 };

static int run_version(int argc, char **argv)
{
	struct options options = {.is_json = false};
	struct output_file output;
	const int verdict = options_read(&verb_version, &options, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (!output_file_open(&output, options.json_path))
		return EXIT_CODE_USAGE;
	if (options.is_json)
		fprintf(output.stream, "{\"release\": \"%s\", \"protocol\": %d}\n", RELEASE,
			PROTOCOL_VERSION);
	else
		fprintf(output.stream, "dimp %s, protocol version %d\n", RELEASE, PROTOCOL_VERSION);
	return output_file_commit(&output) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

const struct verb verb_version = {
	.name = "version",
	.summary = "Print the release and the protocol's version",
	.operands = "",
	.example = "  dimp version\n",
	.run = run_version,
};
