/* SPDX-License-Identifier: MIT */
/*
 * Judges what others say to each other, frame by frame, by the rules of listen_rules.def.  A rule
 * that cannot be sure says nothing: a capture may begin in the middle, have lost frames, or have
 * each of them several times.
 */
#ifndef CONFORMANCE_JUDGE_H
#define CONFORMANCE_JUDGE_H

#include "hearing.h"
#include "requirement.h"

/* What a rule says. */
/* SUSPECT: broken by somebody, perhaps not by whom the frame names. */
enum judged { JUDGED_NOTHING, JUDGED_OBEYED, JUDGED_SUSPECT, JUDGED_BROKEN };

enum { SENTENCE_SIZE = 160 };

/* Why a rule says BROKEN. */
struct sentence {
	const char *clause; /* NULL: that of the rule's row */
	char expected[SENTENCE_SIZE], found[SENTENCE_SIZE];
};

/* A violation, or a suspicion of one. */
struct finding {
	bool is_suspicion;
	const struct requirement *requirement;
	uint64_t frame;
	struct dimp_time time;
	int from, to;
	struct sentence sentence;
};

/* How often a requirement was seen obeyed, perhaps broken, and broken. */
struct tally {
	const struct requirement *requirement;
	uint64_t obeyed, suspected, broken;
};

/*
 * A message that another must precede which was not heard.  Judged when a PDU is heard that was
 * sent after this one, with all of lower numbers heard: then what should have come first was not
 * sent.
 */
struct pending {
	struct finding finding;
	int keys; /* what should have come first comes under the other direction of these */
	int solicit_keys; /* under which SOLICIT of its migration was heard: these or the other */
	uint64_t frame; /* of the message that came too early */
	int destination, source; /* of its migration */
	uint64_t migration;
	bool (*was_heard)(const struct heard_migration *migration);
};

struct judge {
	const struct dimp_crypto *crypto; /* borrowed */
	const struct keylog *keylog; /* borrowed */
	struct hearing hearing;
	struct tally *tallies; /* one for each requirement */
	size_t tally_count;
	struct finding *findings;
	size_t finding_count, finding_capacity;
	struct pending *pendings;
	size_t pending_count, pending_capacity;
	uint64_t pdus, opened, copies, without_key, unopened, malformed, messages;
	struct dimp_time latest;
	bool is_out_of_order; /* times go back: nothing is said about order */
};

/* False without memory. */
bool judge_start(struct judge *judge, const struct dimp_crypto *crypto,
	const struct keylog *keylog);

/* A frame that carries DIMP, as pdu_find() finds it. */
struct pdu_found;
void judge_pdu(struct judge *judge, const struct pdu_found *found, uint64_t frame,
	struct dimp_time time);

/* Frees what it holds. */
void judge_end(struct judge *judge);

/* The tally of a clause; every clause that a rule names has a requirement. */
struct tally *judge_tally(struct judge *judge, const char *clause);

/* Counts what a rule said of |heard|. */
void judge_count(struct judge *judge, const struct heard *heard, enum judged judged,
	const struct sentence *sentence);

/* Keeps |pending| until it can be judged. */
void judge_await(struct judge *judge, const struct heard *heard, const struct pending *pending,
	const struct sentence *sentence);

/* Runs the rules: of PDUs before anything of it is remembered, and of each message. */
void rules_of_pdu(struct judge *judge, const struct heard *heard);
void rules_of_message(struct judge *judge, const struct heard *heard);

/* Runs the rules of INITIATION and REPLY, whose header anybody can write. */
void rules_of_handshake(struct judge *judge, const struct heard *heard);

#endif
