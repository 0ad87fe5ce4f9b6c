/* Proves that $name stands for the value of the variation that is asked for, and that what is wrong
 * with it is told where it stands. */
#include "unit/check.h"

#include <stdio.h>
#include <string.h>

#include "scenario/scenario_reader.h"
#include "scenario/vary.h"

#define WORLD \
	"bridges: {edge-a: {}, edge-b: {}}\n" \
	"links: [{between: [edge-a, edge-b], delay: $delay, loss: $loss}]\n" \
	"stations: {server-1: {bridge: edge-a, port: 1}}\n" \
	"vms: {vm1: {station: server-1, synthetic: {dhcp_binding: $entries}}}\n"
#define VARY "vary: {loss: [0%, 5%], delay: [1ms, 2ms, 3ms], entries: [7]}\n"

static struct scenario_errors errors;

static struct scenario *read_text(const char *text, uint64_t variation, const char *set)
{
	return scenario_read(&(struct scenario_source){.path = "t.yaml",
				     .text = text,
				     .size = strlen(text),
				     .variation = variation,
				     .set = set},
		&errors);
}

static void test_vary_numbers_all_combinations(void)
{
	static const struct {
		uint32_t loss_ppm;
		uint64_t delay_us;
	} wanted[] = {{0, 1000}, {0, 2000}, {0, 3000}, {50000, 1000}, {50000, 2000}, {50000, 3000}};
	char text[VARY_TEXT_SIZE];

	for (uint64_t each = 0; each < 6; each++) {
		struct scenario *scenario = read_text(VARY WORLD, each, NULL);

		REQUIRE(scenario != NULL);
		CHECK_EQ(vary_count(scenario), 6);
		CHECK_EQ(scenario->links[0].config.loss_ppm, wanted[each].loss_ppm);
		CHECK_EQ(scenario->links[0].config.delay_us, wanted[each].delay_us);
		CHECK_EQ(scenario->vms[0].synthetic[DIMP_DI_DHCP_BINDING], 7);
		if (each == 4)
			CHECK_TEXT(vary_text(scenario, text), "loss=5%,delay=2ms,entries=7");
		scenario_destroy(scenario);
	}
}

static void test_vary_takes_what_set_gives(void)
{
	struct scenario *scenario = read_text(VARY WORLD, 0, "entries=12,loss=1%");

	REQUIRE(scenario != NULL);
	CHECK_EQ(scenario->links[0].config.loss_ppm, 10000);
	CHECK_EQ(scenario->links[0].config.delay_us, 1000);
	CHECK_EQ(scenario->vms[0].synthetic[DIMP_DI_DHCP_BINDING], 12);
	scenario_destroy(scenario);
}

static void test_vary_is_one_without_parameters(void)
{
	struct scenario *scenario = read_text("bridges: {edge-a: {}}\n", 3, NULL);
	char text[VARY_TEXT_SIZE];

	REQUIRE(scenario != NULL);
	CHECK_EQ(vary_count(scenario), 1);
	CHECK_TEXT(vary_text(scenario, text), "");
	scenario_destroy(scenario);
}

static void test_vary_tells_what_is_wrong(void)
{
	static const struct {
		const char *text, *set, *error;
	} cases[] = {
		{"vary: [1]\n", NULL, "1:7: vary: expected a map, as in {loss: [0%, 1%]}"},
		{"vary: {Loss: [1]}\n", NULL,
			"1:8: vary: \"Loss\" is no name; expected small letters, digits and _"},
		{"vary: {loss: 1}\n", NULL,
			"1:14: vary: loss: expected a list of 1 to 32 values, as in [0%, 1%]"},
		{"vary: {loss: [[1]]}\n", NULL,
			"1:15: vary: loss: expected a text of at most 31 letters without $ or ,"},
		{"vary: {loss: [1]}\n", NULL,
			"1:1: vary: nothing says $loss; put it where its values are to stand"},
		{"vary: {loss: [1]}\nseed: $lost\n", NULL,
			"2:7: $lost: vary has no such parameter; did you mean $loss?"},
		{"seed: $n\n", NULL,
			"1:7: $n: vary has no such parameter; expected one that it names"},
		{"vary: {n: [1]}\nseed: $n\n", "m=1",
			"1:1: --set m=1: no such name; expected NAME=VALUE[,NAME=VALUE...] of "
			"vary's names"},
		{"vary: {n: [1]}\nseed: $n\n", "n=",
			"1:1: --set n=: no such value; expected NAME=VALUE[,NAME=VALUE...] of "
			"vary's names"},
		{"vary: {n: [1]}\nseed: $n\n", "n=x",
			"2:7: seed: \"x\" is not possible; expected a number such as 4096"},
	};

	for (size_t each = 0; each < sizeof cases / sizeof cases[0]; each++) {
		struct scenario *scenario = read_text(cases[each].text, 0, cases[each].set);
		bool is_told = false;

		CHECK(scenario == NULL);
		for (size_t at = 0; at < scenario_errors_kept(&errors); at++)
			is_told |= strcmp(errors.list[at].text + strlen("t.yaml:"),
					   cases[each].error) == 0;
		if (!is_told)
			CHECK_TEXT(errors.list[0].text, cases[each].error);
		scenario_destroy(scenario);
	}
}

static const struct test_case tests[] = {
	TEST(test_vary_numbers_all_combinations),
	TEST(test_vary_takes_what_set_gives),
	TEST(test_vary_is_one_without_parameters),
	TEST(test_vary_tells_what_is_wrong),
	TEST_END,
};

const struct test_suite suite_vary = {"vary", tests};
