/* SPDX-License-Identifier: MIT */
/*
 * Targets in real time: the implementation speaks DIMP over UDP or Ethernet by itself, and its
 * upper tester is reached at a TCP port, or at a Unix socket, whose path has a slash in it.
 */
#ifndef CONFORMANCE_LIVE_TESTER_H
#define CONFORMANCE_LIVE_TESTER_H

#include "target.h"

/* |rest| is "HOST:PORT", of the upper tester. */
bool live_tester_open_udp(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints);

/* |rest| is "INTERFACE,HOST:PORT". */
bool live_tester_open_ethernet(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints);

#endif
