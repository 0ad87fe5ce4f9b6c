/*
 * Proves that key logs are written as documented, for their owner alone, read back the same, and
 * that a wrong line is named.
 */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "observe/keylog.h"
#include "worked_values.h"

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SAK "00112233445566778899aabbccddeeff"

static const char *write_log(const char *text)
{
	return scratch_file("keys.txt", text, strlen(text));
}

static struct keylog_key counting_key(uint32_t index)
{
	struct keylog_key key = {.receiver_index = index};

	for (uint8_t octet = 0; octet < sizeof key.key; octet++)
		key.key[octet] = octet;
	return key;
}

static void test_keylog_is_written_as_documented(void)
{
	const char *path = scratch_path("written-keys.txt");
	struct keylog_writer *writer = path ? keylog_writer_open(path) : NULL;
	const struct keylog_key key = counting_key(0xdeadbeef);
	const struct keylog_sak sak = {
		.sci = {{2, 0, 0, 0, 0, 1, 0, 1}},
		.association_number = 3,
		.size = 16,
		.sak = {0xab, 0xcd},
	};
	struct keylog_sak extended = sak;
	char text[1024] = "";
	struct stat status;

	extended.is_extended = true;
	extended.ssci = 2;
	extended.size = 32;
	memset(extended.salt, 0x5a, sizeof extended.salt);
	REQUIRE(writer != NULL);
	keylog_writer_add_comment(writer, "edge-a\nto edge-b");
	keylog_writer_add_key(writer, &key);
	keylog_writer_add_sak(writer, &sak);
	keylog_writer_add_sak(writer, &extended);
	CHECK(keylog_writer_close(writer));
	CHECK_EQ(stat(path, &status), 0);
	CHECK_EQ(status.st_mode & 0777, 0600);

	FILE *stream = fopen(path, "r");

	REQUIRE(stream != NULL);
	text[fread(text, 1, sizeof text - 1, stream)] = '\0';
	fclose(stream);
	CHECK_TEXT(text,
		"# edge-a to edge-b\n"
		"DIMP_KEY deadbeef " KEY "\n"
		"MACSEC_SAK 0200000000010001 3 - - abcd0000000000000000000000000000\n"
		"MACSEC_SAK 0200000000010001 3 00000002 5a5a5a5a5a5a5a5a5a5a5a5a "
		"abcd000000000000000000000000000000000000000000000000000000000000\n");
}

static void test_keylog_reads_all_forms(void)
{
	const char *path = write_log("# whose keys these are\n"
				     "\n"
				     "  DIMP_KEY  0000000A\t" KEY "  # one direction\r\n"
				     "MACSEC_SAK 0200000000010001 0 - - " SAK "\n"
				     "DIMP_KEY 0000000b " KEY "\n"
				     "MACSEC_SAK 0200000000010001 2 00000007 "
				     "0102030405060708090a0b0c " SAK SAK "\n"
				     "DIMP_KEY 0000000a " SAK SAK);
	struct keylog keylog;
	char error[256] = "";

	REQUIRE(path != NULL);
	CHECK(keylog_read(path, &keylog, error, sizeof error));
	CHECK_TEXT(error, "");
	REQUIRE(keylog.key_count == 3);
	REQUIRE(keylog.sak_count == 2);
	CHECK_BYTES(keylog.keys[1].key, 32, KEY);
	CHECK_EQ(keylog.saks[0].is_extended, false);
	CHECK_EQ(keylog.saks[0].size, 16);
	CHECK_BYTES(keylog.saks[0].sak, 16, SAK);
	CHECK_EQ(keylog.saks[1].association_number, 2);
	CHECK_EQ(keylog.saks[1].ssci, 7);
	CHECK_BYTES(keylog.saks[1].salt, 12, "0102030405060708090a0b0c");
	CHECK_BYTES(keylog.saks[1].sak, 32, SAK SAK);

	const struct keylog_key *found = keylog_find(&keylog, 10, NULL);

	CHECK(found == &keylog.keys[0]);
	CHECK(keylog_find(&keylog, 10, found) == &keylog.keys[2]);
	CHECK(keylog_find(&keylog, 10, &keylog.keys[2]) == NULL);
	CHECK(keylog_find(&keylog, 12, NULL) == NULL);
	keylog_wipe(&keylog);
	CHECK_EQ(keylog.key_count, 0);
}

static void check_refused(const char *line, const char *problem)
{
	char text[1024];
	char expected[512];
	char error[512] = "";
	struct keylog keylog;

	(void)snprintf(text, sizeof text, "DIMP_KEY 0000000a " KEY "\n%s\n# after\n", line);
	const char *path = write_log(text);

	CHECK(!keylog_read(path, &keylog, error, sizeof error));
	(void)snprintf(expected, sizeof expected, "%s:2: %s", path, problem);
	CHECK_TEXT(error, expected);
	CHECK_EQ(keylog.key_count, 0);
	CHECK(keylog.keys == NULL);
}

static void test_keylog_names_the_wrong_line(void)
{
	check_refused("CLIENT_RANDOM 00 00", "unknown keyword; expected DIMP_KEY or MACSEC_SAK");
	check_refused("DIMP_KEY 0000000a", "DIMP_KEY has 2 words after it: receiver index, key");
	check_refused("DIMP_KEY a " KEY, "bad receiver index; expected 8 hex digits");
	check_refused("DIMP_KEY 0000000g " KEY, "bad receiver index; expected 8 hex digits");
	check_refused("DIMP_KEY 0000000a " SAK, "bad key; expected 64 hex digits");
	check_refused("DIMP_KEY 0000000a " KEY "00", "bad key; expected 64 hex digits");
	check_refused("MACSEC_SAK 0200000000010001 0 - -",
		"MACSEC_SAK has 5 words after it: SCI, AN, SSCI or -, salt or -, SAK");
	check_refused("MACSEC_SAK 02 0 - - " SAK, "bad SCI; expected 16 hex digits");
	check_refused("MACSEC_SAK 0200000000010001 4 - - " SAK, "bad AN; expected 0 to 3");
	check_refused("MACSEC_SAK 0200000000010001 0 - - 00",
		"bad SAK; expected 32 or 64 hex digits");
	check_refused("MACSEC_SAK 0200000000010001 0 00000001 - " SAK,
		"SSCI without salt or salt without SSCI; expected both or - for both");
	check_refused("MACSEC_SAK 0200000000010001 0 1 0102030405060708090a0b0c " SAK,
		"bad SSCI; expected 8 hex digits or -");
	check_refused("MACSEC_SAK 0200000000010001 0 00000001 01 " SAK,
		"bad salt; expected 24 hex digits or -");
	check_refused("MACSEC_SAK 0200000000010001 0 - - " SAK " x",
		"too many words; expected 6 at most");
}

static void test_keylog_refuses_an_endless_line(void)
{
	char line[800];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	check_refused(line, "line too long");
}

static void test_keylog_tells_why_it_cannot_be_read(void)
{
	struct keylog keylog;
	char error[256] = "";

	CHECK(!keylog_read("/nonexistent", &keylog, error, sizeof error));
	CHECK_TEXT(error, "/nonexistent: No such file or directory");
	CHECK(!keylog_read("/tmp", &keylog, error, sizeof error));
	CHECK_TEXT(error, "/tmp:1: cannot be read on");
}

static void test_keylog_discarded_leaves_nothing(void)
{
	const char *path = scratch_path("discarded-keys.txt");
	struct keylog_writer *writer = path ? keylog_writer_open(path) : NULL;
	const struct keylog_key key = counting_key(1);
	struct stat status;

	REQUIRE(writer != NULL);
	keylog_writer_add_key(writer, &key);
	keylog_writer_discard(writer);
	keylog_writer_discard(NULL);
	CHECK(stat(path, &status) != 0);
	CHECK(keylog_writer_open("/nonexistent/keys") == NULL);
}

/* The last code block of section 18, as a file. */
static const char *write_example(void)
{
	FILE *stream = fopen("docs/spec/18-key-log.md", "r");
	char line[256], text[2048] = "";
	bool is_inside = false;
	size_t size = 0;

	while (stream && fgets(line, sizeof line, stream)) {
		const bool is_fence = strncmp(line, "```", 3) == 0;

		is_inside ^= is_fence;
		if (is_fence && is_inside)
			size = 0;
		if (is_inside && !is_fence && size < sizeof text)
			size += (size_t)snprintf(text + size, sizeof text - size, "%s", line);
	}
	if (stream)
		(void)fclose(stream);
	return write_log(text);
}

static void check_worked_key(const struct keylog *log, uint32_t index, const char *name)
{
	const struct hexed expected = worked_value("13-worked-handshake.md", name);
	const struct keylog_key *key = keylog_find(log, index, NULL);

	CHECK(key != NULL && expected.size == sizeof key->key &&
		memcmp(key->key, expected.octets, expected.size) == 0);
}

/* DIMP 18-7: the example, with the keys of section 13 and the SAs of 8.3 and 16. */
static void test_keylog_of_the_specification_is_read(void)
{
	struct keylog log;
	char error[256] = "";

	CHECK(keylog_read(write_example(), &log, error, sizeof error));
	CHECK_TEXT(error, "");
	CHECK_EQ(log.key_count, 2);
	check_worked_key(&log, 0x05060708, "key.from.initiator");
	check_worked_key(&log, 0x01020304, "key.from.responder");
	CHECK_EQ(log.sak_count, 2);
	CHECK_BYTES(log.saks[0].sci.octets, 8, "02000000000a0001");
	CHECK_EQ(log.saks[0].size, 16);
	CHECK_EQ(log.saks[0].is_extended, false);
	CHECK_EQ(log.saks[1].association_number, 3);
	CHECK_EQ(log.saks[1].ssci, 2);
	CHECK_BYTES(log.saks[1].salt, 12, "202122232425262728292a2b");
	CHECK_EQ(log.saks[1].size, 32);
	keylog_wipe(&log);
}

static const struct test_case tests[] = {
	TEST(test_keylog_is_written_as_documented),
	TEST(test_keylog_reads_all_forms),
	TEST(test_keylog_names_the_wrong_line),
	TEST(test_keylog_refuses_an_endless_line),
	TEST(test_keylog_tells_why_it_cannot_be_read),
	TEST(test_keylog_discarded_leaves_nothing),
	TEST(test_keylog_of_the_specification_is_read),
	TEST_END,
};

const struct test_suite suite_keylog = {"keylog", tests};
