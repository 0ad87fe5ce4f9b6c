/* SPDX-License-Identifier: MIT */
/*
 * One direction of a link: decides whether a frame passes, when its last bit arrives, and what the
 * way did to it.  Moves no octets and sets no timers: its owner does.
 */
#ifndef ENGINE_LINK_H
#define ENGINE_LINK_H

#include "engine/engine.h"
#include "engine/random_stream.h"

enum {
	/* Preamble and start delimiter 8, FCS 4, inter-packet gap 12 (IEEE 802.3 clauses 3 and 4).
	 */
	LINK_OVERHEAD_OCTETS = 24,
	/* Shorter frames are padded on the wire; without FCS. */
	LINK_FRAME_MIN = 60
};

enum link_verdict {
	LINK_PASSED,
	LINK_CUT,
	LINK_TOO_LONG,
	LINK_QUEUE_FULL,
	LINK_LOST,
	LINK_NO_MEMORY
};

/* One arrival of a frame. */
struct link_copy {
	struct dimp_time arrival;
	size_t flipped_bit; /* SIZE_MAX: none */
};

/* What arrives of a frame. */
struct link_passage {
	size_t copy_count;
	struct link_copy copies[2];
};

struct link_side {
	struct engine_link_config config;
	struct random_stream random;
	uint64_t free_us; /* the transmitter is free at free_us + free_part / rate_bps us */
	uint64_t free_part;
	struct link_waiting *waiting; /* ring of frames that were given a start in the future */
	size_t waiting_first;
	size_t waiting_count;
	size_t waiting_capacity;
	size_t queued_octets; /* of those frames */
};

/* |random| is the side's own stream, copied. */
void link_side_init(struct link_side *side, const struct engine_link_config *config,
	const struct random_stream *random);

/* The new configuration holds for frames sent from now on. */
void link_side_configure(struct link_side *side, const struct engine_link_config *config);

/* The two parts of link_side_send() that know nothing of time: whether the link takes a frame like
 * this at all, and what the way does to one that would arrive at |arrival_us| if there were no
 * jitter and no reordering. */
enum link_verdict link_side_judge(const struct link_side *side, struct dimp_view frame);
enum link_verdict link_side_draw(struct link_side *side, size_t size, uint64_t arrival_us,
	struct link_passage *passage);

/* Sends |frame|; |passage| is filled in when it passes. */
enum link_verdict link_side_send(struct link_side *side, struct dimp_view frame,
	struct dimp_time now, struct link_passage *passage);

/* Frees the ring. */
void link_side_wipe(struct link_side *side);

#endif
