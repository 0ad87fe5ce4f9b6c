/* SPDX-License-Identifier: MIT */
/* The rules of listen_rules.def, each in the file of what it is about. */
#ifndef CONFORMANCE_RULES_H
#define CONFORMANCE_RULES_H

#include "judge.h"

#define PDU_RULE(clause, function) \
	enum judged function(struct judge *judge, const struct heard *heard, \
		struct sentence *sentence);
#define RULE(clause, kind, function) PDU_RULE(clause, function)
#define HANDSHAKE_RULE(clause, function) PDU_RULE(clause, function)
#define MESSAGE_RULE(clause, function) PDU_RULE(clause, function)
#include "listen_rules.def"
#undef HANDSHAKE_RULE
#undef MESSAGE_RULE
#undef PDU_RULE
#undef RULE

/* Writes what was expected and what was found; returns JUDGED_BROKEN. */
enum judged rule_broken(struct sentence *sentence, const char *expected, const char *found, ...)
	__attribute__((format(printf, 3, 4)));

/* SUSPECT for BROKEN: nothing shows who sent it. */
enum judged rule_suspect(enum judged judged);

/* OBEYED if |is_kept|, else as rule_broken() with nothing to add to |found|. */
enum judged rule_kept(bool is_kept, struct sentence *sentence, const char *expected,
	const char *found);

#endif
