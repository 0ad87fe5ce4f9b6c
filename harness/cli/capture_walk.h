/* SPDX-License-Identifier: MIT */
/* What verbs do with a capture: each PDU in its frames, and a word about captures without any. */
#ifndef CLI_CAPTURE_WALK_H
#define CLI_CAPTURE_WALK_H

#include "observe/capture.h"
#include "observe/pdu_finder.h"

/* A PDU of a capture. */
struct capture_pdu {
	struct pdu_found found;
	uint64_t frame; /* its number, from 1 */
	struct dimp_time time;
};

struct capture_walk {
	const char *name; /* of the capture, for complaints */
	const char *done; /* what became of the frames, as "shown" */
	bool is_quiet; /* nothing is said of one that breaks off */
	void *user;
	void (*take)(void *user, const struct capture_pdu *pdu);
};

/*
 * Takes every PDU of |capture| and closes it.  False, with a complaint, when there is none, or
 * |capture| is NULL, for |why|.
 */
bool capture_walk_pdus(struct capture *capture, const char *why, const struct capture_walk *walk);

#endif
