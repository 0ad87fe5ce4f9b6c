/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the text of a filter rule in both languages, as a station's address and as text:
 * what is read can be put into an entry.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/filter_rule.h"
#include "net/radius.h"
#include "net/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static void judge(const struct filter_rule *rule)
{
	require(rule->ports_count >= 1 && rule->ports_count <= FILTER_PORTS_MAX);
	for (size_t index = 0; index < rule->ports_count; index++)
		require(rule->ports[index].first <= rule->ports[index].last);
	require(rule->source.prefix <= 128 && rule->destination.prefix <= 128);
	require(rule->family <= FILTER_IPV6);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view text = {octets, size};
	struct filter_rule rule;
	struct dimp_text253 taken;
	struct dimp_mac mac;

	if (filter_rule_read(text, &rule))
		judge(&rule);
	for (int family = FILTER_ANY_FAMILY; family <= FILTER_IPV6; family++)
		if (filter_rule_read_cisco(text, (enum filter_family)family, &rule))
			judge(&rule);
	(void)radius_read_station(text, &mac);
	memset(&taken, 0, sizeof taken);
	utf8_take(text, &taken);
	require(taken.size <= size);
	require(taken.size == 0 || utf8_is_text(text));
	return 0;
}
