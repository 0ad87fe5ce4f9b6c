/* SPDX-License-Identifier: MIT */
/* The 802.1X session of a place's VM, in its store: a VM has one, known by its address. */
#ifndef SOURCES_DOT1X_SESSION_H
#define SOURCES_DOT1X_SESSION_H

#include "sources/source_packet.h"

/* Its key, with nothing else in it. */
struct dimp_record dot1x_session_key(const struct source_place *place);

/* NULL when there is none; borrowed until the store changes. */
const struct di_entry *dot1x_session_find(const struct source_place *place);
const struct dimp_dot1x_session *dot1x_session_of(const struct source_place *place);

/* That there is none is fine. */
void dot1x_session_end(const struct source_place *place, struct dimp_time now);

#endif
