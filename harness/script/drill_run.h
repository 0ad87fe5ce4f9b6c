/* SPDX-License-Identifier: MIT */
/*
 * One run of a drill, as the files that carry out its lines share it: drill_setup.c (the head),
 * drill_actions.c (what peers and the user do), drill_expectations.c (what must come of it).
 */
#ifndef SCRIPT_DRILL_RUN_H
#define SCRIPT_DRILL_RUN_H

#include "script/drill_match.h"
#include "script/drill_runner.h"

struct drill_run {
	struct drill_world world;
	struct drill_variables variables;
	struct openssl_crypto *crypto; /* for the digests of lines */
	bool has_begun;
	size_t turn; /* what the "for" lines to come divide among them */
	size_t moves_before[TRACE_MACHINES]; /* transitions when the last action began */
	/* The line at hand, its words with variables put in. */
	const struct drill_line *line;
	char words[DRILL_TEXT_MAX];
	const char *path; /* of the file of that line */
	bool leads_on; /* what it says only leads to what is to be judged */
	struct drill_outcome *outcome;
	FILE *report; /* what failed */
};

/* Says "path:line: what" in the report: the drill makes no sense; returns false. */
__attribute__((format(printf, 2, 3))) bool drill_run_fail(struct drill_run *run, const char *format,
	...);
/* The same: the subject does not do what the line expects. */
__attribute__((format(printf, 2, 3))) bool drill_run_unmet(struct drill_run *run,
	const char *format, ...);
/* The same: what the line needs has not come about. */
__attribute__((format(printf, 2, 3))) bool drill_run_unreached(struct drill_run *run,
	const char *format, ...);

/* Adds what goes with a happening that should not be or is not as expected. */
void drill_run_show(struct drill_run *run, const struct drill_happening *happening);

/* Adds the last transitions. */
void drill_run_show_trace(struct drill_run *run);

/* Number of the peer that the line names; a failure and DIMP_NO_PEER when there is none. */
dimp_peer drill_run_peer(struct drill_run *run);

/* Who finds the peers that orders name. */
struct drill_peer_book drill_run_peers(const struct drill_run *run);

/* Binds the names of a "for" line to this turn's value. */
bool drill_turn_line(struct drill_run *run);

/* Carries out a line of the head. */
bool drill_setup_line(struct drill_run *run);

/* Carries out a line by which a peer or the user does something. */
bool drill_action_line(struct drill_run *run);

/* What the user does; the words behind "call". */
bool drill_call(struct drill_run *run, struct span words);

/* Judges a line that says what must be. */
bool drill_expectation_line(struct drill_run *run);

/* Judges what the subject holds of a VSI. */
bool drill_holds_line(struct drill_run *run);

/* Whether the associations that the drill begins with stand. */
bool drill_probe_associations(struct drill_run *run);
/* Whether the subject still answers: a PING, or failing that an INITIATION. */
bool drill_probe_answers(struct drill_run *run);

/* Time goes on to that of the line; what came before must have been taken. */
bool drill_reach_time(struct drill_run *run);

/* The instant up to which the line awaits something. */
struct dimp_time drill_awaits_until(const struct drill_run *run);

/* Nothing may be left that no line took. */
bool drill_nothing_left(struct drill_run *run);

#endif
