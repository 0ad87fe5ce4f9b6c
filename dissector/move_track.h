/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moves of VSIs: which messages belong to one, the states of its three machines as the messages
 * tell them, its times, and what became of it. A move is named by its VSI and move serial
 * (DIMP 9.1-4); requests, migrations and look-ups lead to it by their ids.
 */
#ifndef DISSECTOR_MOVE_TRACK_H
#define DISSECTOR_MOVE_TRACK_H

#include "field_view.h"

enum move_machine { MOVE_STATION, MOVE_DESTINATION, MOVE_SOURCE, MOVE_MACHINES };

/* Instants of a move, each when its message was seen first. */
enum move_time {
	MOVE_REQUESTED,
	MOVE_SOLICITED,
	MOVE_OFFERED,
	MOVE_STAGED,
	MOVE_STOPPED, /* the VM: by CUTOVER, or by the REQUEST of a one-shot move */
	MOVE_FREEZING,
	MOVE_FROZEN, /* the final ROUND-END */
	MOVE_COMMITTED,
	MOVE_RELEASED,
	MOVE_ANSWERED, /* RESPONSE */
	MOVE_DONE,
	MOVE_TIMES
};

enum { MOVE_ROWS_MAX = 64, MOVE_VSI_SIZE = 37 };

/* What RESPONSE said of a DI type. */
struct move_row {
	guint type;
	guint32 offered;
	guint32 installed;
	guint32 rejected;
	guint error;
};

struct move {
	guint number; /* from 1, in the order of their first messages */
	guint32 first_frame;
	nstime_t first_time;
	gboolean has_vsi;
	guint8 vsi[MOVE_VSI_SIZE];
	guint64 serial;
	guint mode; /* 0: not known */
	guint8 states[MOVE_MACHINES]; /* 0: not known, else the state's number + 1 */
	guint64 grant_entries;
	guint64 grant_octets;
	guint64 offered_entries;
	guint64 offered_octets;
	gboolean has_time[MOVE_TIMES];
	nstime_t times[MOVE_TIMES];
	guint result; /* 0: no RESPONSE yet */
	guint reason;
	guint error;
	guint row_count;
	struct move_row rows[MOVE_ROWS_MAX];
};

/* What is kept with a message: its move, and the move as it was after it. */
struct move_note {
	struct move *move; /* NULL: of none */
	guint8 states[MOVE_MACHINES];
	guint result;
};

void move_track_register(int protocol);

/*
 * Takes the message, which was seen first here, into account. |rows| are its parameters, as
 * block_values.
 */
struct move_note move_track_message(const struct dissection *dissection,
	const struct block_values *values, wmem_array_t *rows);

/* The same of a message that is sent again, which changes nothing. */
struct move_note move_track_again(const struct dissection *dissection,
	const struct block_values *values);

/* Adds the move to dissection->tree. */
void move_track_show(struct dissection *dissection, const struct move_note *note);

/* Adds the move's words to the Info column: VSI, serial, and how far it is. */
void move_track_words(struct dissection *dissection, const struct move_note *note);

/* From one instant to another; false when either is not known. */
gboolean move_track_between(const struct move *move, enum move_time from, enum move_time to,
	nstime_t *time);

/* The VSI's id in a few digits, allocated in |scope|. */
char *move_track_vsi_text(wmem_allocator_t *scope, const struct move *move);

#endif
