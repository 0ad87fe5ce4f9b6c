/* SPDX-License-Identifier: MIT */
/*
 * run_and_stop SCENARIO [held|LEFT]: runs it, destroys all of it, and stops (SIGSTOP), so that
 * another process can look at what is left in memory; held: it stops before anything is destroyed.
 * LEFT, 16 octets as hex, are left there on purpose.  Nothing here looks for a key, since who looks
 * for it has it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario_reader.h"
#include "scenario/world.h"

enum { LEFT_SIZE = 16 };

/* Freed, and not wiped. */
static void leave(const char *hex)
{
	unsigned char *left = malloc(64 * LEFT_SIZE);
	unsigned value;

	for (size_t index = 0; left && index < LEFT_SIZE; index++) {
		if (sscanf(hex + 2 * index, "%2x", &value) == 1)
			left[32 * LEFT_SIZE + index] = (unsigned char)value;
	}
	free(left);
}

static int run(const char *path, bool is_held)
{
	static struct scenario_errors errors;
	const struct world_outputs outputs = {.pcapng = NULL};
	char error[512] = "";
	struct scenario *scenario = scenario_read(&(struct scenario_source){.path = path}, &errors);
	struct world *world =
		scenario ? world_create(scenario, &outputs, error, sizeof error) : NULL;

	if (!world) {
		fprintf(stderr, "%s: cannot be run: %s\n", path, error);
		scenario_destroy(scenario);
		return 1;
	}
	world_run(world, NULL, NULL);
	if (is_held)
		raise(SIGSTOP);
	world_destroy(world);
	scenario_destroy(scenario);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	const int code = run(argv[1], argc > 2 && strcmp(argv[2], "held") == 0);

	if (argc > 2 && strlen(argv[2]) == 2 * LEFT_SIZE)
		leave(argv[2]);
	if (code == 0)
		raise(SIGSTOP);
	return code;
}
