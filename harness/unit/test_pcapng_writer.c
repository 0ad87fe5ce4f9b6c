/*
 * Proves that captures we write are read by libpcap and tshark as what was put in, that their
 * octets are pcapng's, and that a capture takes its place only when it is whole.
 */
#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/pcapng_writer.h"

/* An ARP request's first octets, padded. */
static const uint8_t octets[61] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5,
	0x10};

static void add(struct pcapng_writer *writer, unsigned interface, uint64_t us, const char *comment)
{
	pcapng_writer_add(writer,
		&(struct pcapng_frame){
			.interface = interface,
			.direction = interface ? ENGINE_RECEIVED : ENGINE_SENT,
			.time = {us},
			.octets = {octets, sizeof octets - interface},
			.comment = comment,
		});
}

static const char *write_capture(void)
{
	const char *path = scratch_path("writer.pcapng");
	struct pcapng_writer *writer = path ? pcapng_writer_open(path) : NULL;

	if (!writer)
		return NULL;
	CHECK_EQ(pcapng_writer_add_interface(writer, "edge-a/1"), 0);
	add(writer, 0, 1, NULL);
	CHECK_EQ(pcapng_writer_add_interface(writer, "edge-b/12"), 1);
	add(writer, 1, 5000000123, "m1: RELEASED");
	add(writer, 0, UINT64_C(1) << 32, "");
	return pcapng_writer_close(writer) ? path : NULL;
}

/* The section header and the first interface, block by block as the draft draws them. */
static void test_pcapng_writer_octets(void)
{
	const char *path = write_capture();
	uint8_t read[96] = {0};

	REQUIRE(path != NULL);
	FILE *stream = fopen(path, "rb");

	REQUIRE(stream != NULL);
	CHECK_EQ(fread(read, 1, sizeof read, stream), sizeof read);
	fclose(stream);
	CHECK_BYTES(read, sizeof read,
		"0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff"
		"0400 0400 64696d70 0000 0000 28000000"
		"01000000 2c000000 0100 0000 00000000"
		"0200 0800 656467652d612f31 0900 0100 06000000 0000 0000 2c000000"
		"06000000 6c000000 00000000");
}

static void check_packet(pcap_t *pcap, uint64_t us, size_t size)
{
	struct pcap_pkthdr *header;
	const uint8_t *data;

	CHECK_EQ(pcap_next_ex(pcap, &header, &data), 1);
	CHECK_EQ((uint64_t)header->ts.tv_sec * 1000000 + (uint64_t)header->ts.tv_usec, us);
	CHECK_EQ(header->caplen, size);
	CHECK_EQ(header->len, size);
	CHECK_EQ(memcmp(data, octets, size), 0);
}

static void test_pcapng_writer_is_read_by_libpcap(void)
{
	const char *path = write_capture();
	char error[PCAP_ERRBUF_SIZE];

	REQUIRE(path != NULL);
	pcap_t *pcap = pcap_open_offline(path, error);

	REQUIRE(pcap != NULL);
	CHECK_EQ(pcap_datalink(pcap), DLT_EN10MB);
	check_packet(pcap, 1, 61);
	check_packet(pcap, 5000000123, 60);
	check_packet(pcap, UINT64_C(1) << 32, 61);

	struct pcap_pkthdr *header;
	const uint8_t *data;

	CHECK_EQ(pcap_next_ex(pcap, &header, &data), PCAP_ERROR_BREAK);
	pcap_close(pcap);
}

static void test_pcapng_writer_is_read_by_tshark(void)
{
	const char *path = write_capture();
	char command[512];
	char text[1024];

	REQUIRE(path != NULL);
	(void)snprintf(command, sizeof command,
		"tshark -r %s -T fields -E separator=, -e frame.interface_name -e frame.time_epoch "
		"-e frame.packet_flags_direction -e frame.len -e frame.comment 2>/dev/null",
		path);

	const int status = scratch_output(command, text, sizeof text);

	if (status == 127)
		SKIP_TOOL("tshark is absent");
	CHECK_EQ(status, 0);
	CHECK_TEXT(text,
		"edge-a/1,0.000001000,0x00000002,61,\n"
		"edge-b/12,5000.000123000,0x00000001,60,m1: RELEASED\n"
		"edge-a/1,4294.967296000,0x00000002,61,\n");
}

static void test_pcapng_writer_takes_place_when_closed(void)
{
	const char *path = scratch_file("placed.pcapng", "old", 3);
	struct pcapng_writer *writer = path ? pcapng_writer_open(path) : NULL;
	struct stat status;

	REQUIRE(writer != NULL);
	CHECK_EQ(stat(path, &status), 0);
	CHECK_EQ(status.st_size, 3);
	pcapng_writer_discard(writer);
	CHECK_EQ(stat(path, &status), 0);
	CHECK_EQ(status.st_size, 3);
	writer = pcapng_writer_open(path);
	REQUIRE(writer != NULL);
	CHECK(pcapng_writer_close(writer));
	CHECK_EQ(stat(path, &status), 0);
	CHECK_EQ(status.st_size, 40);
	pcapng_writer_discard(NULL);
}

static void test_pcapng_writer_reports_where_it_cannot_write(void)
{
	errno = 0;
	CHECK(pcapng_writer_open("/nonexistent/folder/x.pcapng") == NULL);
	CHECK_EQ(errno, ENOENT);
}

/* A device that takes nothing: the failure shows when the capture is closed. */
static void test_pcapng_writer_reports_a_full_device(void)
{
	if (access("/dev/full", W_OK) != 0)
		SKIP("/dev/full is absent");
	struct pcapng_writer *writer = pcapng_writer_open("/dev/full");

	REQUIRE(writer != NULL);
	CHECK_EQ(pcapng_writer_add_interface(writer, "edge-a/1"), 0);
	for (uint64_t us = 0; us < 1000; us++)
		add(writer, 0, us, NULL);
	CHECK(!pcapng_writer_close(writer));
}

static const struct test_case tests[] = {
	TEST(test_pcapng_writer_octets),
	TEST(test_pcapng_writer_is_read_by_libpcap),
	TEST(test_pcapng_writer_is_read_by_tshark),
	TEST(test_pcapng_writer_takes_place_when_closed),
	TEST(test_pcapng_writer_reports_where_it_cannot_write),
	TEST(test_pcapng_writer_reports_a_full_device),
	TEST_END,
};

const struct test_suite suite_pcapng_writer = {"pcapng_writer", tests};
