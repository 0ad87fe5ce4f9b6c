/* SPDX-License-Identifier: MIT */
/* DI leaves a bridge only with the authority that its policy asks for (DIMP 9.7). */
#include <string.h>

#include "actors/vsi_manager.h"
#include "check.h"
#include "speaker_rig.h"

enum { MS = 1000 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct dimp_time at_ms(uint64_t ms)
{
	return (struct dimp_time){ms * MS};
}

static struct vsi_manager manager;

static struct rig *start(enum dimp_authority authority)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].authority = authority;
	options.config[RIG_A].unix_seconds = 1000000;
	CHECK(vsi_manager_make(&manager, 7));
	memcpy(options.config[RIG_A].manager_public, manager.public_octets, DIMP_KEY_SIZE);
	rig = rig_start(&options);
	rig_learn(rig, 3);
	return rig;
}

static struct dimp_ticket_terms right_terms(const struct rig *rig)
{
	return (struct dimp_ticket_terms){
		.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.serial = 1,
		.source = rig_public_key(rig, RIG_A),
		.destination = rig_public_key(rig, RIG_B),
		.station = rig_public_key(rig, RIG_STATION),
		.types = dhcp,
	};
}

static void move_with(struct rig *rig, const struct dimp_ticket_terms *terms)
{
	struct dimp_ticket ticket;

	CHECK(vsi_manager_sign(&manager, terms, &ticket));
	rig->ticket = &ticket;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run(rig, at_ms(200));
}

static void check_refused(const struct rig *rig)
{
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_FAIL);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_POLICY_CONFLICT);
	CHECK_EQ(rig->response.body.response.error, DIMP_ERROR_NOT_AUTHORISED);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 0);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 0);
}

/* The signed octets, by hand from DIMP 9.7-2. */
static void test_authority_ticket_text_is_as_specified(void)
{
	struct dimp_ticket_terms terms = {
		.filters = {{.mac = {{2, 0, 0, 0, 0, 10}}, .vlan = 100}},
		.filter_count = 1,
		.serial = 9,
		.types = 0x12,
		.rights = 1,
		.not_after = 0x0102,
	};
	uint8_t octets[DIMP_TICKET_TEXT_MAX];

	memset(terms.vsi.octets, 0x11, sizeof terms.vsi.octets);
	memset(terms.source.octets, 0x22, 32);
	memset(terms.destination.octets, 0x33, 32);
	memset(terms.station.octets, 0x44, 32);
	CHECK_BYTES(octets, dimp_ticket_text(&terms, octets),
		"44494d50207469636b65742031"
		"11111111111111111111111111111111111111111111111111111111111111111111111111"
		"0000000000000009"
		"2222222222222222222222222222222222222222222222222222222222222222"
		"3333333333333333333333333333333333333333333333333333333333333333"
		"4444444444444444444444444444444444444444444444444444444444444444"
		"0000000000000012 01 0000000000000102 01 02000000000a 0064");
}

static void test_authority_right_ticket_moves(void)
{
	struct rig *rig = start(DIMP_AUTHORITY_TICKET);
	const struct dimp_ticket_terms terms = right_terms(rig);

	move_with(rig, &terms);
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	rig_stop(rig);
}

static void test_authority_no_ticket_is_refused(void)
{
	struct rig *rig = start(DIMP_AUTHORITY_TICKET);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run(rig, at_ms(200));
	check_refused(rig);
	rig_stop(rig);
}

/* A ticket for anything but this very move is worth nothing. */
static void test_authority_ticket_for_something_else_is_refused(void)
{
	for (int what = 0; what < 8; what++) {
		struct rig *rig = start(DIMP_AUTHORITY_TICKET);
		struct dimp_ticket_terms terms = right_terms(rig);

		terms.vsi.octets[0] ^= what == 0;
		terms.filters[0].mac.octets[5] ^= what == 1;
		terms.filters[0].vlan = (uint16_t)(terms.filters[0].vlan + (what == 2));
		terms.serial += what == 3;
		terms.source.octets[0] ^= what == 4;
		terms.destination.octets[0] ^= what == 5;
		terms.types = what == 6 ? 0 : terms.types;
		terms.not_after = what == 7 ? 999999 : 0;
		move_with(rig, &terms);
		check_refused(rig);
		rig_stop(rig);
	}
}

/* Signed, and then any octet of it changed. */
static void test_authority_changed_ticket_is_refused(void)
{
	for (size_t at = 0; at < sizeof(struct dimp_ticket); at += 7) {
		struct rig *rig = start(DIMP_AUTHORITY_TICKET);
		const struct dimp_ticket_terms terms = right_terms(rig);
		struct dimp_ticket ticket;

		CHECK(vsi_manager_sign(&manager, &terms, &ticket));
		ticket.octets[at] ^= 0x20;
		rig->ticket = &ticket;
		rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
		rig_run(rig, at_ms(200));
		check_refused(rig);
		rig_stop(rig);
	}
}

static void test_authority_ticket_with_time_left_moves(void)
{
	struct rig *rig = start(DIMP_AUTHORITY_TICKET);
	struct dimp_ticket_terms terms = right_terms(rig);

	terms.not_after = 1000001;
	move_with(rig, &terms);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	rig_stop(rig);
}

/* ANNOUNCE and REQUEST are a station's, what the bridge's host orders is the bridge's. */
static void test_authority_each_role_has_its_commands(void)
{
	struct rig *rig = start(DIMP_AUTHORITY_CONSENT);
	const struct dimp_announcement announcement = {
		.bridge = RIG_PEER_A,
		.vsi = *rig_vsi(),
		.serial = 1,
		.destination = rig_public_key(rig, RIG_B),
	};
	const struct dimp_request_config asked = {.destination = RIG_PEER_A,
		.serial = 1,
		.vsi = *rig_vsi(),
		.filter_count = 1};
	uint64_t id;

	CHECK_EQ(dimp_speaker_announce(rig->speakers[RIG_B], &announcement, rig->now, &id),
		DIMP_ERROR_WRONG_STATE);
	CHECK_EQ(dimp_speaker_request(rig->speakers[RIG_B], &asked, rig->now, &id),
		DIMP_ERROR_WRONG_STATE);
	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_STATION], &asked, rig->now, &id),
		DIMP_ERROR_WRONG_STATE);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_authority_ticket_text_is_as_specified),
	TEST(test_authority_right_ticket_moves),
	TEST(test_authority_no_ticket_is_refused),
	TEST(test_authority_ticket_for_something_else_is_refused),
	TEST(test_authority_changed_ticket_is_refused),
	TEST(test_authority_ticket_with_time_left_moves),
	TEST(test_authority_each_role_has_its_commands),
	TEST_END,
};
const struct test_suite suite_authority = {"authority", tests};
