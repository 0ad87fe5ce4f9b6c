/* SPDX-License-Identifier: MIT */
/*
 * Access list entries as Cisco writes them: action proto END [ports] END [ports] [log], END being
 * "any", "host A", "A WILDCARD" (IPv4) or "A/bits" (IPv6), ports "eq P", "gt P", "lt P" or "range P
 * Q".  A remark is no entry; whoever reads a list leaves it out.
 */
#include "net/filter_rule.h"

#include <string.h>

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/rule_words.h"

enum { PREFIX_IPV4 = 96, PREFIX_MAX = 128, OCTET_BITS = 8 };

static bool read_head(struct dimp_view *text, struct filter_rule *rule)
{
	struct dimp_view action, protocol;

	if (!rule_word_next(text, &action) || !rule_word_next(text, &protocol))
		return false;
	rule->is_permit = rule_word_is(action, "permit");
	if (!rule->is_permit && !rule_word_is(action, "deny"))
		return false;
	rule->protocol = FILTER_PROTOCOL_ANY;
	if (rule_word_is(protocol, rule->family == FILTER_IPV4 ? "ip" : "ipv6"))
		return true;
	if (!rule_word_protocol(protocol, &rule->protocol))
		return false;
	/* The name is the same in both families, the number is not. */
	if (rule->family == FILTER_IPV6 && rule->protocol == IPV4_ICMP)
		rule->protocol = IPV6_ICMP;
	return true;
}

static bool read_address(struct dimp_view word, const struct filter_rule *rule,
	struct filter_end *end)
{
	end->prefix = PREFIX_MAX;
	return rule_word_address(word, &end->address) &&
		ipv4_is_mapped(&end->address) == (rule->family == FILTER_IPV4);
}

/* Bits a wildcard leaves to compare; false unless they are the first ones. */
static bool wildcard_bits(const struct dimp_ip *wildcard, uint8_t *bits)
{
	const uint8_t *const octets = wildcard->octets + sizeof wildcard->octets - 4;
	bool is_over = false;

	*bits = PREFIX_IPV4;
	for (unsigned i = 0; i < 4 * OCTET_BITS; i++) {
		const unsigned shift = OCTET_BITS - 1 - i % OCTET_BITS;
		const bool is_wild = ((unsigned)octets[i / OCTET_BITS] >> shift & 1U) != 0;
		if (is_over && !is_wild)
			return false;
		is_over = is_wild;
		*bits = (uint8_t)(*bits + (is_wild ? 0 : 1));
	}
	return true;
}

static bool read_ipv4_net(struct dimp_view *text, struct dimp_view address,
	const struct filter_rule *rule, struct filter_end *end)
{
	struct dimp_view word;
	struct dimp_ip wildcard;

	return read_address(address, rule, end) && rule_word_next(text, &word) &&
		rule_word_address(word, &wildcard) && ipv4_is_mapped(&wildcard) &&
		wildcard_bits(&wildcard, &end->prefix);
}

static bool read_ipv6_net(struct dimp_view word, const struct filter_rule *rule,
	struct filter_end *end)
{
	const struct dimp_view address = rule_word_cut(&word, '/');
	uint32_t bits;

	if (!read_address(address, rule, end) || !rule_word_number(word, PREFIX_MAX, &bits))
		return false;
	end->prefix = (uint8_t)bits;
	if (bits == 0)
		end->address = (struct dimp_ip){.octets = {0}};
	return true;
}

static bool read_end(struct dimp_view *text, const struct filter_rule *rule, struct filter_end *end)
{
	struct dimp_view word;

	if (!rule_word_next(text, &word))
		return false;
	if (rule_word_is(word, "any"))
		return true;
	if (rule_word_is(word, "host"))
		return rule_word_next(text, &word) && read_address(word, rule, end);
	if (rule->family == FILTER_IPV4)
		return read_ipv4_net(text, word, rule, end);
	return read_ipv6_net(word, rule, end);
}

static bool read_port(struct dimp_view *text, uint32_t *port)
{
	static const struct {
		const char *name;
		uint16_t number;
	} names[] = {
		{"ftp", 21},
		{"telnet", 23},
		{"smtp", 25},
		{"domain", 53},
		{"bootps", 67},
		{"bootpc", 68},
		{"tftp", 69},
		{"www", 80},
		{"ntp", 123},
		{"snmp", 161},
		{"syslog", 514},
	};
	struct dimp_view word;

	if (!rule_word_next(text, &word))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!rule_word_is(word, names[i].name))
			continue;
		*port = names[i].number;
		return true;
	}
	return rule_word_number(word, FILTER_PORT_LAST, port);
}

/* The ports behind |relation|; false when it is none, or one that leaves no single range. */
static bool read_range(struct dimp_view *text, struct dimp_view relation,
	struct filter_ports *ports)
{
	uint32_t first, last = FILTER_PORT_LAST;

	if (!read_port(text, &first))
		return false;
	if (rule_word_is(relation, "eq")) {
		last = first;
	} else if (rule_word_is(relation, "gt")) {
		first++;
	} else if (rule_word_is(relation, "lt")) {
		last = first - 1;
		first = 0;
	} else if (!rule_word_is(relation, "range") || !read_port(text, &last)) {
		return false;
	}
	*ports = (struct filter_ports){(uint16_t)first, (uint16_t)last};
	return first <= last && last <= FILTER_PORT_LAST;
}

bool filter_rule_read_cisco(struct dimp_view text, enum filter_family family,
	struct filter_rule *rule)
{
	struct dimp_view word;

	*rule = (struct filter_rule){.family = family,
		.ports_count = 1,
		.ports = {{0, FILTER_PORT_LAST}}};
	/* Ports of the source would stand where the destination is wanted. */
	if (!read_head(&text, rule) || !read_end(&text, rule, &rule->source) ||
		!read_end(&text, rule, &rule->destination))
		return false;
	if (!rule_word_next(&text, &word))
		return true;
	if (!rule_word_is(word, "log")) {
		if (!read_range(&text, word, &rule->ports[0]))
			return false;
		if (!rule_word_next(&text, &word))
			return true;
	}
	return rule_word_is(word, "log") && !rule_word_next(&text, &word);
}
