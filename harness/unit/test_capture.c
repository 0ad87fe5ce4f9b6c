/*
 * Proves that captures of every link type we know become Ethernet frames, that damaged ones end at
 * their last whole frame, and that no capture of the shared folder brings the reader down.
 */
#include "check.h"
#include "scratch.h"

#include <sys/types.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>

#include "observe/capture.h"

/* pcap's file header, little-endian, microseconds, snap length 256, then the link type. */
#define FILE_HEADER(link_type) \
	0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, (link_type), 0, 0, 0
/* A frame's header: 5 s and 7 us; captured and original size. */
#define FRAME_HEADER(captured, original) \
	5, 0, 0, 0, 7, 0, 0, 0, (captured), 0, 0, 0, (original), 0, 0, 0

static struct capture *open_octets(const uint8_t *octets, size_t size)
{
	const char *path = scratch_file("read.pcap", octets, size);
	char error[512] = "";

	return path ? capture_open(path, error, sizeof error) : NULL;
}

static void check_one_frame(const uint8_t *octets, size_t size, const char *hex)
{
	struct capture *capture = open_octets(octets, size);
	struct capture_frame frame = {{0}, 0, {NULL, 0}};

	if (!CHECK(capture != NULL))
		return;
	CHECK(capture_next(capture, &frame));
	CHECK_EQ(frame.time.us, 5000007);
	CHECK_BYTES(frame.octets.octets, frame.octets.size, hex);
	CHECK_EQ(frame.wire_size, frame.octets.size);
	CHECK(!capture_next(capture, &frame));
	CHECK_EQ(capture_counters(capture)->frames, 1);
	CHECK_EQ(capture_counters(capture)->skipped, 0);
	CHECK(!capture_counters(capture)->is_cut_off);
	capture_close(capture);
}

#define CHECK_ONE_FRAME(octets, hex) check_one_frame((octets), sizeof(octets), (hex))

static void test_capture_hands_out_ethernet_as_it_is(void)
{
	static const uint8_t file[] = {FILE_HEADER(1), FRAME_HEADER(16, 16), 1, 2, 3, 4, 5, 6, 7, 8,
		9, 10, 11, 12, 0x88, 0xb5, 0xaa, 0xbb};

	CHECK_ONE_FRAME(file, "010203040506 0708090a0b0c 88b5 aabb");
}

static void test_capture_sees_linux_cooked_as_ethernet(void)
{
	static const uint8_t sll[] = {FILE_HEADER(113), FRAME_HEADER(18, 18), 0, 0, 0, 1, 0, 6, 7,
		8, 9, 10, 11, 12, 0, 0, 0x08, 0x06, 0xaa, 0xbb};
	static const uint8_t sll2[] = {FILE_HEADER(20), FRAME_HEADER(22, 22), 0x86, 0xdd, 0, 0, 0,
		0, 0, 9, 0, 1, 0, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0xaa, 0xbb};
	uint8_t sll2_file[sizeof sll2];

	memcpy(sll2_file, sll2, sizeof sll2);
	sll2_file[20] = 0x14; /* link type 276 */
	sll2_file[21] = 0x01;
	CHECK_ONE_FRAME(sll, "000000000000 0708090a0b0c 0806 aabb");
	CHECK_ONE_FRAME(sll2_file, "000000000000 0708090a0b0c 86dd aabb");
}

static void test_capture_sees_ip_as_ethernet(void)
{
	static const uint8_t raw4[] = {FILE_HEADER(101), FRAME_HEADER(2, 2), 0x45, 0xaa};
	static const uint8_t raw6[] = {FILE_HEADER(101), FRAME_HEADER(2, 2), 0x60, 0xaa};
	static const uint8_t null4[] = {FILE_HEADER(0), FRAME_HEADER(5, 5), 2, 0, 0, 0, 0x45};
	static const uint8_t loop6[] = {FILE_HEADER(108), FRAME_HEADER(5, 5), 0, 0, 0, 24, 0x60};

	CHECK_ONE_FRAME(raw4, "000000000000 000000000000 0800 45aa");
	CHECK_ONE_FRAME(raw6, "000000000000 000000000000 86dd 60aa");
	CHECK_ONE_FRAME(null4, "000000000000 000000000000 0800 45");
	CHECK_ONE_FRAME(loop6, "000000000000 000000000000 86dd 60");
}

static void check_counted(const uint8_t *octets, size_t size, struct capture_counters expected)
{
	struct capture *capture = open_octets(octets, size);
	struct capture_frame frame;

	if (!CHECK(capture != NULL))
		return;
	while (capture_next(capture, &frame))
		CHECK(frame.octets.size <= frame.wire_size);
	CHECK_EQ(capture_counters(capture)->frames, expected.frames);
	CHECK_EQ(capture_counters(capture)->cut_frames, expected.cut_frames);
	CHECK_EQ(capture_counters(capture)->skipped, expected.skipped);
	CHECK_EQ(capture_counters(capture)->is_cut_off, expected.is_cut_off);
	capture_close(capture);
}

static void test_capture_counts_what_it_does_not_see(void)
{
	static const uint8_t short_ethernet[] = {FILE_HEADER(1), FRAME_HEADER(3, 3), 1, 2, 3};
	static const uint8_t short_sll[] = {FILE_HEADER(113), FRAME_HEADER(3, 3), 1, 2, 3};
	static const uint8_t empty_raw[] = {FILE_HEADER(101), FRAME_HEADER(0, 0)};
	static const uint8_t raw_version_5[] = {FILE_HEADER(101), FRAME_HEADER(1, 1), 0x50};
	static const uint8_t wifi[] = {FILE_HEADER(105), FRAME_HEADER(3, 3), 1, 2, 3};
	const struct capture_counters one_skipped = {.skipped = 1};

	check_counted(short_ethernet, sizeof short_ethernet, one_skipped);
	check_counted(short_sll, sizeof short_sll, one_skipped);
	check_counted(empty_raw, sizeof empty_raw, one_skipped);
	check_counted(raw_version_5, sizeof raw_version_5, one_skipped);
	check_counted(wifi, sizeof wifi, one_skipped);
}

/* Two frames, the first captured in part; then the file is cut at each octet of the second. */
static void test_capture_ends_at_the_last_whole_frame(void)
{
	static const uint8_t file[] = {FILE_HEADER(1), FRAME_HEADER(14, 60), 1, 2, 3, 4, 5, 6, 7, 8,
		9, 10, 11, 12, 0x88, 0xb5, FRAME_HEADER(14, 14), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 0x88, 0xb5};
	const size_t first = 24 + 16 + 14;

	check_counted(file, sizeof file, (struct capture_counters){.frames = 2, .cut_frames = 1});
	check_counted(file, first, (struct capture_counters){.frames = 1, .cut_frames = 1});
	for (size_t size = first + 1; size < sizeof file; size++)
		check_counted(file, size,
			(struct capture_counters){1, .cut_frames = 1, .is_cut_off = true});
}

static void test_capture_refuses_what_is_none(void)
{
	char error[512] = "";

	CHECK(open_octets((const uint8_t *)"not a capture at all, not at all", 32) == NULL);
	CHECK(open_octets((const uint8_t *)"", 0) == NULL);
	CHECK(capture_open("/nonexistent", error, sizeof error) == NULL);
	CHECK_TEXT(error, "No such file or directory");
	capture_close(NULL);
}

/* What walking over the shared captures found. */
static struct {
	unsigned files, opened;
	uint64_t frames;
} walk;

static void read_whole(const char *path)
{
	char error[512];
	struct capture_frame frame;
	struct capture *capture = capture_open(path, error, sizeof error);

	walk.files++;
	if (!capture)
		return;
	walk.opened++;
	while (capture_next(capture, &frame))
		walk.frames += frame.octets.size >= 14;
	capture_close(capture);
}

static void walk_folder(char *folder)
{
	char *const folders[] = {folder, NULL};
	FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

	if (!CHECK(tree != NULL))
		return;
	for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree))
		if (entry->fts_info == FTS_F)
			read_whole(entry->fts_path);
	fts_close(tree);
}

/* The folder holds some 190 captures: all but a few damaged ones open. */
static void test_capture_survives_everything_shared(void)
{
	const char *shared = shared_path("captures/third-party");
	char folder[4096];

	if (!shared)
		SKIP("shared captures are absent");
	(void)snprintf(folder, sizeof folder, "%s", shared);
	walk_folder(folder);
	CHECK(walk.files > 100);
	CHECK(walk.opened * 10 > walk.files * 9);
	CHECK(walk.frames > 1000);
}

static const struct test_case tests[] = {
	TEST(test_capture_hands_out_ethernet_as_it_is),
	TEST(test_capture_sees_linux_cooked_as_ethernet),
	TEST(test_capture_sees_ip_as_ethernet),
	TEST(test_capture_counts_what_it_does_not_see),
	TEST(test_capture_ends_at_the_last_whole_frame),
	TEST(test_capture_refuses_what_is_none),
	TEST(test_capture_survives_everything_shared),
	TEST_END,
};

const struct test_suite suite_capture = {"capture", tests};
