/* SPDX-License-Identifier: MIT */
/*
 * Proves that echo messages of both families are as Scapy writes them, that nothing else is taken
 * for one, and that a VM answers at each of its addresses and at no other.
 */
#include "actors/echo_frame.h"

#include <string.h>

#include "actors/virtual_machine.h"
#include "check.h"

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0, 0, 1}}, host_mac = {{2, [5] = 9}};
static const uint8_t data[] = {0, 1, 2, 3, 'a', 'b', 'c'};
static const char request6[] =
	"525400000001 020000000009 86dd 60000000 000f3a40 fd0000420000000000000000000000fa "
	"fd000042000000000000000000000007 8000 bcc3 0003 0102 00010203616263";
static const char reply6[] =
	"020000000009 525400000001 86dd 60000000 000f3a40 fd000042000000000000000000000007 "
	"fd0000420000000000000000000000fa 8100 bbc3 0003 0102 00010203616263";

/* A request of |host_mac| to |address|, from its neighbour 250. */
static size_t write_request(const struct dimp_ip *address, uint8_t octets[ECHO_FRAME_MAX])
{
	struct echo_frame echo = {
		.destination = vm_mac,
		.source = host_mac,
		.to = *address,
		.from = *address,
		.identifier = 3,
		.sequence = 0x102,
		.data = {data, sizeof data},
	};

	echo.from.octets[15] = 250;
	return echo_frame_write(&echo, octets);
}

static bool read_octets(const uint8_t *octets, size_t size, struct echo_frame *echo)
{
	struct edge_frame frame;

	return edge_frame_read((struct dimp_view){octets, size}, &frame) &&
		echo_frame_read(&frame, echo);
}

static const struct dimp_ip address4 = {{[10] = 0xff, [11] = 0xff, [12] = 10, 42, 0, 7}};
static const struct dimp_ip address6 = {{0xfd, 0, 0, 0x42, [15] = 7}};

static void test_echo_frame_is_scapys(void)
{
	uint8_t octets[ECHO_FRAME_MAX];

	size_t size = write_request(&address6, octets);
	CHECK_BYTES(octets, size, request6);
	size = write_request(&address4, octets);
	REQUIRE(size == 14 + 20 + 8 + sizeof data);
	CHECK_BYTES(octets + 34, size - 34, "0800 3094 0003 0102 00010203616263");
}

static void test_echo_frame_reads_what_is_whole(void)
{
	static const struct dimp_ip *const addresses[] = {&address4, &address6};
	uint8_t octets[ECHO_FRAME_MAX];
	struct echo_frame echo;

	for (size_t index = 0; index < 2; index++) {
		const size_t size = write_request(addresses[index], octets);
		REQUIRE(read_octets(octets, size, &echo));
		CHECK(!echo.is_reply);
		CHECK_EQ(echo.identifier, 3);
		CHECK_EQ(echo.sequence, 0x102);
		CHECK(edge_ip_equals(&echo.to, addresses[index]));
		CHECK_BYTES(echo.data.octets, echo.data.size, "00010203616263");
		octets[size - 1] ^= 1;
		CHECK(!read_octets(octets, size, &echo));
	}
}

static void test_echo_frame_takes_nothing_else(void)
{
	uint8_t octets[ECHO_FRAME_MAX];
	struct echo_frame echo;
	size_t size = write_request(&address6, octets);

	octets[54] = 136; /* a neighbour's advertisement; the sum is 8 more */
	octets[56] -= 8;
	CHECK(!read_octets(octets, size, &echo));
	size = write_request(&address6, octets);
	octets[55] = 1; /* a code that echo does not have */
	octets[57] -= 1;
	CHECK(!read_octets(octets, size, &echo));
}

struct port {
	unsigned sent;
	uint8_t last[ECHO_FRAME_MAX];
	size_t size;
};

static void note_sent(void *context, const struct virtual_machine *machine, struct dimp_view frame,
	struct dimp_time now)
{
	struct port *const port = context;

	(void)machine;
	(void)now;
	port->sent++;
	port->size = frame.size;
	memcpy(port->last, frame.octets, frame.size);
}

static unsigned answers_to(struct virtual_machine *machine, struct port *port,
	struct dimp_view frame)
{
	const unsigned before = port->sent;

	virtual_machine_receive(machine, frame, (struct dimp_time){1});
	return port->sent - before;
}

static unsigned answers_at(struct virtual_machine *machine, struct port *port,
	const struct dimp_ip *address)
{
	uint8_t octets[ECHO_FRAME_MAX];
	const size_t size = write_request(address, octets);

	return answers_to(machine, port, (struct dimp_view){octets, size});
}

/* What a bridge sends back to a port for others there is not for who sent it. */
static void test_echo_frame_of_its_own_is_not_for_a_vm(void)
{
	struct port port = {0};
	const struct virtual_machine_port wire = {&port, note_sent};
	struct virtual_machine *const machine = virtual_machine_create(
		&(struct virtual_machine_config){.name = "vm", .mac = vm_mac, .address = address4});
	uint8_t octets[ECHO_FRAME_MAX];
	const size_t size = write_request(&address4, octets);

	REQUIRE(machine);
	virtual_machine_run(machine, &wire);
	memset(octets, 0xff, sizeof vm_mac.octets);
	CHECK_EQ(answers_to(machine, &port, (struct dimp_view){octets, size}), 1);
	memcpy(octets + sizeof vm_mac.octets, vm_mac.octets, sizeof vm_mac.octets);
	CHECK_EQ(answers_to(machine, &port, (struct dimp_view){octets, size}), 0);
	virtual_machine_destroy(machine);
}

static void test_echo_frame_is_answered_by_a_vm(void)
{
	static const struct dimp_ip link_local = {
		{0xfe, 0x80, [8] = 0x50, 0x54, 0, 0xff, 0xfe, 0, 0, 1}};
	static const struct dimp_ip none = {{0}};
	struct port port = {0};
	const struct virtual_machine_port wire = {&port, note_sent};
	struct virtual_machine *const machine = virtual_machine_create(
		&(struct virtual_machine_config){.name = "vm", .mac = vm_mac, .address = address4});

	REQUIRE(machine);
	virtual_machine_run(machine, &wire);
	CHECK_EQ(answers_at(machine, &port, &address4), 1);
	CHECK_EQ(answers_at(machine, &port, &link_local), 1);
	CHECK_EQ(answers_at(machine, &port, &address6), 0);
	virtual_machine_set_address6(machine, &address6);
	CHECK_EQ(answers_at(machine, &port, &address6), 1);
	CHECK_BYTES(port.last, port.size, reply6);
	virtual_machine_set_address6(machine, &none);
	CHECK_EQ(answers_at(machine, &port, &address6), 0);
	CHECK_EQ(answers_at(machine, &port, &none), 0);
	virtual_machine_destroy(machine);
}

static const struct test_case tests[] = {
	TEST(test_echo_frame_is_scapys),
	TEST(test_echo_frame_reads_what_is_whole),
	TEST(test_echo_frame_takes_nothing_else),
	TEST(test_echo_frame_is_answered_by_a_vm),
	TEST(test_echo_frame_of_its_own_is_not_for_a_vm),
	TEST_END,
};

const struct test_suite suite_echo_frame = {"echo_frame", tests};
