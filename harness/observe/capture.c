/* SPDX-License-Identifier: MIT */
/*
 * Owns the reading of captures.  A link type other than Ethernet is a row: how many octets stand
 * before the payload, and a function that makes an Ethernet header of them.
 */
#include "observe/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_SIZE = 6, MAC_HEADER_SIZE = 14, ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

/* How frames of one link type become Ethernet. */
struct link_view {
	int link_type;
	size_t header_size; /* taken off the front */
	/* Fills in the Ethernet header; false when the frame carries nothing Ethernet could. */
	bool (*fill)(const uint8_t *octets, uint8_t header[MAC_HEADER_SIZE]);
};

struct capture {
	pcap_t *pcap;
	const struct link_view *view; /* NULL: nothing can be seen as Ethernet */
	struct capture_counters counters;
	uint8_t *buffer; /* a frame with its made-up header */
	size_t capacity;
};

static void put_ethertype(uint8_t header[MAC_HEADER_SIZE], unsigned ethertype)
{
	header[12] = (uint8_t)(ethertype >> 8);
	header[13] = (uint8_t)ethertype;
}

/* Values below 0x0600 are Linux's own (LLC, CAN and the like), not EtherTypes. */
static bool copy_ethertype(const uint8_t octets[2], uint8_t header[MAC_HEADER_SIZE])
{
	memcpy(header + 12, octets, 2);
	return octets[0] >= 0x06;
}

/* Packet type, hardware type, address length, address (8), protocol: each 2 octets. */
static bool fill_sll(const uint8_t *octets, uint8_t header[MAC_HEADER_SIZE])
{
	if (octets[4] == 0 && octets[5] == MAC_SIZE)
		memcpy(header + MAC_SIZE, octets + 6, MAC_SIZE);
	return copy_ethertype(octets + 14, header);
}

/* Protocol (2), reserved (2), interface (4), hardware type (2), packet type, address length,
 * address (8). */
static bool fill_sll2(const uint8_t *octets, uint8_t header[MAC_HEADER_SIZE])
{
	if (octets[11] == MAC_SIZE)
		memcpy(header + MAC_SIZE, octets + 12, MAC_SIZE);
	return copy_ethertype(octets, header);
}

/* Looks at the version in the first octet of the IP header. */
static bool fill_raw(const uint8_t *octets, uint8_t header[MAC_HEADER_SIZE])
{
	const unsigned version = octets[0] >> 4;

	put_ethertype(header, version == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	return version == 4 || version == 6;
}

/* Address family in the byte order of whoever captured: 2 is IPv4; IPv6 depends on the system. */
static bool fill_loopback(const uint8_t *octets, uint8_t header[MAC_HEADER_SIZE])
{
	const unsigned family = octets[0] ? octets[0] : octets[3];

	put_ethertype(header, family == 2 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

static const struct link_view link_views[] = {
	{DLT_EN10MB, 0, NULL},
	{DLT_LINUX_SLL, 16, fill_sll},
	{DLT_LINUX_SLL2, 20, fill_sll2},
	{DLT_RAW, 0, fill_raw},
	{DLT_IPV4, 0, fill_raw},
	{DLT_IPV6, 0, fill_raw},
	{DLT_NULL, 4, fill_loopback},
	{DLT_LOOP, 4, fill_loopback},
};

static const struct link_view *find_view(int link_type)
{
	for (size_t index = 0; index < sizeof link_views / sizeof *link_views; index++)
		if (link_views[index].link_type == link_type)
			return &link_views[index];
	return NULL;
}

static bool reserve(struct capture *capture, size_t size)
{
	if (size <= capture->capacity)
		return true;

	uint8_t *buffer = realloc(capture->buffer, size);

	if (!buffer)
		return false;
	capture->buffer = buffer;
	capture->capacity = size;
	return true;
}

/* Puts the Ethernet view of |octets| into |frame|; false when there is none. */
static bool see(struct capture *capture, const struct pcap_pkthdr *header, const uint8_t *octets,
	struct capture_frame *frame)
{
	const struct link_view *view = capture->view;

	frame->octets = (struct dimp_view){octets, header->caplen};
	frame->wire_size = header->len < header->caplen ? header->caplen : header->len;
	if (!view || header->caplen < view->header_size || header->caplen == 0)
		return false;
	if (!view->fill)
		return header->caplen >= MAC_HEADER_SIZE;

	const size_t payload_size = header->caplen - view->header_size;

	if (!reserve(capture, MAC_HEADER_SIZE + payload_size))
		return false;
	memset(capture->buffer, 0, MAC_HEADER_SIZE);
	memcpy(capture->buffer + MAC_HEADER_SIZE, octets + view->header_size, payload_size);
	frame->octets = (struct dimp_view){capture->buffer, MAC_HEADER_SIZE + payload_size};
	frame->wire_size += MAC_HEADER_SIZE;
	frame->wire_size -= view->header_size;
	return view->fill(octets, capture->buffer);
}

/* Negative seconds occur in damaged files: they count as 0. */
static struct dimp_time time_of(const struct pcap_pkthdr *header)
{
	const uint64_t seconds = header->ts.tv_sec < 0 ? 0 : (uint64_t)header->ts.tv_sec;
	const uint64_t nanoseconds = header->ts.tv_usec < 0 ? 0 : (uint64_t)header->ts.tv_usec;

	return (struct dimp_time){seconds * 1000000 + nanoseconds / 1000};
}

static struct capture *fail(const char *why, char *error, size_t error_size)
{
	(void)snprintf(error, error_size, "%s", why);
	return NULL;
}

struct capture *capture_open(const char *path, char *error, size_t error_size)
{
	FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");

	if (!stream)
		return fail(strerror(errno), error, error_size);
	return capture_open_stream(stream, error, error_size);
}

struct capture *capture_open_stream(FILE *stream, char *error, size_t error_size)
{
	struct capture *capture = calloc(1, sizeof *capture);
	char why[PCAP_ERRBUF_SIZE] = "out of memory";

	if (capture)
		capture->pcap = pcap_fopen_offline_with_tstamp_precision(stream,
			PCAP_TSTAMP_PRECISION_NANO, why);
	if (capture && capture->pcap) {
		capture->view = find_view(pcap_datalink(capture->pcap));
		return capture;
	}
	free(capture);
	if (stream != stdin)
		(void)fclose(stream);
	return fail(why, error, error_size);
}

bool capture_next(struct capture *capture, struct capture_frame *frame)
{
	struct pcap_pkthdr *header;
	const uint8_t *octets;
	int status;

	while ((status = pcap_next_ex(capture->pcap, &header, &octets)) == 1) {
		if (!see(capture, header, octets, frame)) {
			capture->counters.skipped++;
			continue;
		}
		frame->time = time_of(header);
		capture->counters.frames++;
		if (header->caplen < header->len)
			capture->counters.cut_frames++;
		return true;
	}
	if (status != PCAP_ERROR_BREAK)
		capture->counters.is_cut_off = true;
	return false;
}

const struct capture_counters *capture_counters(const struct capture *capture)
{
	return &capture->counters;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	pcap_close(capture->pcap);
	free(capture->buffer);
	free(capture);
}
