/* SPDX-License-Identifier: MIT */
/*
 * The words of a filter rule's text, one after the other, and what single words mean: numbers,
 * ports and addresses, as IPFilterRule and Cisco's access lists both write them.
 */
#ifndef NET_RULE_WORDS_H
#define NET_RULE_WORDS_H

#include "dimp.h"

/* Takes the next word off |*text|; false at its end.  Words are set apart by spaces. */
bool rule_word_next(struct dimp_view *text, struct dimp_view *word);
bool rule_word_is(struct dimp_view word, const char *text);
/* The part of |*word| before |separator|, which is taken off; all of it if there is none. */
struct dimp_view rule_word_cut(struct dimp_view *word, char separator);

/* A decimal number of at most |highest|; false when it is none. */
bool rule_word_number(struct dimp_view word, uint32_t highest, uint32_t *number);
/* A protocol by number or name; false when it is unknown.  "ip" and "ipv6" are none. */
bool rule_word_protocol(struct dimp_view word, uint8_t *protocol);
/* An IPv4 address (mapped) or IPv6 address; false when it is neither. */
bool rule_word_address(struct dimp_view word, struct dimp_ip *address);

#endif
