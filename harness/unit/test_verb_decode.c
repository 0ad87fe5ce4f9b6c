/*
 * Proves dimp decode from its words to what it prints: hex, files, captures, key logs, and what it
 * says of what it cannot show.
 */
#include "check.h"
#include "hexed.h"
#include "scratch.h"
#include "caught_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "observe/pcapng_writer.h"

/* As in test_decoder.c. */
#define SEALED \
	"130000300000000a0000000000000005" \
	"98a5c26ac3be954d685249f645c655e20054d1f9521c9f158114ba834ffc60a5"
#define KEYS "DIMP_KEY 0000000a 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define MACS "0200000000bb 0200000000aa "
#define OPENED \
	"pdu PROTECTED to 0000000a, packet 5: 16 octets of messages\n" \
	"  cancel request=7\n" \
	"  ping\n"

static struct caught_verb run;

static const char *write_keys(void)
{
	return scratch_file("decode-keys.txt", KEYS, strlen(KEYS));
}

static void add_frame(struct pcapng_writer *writer, const char *hex, uint64_t us)
{
	const struct hexed hexed = hexed_from(hex);

	pcapng_writer_add(writer,
		&(struct pcapng_frame){.time = {us}, .octets = hexed_view(&hexed)});
}

/* A frame that is not DIMP, a PDU by EtherType under a tag, and one by UDP. */
static const char *write_capture(void)
{
	const char *path = scratch_path("decode.pcapng");
	struct pcapng_writer *writer = path != NULL ? pcapng_writer_open(path) : NULL;

	if (writer == NULL)
		return NULL;
	(void)pcapng_writer_add_interface(writer, "edge-a/1");
	add_frame(writer, MACS "0806 0001", 1);
	add_frame(writer, MACS "8100 002a 88b5" SEALED "0000", 2000007);
	add_frame(writer,
		MACS "0800 45000044 00000000 40110000 0a000001 0a000002 d000 88b5 0038 0000" SEALED,
		3000000);
	return pcapng_writer_close(writer) ? path : NULL;
}

static void test_verb_decode_takes_hex_words(void)
{
	caught_verb_run(&run, (const char *[]){"decode", "0004:0008", "0000000000000007", NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out, "cancel request=7\n");
	CHECK_TEXT(run.error, "");
}

static void test_verb_decode_shows_octets(void)
{
	caught_verb_run(&run, (const char *[]){"decode", "--hex", "00310000", NULL});
	CHECK_TEXT(run.out, "ping\n  00310000\n");
}

static void test_verb_decode_opens_a_hex_file(void)
{
	const char *path = scratch_file("sealed.hex", SEALED "\n", strlen(SEALED) + 1);

	caught_verb_run(&run, (const char *[]){"decode", "--keys", write_keys(), path, NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out, OPENED);
}

static void test_verb_decode_takes_a_binary_file(void)
{
	const struct hexed hexed = hexed_from(SEALED);
	const char *path = scratch_file("sealed.bin", hexed.octets, hexed.size);

	caught_verb_run(&run, (const char *[]){"decode", path, NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out,
		"pdu PROTECTED to 0000000a, packet 5: protected, 48 octets, "
		"no key for receiver index 0000000a\n");
}

static void test_verb_decode_finds_dimp_in_a_capture(void)
{
	caught_verb_run(&run,
		(const char *[]){"decode", "--keys", write_keys(), write_capture(), NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.error, "");
	CHECK_TEXT(run.out,
		"#2 2.000007 02:00:00:00:00:aa > 02:00:00:00:00:bb " OPENED
		"#3 3.000000 10.0.0.1:53248 > 10.0.0.2:34997 " OPENED);
}

/* One whole frame, then another's header cut short. */
static void test_verb_decode_shows_a_capture_that_breaks_off(void)
{
	const struct hexed hexed = hexed_from(
		"d4c3b2a1 0200 0400 00000000 00000000 00010000 01000000"
		"05000000 07000000 3e000000 3e000000" MACS "88b5" SEALED "06000000 0700");
	const char *path = scratch_file("cut.pcap", hexed.octets, hexed.size);

	caught_verb_run(&run, (const char *[]){"decode", "--keys", write_keys(), path, NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out, "#1 5.000007 02:00:00:00:00:aa > 02:00:00:00:00:bb " OPENED);
	CHECK(strstr(run.error, ": breaks off after 1 frames; those are shown\n") != NULL);
	caught_verb_run(&run, (const char *[]){"decode", "-q", path, NULL});
	CHECK_TEXT(run.out, "");
	CHECK_TEXT(run.error, "");
}

static void test_verb_decode_writes_json(void)
{
	char option[300];
	const char *path = scratch_path("decoded.json");

	(void)snprintf(option, sizeof option, "--json=%s", path);
	caught_verb_run(&run,
		(const char *[]){"decode", "--keys", write_keys(), option, write_capture(), NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out, "");

	json_t *items = json_load_file(path, 0, NULL);
	const json_t *item = json_array_get(items, 1);

	CHECK_EQ(json_array_size(items), 2);
	CHECK_EQ(json_integer_value(json_object_get(item, "frame")), 3);
	CHECK_EQ(json_integer_value(json_object_get(item, "time_us")), 3000000);
	CHECK_TEXT(json_string_value(json_object_get(item, "from")), "10.0.0.1:53248");
	CHECK_TEXT(json_string_value(json_object_get(item, "state")), "opened");
	CHECK_EQ(json_array_size(json_object_get(item, "payload")), 2);
	json_decref(items);
}

static void check_complaint(const char *const *words, const char *complaint)
{
	caught_verb_run(&run, words);
	CHECK_EQ(run.code, 2);
	check_true(CHECK_HERE, strstr(run.error, complaint) != NULL, run.error);
}

static void test_verb_decode_complains(void)
{
	static const char capture_without[] =
		"\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\1\0\0\1\0\0\0";
	const char *empty = scratch_file("none.pcap", capture_without, 24);
	const char *short_capture = scratch_file("short.pcap", capture_without, 7);
	const char *bad_keys = scratch_file("bad-keys.txt", "KEY\n", 4);

	check_complaint((const char *[]){"decode", "no-such-file", NULL},
		"dimp: no-such-file: no such file, and not octets in hex; give a file, - or hex\n");
	check_complaint((const char *[]){"decode", "0031", "0", NULL}, "not octets in hex; ");
	check_complaint((const char *[]){"decode", "/tmp", NULL}, "dimp: /tmp: cannot be read: ");
	check_complaint((const char *[]){"decode", "0000", NULL}, ": no octets but zeros; ");
	check_complaint((const char *[]){"decode", empty, NULL}, ": no DIMP in its 0 frames; ");
	check_complaint((const char *[]){"decode", short_capture, NULL}, ": no capture: ");
	check_complaint((const char *[]){"decode", "--keys", bad_keys, "00310000", NULL},
		":1: unknown keyword; ");
	check_complaint((const char *[]){"decode", "00ff0000", NULL},
		"dimp: 00ff0000: 1 of 1 items are wrong; each says why\n");
	CHECK_TEXT(run.out, "4 octets: UNKNOWN_MESSAGE: message type unknown\n");
}

static const struct test_case tests[] = {
	TEST(test_verb_decode_takes_hex_words),
	TEST(test_verb_decode_shows_octets),
	TEST(test_verb_decode_opens_a_hex_file),
	TEST(test_verb_decode_takes_a_binary_file),
	TEST(test_verb_decode_finds_dimp_in_a_capture),
	TEST(test_verb_decode_shows_a_capture_that_breaks_off),
	TEST(test_verb_decode_writes_json),
	TEST(test_verb_decode_complains),
	TEST_END,
};

const struct test_suite suite_verb_decode = {"verb_decode", tests};
