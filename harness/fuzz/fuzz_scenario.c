/*
 * The scenario reader on any octets: it says what is wrong or gives a scenario, and neither aborts,
 * leaks nor hangs.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct scenario_errors errors;
	const struct scenario_source source = {
		.path = "fuzz.yaml",
		.text = (const char *)octets,
		.size = size,
	};
	struct scenario *scenario = scenario_read(&source, &errors);

	assert((scenario == NULL) == (errors.count > 0));
	scenario_destroy(scenario);
	return 0;
}
