/* SPDX-License-Identifier: MIT */
/*
 * Hundreds of random schedules of moves among three bridges through loss, repetition, reordering,
 * cuts, pauses and crashes: the invariants of DIMP 11 hold after every event, all memory is given
 * back, and a seed gives the same octets twice.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fault_checks.h"
#include "fault_rig.h"

enum { MS = 1000, ACTIONS = 60, CALM_US = 150000000 };

static struct dimp_record binding(struct fault_rig *rig, enum dimp_operation operation)
{
	const uint8_t key = (uint8_t)fault_rig_below(rig, fault_rig_below(rig, 2) ? 6 : FAULT_KEYS);

	return (struct dimp_record){
		.type = DIMP_DI_DHCP_BINDING,
		.operation = operation,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 1, 0, key}},
			.address = {{10, 0, (uint8_t)fault_rig_below(rig, 4), key}},
			.remaining = 1000 + fault_rig_below(rig, 600000)},
	};
}

/* The bridge that owns the VSI learns, changes or loses an entry, if it may. */
static void change_di(struct fault_rig *rig)
{
	const bool is_put = fault_rig_below(rig, 3) > 0;
	const struct dimp_record record =
		binding(rig, is_put ? DIMP_OPERATION_PUT : DIMP_OPERATION_DELETE);
	dimp_vsi_index vsi = 0;
	const unsigned bridge = fault_checks_owner(rig, &vsi);

	if (bridge == FAULT_BRIDGES || rig->paused_until[bridge].us > rig->now.us)
		return;
	if (dimp_speaker_di_change(rig->speakers[bridge], vsi, &record, rig->now) !=
			DIMP_ERROR_NONE ||
		!is_put)
		return;
	rig->expiry[record.body.dhcp_binding.client.octets[5]].us =
		rig->now.us + (uint64_t)record.body.dhcp_binding.remaining * MS;
}

static void change_some(struct fault_rig *rig)
{
	const uint32_t count = 1 + fault_rig_below(rig, 12);

	for (uint32_t number = 0; number < count; number++)
		change_di(rig);
}

/* Changes of the same few entries, faster than a PDU's way. */
static void change_in_a_storm(struct fault_rig *rig)
{
	for (unsigned count = 0; count < 12; count++) {
		change_some(rig);
		fault_rig_run(rig, (struct dimp_time){rig->now.us + 300});
	}
}

static struct dimp_public_key source_hint(struct fault_rig *rig)
{
	const struct dimp_public_key nobody = {{0}};
	dimp_vsi_index vsi;
	unsigned bridge = fault_checks_owner(rig, &vsi);

	if (fault_rig_below(rig, 4) == 0)
		bridge = fault_rig_below(rig, FAULT_BRIDGES + 1);
	return bridge == FAULT_BRIDGES ? nobody : fault_rig_key(rig, bridge);
}

static void request_move(struct fault_rig *rig)
{
	static const uint32_t deadlines_ms[] = {0, 1, 20, 200, 1000, 3000, 3000};
	const unsigned station = FAULT_BRIDGES + fault_rig_below(rig, FAULT_BRIDGES);
	const uint64_t all = (uint64_t)1 << DIMP_DI_DHCP_BINDING;
	const struct dimp_request_config config = {
		.serial = fault_rig_below(rig, 8) == 0 ? rig->serial : ++rig->serial,
		.vsi = *fault_rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.mode = fault_rig_below(rig, 2) == 0 ? DIMP_MODE_STAGED : DIMP_MODE_ONE_SHOT,
		.source = source_hint(rig),
		.required = all,
		.deadline_ms = deadlines_ms[fault_rig_below(rig, 7)],
	};
	struct fault_request *request = &rig->requests[rig->request_count];

	if (rig->request_count == FAULT_REQUESTS_MAX || rig->paused_until[station].us > rig->now.us)
		return;
	*request = (struct fault_request){.station = station};
	if (dimp_speaker_request(rig->speakers[station], &config, rig->now, &request->id) ==
		DIMP_ERROR_NONE)
		rig->request_count++;
}

/* A command of any station on a request of its own, fitting or not. */
static void command(struct fault_rig *rig)
{
	const struct fault_request *request;
	struct dimp_speaker *speaker;
	enum dimp_error error = DIMP_ERROR_NONE;

	if (rig->request_count == 0)
		return;
	request = &rig->requests[rig->request_count - 1 -
		fault_rig_below(rig, rig->request_count < 3 ? 1 : 3)];
	speaker = rig->speakers[request->station];
	if (rig->paused_until[request->station].us > rig->now.us)
		return;
	switch (fault_rig_below(rig, 6)) {
	case 0: error = dimp_speaker_cancel(speaker, request->id, rig->now); break;
	case 1:
		if (!rig->profile.has_proceeds)
			break;
		error = dimp_speaker_proceed(speaker, request->id, rig->now);
		rig->proceeds += error == DIMP_ERROR_NONE;
		break;
	default: error = dimp_speaker_cutover(speaker, request->id, rig->now); break;
	}
	CHECK(error == DIMP_ERROR_NONE || error == DIMP_ERROR_WRONG_STATE);
}

static void disturb(struct fault_rig *rig)
{
	const unsigned one = fault_rig_below(rig, FAULT_SPEAKERS);
	const unsigned other = fault_rig_below(rig, FAULT_SPEAKERS);
	const bool is_cut = fault_rig_below(rig, 2) == 0;

	if (rig->profile.has_cuts) {
		rig->is_cut[one][other] = is_cut;
		rig->is_cut[other][one] = is_cut && fault_rig_below(rig, 4) > 0;
	}
	if (rig->profile.has_pauses && fault_rig_below(rig, 3) == 0)
		rig->paused_until[one].us = rig->now.us + fault_rig_below(rig, 1500 * MS);
	if (rig->profile.has_crashes && fault_rig_below(rig, 6) == 0)
		fault_rig_crash(rig, fault_rig_below(rig, FAULT_BRIDGES));
}

static void race(struct fault_rig *rig)
{
	request_move(rig);
	request_move(rig);
}

static void act(struct fault_rig *rig)
{
	static void (*const actions[])(struct fault_rig * rig) = {change_some, change_some,
		change_in_a_storm, request_move, request_move, request_move, race, command, command,
		disturb, disturb};

	actions[fault_rig_below(rig, sizeof(actions) / sizeof(actions[0]))](rig);
}

static uint32_t pause_us(struct fault_rig *rig)
{
	static const uint32_t longest_us[] = {2 * MS, 20 * MS, 200 * MS, 1500 * MS};

	return fault_rig_below(rig, longest_us[fault_rig_below(rig, 4)]);
}

static void calm_down(struct fault_rig *rig)
{
	rig->is_calm = true;
	for (unsigned who = 0; who < FAULT_SPEAKERS; who++)
		rig->paused_until[who] = rig->now;
	fault_rig_run(rig, (struct dimp_time){rig->now.us + CALM_US});
	if (rig->broken == NULL)
		fault_checks_quiet(rig);
}

/* Runs a whole schedule; what remains is the fingerprint of its octets. */
static uint64_t run_schedule(const struct fault_profile *profile, unsigned *successes)
{
	struct fault_rig *rig = fault_rig_start(profile);
	uint64_t fingerprint;

	for (unsigned count = 0; count < FAULT_KEYS; count++)
		change_di(rig);
	for (unsigned count = 0; count < ACTIONS && rig->broken == NULL; count++) {
		act(rig);
		fault_rig_run(rig, (struct dimp_time){rig->now.us + pause_us(rig)});
	}
	calm_down(rig);
	if (rig->broken != NULL)
		printf("seed %llu at %llu us: %s\n", (unsigned long long)profile->seed,
			(unsigned long long)rig->now.us, rig->broken);
	CHECK(rig->broken == NULL);
	*successes += rig->successes;
	fingerprint = rig->fingerprint;
	fault_rig_stop(rig);
	return fingerprint;
}

static void run_seeds(struct fault_profile profile, unsigned count)
{
	unsigned successes = 0;

	for (unsigned number = 0; number < count; number++) {
		run_schedule(&profile, &successes);
		profile.seed++;
	}
	/* The schedules are not so wild that nothing ever moves. */
	CHECK(successes > count / 2);
}

static void test_faults_reordering(void)
{
	run_seeds((struct fault_profile){.seed = 1, .jitter_us = 3 * MS}, 60);
}

static void test_faults_loss_and_repetition(void)
{
	run_seeds((struct fault_profile){.seed = 1001,
			  .loss_percent = 10,
			  .repeat_percent = 10,
			  .jitter_us = 2 * MS,
			  .activation_fails_percent = 20},
		80);
}

static void test_faults_cuts_and_pauses(void)
{
	run_seeds((struct fault_profile){.seed = 2001,
			  .loss_percent = 2,
			  .repeat_percent = 5,
			  .jitter_us = 1 * MS,
			  .activation_fails_percent = 20,
			  .has_cuts = true,
			  .has_pauses = true},
		100);
}

static void test_faults_crashes(void)
{
	run_seeds((struct fault_profile){.seed = 3001,
			  .loss_percent = 5,
			  .repeat_percent = 5,
			  .jitter_us = 2 * MS,
			  .has_cuts = true,
			  .has_crashes = true},
		60);
}

static void test_faults_proceeds(void)
{
	run_seeds((struct fault_profile){.seed = 4001,
			  .loss_percent = 5,
			  .repeat_percent = 5,
			  .jitter_us = 2 * MS,
			  .has_cuts = true,
			  .has_pauses = true,
			  .has_proceeds = true},
		60);
}

static void test_faults_same_seed_same_octets(void)
{
	const struct fault_profile profile = {.seed = 5001,
		.loss_percent = 10,
		.repeat_percent = 10,
		.jitter_us = 2 * MS,
		.activation_fails_percent = 20,
		.has_cuts = true,
		.has_pauses = true,
		.has_crashes = true};
	unsigned successes = 0;
	const uint64_t first = run_schedule(&profile, &successes);

	CHECK_EQ(run_schedule(&profile, &successes), first);
}

static const struct test_case tests[] = {
	TEST(test_faults_reordering),
	TEST(test_faults_loss_and_repetition),
	TEST(test_faults_cuts_and_pauses),
	TEST(test_faults_crashes),
	TEST(test_faults_proceeds),
	TEST(test_faults_same_seed_same_octets),
	TEST_END,
};
const struct test_suite suite_speaker_faults = {"speaker_faults", tests};
