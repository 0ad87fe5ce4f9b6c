/* SPDX-License-Identifier: MIT */
/* The walk over the rules, and the rule that every message keeps the format's rules. */
#include "rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

typedef enum judged (
	*rule_function)(struct judge *judge, const struct heard *heard, struct sentence *sentence);

enum { ANY_KIND = 0 };

struct rule {
	const char *clause;
	unsigned kind; /* of message; 0: ANY_KIND */
	rule_function function;
};

static const struct rule pdu_rules[] = {
#define HANDSHAKE_RULE(clause, function)
#define MESSAGE_RULE(clause, function)
#define PDU_RULE(clause, function) {clause, ANY_KIND, function},
#define RULE(clause, kind, function)
#include "listen_rules.def"
#undef HANDSHAKE_RULE
#undef MESSAGE_RULE
#undef PDU_RULE
#undef RULE
};

static const struct rule handshake_rules[] = {
#define HANDSHAKE_RULE(clause, function) {clause, ANY_KIND, function},
#define MESSAGE_RULE(clause, function)
#define PDU_RULE(clause, function)
#define RULE(clause, kind, function)
#include "listen_rules.def"
#undef HANDSHAKE_RULE
#undef MESSAGE_RULE
#undef PDU_RULE
#undef RULE
};

static const struct rule message_rules[] = {
#define HANDSHAKE_RULE(clause, function)
#define MESSAGE_RULE(clause, function) {clause, ANY_KIND, function},
#define PDU_RULE(clause, function)
#define RULE(clause, kind, function) {clause, DIMP_MESSAGE_##kind, function},
#include "listen_rules.def"
#undef HANDSHAKE_RULE
#undef MESSAGE_RULE
#undef PDU_RULE
#undef RULE
};

enum judged rule_broken(struct sentence *sentence, const char *expected, const char *found, ...)
{
	va_list arguments;

	(void)snprintf(sentence->expected, sizeof sentence->expected, "%s", expected);
	va_start(arguments, found);
	(void)vsnprintf(sentence->found, sizeof sentence->found, found, arguments);
	va_end(arguments);
	return JUDGED_BROKEN;
}

enum judged rule_kept(bool is_kept, struct sentence *sentence, const char *expected,
	const char *found)
{
	return is_kept ? JUDGED_OBEYED : rule_broken(sentence, expected, "%s", found);
}

enum judged rule_suspect(enum judged judged)
{
	return judged == JUDGED_BROKEN ? JUDGED_SUSPECT : judged;
}

static void apply(struct judge *judge, const struct rule *rule, const struct heard *heard)
{
	struct sentence sentence = {.clause = rule->clause};
	const enum judged judged = rule->function(judge, heard, &sentence);

	judge_count(judge, heard, judged, &sentence);
}

void rules_of_handshake(struct judge *judge, const struct heard *heard)
{
	for (size_t index = 0; index < sizeof handshake_rules / sizeof handshake_rules[0]; index++)
		apply(judge, &handshake_rules[index], heard);
}

void rules_of_pdu(struct judge *judge, const struct heard *heard)
{
	for (size_t index = 0; index < sizeof pdu_rules / sizeof pdu_rules[0]; index++)
		apply(judge, &pdu_rules[index], heard);
}

/* A message with bit S is one that this reader may skip (DIMP 6.2-3). */
static bool is_skippable(struct dimp_view octets)
{
	return (octets.octets[0] & 0x80) != 0;
}

/* Only messages that keep the rules are sent (DIMP 7.2-6). */
static void judge_format(struct judge *judge, const struct heard *heard)
{
	struct sentence sentence = {.clause = "7.2-6"};
	enum judged judged = JUDGED_OBEYED;

	if (heard->error != DIMP_ERROR_NONE && is_skippable(heard->octets))
		return;
	if (heard->error != DIMP_ERROR_NONE)
		judged = rule_broken(&sentence, "a message that keeps the rules of its format",
			"message 0x%02x%02x: %s", heard->octets.octets[0], heard->octets.octets[1],
			dimp_error_text(heard->error));
	judge_count(judge, heard, judged, &sentence);
}

void rules_of_message(struct judge *judge, const struct heard *heard)
{
	judge_format(judge, heard);
	if (heard->error != DIMP_ERROR_NONE)
		return;
	for (size_t index = 0; index < sizeof message_rules / sizeof message_rules[0]; index++) {
		if (message_rules[index].kind == heard->message.kind ||
			message_rules[index].kind == ANY_KIND)
			apply(judge, &message_rules[index], heard);
	}
}
