/* SPDX-License-Identifier: MIT */
/* inet_pton() decides what is an address; it wants a string, so words are copied with a bound. */
#include "net/rule_words.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/ipv4.h"
#include "net/ipv6.h"

enum { WORD_SIZE_MAX = 64, DIGITS_MAX = 10 };

bool rule_word_next(struct dimp_view *text, struct dimp_view *word)
{
	size_t start = 0;

	while (start < text->size && text->octets[start] == ' ')
		start++;
	size_t end = start;
	while (end < text->size && text->octets[end] != ' ')
		end++;
	if (end == start)
		return false;
	*word = (struct dimp_view){text->octets + start, end - start};
	*text = (struct dimp_view){text->octets + end, text->size - end};
	return true;
}

bool rule_word_is(struct dimp_view word, const char *text)
{
	return word.size == strlen(text) && memcmp(word.octets, text, word.size) == 0;
}

struct dimp_view rule_word_cut(struct dimp_view *word, char separator)
{
	size_t size = 0;

	while (size < word->size && word->octets[size] != (uint8_t)separator)
		size++;
	const struct dimp_view part = {word->octets, size};
	const size_t taken = size < word->size ? size + 1 : size;
	*word = (struct dimp_view){word->octets + taken, word->size - taken};
	return part;
}

bool rule_word_number(struct dimp_view word, uint32_t highest, uint32_t *number)
{
	uint64_t value = 0;

	if (word.size == 0 || word.size > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < word.size; i++) {
		if (word.octets[i] < '0' || word.octets[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(word.octets[i] - '0');
	}
	*number = (uint32_t)value;
	return value <= highest;
}

bool rule_word_protocol(struct dimp_view word, uint8_t *protocol)
{
	static const struct {
		const char *name;
		uint8_t number;
	} names[] = {
		{"icmp", IPV4_ICMP},
		{"igmp", IPV4_IGMP},
		{"tcp", 6},
		{"udp", IPV4_UDP},
		{"gre", 47},
		{"esp", 50},
		{"ahp", 51},
		{"icmp6", IPV6_ICMP},
		{"ospf", 89},
		{"pim", 103},
		{"sctp", 132},
	};
	/* 255 stands for any in an entry. */
	const uint32_t highest = 254;
	uint32_t number;

	if (rule_word_number(word, highest, &number)) {
		*protocol = (uint8_t)number;
		return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!rule_word_is(word, names[i].name))
			continue;
		*protocol = names[i].number;
		return true;
	}
	return false;
}

bool rule_word_address(struct dimp_view word, struct dimp_ip *address)
{
	char text[WORD_SIZE_MAX];
	struct dimp_ipv4 ipv4;

	if (word.size >= sizeof text)
		return false;
	memcpy(text, word.octets, word.size);
	text[word.size] = '\0';
	if (strlen(text) != word.size)
		return false;
	if (inet_pton(AF_INET, text, ipv4.octets) == 1) {
		*address = ipv4_mapped(&ipv4);
		return true;
	}
	return inet_pton(AF_INET6, text, address->octets) == 1;
}
