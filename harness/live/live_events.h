/* SPDX-License-Identifier: MIT */
/* Events of a live speaker as lines: text for people, one JSON object a line for machines. */
#ifndef LIVE_LIVE_EVENTS_H
#define LIVE_LIVE_EVENTS_H

#include "live/live_speaker.h"

/* Prints |event|, which happened at |now|, to standard output and flushes it. */
void live_events_print(const struct dimp_event *event, struct dimp_time now, bool is_json);

#endif
