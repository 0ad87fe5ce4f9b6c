/* SPDX-License-Identifier: MIT */
/*
 * Proves that each invariant notices the fault that is planted for it in a running world, and that
 * the same world without it keeps them all.
 */
#include "observe/invariants.h"

#include <string.h>

#include "check.h"
#include "invariant_rig.h"
#include "room_taker.h"

static void start(struct invariant_rig *rig)
{
	invariant_rig_prepare(rig);
	invariant_rig_start(rig);
}

static void test_invariants_hold_in_a_sound_world(void)
{
	struct invariant_rig rig;

	start(&rig);
	world_run(rig.world, NULL, NULL);
	invariant_rig_check_whole(&rig);
	CHECK_EQ(world_outcome(rig.world)->migrations[0].result, DIMP_RESULT_SUCCESS);
	invariant_rig_stop(&rig);
}

static void test_invariants_i1_notices_a_second_owner(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	invariant_rig_check_whole(&rig);
	edge_bridge_attach(invariant_rig_bridge(&rig, RIG_DESTINATION), RIG_VM, 1,
		engine_now(rig.world->engine));
	invariant_rig_run(&rig, 550);
	invariant_rig_check_broken(&rig, INVARIANT_I1);
	/* It stopped at the next event. */
	CHECK(engine_now(rig.world->engine).us < 550 * RIG_MILLISECOND);
	invariant_rig_stop(&rig);
}

/* A crash excuses one owner more of the VMs that the bridge knew of, and of no others. */
static void test_invariants_i1_is_not_excused_by_a_crash_elsewhere(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	struct edge_bridge *const bridge = invariant_rig_bridge(&rig, RIG_DESTINATION);
	invariants_crashed(rig.world->invariants, edge_bridge_node(bridge));
	edge_bridge_attach(bridge, RIG_VM, 1, engine_now(rig.world->engine));
	invariant_rig_run(&rig, 550);
	invariant_rig_check_broken(&rig, INVARIANT_I1);
	invariant_rig_stop(&rig);
}

static void test_invariants_i2_notices_a_packet_number_again(void)
{
	struct invariant_rig rig;
	uint8_t octets[2048];

	start(&rig);
	invariant_rig_run(&rig, 500);
	invariant_rig_check_whole(&rig);
	const size_t size = invariant_rig_recorded(&rig, octets);
	invariant_rig_send(&rig,
		(struct engine_endpoint){hypervisor_node(rig.world->stations[0].hypervisor), 0},
		(struct dimp_view){octets, size});
	invariant_rig_check_broken(&rig, INVARIANT_I2);
	invariant_rig_stop(&rig);
}

static void test_invariants_i3_notices_an_entry_left_behind(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	/* Packet numbers that the speaker does not hear of would be I8's. */
	rig.vm.synthetic[DIMP_DI_MACSEC_SA] = 0;
	invariant_rig_start(&rig);
	invariant_rig_run(&rig, 500);
	invariant_rig_deafen(&rig);
	struct dimp_record record =
		invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_MULTICAST_MEMBERSHIP);
	record.body.multicast_membership.group.octets[15] ^= 0x55;
	CHECK(edge_bridge_install(invariant_rig_bridge(&rig, RIG_SOURCE), RIG_VM, &record,
		engine_now(rig.world->engine)));
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I3);
	invariant_rig_stop(&rig);
}

static void test_invariants_i3_notices_a_success_of_no_owner(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run_to(&rig, "destination", "SOLICITED");
	invariant_rig_check_whole(&rig);
	invariant_rig_hear(&rig, DIMP_RESULT_SUCCESS);
	invariant_rig_check_broken(&rig, INVARIANT_I3);
	invariant_rig_stop(&rig);
}

static void test_invariants_i3_notices_what_nobody_had_frozen(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run_to(&rig, "source", "FROZEN");
	rig.world->invariants->vms[RIG_VM].frozen[RIG_SOURCE].is_taken = false;
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I3);
	invariant_rig_stop(&rig);
}

static void test_invariants_i4_notices_what_the_source_keeps(void)
{
	struct invariant_rig rig;

	start(&rig);
	const struct dimp_record record =
		invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_DHCP_BINDING);
	invariant_rig_run_to(&rig, "destination", "ACTIVE");
	invariant_rig_check_whole(&rig);
	CHECK(edge_bridge_install(invariant_rig_bridge(&rig, RIG_SOURCE), RIG_VM, &record,
		engine_now(rig.world->engine)));
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I4);
	invariant_rig_stop(&rig);
}

static void test_invariants_i5_notices_what_a_failure_leaves(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	rig.bridges[RIG_DESTINATION].fails_activation = true;
	invariant_rig_start(&rig);
	const struct dimp_record record =
		invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_DHCP_BINDING);
	/* The bridge has wiped what it staged, and the server has not heard it yet. */
	invariant_rig_run_to(&rig, "destination", "FAILED");
	CHECK(edge_bridge_install(invariant_rig_bridge(&rig, RIG_DESTINATION), RIG_VM, &record,
		engine_now(rig.world->engine)));
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I5);
	invariant_rig_stop(&rig);
}

static void test_invariants_i5_notices_di_that_changed_while_frozen(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	rig.bridges[RIG_DESTINATION].fails_activation = true;
	invariant_rig_start(&rig);
	invariant_rig_run_to(&rig, "source", "FROZEN");
	const struct di_copy *frozen = &rig.world->invariants->vms[RIG_VM].frozen[RIG_SOURCE];
	CHECK(frozen->is_taken);
	frozen->entries[0].record.body.dot1x_session.method ^= 1;
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I5);
	invariant_rig_stop(&rig);
}

static void test_invariants_i6_notices_silence(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 1000);
	/* The server's process is gone, which nobody says. */
	hypervisor_crash(rig.world->stations[1].hypervisor);
	invariant_rig_run(&rig, 2990);
	invariant_rig_check_whole(&rig);
	invariant_rig_run(&rig, 3100);
	invariant_rig_check_broken(&rig, INVARIANT_I6);
	invariant_rig_stop(&rig);
}

static void test_invariants_i6_notices_a_second_response(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_whole(&rig);
	CHECK_EQ(rig.world->invariants->requests[0].responses, 1);
	invariant_rig_hear(&rig, DIMP_RESULT_SUCCESS);
	invariant_rig_check_broken(&rig, INVARIANT_I6);
	invariant_rig_stop(&rig);
}

static void test_invariants_i7_notices_a_lease_that_grew(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	invariant_rig_deafen(&rig);
	struct dimp_record record = invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_DHCP_BINDING);
	record.body.dhcp_binding.remaining = 20000;
	CHECK(edge_bridge_install(invariant_rig_bridge(&rig, RIG_SOURCE), RIG_VM, &record,
		engine_now(rig.world->engine)));
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I7);
	invariant_rig_stop(&rig);
}

static void test_invariants_i7_notices_what_outlives_itself(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	struct dimp_record record = invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_DHCP_BINDING);
	record.body.dhcp_binding.remaining = 50;
	/* Past the bridge, whose clock never hears of it. */
	invariant_rig_deafen(&rig);
	CHECK(di_store_put(edge_bridge_store(invariant_rig_bridge(&rig, RIG_SOURCE)), RIG_VM,
		&record, engine_now(rig.world->engine)));
	invariant_rig_run(&rig, 900);
	invariant_rig_check_broken(&rig, INVARIANT_I7);
	invariant_rig_stop(&rig);
}

static void test_invariants_i8_notices_a_window_that_fell_back(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	/* The speaker never hears how far packet numbers came. */
	invariant_rig_deafen(&rig);
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I8);
	invariant_rig_stop(&rig);
}

/* A frame with |content| in its payload, from a server. */
static void send_content(struct invariant_rig *rig, uint16_t ethertype, struct dimp_view content)
{
	uint8_t octets[256] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, (uint8_t)(ethertype >> 8),
		(uint8_t)ethertype};

	memcpy(octets + 40, content.octets, content.size);
	invariant_rig_send(rig,
		(struct engine_endpoint){hypervisor_node(rig->world->stations[1].hypervisor), 0},
		(struct dimp_view){octets, sizeof octets});
}

static void test_invariants_i9_notices_a_key_on_a_wire(void)
{
	struct invariant_rig rig;

	start(&rig);
	invariant_rig_run(&rig, 500);
	invariant_rig_check_whole(&rig);
	const struct dimp_record record = invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_MACSEC_SA);
	send_content(&rig, 0x0800,
		(struct dimp_view){record.body.macsec_sa.sak.octets,
			record.body.macsec_sa.sak.size});
	invariant_rig_check_broken(&rig, INVARIANT_I9);
	invariant_rig_stop(&rig);
}

static void test_invariants_i9_notices_an_identity_in_dimp(void)
{
	struct invariant_rig rig;

	start(&rig);
	const struct dimp_view address = {rig.world->vms[RIG_VM].mac.octets, 6};
	send_content(&rig, 0x0800, address);
	invariant_rig_check_whole(&rig);
	send_content(&rig, DIMP_ETHERTYPE, address);
	invariant_rig_check_broken(&rig, INVARIANT_I9);
	invariant_rig_stop(&rig);
}

static void test_invariants_i9_notices_state_moved_by_a_forged_pdu(void)
{
	struct invariant_rig rig;
	const struct dimp_event step = {
		.kind = DIMP_EVENT_TRANSITION,
		.vsi = DIMP_NO_VSI,
		.machine = "destination",
		.from = "SOLICITED",
		.because = "OFFER_FITS",
		.to = "COPYING",
		.clause = "9.2-5",
	};

	start(&rig);
	struct edge_bridge *bridge = invariant_rig_bridge(&rig, RIG_DESTINATION);
	uint8_t octets[64] = {[12] = DIMP_ETHERTYPE >> 8, [13] = DIMP_ETHERTYPE & 255, 0x13};
	octets[17] = 50;
	memcpy(octets, edge_bridge_address(bridge), 6);
	const struct engine_sighting sighting = {
		.at = {edge_bridge_node(bridge), 1},
		.direction = ENGINE_RECEIVED,
		.frame = {octets, sizeof octets},
	};
	invariants_frame(rig.world->invariants, &sighting);
	invariants_event(rig.world->invariants, edge_bridge_speaker(bridge), &step,
		engine_now(rig.world->engine));
	invariant_rig_check_broken(&rig, INVARIANT_I9);
	invariant_rig_stop(&rig);
}

static void test_invariants_i10_notices_a_frame_without_session(void)
{
	struct invariant_rig rig;
	uint8_t octets[64] = {2, 0, 0, 0, 0, 9, [12] = 0x81, [14] = 0, [15] = RIG_VLAN, 0x08};

	start(&rig);
	invariant_rig_run(&rig, 500);
	struct edge_bridge *bridge = invariant_rig_bridge(&rig, RIG_SOURCE);
	const struct engine_endpoint uplink = {edge_bridge_node(bridge), 5};
	memcpy(octets + 6, rig.world->vms[RIG_VM].mac.octets, 6);
	invariant_rig_send(&rig, uplink, (struct dimp_view){octets, sizeof octets});
	invariant_rig_check_whole(&rig);
	const struct dimp_record session =
		invariant_rig_record(&rig, RIG_SOURCE, DIMP_DI_DOT1X_SESSION);
	CHECK(di_store_delete(edge_bridge_store(bridge), RIG_VM, &session,
		engine_now(rig.world->engine)));
	invariant_rig_send(&rig, uplink, (struct dimp_view){octets, sizeof octets});
	invariant_rig_check_broken(&rig, INVARIANT_I10);
	invariant_rig_stop(&rig);
}

static void test_invariants_i11_notices_room_set_aside_for_nobody(void)
{
	struct invariant_rig rig;

	start(&rig);
	struct dimp_speaker *speaker = speaker_binding_speaker(
		edge_bridge_speaker(invariant_rig_bridge(&rig, RIG_SOURCE)));
	CHECK(room_taker_reserve(speaker, 5));
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I11);
	invariant_rig_stop(&rig);
}

static void test_invariants_i12_notices_another_digest(void)
{
	struct invariant_rig rig, same, other;

	start(&rig);
	start(&same);
	invariant_rig_prepare(&other);
	other.scenario.seed = 2;
	invariant_rig_start(&other);
	world_run(rig.world, NULL, NULL);
	world_run(same.world, NULL, NULL);
	world_run(other.world, NULL, NULL);
	world_judge_twin(rig.world, same.world);
	invariant_rig_check_whole(&rig);
	world_judge_twin(rig.world, other.world);
	invariant_rig_check_broken(&rig, INVARIANT_I12);
	invariant_rig_stop(&rig);
	invariant_rig_stop(&same);
	invariant_rig_stop(&other);
}

/* The rig's scenario, observed, with DIMP or without. */
static void run_observed(struct invariant_rig *rig, enum scenario_trigger trigger)
{
	const struct world_outputs outputs = {.is_observed = true};
	char error[256] = "";

	invariant_rig_prepare(rig);
	rig->migration.trigger = trigger;
	rig->world = world_create(&rig->scenario, &outputs, error, sizeof error);
	world_run(rig->world, NULL, NULL);
	invariant_rig_check_whole(rig);
	CHECK(world_judge_transparency(rig->world, error, sizeof error));
	CHECK_TEXT(error, "");
}

static void test_invariants_i13_notices_a_move_that_is_felt(void)
{
	struct invariant_rig rig;

	run_observed(&rig, SCENARIO_TRIGGER_REQUEST);
	invariant_rig_check_whole(&rig);
	invariant_rig_stop(&rig);
	run_observed(&rig, SCENARIO_TRIGGER_NONE);
	invariant_rig_check_broken(&rig, INVARIANT_I13);
	invariant_rig_stop(&rig);
}

/* A bridge whose clean-up reaches too far. */
static void watch_and_wreck(void *context, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	struct world *world = context;

	world_watch_event(context, binding, event, now);
	if (event->kind == DIMP_EVENT_GONE)
		di_store_clear(edge_bridge_store(world->bridges[RIG_DESTINATION].bridge), RIG_VM);
}

static void test_invariants_i14_notices_a_cleanup_that_reaches_too_far(void)
{
	struct invariant_rig rig;

	start(&rig);
	rig.world->watch.event = watch_and_wreck;
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I14);
	invariant_rig_stop(&rig);
}

static const struct test_case tests[] = {
	TEST(test_invariants_hold_in_a_sound_world),
	TEST(test_invariants_i1_notices_a_second_owner),
	TEST(test_invariants_i1_is_not_excused_by_a_crash_elsewhere),
	TEST(test_invariants_i2_notices_a_packet_number_again),
	TEST(test_invariants_i3_notices_an_entry_left_behind),
	TEST(test_invariants_i3_notices_a_success_of_no_owner),
	TEST(test_invariants_i3_notices_what_nobody_had_frozen),
	TEST(test_invariants_i4_notices_what_the_source_keeps),
	TEST(test_invariants_i5_notices_what_a_failure_leaves),
	TEST(test_invariants_i5_notices_di_that_changed_while_frozen),
	TEST(test_invariants_i6_notices_silence),
	TEST(test_invariants_i6_notices_a_second_response),
	TEST(test_invariants_i7_notices_a_lease_that_grew),
	TEST(test_invariants_i7_notices_what_outlives_itself),
	TEST(test_invariants_i8_notices_a_window_that_fell_back),
	TEST(test_invariants_i9_notices_a_key_on_a_wire),
	TEST(test_invariants_i9_notices_an_identity_in_dimp),
	TEST(test_invariants_i9_notices_state_moved_by_a_forged_pdu),
	TEST(test_invariants_i10_notices_a_frame_without_session),
	TEST(test_invariants_i11_notices_room_set_aside_for_nobody),
	TEST(test_invariants_i12_notices_another_digest),
	TEST(test_invariants_i13_notices_a_move_that_is_felt),
	TEST(test_invariants_i14_notices_a_cleanup_that_reaches_too_far),
	TEST_END,
};

const struct test_suite suite_invariants = {"invariants", tests};
