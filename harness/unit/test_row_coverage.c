/*
 * Proves that the list of rows without a drill is right: every row of the three machines stands in
 * it until it is taken or waived, and a waiver that is of no use is told.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "destination.h"
#include "script/row_coverage.h"
#include "source.h"
#include "station.h"

static struct row_coverage coverage;

static char *report(size_t *wrong)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	REQUIRE(stream != NULL);
	*wrong = row_coverage_report(&coverage, stream);
	fclose(stream);
	return text;
}

static bool waive(const char *line)
{
	char copy[256];
	size_t size = (size_t)snprintf(copy, sizeof copy, "%s", line), said_size;
	FILE *stream = fmemopen(copy, size, "r");
	char *said = NULL;
	FILE *complaints = open_memstream(&said, &said_size);
	const bool is_understood = stream != NULL && complaints != NULL &&
		row_coverage_waive(&coverage, stream, complaints);

	fclose(stream);
	fclose(complaints);
	CHECK_EQ(said[0] == '\0', is_understood);
	free(said);
	return is_understood;
}

static void test_row_coverage_has_every_row_of_the_model(void)
{
	const struct machine_table *const machines[] = {&source_table, &destination_table,
		&station_table};
	size_t rows = 0;

	for (size_t machine = 0; machine < 3; machine++) {
		for (size_t at = 0; at < machines[machine]->row_count; at++, rows++) {
			const struct machine_row *row = &machines[machine]->rows[at];
			const struct coverage_row *named = row_coverage_row(rows);

			CHECK_TEXT(named->machine, machines[machine]->name);
			CHECK_TEXT(named->state, machines[machine]->states[row->from]);
			CHECK_TEXT(named->clause, row->clause);
			CHECK_TEXT(named->event,
				row->event == MACHINE_ANY ? "any"
							  : machines[machine]->events[row->event]);
		}
	}
	CHECK_EQ(row_coverage_rows(), rows);
}

static void test_row_coverage_finds_rows_of_their_own_and_the_others(void)
{
	const struct coverage_row *row =
		row_coverage_row(row_coverage_find("source", "OWNER", "SOLICIT_STAGED"));

	CHECK_TEXT(row->event, "SOLICIT_STAGED");
	row = row_coverage_row(row_coverage_find("source", "OWNER", "FREEZE"));
	CHECK_TEXT(row->event, "any");
	CHECK_EQ(row_coverage_find("source", "OWNER", "CUTOVER"), row_coverage_rows());
	CHECK_EQ(row_coverage_find("source", "NOWHERE", "FREEZE"), row_coverage_rows());
	CHECK_EQ(row_coverage_find("nobody", "OWNER", "FREEZE"), row_coverage_rows());
}

static void test_row_coverage_tells_what_is_left(void)
{
	size_t wrong;
	char *text;

	coverage = (struct row_coverage){.taken = {0}};
	for (size_t at = 0; at < row_coverage_rows(); at++) {
		const struct coverage_row *row = row_coverage_row(at);

		if (strcmp(row->machine, "source") != 0 || strcmp(row->event, "DONE") != 0)
			row_coverage_take(&coverage, row->machine, row->state, row->event);
	}
	text = report(&wrong);
	CHECK_EQ(wrong, 1);
	CHECK_TEXT(text, "source RELEASED DONE (9.3-13): no drill takes this row\n");
	free(text);
	CHECK(waive("# why\n\nsource RELEASED DONE because\n"));
	text = report(&wrong);
	CHECK_EQ(wrong, 0);
	free(text);
	row_coverage_take(&coverage, "source", "RELEASED", "DONE");
	text = report(&wrong);
	CHECK_TEXT(text, "source RELEASED DONE (9.3-13): waived, but a drill takes it\n");
	free(text);
}

static void test_row_coverage_refuses_waivers_without_row_or_reason(void)
{
	CHECK(!waive("source RELEASED DONE\n"));
	CHECK(!waive("source RELEASED NO_SUCH because\n"));
	CHECK(!waive("source OWNER FREEZE because it has no row of its own\n"));
	CHECK(!waive("source\n"));
}

static const struct test_case tests[] = {
	TEST(test_row_coverage_has_every_row_of_the_model),
	TEST(test_row_coverage_finds_rows_of_their_own_and_the_others),
	TEST(test_row_coverage_tells_what_is_left),
	TEST(test_row_coverage_refuses_waivers_without_row_or_reason),
	TEST_END,
};

const struct test_suite suite_row_coverage = {"row_coverage", tests};
