/* SPDX-License-Identifier: MIT */
/*
 * The scenario reader on any octets, asked for variations: each that there is can be asked for
 * again by its text, and is the same then.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz/require.h"
#include "scenario/vary.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static struct scenario_errors errors;

/* Reads the scenario with what |text| sets, which must be what |text| says. */
static void ask_again(const struct scenario_source *source, const char *text)
{
	static char again[VARY_TEXT_SIZE];
	struct scenario_source asked = *source;

	asked.variation = 0;
	asked.set = text;
	struct scenario *const scenario = scenario_read(&asked, &errors);
	require(scenario != NULL);
	require(strcmp(vary_text(scenario, again), text) == 0);
	scenario_destroy(scenario);
}

/* Whether |text| is what --set can say: its values have no comma of their own. */
static bool can_be_said(const struct scenario *scenario)
{
	for (size_t each = 0; each < scenario->varied_count; each++)
		if (strchr(scenario->varied[each].chosen, ',') != NULL)
			return false;
	return scenario->varied_count > 0;
}

/* The first octet is the variation. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static char text[VARY_TEXT_SIZE];

	if (size == 0)
		return 0;
	const struct scenario_source source = {
		.path = "fuzz.yaml",
		.text = (const char *)octets + 1,
		.size = size - 1,
		.variation = octets[0],
	};
	struct scenario *const scenario = scenario_read(&source, &errors);
	require((scenario == NULL) == (errors.count > 0));
	if (scenario == NULL)
		return 0;
	require(vary_count(scenario) > 0);
	if (can_be_said(scenario))
		ask_again(&source, vary_text(scenario, text));
	vary_choose(scenario, vary_count(scenario) - 1);
	(void)vary_text(scenario, text);
	scenario_destroy(scenario);
	return 0;
}
