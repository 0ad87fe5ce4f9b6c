/* SPDX-License-Identifier: MIT */
/* What must come before a message of a migration, and was not heard yet. */
#ifndef CONFORMANCE_AWAITED_H
#define CONFORMANCE_AWAITED_H

#include "rules.h"

/* Whether a migration came to something. */
typedef bool (*awaited_fact)(const struct heard_migration *migration);
bool awaited_offer(const struct heard_migration *migration);
bool awaited_acceptance(const struct heard_migration *migration);
bool awaited_freeze(const struct heard_migration *migration);
bool awaited_round(const struct heard_migration *migration);
bool awaited_final_round(const struct heard_migration *migration);
bool awaited_commit(const struct heard_migration *migration);
bool awaited_release(const struct heard_migration *migration);
bool awaited_abort_of_destination(const struct heard_migration *migration); /* or REFUSE */
bool awaited_abort_of_source(const struct heard_migration *migration);

/*
 * OBEYED if |migration|, which may be NULL, came to |fact|.  Else the peer of |heard| may have sent
 * it where nobody listened: |sentence|, which is written already, is told once all that it sent
 * before was heard.
 */
enum judged awaited_of_peer(struct judge *judge, const struct heard *heard, awaited_fact fact,
	const struct sentence *sentence);

/* The same for a message to a station, about what passed between the bridges of |migration|. */
enum judged awaited_between_bridges(struct judge *judge, const struct heard *heard,
	const struct heard_migration *migration, const struct pending *pending);

#endif
