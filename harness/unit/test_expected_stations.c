/* SPDX-License-Identifier: MIT */
/* Proves that what the VSI database says is kept, changed and forgotten, within its bound (DIMP
 * 9.7-11). */
#include "check.h"

#include "expected_stations.h"

enum { PLACES = 2 };

static const struct dimp_vsi one = {{1}}, two = {{2}}, three = {{3}};

static void test_expected_stations_are_bounded(void)
{
	struct expected_station places[PLACES] = {{.station = DIMP_NO_PEER},
		{.station = DIMP_NO_PEER}};
	struct expected_stations stations = {places, PLACES};

	CHECK(expected_stations_set(&stations, &one, 4));
	CHECK(expected_stations_set(&stations, &two, 5));
	CHECK(!expected_stations_set(&stations, &three, 6));
	CHECK_EQ(expected_stations_find(&stations, &three), DIMP_NO_PEER);
	/* To forget what was never known needs no place; to change what is known needs no new one.
	 */
	CHECK(expected_stations_set(&stations, &three, DIMP_NO_PEER));
	CHECK(expected_stations_set(&stations, &one, 7));
	CHECK_EQ(expected_stations_find(&stations, &one), 7);
	CHECK_EQ(expected_stations_find(&stations, &two), 5);
	CHECK(expected_stations_set(&stations, &two, DIMP_NO_PEER));
	CHECK(expected_stations_set(&stations, &three, 6));
	CHECK_EQ(expected_stations_find(&stations, &two), DIMP_NO_PEER);
	CHECK_EQ(expected_stations_find(&stations, &three), 6);
}

static const struct test_case tests[] = {
	TEST(test_expected_stations_are_bounded),
	TEST_END,
};

const struct test_suite suite_expected_stations = {"expected_stations", tests};
