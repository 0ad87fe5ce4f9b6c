/* SPDX-License-Identifier: MIT */
/*
 * One scenario run and judged, twice if not told otherwise, in a process of its own: a crash or a
 * hang ends the trial, not the campaign.
 */
#ifndef CAMPAIGN_TRIAL_H
#define CAMPAIGN_TRIAL_H

#include <sys/types.h>

#include "scenario/attack_counts.h"
#include "scenario/scenario_reader.h"

enum trial_verdict {
	TRIAL_WELL,
	TRIAL_UNSOUND, /* an invariant or an expectation failed, or two runs differed */
	TRIAL_UNFINISHED, /* something that must end did not */
	TRIAL_CRASHED, /* or hung */
	TRIAL_UNREADABLE, /* no such scenario */
	TRIAL_IMPOSSIBLE /* no memory, no process, or somebody killed it */
};

enum { TRIAL_VERDICTS = TRIAL_IMPOSSIBLE + 1 };

#define TRIAL_NEVER UINT64_MAX

/* What came of one migration. */
struct trial_move {
	char name[SCENARIO_NAME_MAX];
	bool has_response;
	enum dimp_result result;
	enum dimp_reason reason;
	enum dimp_error error;
	uint64_t completion_us; /* REQUEST to RESPONSE, or TRIAL_NEVER */
	uint64_t blackout_us; /* VM stopped until it runs again, or TRIAL_NEVER */
	uint64_t stop_us; /* the VM's own */
};

struct trial {
	enum trial_verdict verdict;
	char text[256]; /* what failed */
	char known[256]; /* the scenario's own row: why it fails so far */
	uint64_t digest;
	uint64_t lost, lost_beyond_stop; /* frames, over all services */
	struct attack_counts attacks;
	uint32_t moves, moved; /* migrations, and those that succeeded */
	struct trial_move *list; /* |moves| of them, or NULL when it did not come to that */
};

struct trial_config {
	struct scenario_source source;
	enum scenario_plant plant;
	bool is_healed; /* its faults pass: in the end all must be in order */
	bool is_once; /* no second run that must be the same */
	unsigned seconds_max; /* of real time: longer is a hang */
};

/* Runs it.  A file of the source is also judged by its own expectations.  End it with
 * trial_destroy(). */
void trial_run(struct trial *trial, const struct trial_config *config);

/* Frees the list. */
void trial_destroy(struct trial *trial);

/* A trial that goes on in a process of its own. */
struct trial_process {
	int pipe_end; /* to poll() for reading */
	pid_t child;
	unsigned char *octets; /* what has come of it so far */
	size_t size, capacity;
};

/* Begins one.  False when there is no process or no pipe. */
bool trial_begin(struct trial_process *process, const struct trial_config *config);

/* Reads what there is, waiting for at least an octet.  False when no more will come. */
bool trial_read(struct trial_process *process);

/* Ends one of which no more will come, or that is not waited for: it is then killed. */
void trial_end(struct trial_process *process, struct trial *trial);

/* A trial as octets for the same program elsewhere; NULL without memory.  The caller frees them. */
unsigned char *trial_pack(const struct trial *trial, size_t *size);

/* The other way.  False when they are no trial. */
bool trial_unpack(struct trial *trial, const unsigned char *octets, size_t size);

#endif
