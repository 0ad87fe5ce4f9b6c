/* SPDX-License-Identifier: MIT */
/*
 * A speaker in real time: socket, clock and timers around the model, over UDP (DIMP 3-3) or at an
 * Ethernet interface (3-2).  One thread; the user runs it for a while, answers its events, and
 * looks at what came of it.
 */
#ifndef LIVE_LIVE_SPEAKER_H
#define LIVE_LIVE_SPEAKER_H

#include "dimp.h"

struct live_speaker;

/* Sees every event; answers those that ask for one through live_speaker_model(). */
typedef void live_event(void *context, struct live_speaker *live, const struct dimp_event *event);

/* Sees a signal of the configured set; the process is not interrupted by them. */
typedef void live_signal(void *context, struct live_speaker *live, int signal);

struct live_config {
	enum dimp_speaker_role role;
	const char *listen; /* "ADDRESS:PORT", where there is no interface */
	const char *interface; /* name of an Ethernet interface; NULL: UDP */
	uint32_t boot_count; /* rises at every start (DIMP 5.2-6) */
	const uint8_t *static_secret; /* DIMP_KEY_SIZE octets, copied */
	uint8_t preshared[DIMP_KEY_SIZE]; /* with all peers; all zero: none */
	live_event *event;
	const int *signals; /* ended by 0; NULL: none */
	live_signal *signalled;
	void *context;
};

/* NULL with |why|, a static sentence, when it cannot be had. */
struct live_speaker *live_speaker_create(const struct live_config *config, const char **why);
void live_speaker_destroy(struct live_speaker *live);

/* Adds "ADDRESS,PUBLIC-KEY-IN-HEX", behind which a station has ",station"; the address is as in
 * peer_address.h.  False when that is not what |text| is. */
bool live_speaker_add_peer(struct live_speaker *live, const char *text);

struct dimp_speaker *live_speaker_model(struct live_speaker *live);
struct dimp_time live_speaker_now(const struct live_speaker *live);

/* Lets it speak for |us| of real time, or until live_speaker_stop(); false when the socket failed.
 */
bool live_speaker_run(struct live_speaker *live, uint64_t us);
void live_speaker_stop(struct live_speaker *live);

#endif
