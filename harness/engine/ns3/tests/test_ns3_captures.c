/* SPDX-License-Identifier: MIT */
/*
 * Proves that captures have the frames and their times, by libpcap, and that they tell when they
 * cannot be written.
 */
#include "unit/check.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/ns3/tests/ns3_lab.h"

/* libpcap reads the file: |count| frames, the first at |time_ns| with these octets first. */
static void check_file(const char *path, int count, long time_ns, const struct frame *first)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *octets;
	int found = 0;
	pcap_t *file =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);

	REQUIRE(file != NULL);
	CHECK_EQ(pcap_datalink(file), DLT_EN10MB);
	while (pcap_next_ex(file, &header, &octets) == 1) {
		if (found++ > 0)
			continue;
		CHECK_EQ(header->ts.tv_sec, 0);
		CHECK_EQ(header->ts.tv_usec, time_ns);
		CHECK(header->caplen >= first->size);
		CHECK_EQ(memcmp(octets, first->octets, first->size), 0);
	}
	CHECK_EQ(found, count);
	pcap_close(file);
}

static void capture_run(const char *path, int end)
{
	const struct frame frame = MAKE(lab_tagged, FRAME_SIZE);
	ns3_capture capture = 0;

	CHECK_EQ(ns3_capture_add(lab.devices[end], path, &capture), NS3_OK);
	CHECK_EQ(ns3_capture_add(lab.devices[end], path, &capture), NS3_STATE);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab_send_from(1, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(ns3_capture_end(capture), NS3_OK);
	CHECK_EQ(ns3_capture_end(capture), NS3_STATE);
	CHECK_EQ(lab_send_from(1, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_captures_are_read_by_libpcap(void)
{
	const struct frame frame = MAKE(lab_tagged, FRAME_SIZE);
	char path[] = "/tmp/ns3-capture-XXXXXX";
	const int descriptor = mkstemp(path);

	REQUIRE(descriptor >= 0);
	close(descriptor);
	lab_open_simple(2);
	capture_run(path, 1);
	check_file(path, 2, 53680, &frame);
	lab_open_cable();
	capture_run(path, 0);
	check_file(path, 2, 0, &frame);
	lab_open_csma(2);
	capture_run(path, 1);
	check_file(path, 2, 6120, &frame);
	unlink(path);
}

static void test_ns3_captures_tell_that_they_cannot_be_written(void)
{
	const struct frame frame = MAKE(lab_plain, 1514);
	ns3_capture capture = 0;

	lab_open_simple(2);
	CHECK_EQ(ns3_capture_add(lab.devices[0], "/nowhere/at/all.pcap", &capture), NS3_FILE);
	CHECK(strstr(ns3_complaint(), "/nowhere") != NULL);
	CHECK_EQ(ns3_capture_add(lab.devices[0], "/", &capture), NS3_FILE);
	CHECK_EQ(ns3_capture_add(lab.devices[0], "/dev/full", &capture), NS3_OK);
	for (int sent = 0; sent < 20; sent++)
		CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(ns3_capture_end(capture), NS3_FILE);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static const struct test_case tests[] = {
	TEST(test_ns3_captures_are_read_by_libpcap),
	TEST(test_ns3_captures_tell_that_they_cannot_be_written),
	TEST_END,
};

const struct test_suite suite_ns3_captures = {"ns3_captures", tests};
