/*
 * Proves that only an exchange the VM took part in makes a session, that Failure and Logoff end it,
 * and that nobody else's results count.  The EAP octets are written by hand from RFC 3748.
 */
#include "check.h"
#include "hexed.h"
#include "sources/dot1x_source.h"

#include <stdio.h>
#include <string.h>

static const char to_group[] = "0180c2000003 ";
static const char vm_text[] = "525400c73ece ";
static const char bridge[] = "525400000001 ";
static const char other[] = "525400000002 ";

struct step {
	char side; /* V the VM, A the authenticator, O another there, U untrusted */
	bool is_unicast;
	const char *eapol;
	unsigned sessions; /* afterwards */
};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct dot1x_source source;
	struct dimp_time now;
};

static void rig_start(struct rig *rig, const struct dot1x_config *config)
{
	*rig = (struct rig){.store = di_store_create(), .now = {7000000}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}},
		.counters = &rig->counters};
	dot1x_source_init(&rig->source, config);
}

static void play_step(struct rig *rig, const struct step *step)
{
	char text[512];
	const char *const from = step->side == 'V' ? vm_text : step->side == 'O' ? other : bridge;
	const char *const to = step->is_unicast ? vm_text : to_group;
	struct source_packet packet;

	(void)snprintf(text, sizeof text, "%s%s888e%s", to, from, step->eapol);
	const struct hexed octets = hexed_from(text);
	const struct source_frame frame = {.octets = hexed_view(&octets),
		.direction = step->side == 'V' ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		.is_trusted = step->side != 'U'};
	REQUIRE(source_packet_read(&frame, &rig->counters, &packet));
	dot1x_source_packet(&rig->source, &packet, &rig->place, rig->now);
	CHECK_EQ(di_store_count(rig->store, 0, DIMP_DI_DOT1X_SESSION), step->sessions);
}

static void play(struct rig *rig, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		play_step(rig, &steps[i]);
}

#define PLAY(rig, steps) play((rig), (steps), sizeof(steps) / sizeof((steps)[0]))

static const struct step md5[] = {
	{'V', false, "01010000", 0},
	{'A', false, "02000005 0117000501", 0},
	{'V', false, "01000008 0217000801766d31", 0},
	{'A', false, "02000016 01180016 0410 000102030405060708090a0b0c0d0e0f", 0},
	{'V', false, "01000016 02180016 0410 000102030405060708090a0b0c0d0e0f", 0},
	{'A', false, "02000004 03180004", 1},
};

static const struct dimp_dot1x_session *session(const struct rig *rig)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(rig->store, 0, DIMP_DI_DOT1X_SESSION, &cursor);

	return entry == NULL ? NULL : &entry->record.body.dot1x_session;
}

static void test_dot1x_source_learns_a_session(void)
{
	const struct dot1x_config config = {.session_us = 3600000000,
		.reauthentication_us = 60000000,
		.vlan = 42};
	struct rig rig;

	rig_start(&rig, &config);
	PLAY(&rig, md5);
	REQUIRE(session(&rig) != NULL);
	CHECK_BYTES(session(&rig)->client.octets, 6, vm_text);
	CHECK_EQ(session(&rig)->method, 4);
	CHECK_EQ(session(&rig)->vlan, 42);
	CHECK_EQ(session(&rig)->session_remaining, 3600000);
	CHECK_EQ(session(&rig)->reauthentication_remaining, 60000);
	CHECK_EQ(session(&rig)->termination, DIMP_TERMINATION_RADIUS_REQUEST);
	CHECK_BYTES(session(&rig)->identity.octets, session(&rig)->identity.size, "766d31");
	/* A minute later it authenticates again: the same session, its time anew. */
	rig.now.us += 60000000;
	struct dimp_record record = {.type = DIMP_DI_DOT1X_SESSION};
	record.body.dot1x_session = *session(&rig);
	record.body.dot1x_session.attributes |= 1U << DIMP_ATTRIBUTE_dot1x_session_class;
	record.body.dot1x_session.class.size = 3;
	CHECK(di_store_put(rig.store, 0, &record, rig.now));
	for (size_t i = 1; i < sizeof md5 / sizeof md5[0]; i++) {
		struct step step = md5[i];
		step.sessions = 1;
		play_step(&rig, &step);
	}
	const struct di_entry *const entry = di_store_find(rig.store, 0, &record);
	REQUIRE(entry != NULL);
	CHECK_EQ(entry->since.us, rig.now.us);
	CHECK_EQ(session(&rig)->session_remaining, 3600000);
	CHECK_EQ(session(&rig)->class.size, 3);
	di_store_destroy(rig.store);
}

static void test_dot1x_source_ends_a_session(void)
{
	static const struct step logoff[] = {{'V', false, "01020000", 0}};
	static const struct step failed[] = {
		{'A', false, "02000005 0119000501", 1},
		{'V', false, "01000008 0219000801766d31", 1},
		{'A', false, "02000004 04190004", 0},
	};
	static const struct step refused[] = {
		/* To the group, without an exchange: whose it is nobody knows.  To the VM: its own.
		 */
		{'A', false, "02000004 04330004", 1},
		{'U', true, "02000004 04330004", 1},
		{'A', true, "02000004 04330004", 0},
	};
	struct dot1x_config config;
	struct rig rig;

	dot1x_config_default(&config);
	rig_start(&rig, &config);
	PLAY(&rig, md5);
	CHECK_EQ(session(&rig)->session_remaining, DIMP_DURATION_INFINITE);
	CHECK_EQ(session(&rig)->termination, DIMP_TERMINATION_DEFAULT);
	PLAY(&rig, logoff);
	PLAY(&rig, md5);
	PLAY(&rig, failed);
	PLAY(&rig, md5);
	PLAY(&rig, refused);
	di_store_destroy(rig.store);
}

static void test_dot1x_source_refuses_results_of_no_exchange(void)
{
	static const struct step steps[] = {
		/* Out of the blue. */
		{'A', false, "02000004 03180004", 0},
		/* From the VM itself, or from where no authenticator is. */
		{'A', false, "02000005 0117000501", 0},
		{'V', false, "01000008 0217000801766d31", 0},
		{'V', false, "02000004 03170004", 0},
		{'U', false, "02000004 03170004", 0},
		/* Another identifier, another authenticator. */
		{'A', false, "02000004 03180004", 0},
		{'O', false, "02000004 03170004", 0},
		/* A request that was not answered, an answer to no request. */
		{'V', false, "01010000", 0},
		{'A', false, "02000005 0120000501", 0},
		{'A', false, "02000004 03200004", 0},
		{'V', false, "01000008 0221000801766d31", 0},
		{'A', false, "02000004 03210004", 0},
		/* Cut short. */
		{'A', false, "02000004 0321", 0},
		{'A', false, "02000002 0321", 0},
		{'V', false, "010000", 0},
	};
	struct dot1x_config config;
	struct rig rig;

	dot1x_config_default(&config);
	rig_start(&rig, &config);
	PLAY(&rig, steps);
	CHECK_EQ(rig.counters.spoofed, 1);
	CHECK_EQ(rig.counters.untrusted, 1);
	CHECK_EQ(rig.counters.unsolicited, 6);
	CHECK_EQ(rig.counters.malformed, 3);
	di_store_destroy(rig.store);
}

static void test_dot1x_source_identity_that_is_no_text_is_left_out(void)
{
	static const struct step steps[] = {
		{'A', false, "02000005 0117000501", 0},
		{'V', false, "01000008 0217000801ff80ff", 0},
		{'A', false, "02000004 03170004", 1},
	};
	struct dot1x_config config;
	struct rig rig;

	dot1x_config_default(&config);
	rig_start(&rig, &config);
	PLAY(&rig, steps);
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->attributes, 0);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_dot1x_source_learns_a_session),
	TEST(test_dot1x_source_ends_a_session),
	TEST(test_dot1x_source_refuses_results_of_no_exchange),
	TEST(test_dot1x_source_identity_that_is_no_text_is_left_out),
	TEST_END,
};

const struct test_suite suite_dot1x_source = {"dot1x_source", tests};
