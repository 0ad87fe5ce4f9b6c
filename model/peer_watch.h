/* SPDX-License-Identifier: MIT */
/*
 * Peers that machines wait for: they are kept awake (DIMP 5.9-1), and a source from which nothing
 * comes is asked for a sign of life, and told of when there is none (DIMP 9.2-33).
 */
#ifndef DIMP_PEER_WATCH_H
#define DIMP_PEER_WATCH_H

#include "speaker.h"

/* Tells every association how much its peer is waited for. */
void peer_watch_update(struct dimp_speaker *speaker);

/* When a source will have been silent for too long, unless it is heard before. */
struct dimp_time peer_watch_deadline(const struct dimp_speaker *speaker);
void peer_watch_expire(struct dimp_speaker *speaker, struct dimp_time now);

#endif
