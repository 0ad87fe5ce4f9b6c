/*
 * Proves the grammar of drills: every form of line is read and printed back to itself, reading what
 * was printed gives the same drill, and what is no drill is refused with its line and reason.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_parser.h"
#include "script/drill_printer.h"

static struct drill_error error;

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

/* Every kind of line, each as it is printed. */
static const char whole[] =
	"# What is proved.\n"
	"clause: DIMP 9.3-2\n"
	"id: 9.3-BV-01\n"
	"requires: THAW LIMITS\n"
	"for $x in a b=c (two words)\n"
	"should\n"
	"\n"
	"bridge\n"
	"station\n"
	"set thaw_us 500000\n"
	"limit vsis_max 1\n"
	"supports dhcp_binding|macsec_sa\n"
	"authority ticket\n"
	"manager boss\n"
	"clock 1700000000\n"
	"peer dst\n"
	"peer other down\n"
	"remap 42 142\n"
	"gather dst data migration=7 round=0 {$a}\n"
	"may ! discard\n"
	"without dst ack\n"
	"alter dst payload 14=01\n"
	"number dst 7\n"
	"numbered dst $n\n"
	"acks dst no\n"
	"reboot\n"
	"anew dst\n"
	"old dst 7 ping\n"
	"rejects dhcp_binding POLICY_REFUSED\n"
	"include setup.part\n"
	"let a dhcp_binding vlan=42\n"
	"ticket t boss vsi=$vm serial=2 rights=1 {filter mac=02:00:00:00:00:01 vlan=42}\n"
	"vsi vm 0102 {filter mac=02:00:00:00:00:01 vlan=42}\n"
	"+5ms < dst solicit migration=7 $ask {$filter}\n"
	"< dst hex 0031 0000\n"
	"@1500ms > dst { abort error=ENDED | abort error=STALE_FREEZE | nothing }\n"
	"~ > dst data migration=* {$a} {digest $key $a ; $b}\n"
	"within 250us > dst offer migration=$m {}\n"
	"> dst initiation\n"
	"~ within 2s ! freeze\n"
	"! progress phase=STAGED\n"
	"call put $vm dhcp_binding vlan=42 -> VSI_FROZEN\n"
	"silence 100ms\n"
	"tick\n"
	"state source OWNER\n"
	"ignored source OWNER FREEZE\n"
	"status vm vsi epoch=2\n"
	"counter drop_role 1\n"
	"drop dst 2\n"
	"cut dst\n"
	"mend dst\n"
	"open dst\n"
	"holds vm {dhcp_binding vlan=42}\n"
	"restart dst\n"
	"replay dst\n"
	"forge dst ping\n"
	"pdu dst 13000030\n";

/* The drill as text; the caller frees it. */
static char *print(const struct drill *drill)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	REQUIRE(stream != NULL);
	drill_print(stream, drill);
	fclose(stream);
	return text;
}

static void test_drill_parser_every_line_prints_back(void)
{
	struct drill drill;
	char *text;

	REQUIRE(drill_parse(span_of(whole), &drill, &error));
	text = print(&drill);
	CHECK_TEXT(text, whole);
	free(text);
	drill_destroy(&drill);
}

static void test_drill_parser_every_kind_stands_in_the_test(void)
{
	unsigned seen[DRILL_KINDS] = {0};
	struct drill drill;

	REQUIRE(drill_parse(span_of(whole), &drill, &error));
	for (size_t index = 0; index < drill.count; index++)
		seen[drill.lines[index].kind]++;
	for (unsigned kind = 0; kind < DRILL_KINDS; kind++)
		CHECK(seen[kind] > 0);
	drill_destroy(&drill);
}

static bool is_same_line(const struct drill_line *one, const struct drill_line *other)
{
	return one->number == other->number && one->kind == other->kind &&
		one->is_unordered == other->is_unordered && one->clock == other->clock &&
		one->time_us == other->time_us &&
		memcmp(one->names, other->names, sizeof one->names) == 0 &&
		strcmp(one->rest, other->rest) == 0;
}

static void check_same(const struct drill *one, const struct drill *other)
{
	CHECK_EQ(one->count, other->count);
	for (size_t index = 0; index < one->count && index < other->count; index++)
		CHECK(is_same_line(&one->lines[index], &other->lines[index]));
}

/* However it was laid out, what is printed reads to the same drill. */
static void test_drill_parser_reads_what_is_printed(void)
{
	static const char loose[] = "\t# comment with  two blanks\r\n"
				    "  ~   within  0.25ms   >   dst   offer   migration=1  {}  \n"
				    "@1.000001s <\tdst ping\n"
				    "call put x  identity=\"a  b\"   end";
	struct drill drill, again;
	char *text;

	REQUIRE(drill_parse(span_of(loose), &drill, &error));
	text = print(&drill);
	CHECK_TEXT(text,
		"# comment with two blanks\n"
		"~ within 250us > dst offer migration=1 {}\n"
		"@1000001us < dst ping\n"
		"call put x identity=\"a  b\" end\n");
	REQUIRE(drill_parse(span_of(text), &again, &error));
	check_same(&drill, &again);
	free(text);
	drill_destroy(&again);
	drill_destroy(&drill);
}

static void test_drill_parser_refuses_what_is_none(void)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *why;
	} wrongs[] = {
		{"bridge\nfrobnicate\n", 2, "no such line: \"frobnicate\""},
		{"bridge now", 1, "nothing may follow here: \"now\""},
		{"clause:", 1, "something is missing after: \"clause:\""},
		{"set", 1, "a name is missing or too long: \"\""},
		{"+5 < a ping", 1, "no duration: \"5\""},
		{"+5m < a ping", 1, "no duration: \"5m\""},
		{"+0.0000001s < a ping", 1, "no duration: \"0.0000001s\""},
		{"+1.2.3s < a ping", 1, "no duration: \"1.2.3s\""},
		{"+5ms", 1, "nothing happens here: \"+5ms\""},
		{"+5ms bridge", 1, "no time can be given to: \"bridge\""},
		{"~ call frozen", 1, "only what is awaited has no order, not: \"call\""},
		{"within 5ms < a ping", 1, "only what is awaited has a window, not: \"<\""},
		{"silence long", 1, "no duration: \"long\""},
		{"< a pong", 1, "no such message: \"pong\""},
		{"< a cancel request=x", 1, "request of cancel cannot be \"x\""},
		{"< a cancel vsi=1", 1, "cancel has no field vsi"},
		{"< a hex 123", 1, "no octets in hex: \"123\""},
		{"< a data {dhcp_binding vlan=x}", 1, "vlan of dhcp_binding cannot be \"x\""},
		{"> a { ping | pong }", 1, "no such message: \"pong\""},
		{"> a { ping | ping", 1, "a brace is not closed: \"{ ping | ping\""},
		{"> a { }", 1, "no alternatives: \"{ }\""},
		{"# \x01", 1, "too long, or control characters in it: \"\""},
		{"bridge\n# on \\\n", 2, "it goes on with no line, or is too long: \"# on \\\""},
		{"# on \\ \r\n", 1, "it goes on with no line, or is too long: \"# on \\\""},
		{"# on \\\\\n\n", 1, "it goes on with no line, or is too long: \"# on \\\""},
	};
	struct drill drill;

	for (size_t index = 0; index < sizeof wrongs / sizeof wrongs[0]; index++) {
		CHECK(!drill_parse(span_of(wrongs[index].text), &drill, &error));
		CHECK_EQ(error.line, wrongs[index].line);
		CHECK_TEXT(error.why.text, wrongs[index].why);
	}
}

/* Nothing of a line is lost that is longer, with what it goes on with, than a line may be. */
static void test_drill_parser_refuses_a_long_line_in_parts(void)
{
	enum { PART = DRILL_TEXT_MAX / 2 };
	char text[2 * PART + 8];
	struct drill drill;

	memset(text, 'x', sizeof text);
	text[0] = '#';
	text[PART] = '\\';
	text[PART + 1] = '\n';
	CHECK(!drill_parse((struct span){text, sizeof text}, &drill, &error));
	REQUIRE(drill_parse((struct span){text, sizeof text - 8}, &drill, &error));
	CHECK_EQ(drill.count, 2);
	CHECK_EQ(strlen(drill.lines[0].rest), 2 * PART - 3);
	drill_destroy(&drill);
}

static void test_drill_parser_durations(void)
{
	static const struct {
		const char *text;
		uint64_t us;
	} rights[] = {{"1us", 1}, {"5ms", 5000}, {"1.5s", 1500000}, {"0.25ms", 250}, {"0s", 0}};
	uint64_t us;

	for (size_t index = 0; index < sizeof rights / sizeof rights[0]; index++) {
		CHECK(drill_duration_read(span_of(rights[index].text), &us));
		CHECK_EQ(us, rights[index].us);
	}
	CHECK(!drill_duration_read(span_of("1.s"), &us));
	CHECK(!drill_duration_read(span_of("s"), &us));
	CHECK(!drill_duration_read(span_of("99999999999999999999s"), &us));
}

/* Bars of sets and of what stands in quotes or braces part nothing. */
static void test_drill_parser_alternatives(void)
{
	struct span rest = drill_alternatives(
		span_of("{ accept types=dhcp_binding|macsec_sa | data {a b=\" | \"} | nothing }"));
	struct span one;

	REQUIRE(drill_alternative_next(&rest, &one));
	CHECK(span_is(one, "accept types=dhcp_binding|macsec_sa"));
	REQUIRE(drill_alternative_next(&rest, &one));
	CHECK(span_is(one, "data {a b=\" | \"}"));
	REQUIRE(drill_alternative_next(&rest, &one));
	CHECK(span_is(one, "nothing"));
	CHECK(!drill_alternative_next(&rest, &one));
}

static const struct test_case tests[] = {
	TEST(test_drill_parser_every_line_prints_back),
	TEST(test_drill_parser_every_kind_stands_in_the_test),
	TEST(test_drill_parser_reads_what_is_printed),
	TEST(test_drill_parser_refuses_what_is_none),
	TEST(test_drill_parser_refuses_a_long_line_in_parts),
	TEST(test_drill_parser_durations),
	TEST(test_drill_parser_alternatives),
	TEST_END,
};

const struct test_suite suite_drill_parser = {"drill_parser", tests};
