/* SPDX-License-Identifier: MIT */
/*
 * Captures read: pcap and pcapng by libpcap, every frame seen as Ethernet.  What cannot be is
 * counted, never told aloud; a capture that breaks off is read to its last whole frame.
 */
#ifndef OBSERVE_CAPTURE_H
#define OBSERVE_CAPTURE_H

#include <stdio.h>

#include "dimp.h"

struct capture;

struct capture_frame {
	struct dimp_time time; /* since 1970, rounded down to microseconds */
	size_t wire_size; /* what octets.size would be had all been captured */
	struct dimp_view octets; /* from the Ethernet header on; until the next call */
};

struct capture_counters {
	uint64_t frames; /* handed out */
	uint64_t cut_frames; /* of those, captured only in part */
	uint64_t skipped; /* not Ethernet and not to be seen as such */
	bool is_cut_off; /* the file ends within a block, or is damaged */
};

/*
 * Opens the capture at |path|, "-" for standard input.  NULL with a sentence in |error| (of
 * |error_size| octets) when it cannot be read or is no capture.
 */
struct capture *capture_open(const char *path, char *error, size_t error_size);

/* As capture_open(); |stream| is closed with the capture, also when this fails. */
struct capture *capture_open_stream(FILE *stream, char *error, size_t error_size);

/*
 * The next frame; false at the end.  Linux cooked (SLL, SLL2), raw IP and BSD loopback frames get
 * an Ethernet header: addresses zero where the capture has none.
 */
bool capture_next(struct capture *capture, struct capture_frame *frame);

/* What was counted so far; borrowed until capture_close(). */
const struct capture_counters *capture_counters(const struct capture *capture);

/* NULL is fine. */
void capture_close(struct capture *capture);

#endif
