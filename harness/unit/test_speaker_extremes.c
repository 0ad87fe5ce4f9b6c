/* SPDX-License-Identifier: MIT */
/*
 * Each setting at each end of its range, and a clock near the end of its numbers: a request ends in
 * one RESPONSE, one bridge at most owns the VSI, and time always goes on (DIMP 10.1-2, 9.1-1).
 */
#include "check.h"
#include "speaker_rig.h"

enum { MS = 1000, LEARNED = 40 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static const struct row {
	size_t offset;
	uint32_t least, most;
} rows[] = {
#define SETTING(name, value, smallest, largest, unit, clause, text) \
	{offsetof(struct dimp_settings, name), smallest, largest},
#include "settings.def"
#undef SETTING
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void set(struct rig_options *options, size_t offset, uint32_t value)
{
	for (unsigned who = 0; who < RIG_SPEAKERS; who++) {
		uint8_t *settings = (uint8_t *)&options->config[who].settings;

		*(uint32_t *)(void *)(settings + offset) = value;
	}
}

static unsigned owners(const struct rig *rig)
{
	unsigned count = 0;

	for (unsigned who = RIG_A; who <= RIG_B; who++) {
		struct dimp_vsi_status status;
		const dimp_vsi_index index = dimp_speaker_vsi_find(rig->speakers[who], rig_vsi());

		count += dimp_speaker_vsi_status(rig->speakers[who], index, &status) &&
			status.is_owner;
	}
	return count;
}

static void check_move(const struct rig_options *options, enum dimp_mode mode)
{
	struct rig *rig = rig_start(options);

	rig_learn(rig, LEARNED);
	rig_request(rig, &(struct rig_ask){mode, dhcp, 0, 1000});
	rig_run(rig, (struct dimp_time){rig->now.us + 2500 * MS});
	CHECK_EQ(rig->responses, 1);
	CHECK(owners(rig) <= 1);
	rig_stop(rig);
}

static void test_speaker_extremes_of_each_setting(void)
{
	for (size_t each = 0; each < 2 * (size_t)ROWS; each++) {
		const struct row *row = &rows[each / 2];
		struct rig_options options;

		rig_options_default(&options);
		set(&options, row->offset, each % 2 == 0 ? row->least : row->most);
		check_move(&options, DIMP_MODE_ONE_SHOT);
		check_move(&options, DIMP_MODE_STAGED);
	}
}

static void test_speaker_extremes_of_all_settings(void)
{
	struct rig_options least, most;

	rig_options_default(&least);
	rig_options_default(&most);
	for (size_t each = 0; each < ROWS; each++) {
		set(&least, rows[each].offset, rows[each].least);
		set(&most, rows[each].offset, rows[each].most);
	}
	check_move(&least, DIMP_MODE_ONE_SHOT);
	check_move(&most, DIMP_MODE_ONE_SHOT);
}

/* What would come after the last instant never comes, and never has come. */
static void test_speaker_extremes_of_the_clock(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.starts_at.us = UINT64_MAX - 500 * MS;
	rig = rig_start(&options);
	rig_learn(rig, LEARNED);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run(rig, (struct dimp_time){UINT64_MAX - 1});
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(owners(rig), 1);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_speaker_extremes_of_each_setting),
	TEST(test_speaker_extremes_of_all_settings),
	TEST(test_speaker_extremes_of_the_clock),
	TEST_END,
};
const struct test_suite suite_speaker_extremes = {"speaker_extremes", tests};
