/* SPDX-License-Identifier: MIT */
/*
 * IPFilterRule: action dir proto from END to END [options], END being address[/bits] [ports].  The
 * addresses tell the family; a rule without any is about both.  Destination ports alone can be
 * kept, and no option can.
 */
#include "net/filter_rule.h"

#include <string.h>

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/rule_words.h"

enum { PREFIX_IPV4 = 96, PREFIX_MAX = 128, IPV4_BITS = 32 };

static bool expect(struct dimp_view *text, const char *wanted)
{
	struct dimp_view word;

	return rule_word_next(text, &word) && rule_word_is(word, wanted);
}

static bool read_action(struct dimp_view *text, struct filter_rule *rule)
{
	struct dimp_view word;

	if (!rule_word_next(text, &word))
		return false;
	rule->is_permit = rule_word_is(word, "permit");
	return rule->is_permit || rule_word_is(word, "deny");
}

/* An address and family that go together; the first address decides on the family. */
static bool join_family(struct filter_rule *rule, enum filter_family family)
{
	if (rule->family == FILTER_ANY_FAMILY)
		rule->family = family;
	return rule->family == family;
}

static bool read_protocol(struct dimp_view *text, struct filter_rule *rule)
{
	struct dimp_view word;

	if (!rule_word_next(text, &word))
		return false;
	rule->protocol = FILTER_PROTOCOL_ANY;
	if (rule_word_is(word, "ip"))
		return true;
	if (!rule_word_protocol(word, &rule->protocol))
		return false;
	if (rule->protocol == IPV4_ICMP || rule->protocol == IPV4_IGMP)
		return join_family(rule, FILTER_IPV4);
	return rule->protocol != IPV6_ICMP || join_family(rule, FILTER_IPV6);
}

static bool read_prefix(struct dimp_view word, struct filter_rule *rule, struct filter_end *end)
{
	const struct dimp_view address = rule_word_cut(&word, '/');
	uint32_t bits;

	if (!rule_word_address(address, &end->address))
		return false;
	const bool is_ipv4 = ipv4_is_mapped(&end->address);
	const uint32_t bits_max = is_ipv4 ? IPV4_BITS : PREFIX_MAX;
	const bool is_host = word.octets == address.octets + address.size;
	if (is_host)
		bits = bits_max;
	else if (!rule_word_number(word, bits_max, &bits))
		return false;
	end->prefix = (uint8_t)(is_ipv4 ? PREFIX_IPV4 + bits : bits);
	if (end->prefix == 0)
		end->address = (struct dimp_ip){.octets = {0}};
	return join_family(rule, is_ipv4 ? FILTER_IPV4 : FILTER_IPV6);
}

static bool read_end(struct dimp_view *text, struct filter_rule *rule, struct filter_end *end)
{
	struct dimp_view word;

	if (!rule_word_next(text, &word))
		return false;
	end->is_assigned = rule_word_is(word, "assigned");
	if (end->is_assigned || rule_word_is(word, "any"))
		return true;
	return read_prefix(word, rule, end);
}

/* "80,443,8000-8100". */
static bool read_ports(struct dimp_view word, struct filter_rule *rule)
{
	rule->ports_count = 0;
	while (word.size > 0) {
		struct dimp_view part = rule_word_cut(&word, ',');
		const struct dimp_view first = rule_word_cut(&part, '-');
		uint32_t from, to;
		if (rule->ports_count == FILTER_PORTS_MAX ||
			!rule_word_number(first, FILTER_PORT_LAST, &from))
			return false;
		to = from;
		if (part.size > 0 && !rule_word_number(part, FILTER_PORT_LAST, &to))
			return false;
		if (from > to)
			return false;
		rule->ports[rule->ports_count++] =
			(struct filter_ports){(uint16_t)from, (uint16_t)to};
	}
	return rule->ports_count > 0;
}

bool filter_rule_read(struct dimp_view text, struct filter_rule *rule)
{
	struct dimp_view word;

	*rule = (struct filter_rule){.ports_count = 1, .ports = {{0, FILTER_PORT_LAST}}};
	/* Ports of the source would stand where "to" is wanted. */
	if (!read_action(&text, rule) || !expect(&text, "in") || !read_protocol(&text, rule) ||
		!expect(&text, "from") || !read_end(&text, rule, &rule->source) ||
		!expect(&text, "to") || !read_end(&text, rule, &rule->destination))
		return false;
	if (rule->destination.is_assigned)
		return false;
	if (!rule_word_next(&text, &word))
		return true;
	return read_ports(word, rule) && !rule_word_next(&text, &word);
}
