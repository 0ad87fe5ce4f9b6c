/*
 * Proves that rules of both languages become what an access list entry can say, and that a rule
 * which says more is refused.  The rules are those of RFC 6733 4.3.1, of RFC 4849 and of Cisco's
 * access lists as RADIUS servers send them.
 */
#include "check.h"
#include "net/filter_rule.h"

#include <string.h>

struct expected {
	const char *text;
	bool is_permit;
	enum filter_family family;
	uint8_t protocol;
	uint8_t source_prefix, destination_prefix;
	const char *destination; /* hex, "" for any */
	uint16_t first, last; /* of the last range */
};

static const char ten_nine[] = "00000000000000000000ffff0a090909";
static const char ten_net[] = "00000000000000000000ffff0a000000";
static const char document[] = "20010db8000000000000000000000001";
static const char document_net[] = "20010db8000000000000000000000000";

static struct dimp_view view_of(const char *text)
{
	return (struct dimp_view){(const uint8_t *)text, strlen(text)};
}

static void check_rule(const struct filter_rule *rule, const struct expected *expected)
{
	CHECK_EQ(rule->is_permit, expected->is_permit);
	CHECK_EQ(rule->family, expected->family);
	CHECK_EQ(rule->protocol, expected->protocol);
	CHECK_EQ(rule->source.prefix, expected->source_prefix);
	CHECK_EQ(rule->destination.prefix, expected->destination_prefix);
	if (expected->destination[0] != '\0')
		CHECK_BYTES(rule->destination.address.octets, 16, expected->destination);
	REQUIRE(rule->ports_count > 0);
	CHECK_EQ(rule->ports[rule->ports_count - 1].first, expected->first);
	CHECK_EQ(rule->ports[rule->ports_count - 1].last, expected->last);
}

static void test_filter_rule_reads_ip_filter_rules(void)
{
	static const struct expected rows[] = {
		{"permit in ip from any to any", true, FILTER_ANY_FAMILY, 255, 0, 0, "", 0, 65535},
		{"deny in ip from any to 10.9.9.9", false, FILTER_IPV4, 255, 0, 128, ten_nine, 0,
			65535},
		{"permit in ip from any to 10.0.0.0/24", true, FILTER_IPV4, 255, 0, 120, ten_net, 0,
			65535},
		{"permit in tcp from 10.1.0.0/16 to 10.9.9.9 80", true, FILTER_IPV4, 6, 112, 128,
			ten_nine, 80, 80},
		{"permit in 17 from any to any 53,67-68", true, FILTER_ANY_FAMILY, 17, 0, 0, "", 67,
			68},
		{"deny in ip from any to 2001:db8::1", false, FILTER_IPV6, 255, 0, 128, document, 0,
			65535},
		{"permit in ip from any to 2001:db8::/32", true, FILTER_IPV6, 255, 0, 32,
			document_net, 0, 65535},
		{"permit in icmp from any to any", true, FILTER_IPV4, 1, 0, 0, "", 0, 65535},
		{"permit in 58 from any to any", true, FILTER_IPV6, 58, 0, 0, "", 0, 65535},
		{"permit  in ip from any to 10.0.0.0/0 ", true, FILTER_IPV4, 255, 0, 96, "", 0,
			65535},
	};
	struct filter_rule rule;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK(filter_rule_read(view_of(rows[i].text), &rule));
		check_rule(&rule, &rows[i]);
	}
	CHECK(filter_rule_read(view_of("permit in ip from assigned to any"), &rule));
	CHECK(rule.source.is_assigned);
}

static void test_filter_rule_refuses_what_no_entry_says(void)
{
	static const char *const rows[] = {
		"",
		"permit",
		"count in ip from any to any",
		"permit out ip from any to any",
		"permit in ip from any 80 to any",
		"permit in ip from !10.0.0.1 to any",
		"permit in ip from any to assigned",
		"permit in ip from any to any frag",
		"permit in tcp from any to any 80 established",
		"permit in ip from any to any 1,2,3,4,5,6,7,8,9",
		"permit in ip from any to any 80-20",
		"permit in ip from any to any 65536",
		"permit in ip from any to any ,",
		"permit in ip from 10.0.0.1 to 2001:db8::1",
		"permit in icmp from any to 2001:db8::1",
		"permit in ip from 10.0.0.1/33 to any",
		"permit in ip from 10.0.0.1/ to any",
		"permit in ip from 10.0.0.256 to any",
		"permit in ip from any to 2001:db8::1/129",
		"permit in nonsense from any to any",
		"permit in 255 from any to any",
		"permit in ip from any",
		"permit in ip to any from any",
	};
	struct filter_rule rule;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CHECK(!filter_rule_read(view_of(rows[i]), &rule));
	/* A NUL in an address ends no address. */
	CHECK(!filter_rule_read(
		(struct dimp_view){(const uint8_t *)"permit in ip from 10.0.0.1\0 to any", 34},
		&rule));
}

static void test_filter_rule_reads_cisco_entries(void)
{
	static const struct expected rows[] = {
		{"permit udp any any eq 67", true, FILTER_IPV4, 17, 0, 0, "", 67, 67},
		{"permit udp any any eq bootps", true, FILTER_IPV4, 17, 0, 0, "", 67, 67},
		{"deny ip any host 10.9.9.9", false, FILTER_IPV4, 255, 0, 128, ten_nine, 0, 65535},
		{"permit ip any any", true, FILTER_IPV4, 255, 0, 0, "", 0, 65535},
		{"permit ip any any log", true, FILTER_IPV4, 255, 0, 0, "", 0, 65535},
		{"deny ip any 10.0.0.0 0.0.0.255", false, FILTER_IPV4, 255, 0, 120, ten_net, 0,
			65535},
		{"permit tcp host 10.1.1.1 any range 8000 8100 log", true, FILTER_IPV4, 6, 128, 0,
			"", 8000, 8100},
		{"permit tcp any any gt 1023", true, FILTER_IPV4, 6, 0, 0, "", 1024, 65535},
		{"permit tcp any any lt 1024", true, FILTER_IPV4, 6, 0, 0, "", 0, 1023},
	};
	static const struct expected rows_ipv6[] = {
		{"permit ipv6 any any", true, FILTER_IPV6, 255, 0, 0, "", 0, 65535},
		{"permit icmp any any", true, FILTER_IPV6, 58, 0, 0, "", 0, 65535},
		{"deny ipv6 any 2001:db8::/32", false, FILTER_IPV6, 255, 0, 32, document_net, 0,
			65535},
		{"permit tcp any host 2001:db8::1 eq www", true, FILTER_IPV6, 6, 0, 128, document,
			80, 80},
	};
	struct filter_rule rule;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK(filter_rule_read_cisco(view_of(rows[i].text), FILTER_IPV4, &rule));
		check_rule(&rule, &rows[i]);
	}
	for (size_t i = 0; i < sizeof rows_ipv6 / sizeof rows_ipv6[0]; i++) {
		CHECK(filter_rule_read_cisco(view_of(rows_ipv6[i].text), FILTER_IPV6, &rule));
		check_rule(&rule, &rows_ipv6[i]);
	}
}

static void test_filter_rule_refuses_other_cisco_entries(void)
{
	static const char *const rows[] = {
		"",
		"remark nothing",
		"permit ip any",
		"permit udp any eq 53 any",
		"permit tcp any any neq 80",
		"permit tcp any any eq nosuchport",
		"permit tcp any any established",
		"permit tcp any any gt 65535",
		"permit tcp any any lt 0",
		"permit tcp any any range 9 8",
		"permit ip any 10.0.0.0 0.0.255.0",
		"permit ip any 10.0.0.0",
		"permit ip any host 2001:db8::1",
		"permit ipv6 any any",
	};
	struct filter_rule rule;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CHECK(!filter_rule_read_cisco(view_of(rows[i]), FILTER_IPV4, &rule));
}

static const struct test_case tests[] = {
	TEST(test_filter_rule_reads_ip_filter_rules),
	TEST(test_filter_rule_refuses_what_no_entry_says),
	TEST(test_filter_rule_reads_cisco_entries),
	TEST(test_filter_rule_refuses_other_cisco_entries),
	TEST_END,
};

const struct test_suite suite_filter_rule = {"filter_rule", tests};
