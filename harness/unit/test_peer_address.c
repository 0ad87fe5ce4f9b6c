/* Proves which texts are addresses of peers, by IP and at an interface, and which addresses are
 * one. */
#include "unit/check.h"

#include <arpa/inet.h>
#include <string.h>

#include "live/peer_address.h"

static bool read_ip(const char *text, struct peer_address *address)
{
	return peer_address_read_ip(text, strlen(text), address);
}

static bool read_mac(const char *text, struct peer_address *address)
{
	return peer_address_read_mac(text, strlen(text), 7, address);
}

static void test_peer_address_reads_both_ip(void)
{
	struct peer_address address;

	CHECK(read_ip("192.0.2.1:4711", &address));
	CHECK_EQ(address.at.any.sa_family, AF_INET);
	CHECK_EQ(ntohs(address.at.v4.sin_port), 4711);
	CHECK_EQ(ntohl(address.at.v4.sin_addr.s_addr), 0xc0000201);
	CHECK(read_ip("192.0.2.1", &address));
	CHECK_EQ(ntohs(address.at.v4.sin_port), 34997);
	CHECK(read_ip("[2001:db8::5]:4711", &address));
	CHECK_EQ(address.at.any.sa_family, AF_INET6);
	CHECK_EQ(ntohs(address.at.v6.sin6_port), 4711);
	CHECK_BYTES(address.at.v6.sin6_addr.s6_addr, 16, "20010db8000000000000000000000005");
	CHECK(read_ip("[::1]", &address));
	CHECK_EQ(ntohs(address.at.v6.sin6_port), 34997);
}

static void test_peer_address_refuses_what_is_no_ip(void)
{
	static const char *const wrong[] = {"", ":", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536",
		"192.0.2.1:1x", "192.0.2", "2001:db8::5", "[2001:db8::5", "[2001:db8::5]4711",
		"[192.0.2.1]", "[]", "a name",
		"192.0.2.1 192.0.2.1 192.0.2.1 192.0.2.1 192.0.2.1 192"};
	struct peer_address address;

	for (size_t each = 0; each < sizeof wrong / sizeof wrong[0]; each++)
		CHECK(!read_ip(wrong[each], &address));
}

static void test_peer_address_reads_a_mac(void)
{
	struct peer_address address;

	CHECK(read_mac("52:54:00:C7:3e:ce", &address));
	CHECK_EQ(address.at.any.sa_family, AF_PACKET);
	CHECK_EQ(address.at.link.sll_ifindex, 7);
	CHECK_EQ(ntohs(address.at.link.sll_protocol), 0x88b5);
	CHECK_BYTES(address.at.link.sll_addr, 6, "525400c73ece");
	CHECK(!read_mac("52:54:00:c7:3e", &address));
	CHECK(!read_mac("52:54:00:c7:3e:c", &address));
	CHECK(!read_mac("52-54-00-c7-3e-ce", &address));
	CHECK(!read_mac("52:54:00:c7:3e:cg", &address));
	/* A group is nobody's address. */
	CHECK(!read_mac("01:80:c2:00:00:03", &address));
}

static void test_peer_address_tells_addresses_apart(void)
{
	static const char *const each_another[] = {"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1",
		"[2001:db8::5]:1", "[2001:db8::5]:2", "[2001:db8::6]:1"};
	enum { COUNT = sizeof each_another / sizeof each_another[0] };
	struct peer_address one, other;

	for (size_t index = 0; index < COUNT * COUNT; index++) {
		CHECK(read_ip(each_another[index / COUNT], &one));
		CHECK(read_ip(each_another[index % COUNT], &other));
		CHECK_EQ(peer_address_equal(&one, &other), index / COUNT == index % COUNT);
	}
	CHECK(read_mac("52:54:00:00:00:01", &one));
	CHECK(!peer_address_equal(&one, &other));
	CHECK(read_mac("52:54:00:00:00:02", &other));
	CHECK(!peer_address_equal(&one, &other));
	CHECK(read_mac("52:54:00:00:00:01", &other));
	CHECK(peer_address_equal(&one, &other));
	other.at.link.sll_ifindex++;
	CHECK(!peer_address_equal(&one, &other));
}

static const struct test_case tests[] = {
	TEST(test_peer_address_reads_both_ip),
	TEST(test_peer_address_refuses_what_is_no_ip),
	TEST(test_peer_address_reads_a_mac),
	TEST(test_peer_address_tells_addresses_apart),
	TEST_END,
};

const struct test_suite suite_peer_address = {"peer_address", tests};
