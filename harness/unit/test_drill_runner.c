/*
 * Proves that a drill fails when it should: each kind of failure is reported with its line, what
 * came instead, its octets and the last transitions; and that what is as expected passes.
 */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_runner.h"

#define VM "01020304000000000000000000000000/1.1/5:00000000-0000-0000-0000-000000000001"
#define HEAD \
	"# A drill of the runner's test.\n" \
	"clause: DIMP 9.3-2\n" \
	"bridge\n" \
	"peer dst\n" \
	"let filter {filter mac=02:00:00:00:00:01 vlan=42}\n" \
	"let key 000102030405060708090a0b0c0d0e0f\n" \
	"let a dhcp_binding vlan=42 client=02:00:00:00:00:01 address=10.0.0.1 " \
	"remaining=600.000 s\n" \
	"vsi vm " VM " $filter\n" \
	"call put $vm $a\n"
#define SOLICIT(mode) \
	"< dst solicit migration=7 serial=1 vsi=$vm mode=" mode " types=dhcp_binding " \
	"grant_entries=9 grant_octets=999 digest_key=$key $filter\n"
#define OFFERED \
	SOLICIT("STAGED") \
	"> dst offer migration=7\n> dst data migration=7\n> dst round_end migration=7\n"
#define FROZEN \
	SOLICIT("ONE_SHOT") \
	"! freeze\ncall frozen\n> dst offer\n> dst data\n" \
	"> dst round_end is_final=1 freeze=$f {digest $key $a}\n"

/* Runs |text|; the caller frees the report. */
static char *run(const char *text, bool *has_passed)
{
	const char *path = scratch_file("runner.drill", text, strlen(text));
	char *report = NULL;
	size_t size = 0;
	struct drill_outcome outcome = {.report = open_memstream(&report, &size)};

	*has_passed = path != NULL && outcome.report != NULL && drill_run_file(path, &outcome);
	if (outcome.report != NULL)
		fclose(outcome.report);
	return report;
}

static void check_passes(const char *text)
{
	bool has_passed;
	char *report = run(text, &has_passed);

	CHECK_TEXT(report, "");
	CHECK(has_passed);
	free(report);
}

static void check_fails(const char *text, const char *said)
{
	bool has_passed;
	char *report = run(text, &has_passed);

	CHECK(!has_passed);
	if (report == NULL || strstr(report, said) == NULL)
		CHECK_TEXT(report, said);
	free(report);
}

static void test_drill_runner_what_is_as_expected_passes(void)
{
	check_passes(HEAD OFFERED "state source TRACKING\nsilence 20ms\n");
	check_passes(HEAD SOLICIT("STAGED") "~ > dst round_end migration=7 round=0\n"
					    "~ > dst offer migration=7\n"
					    "> dst { abort | data migration=7 {$a} }\n");
	check_passes(HEAD OFFERED "> dst { nothing | abort }\n");
	check_passes(HEAD FROZEN "< dst commit migration=7 freeze=$f {digest $key $a}\n"
				 "> dst released migration=7 freeze=$f epoch=2\n! released\n"
				 "within 1s > dst released migration=7 freeze=$f epoch=2\n"
				 "@2s status vm vsi state=RELEASED is_owner=0\n");
}

static void test_drill_runner_another_message_is_reported_with_octets_and_trace(void)
{
	check_fails(HEAD SOLICIT("STAGED") "> dst abort migration=7\n",
		"runner.drill:11: expected, and something else came (it is no abort)\n"
		"    line:   > dst abort migration=7\n"
		"    actual: @0ms > dst offer migration=7 epoch=1 {offer_row type=dhcp_binding ");
	check_fails(HEAD SOLICIT("STAGED") "> dst abort migration=7\n", "    hex:    00110");
	check_fails(HEAD SOLICIT("STAGED") "> dst abort migration=7\n",
		"    last transitions:\n"
		"    @0.000000s source OWNER --SOLICIT_STAGED--> SENDING (9.3-2)\n");
}

static void test_drill_runner_another_field_or_row_is_reported(void)
{
	check_fails(HEAD SOLICIT("STAGED") "> dst offer migration=8\n", "(another migration)");
	check_fails(HEAD SOLICIT("STAGED") "> dst offer migration=7 {}\n",
		"(more or fewer rows in offer)");
	check_fails(HEAD SOLICIT("STAGED") "> dst offer {offer_row entries=2}\n",
		"(another entries)");
}

static void test_drill_runner_a_name_must_stand_for_the_same(void)
{
	check_fails(HEAD SOLICIT("STAGED") "> dst offer migration=$m epoch=$m\n",
		"(another epoch)");
	check_fails(HEAD OFFERED "< dst freeze migration=$unbound\n! freeze\n",
		"expected, and nothing came");
	check_fails(HEAD "< dst freeze $unbound\n", "a $name stands for nothing");
}

static void test_drill_runner_each_field_is_told(void)
{
	check_fails(HEAD SOLICIT("STAGED") "> dst offer migration=7 epoch=2\n",
		"    same    migration: expected 7, actual 7\n"
		"    differs epoch: expected 2, actual 1\n");
}

/* What is held is read entry by entry, in no order. */
static void test_drill_runner_what_is_held(void)
{
	check_passes(HEAD "holds vm {$a}\n");
	check_passes(HEAD "call put $vm dhcp_binding delete vlan=42 client=02:00:00:00:00:01\n"
			  "holds vm {}\n");
	check_fails(HEAD "holds vm {}\n", "it also holds dhcp_binding");
	check_fails(HEAD "holds vm {dhcp_binding vlan=43}\n", "it does not hold");
	check_fails(HEAD "holds vm {$a} {$a}\n", "it does not hold");
	check_fails(HEAD "holds dst {}\n", "dst is no VSI");
}

static enum drill_end end_of(const char *text, bool is_probed)
{
	const char *path = scratch_file("runner.drill", text, strlen(text));
	char *report = NULL;
	size_t size = 0;
	struct drill_outcome outcome = {.report = open_memstream(&report, &size),
		.is_probed = is_probed};

	REQUIRE(path != NULL && outcome.report != NULL);
	(void)drill_run_file(path, &outcome);
	fclose(outcome.report);
	free(report);
	return outcome.end;
}

/* What failed: the subject, what led there, or the drill itself. */
static void test_drill_runner_ends(void)
{
	CHECK_EQ(end_of(HEAD OFFERED, true), DRILL_PASSED);
	CHECK_EQ(end_of(HEAD OFFERED "> dst abort\n", true), DRILL_UNMET);
	CHECK_EQ(end_of(HEAD OFFERED "> src abort\n", true), DRILL_SENSELESS);
	CHECK_EQ(end_of("# No association.\nclause: DIMP 5.6-3\nbridge\npeer a down\n< a ping\n",
			 true),
		DRILL_UNREACHED);
	CHECK_EQ(end_of("# Closed at the end.\nclause: DIMP 5.9-3\nbridge\npeer a\n"
			"call close a\n> a close\n",
			 true),
		DRILL_PASSED);
	REQUIRE(scratch_file("led.part", "> dst abort\n", strlen("> dst abort\n")) != NULL);
	CHECK_EQ(end_of(HEAD OFFERED "include led.part\nsilence 1ms\n", true), DRILL_UNREACHED);
	/* The last part of a drill is what it judges. */
	CHECK_EQ(end_of(HEAD OFFERED "include led.part\n", true), DRILL_UNMET);
}

static void test_drill_runner_what_does_not_come_is_reported(void)
{
	check_fails(HEAD OFFERED "> dst abort\n", "expected, and nothing came");
	check_fails(HEAD OFFERED "within 1s > dst abort\n", "expected, and nothing came");
	check_fails(HEAD OFFERED "! freeze\n", "expected, and nothing came");
}

static void test_drill_runner_what_is_not_expected_is_reported(void)
{
	check_fails(HEAD SOLICIT("STAGED"), "runner.drill:10: unexpected, by the time");
	check_fails(HEAD SOLICIT("STAGED") "+1ms > dst offer\n", "unexpected, by the time");
	check_fails(HEAD SOLICIT("STAGED") "silence 1ms\n", "unexpected, by the time");
	check_fails(HEAD FROZEN "+2s tick\n", "unexpected, before the time of this line");
	check_fails(HEAD FROZEN "silence 900ms\n", "actual: @800ms ! thaw");
}

static void test_drill_runner_time_is_exact(void)
{
	check_passes(HEAD FROZEN "@800ms > dst abort error=THAWED\n! thaw\n");
	check_fails(HEAD FROZEN "@801ms > dst abort error=THAWED\n! thaw\n", "unexpected, before");
	check_fails(HEAD FROZEN "@799ms > dst abort error=THAWED\n! thaw\n", "nothing came");
	check_fails(HEAD "@2s tick\n@1s tick\n", "this instant has passed");
}

static void test_drill_runner_states_counters_and_status_are_judged(void)
{
	check_fails(HEAD OFFERED "state source OWNER\n", "the source is in state TRACKING");
	check_fails(HEAD "counter drop_role 1\n", "drop_role is 0");
	check_fails(HEAD "counter drops 1\n", "no such counter");
	check_fails(HEAD "status vm vsi epoch=2\n", "expected (another epoch)");
	check_fails(HEAD "status vm none\n", "actual: status vm vsi state=OWNER epoch=1");
}

static void test_drill_runner_what_is_ignored_moves_nothing(void)
{
	check_passes(HEAD OFFERED "< dst accept migration=7 types=dhcp_binding\n"
				  "ignored source TRACKING ACCEPT_STAGED\n");
	check_fails(HEAD OFFERED "< dst freeze migration=7\n"
				 "ignored source FREEZING FREEZE\n",
		"the source moved, or was elsewhere");
	check_fails(HEAD OFFERED "ignored source TRACKING FREEZE\n", "a row of its own");
	check_fails(HEAD OFFERED "ignored source TRACKING NO_SUCH\n", "no such machine");
}

static void test_drill_runner_calls_are_judged(void)
{
	check_fails(HEAD "call put $vm $a -> VSI_FROZEN\n",
		"expected VSI_FROZEN, the library says NONE");
	check_fails(HEAD "call cutover\n", "the library says NO_SUCH_REQUEST");
	check_fails(HEAD "call dance\n", "no such call");
	check_fails(HEAD "call put nothing $a\n", "cannot be called: no VSI");
}

static void test_drill_runner_peers_lose_forge_and_replay(void)
{
	check_passes(HEAD OFFERED "forge dst freeze migration=7\ncounter drop_authentication 1\n");
	check_passes(HEAD OFFERED "replay dst\ncounter drop_replay 1\n");
	check_passes(HEAD "drop dst 1\n" SOLICIT(
		"STAGED") "silence 1ms\n"
			  "within 1s > dst offer\n> dst data\n> dst round_end\n");
	check_passes(HEAD "< dst close error=NONE\n! lost peer=dst error=*\n"
			  "open dst\n! associated peer=dst\n");
	check_fails(HEAD "cut dst\n" OFFERED, "expected, and nothing came");
}

static void test_drill_runner_packet_numbers_are_judged(void)
{
	check_passes(HEAD "acks dst no\nnumbered dst $n\n< dst ping\nwithin 2ms > dst ack\n"
			  "numbered dst $later\n");
	check_fails(HEAD "numbered dst 900\n", "the last PDU has number");
	check_fails(HEAD "acks dst perhaps\n", "yes or no?");
}

static void test_drill_runner_starts_are_told_apart(void)
{
	check_passes(HEAD "reboot\nopen dst\nanew dst\nstatus vm none\n");
	check_fails(HEAD "reboot\nanew dst\n", "it told start");
	check_fails(HEAD "anew dst\n", "there was no handshake with dst before");
}

static void test_drill_runner_old_keys_are_used(void)
{
	check_passes(HEAD "open dst\nold dst 900 freeze migration=1\n"
			  "> dst abort migration=1 error=UNKNOWN_MIGRATION\n");
	check_fails(HEAD "old dst x ping\n", "no number");
	check_fails(HEAD "old dst 900 ping\n", "dst has replaced no keys");
}

static void test_drill_runner_wrong_drills_are_reported(void)
{
	check_fails("bridge\n", "a drill begins with a comment");
	check_fails("# x\nbridge\n", "has a clause line");
	check_fails("# x\nclause: DIMP 1\ntick\n", "bridge or a station");
	check_fails("# x\nclause: DIMP 1\nbridge\n< a ping\n", "no peer a");
	check_fails("# x\nclause: DIMP 1\nbridge\nset x 1\n", "no setting x");
	check_fails("# x\nclause: DIMP 1\nbridge\nlimit x 1\n", "no limit x");
	check_fails("# x\nclause: DIMP 1\nbridge\nlimit vsis_max x\n", "x is no number");
	check_fails("# x\nclause: DIMP 1\nbridge\ninclude absent.part\n", "cannot be included");
	check_fails("# x\nclause: DIMP 1\nbridge\ninclude runner.drill\n", "includes within");
	check_fails("# x\nclause: DIMP 1\nbridge\nauthority mine\n", "no authority mine");
	check_fails(HEAD "peer late\n", "before the first event");
	check_fails("# x\nfrobnicate\n", "runner.drill:2: no such line");
}

static const struct test_case tests[] = {
	TEST(test_drill_runner_what_is_as_expected_passes),
	TEST(test_drill_runner_another_message_is_reported_with_octets_and_trace),
	TEST(test_drill_runner_another_field_or_row_is_reported),
	TEST(test_drill_runner_a_name_must_stand_for_the_same),
	TEST(test_drill_runner_each_field_is_told),
	TEST(test_drill_runner_what_is_held),
	TEST(test_drill_runner_ends),
	TEST(test_drill_runner_what_does_not_come_is_reported),
	TEST(test_drill_runner_what_is_not_expected_is_reported),
	TEST(test_drill_runner_time_is_exact),
	TEST(test_drill_runner_states_counters_and_status_are_judged),
	TEST(test_drill_runner_what_is_ignored_moves_nothing),
	TEST(test_drill_runner_calls_are_judged),
	TEST(test_drill_runner_peers_lose_forge_and_replay),
	TEST(test_drill_runner_packet_numbers_are_judged),
	TEST(test_drill_runner_starts_are_told_apart),
	TEST(test_drill_runner_old_keys_are_used),
	TEST(test_drill_runner_wrong_drills_are_reported),
	TEST_END,
};

const struct test_suite suite_drill_runner = {"drill_runner", tests};
