/* SPDX-License-Identifier: MIT */
/*
 * One REQUEST at the station that sent it, with the station's machine (DIMP 9.6).
 */
#ifndef DIMP_STATION_H
#define DIMP_STATION_H

#include "machine.h"

enum station_state {
#define STATE(name, text) STATION_##name,
#include "station.def"
	STATION_STATES
};

enum station_event {
#define EVENT(name, text) STATION_ON_##name,
#include "station.def"
	STATION_EVENTS
};

struct station {
	struct machine machine;
	bool is_used;
	dimp_peer destination;
	struct dimp_message request;
	struct dimp_message response; /* the one outcome */
	struct dimp_time overdue;
};

extern const struct machine_table station_table;

/* Begins the life of |station|: sends the REQUEST with id |request|. */
void station_request(struct station *station, const struct dimp_request_config *config,
	uint64_t request, const struct machine_input *input);
/* CUTOVER, PROCEED or CANCEL by the server; WRONG_STATE when not possible now. */
DIMP_MUST_USE enum dimp_error station_command(struct station *station, enum station_event command,
	const struct machine_input *input);
/* PROGRESS or RESPONSE. */
void station_message(struct station *station, const struct machine_input *input);
void station_peer_lost(struct station *station, const struct machine_input *input);
bool station_has_ended(const struct station *station);
struct dimp_time station_deadline(const struct station *station);
void station_expire(struct station *station, const struct machine_input *input);

#endif
