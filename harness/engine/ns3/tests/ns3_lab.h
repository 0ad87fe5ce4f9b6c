/* SPDX-License-Identifier: MIT */
/* Up to three stations at one channel or cable, and frames of theirs, for tests of the bindings. */
#ifndef ENGINE_NS3_TESTS_NS3_LAB_H
#define ENGINE_NS3_TESTS_NS3_LAB_H

#include "engine/ns3/ns3_bindings.h"

enum { FRAME_SIZE = 60, ENDS = 3 };

/* What a device received last, and how many before it. */
struct inbox {
	uint8_t frame[2048];
	size_t size;
	uint64_t time_ns;
	ns3_device device;
	unsigned count;
};

/* Up to three stations with a device each. */
struct lab {
	ns3_node nodes[ENDS];
	ns3_device devices[ENDS];
	struct inbox inboxes[ENDS];
};

/* The one that is open. */
extern struct lab lab;

/* A simulator with three nodes, and at |ends| of them devices that are received from: CSMA of 100
 * Mb/s and 1 us, simple ones of 100 Mb/s and 50 us, or a cable between two of the same. */
void lab_open(void);
void lab_open_csma(int ends);
void lab_open_simple(int ends);
void lab_open_cable(void);

/* Receives into the inbox of this end. */
void lab_listen_at(int end);

struct frame {
	uint8_t octets[1600];
	size_t size;
};

/* What frames begin with: to 02:00:00:00:00:0b from 02:00:00:00:00:0a, or with a length. */
extern const uint8_t lab_tagged[18], lab_plain[14], lab_with_length[17];

/* That, then the octets 0, 1, 2... */
struct frame frame_make(const uint8_t *head, size_t head_size, size_t size);

#define MAKE(head, size) frame_make(head, sizeof head, size)

/* From the device of this end. */
enum ns3_result lab_send_from(int end, const struct frame *frame);

#endif
