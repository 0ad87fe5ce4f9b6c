/* SPDX-License-Identifier: MIT */
/* Errors of a file are printed as compilers do, so that editors jump to them. */
#include "cli/scenario_input.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/complain.h"

void scenario_input_complain(const char *path, const struct scenario_errors *errors)
{
	const size_t kept = scenario_errors_kept(errors);

	for (size_t each = 0; each < kept; each++)
		fprintf(stderr, "%s\n", errors->list[each].text);
	complain("%s: %zu error%s; correct them, or see: man 5 dimp-scenario", path, errors->count,
		errors->count == 1 ? "" : "s");
}

struct scenario *scenario_input_read(const struct scenario_source *source)
{
	struct scenario_errors *errors = calloc(1, sizeof *errors);

	if (errors == NULL) {
		complain("%s: no memory; free some", source->path);
		return NULL;
	}
	struct scenario *scenario = scenario_read(source, errors);

	if (scenario == NULL)
		scenario_input_complain(source->path, errors);
	free(errors);
	return scenario;
}
