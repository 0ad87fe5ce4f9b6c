/*
 * Proves that a live bridge's file is read as written, with its defaults, and that each mistake is
 * told at its place with what to do.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/edge_bridge.h"
#include "bridge/pdu_carrier.h"
#include "live/bridge_file.h"

#define HEX8 "0123456789abcdef"
#define HEX64 HEX8 HEX8 HEX8 HEX8
#define OTHER64 HEX8 HEX8 HEX8 "0123456789abcdee"
#define HEX74 HEX64 "0011223344"
/* Any file that can be read does for a key: only its place is looked at. */
#define HEAD "name: edge-a\nkey: /dev/null\n"
#define PORTS \
	"ports:\n" \
	"  vm: {interface: eth1, kind: station, vlan: 42}\n" \
	"  up: {interface: eth2, kind: uplink}\n"

static struct bridge_file *read_text(const char *text, struct scenario_errors *errors)
{
	return bridge_file_read("t.yaml", text, errors);
}

static void test_bridge_file_is_read_as_written(void)
{
	static struct scenario_errors errors;
	struct bridge_file *file = read_text(HEAD PORTS
		"bridge: {policy: {vlans: [42], refuse: [macsec_sa]}, limits: {dhcp_binding: 3}}\n"
		"settings: {thaw: 1s}\n"
		"drain: 2s\n"
		"state: starts\n"
		"vms:\n"
		"  vm1: {vsi: " HEX74 ", mac: 52:54:00:00:00:01, vlan: 42, port: vm, here: true,\n"
		"        serial: 7, requires: [dhcp, macsec]}\n"
		"peers:\n"
		"  b: {key: " HEX64 ", mac: 02:00:00:00:00:0b}\n"
		"  s: {key: " OTHER64 ", mac: 02:00:00:00:00:0c, role: station}\n",
		&errors);

	CHECK_TEXT(scenario_errors_kept(&errors) > 0 ? errors.list[0].text : "", "");
	REQUIRE(file != NULL);
	CHECK_TEXT(file->name, "edge-a");
	CHECK_EQ(file->port_count, 2);
	CHECK_TEXT(file->ports[0].interface, "eth1");
	CHECK_EQ(file->ports[0].kind, EDGE_PORT_STATION);
	CHECK_EQ(file->ports[0].vlan, 42);
	CHECK_EQ(file->ports[1].vlan, 0);
	CHECK_EQ(file->bridge.policy_vlans[0], 42);
	CHECK_EQ(file->bridge.policy_refused_types, (uint64_t)1 << DIMP_DI_MACSEC_SA);
	CHECK_EQ(file->bridge.limits[DIMP_DI_DHCP_BINDING], 3);
	CHECK_EQ(file->settings.thaw_us, 1000000);
	CHECK_EQ(file->drain_us, 2000000);
	CHECK_TEXT(file->state, "starts");
	CHECK_EQ(file->vms[0].port, 0);
	CHECK_EQ(file->vms[0].required, BRIDGE_REQUIRES_DHCP | BRIDGE_REQUIRES_MACSEC);
	CHECK(file->vms[0].is_here);
	CHECK_EQ(file->vms[0].serial, 7);
	CHECK_BYTES(file->vms[0].vsi.octets, sizeof file->vms[0].vsi.octets, HEX74);
	CHECK_EQ(file->peers[0].role, BRIDGE_PEER_BRIDGE);
	CHECK_EQ(file->peers[1].role, BRIDGE_PEER_STATION);
	CHECK_BYTES(file->peers[1].key.octets, DIMP_KEY_SIZE, OTHER64);
	bridge_file_destroy(file);
}

static void test_bridge_file_has_defaults(void)
{
	static struct scenario_errors errors;
	struct bridge_file *file = read_text(HEAD PORTS, &errors);

	REQUIRE(file != NULL);
	CHECK_EQ(file->carrier, PDU_CARRIED_BY_ETHERNET);
	CHECK_EQ(file->log_form, BRIDGE_LOG_TEXT);
	CHECK_EQ(file->drain_us, 5000000);
	CHECK(!file->has_address);
	CHECK(!file->is_standing);
	CHECK(!file->radius.is_on);
	CHECK_EQ(file->bridge.policy_vlan_count, 0);
	CHECK_EQ(file->settings.thaw_us, 800000);
	CHECK_TEXT(file->user, "");
	bridge_file_destroy(file);
}

#define VM(more) "vms: {vm1: {vsi: " HEX74 ", mac: 52:54:00:00:00:01, " more "}}\n"
#define PEER(more) "peers: {b: {key: " HEX64 ", " more "}}\n"

static const struct mistake {
	const char *text, *told;
} mistakes[] = {
	{HEAD "prots: {}\n" PORTS,
		"t.yaml:3:1: bridge file: no such key: prots; did you mean ports?"},
	{PORTS "key: /dev/null\n",
		"t.yaml:1:1: bridge file: name is missing; expected what logs call the bridge"},
	{HEAD "ports: {vm: {interface: eth1, kind: statoin}}\n",
		"t.yaml:3:37: kind: \"statoin\" is not possible; did you mean station?"},
	{HEAD PORTS VM("port: mv"), "t.yaml:6:124: port: no such port: mv; did you mean vm"},
	{HEAD PORTS VM("port: up"),
		"t.yaml:6:124: port: up is not of kind station; VMs are behind stations"},
	{HEAD PORTS "vms: {vm1: {vsi: 00, mac: 52:54:00:00:00:01, port: vm}}\n",
		"t.yaml:6:18: vsi: \"00\" is none; expected 74 hex digits"},
	{HEAD PORTS VM("port: vm, here: true, requires: [dot1x]"),
		"t.yaml:6:150: requires: dot1x of a VM that is here needs a server; expected "
		"radius: {...}"},
	{HEAD PORTS VM("port: vm, here: true, mka: {}"),
		"t.yaml:6:145: mka: cak is missing; a bridge derives none"},
	{HEAD PORTS VM("port: vm, di: /dev/null"),
		"t.yaml:6:132: di: of a VM that is not here; expected here: true"},
	{HEAD PORTS "peers: {b: {key: abc, mac: 02:00:00:00:00:0b}}\n",
		"t.yaml:6:18: key: \"abc\" is none; expected 64 hex digits, as dimp pubkey prints "
		"them"},
	{HEAD PORTS PEER("role: bridge"),
		"t.yaml:6:12: peers: mac is missing; with binding: ethernet frames go to it"},
	{HEAD PORTS "binding: udp\n" PEER("role: bridge"),
		"t.yaml:7:12: peers: address is missing; with binding: udp datagrams go to it"},
	{HEAD PORTS "binding: udp6\n",
		"t.yaml:6:10: binding: udp6 is for simulations; expected ethernet or udp"},
	{HEAD PORTS "bridge: {fails_activation: true}\n",
		"t.yaml:6:28: bridge: lies and fails_activation are for simulations; leave them "
		"out"},
	{HEAD PORTS "bridge: {authority: ticket}\n",
		"t.yaml:6:21: authority: ticket needs the VSI manager's key; expected manager: "
		"KEY"},
	{HEAD "ports: {a: {interface: eth1, kind: host}, b: {interface: eth1, kind: host}}\n",
		"t.yaml:3:58: interface: eth1 is port a already"},
	{HEAD "ports: {a: {interface: eth1, kind: station, station: b}}\n" PEER(
		 "mac: 02:00:00:00:00:0b"),
		"t.yaml:3:54: station: b is a bridge; expected a peer with role: station"},
	{HEAD "ports: {a: {interface: eth1, kind: station, station: c}}\n" PEER(
		 "mac: 02:00:00:00:00:0b"),
		"t.yaml:3:54: station: no such peer: c; did you mean b"},
	{HEAD PORTS "manager: 00\n",
		"t.yaml:6:10: manager: \"00\" is no key; expected 64 hex digits"},
	{HEAD "ports: {a: {interface: ../eth1, kind: host}}\n",
		"t.yaml:3:24: interface: \"../eth1\" is no name of an interface"},
};

static void test_bridge_file_tells_mistakes_at_their_place(void)
{
	static struct scenario_errors errors;

	for (size_t each = 0; each < sizeof mistakes / sizeof mistakes[0]; each++) {
		struct bridge_file *file = read_text(mistakes[each].text, &errors);

		CHECK(file == NULL);
		CHECK_TEXT(errors.count != 0 ? errors.list[0].text : "", mistakes[each].told);
		bridge_file_destroy(file);
	}
}

/* The file has the VMs that were written, each with its own VSI and what is within its block. */
static void check_vms(const struct bridge_file *file, unsigned count)
{
	CHECK_EQ(file->vm_count, count);
	for (unsigned each = 0; each < count; each++) {
		const uint8_t *last = file->vms[each].vsi.octets + sizeof file->vms[each].vsi - 2;

		CHECK_EQ((unsigned)last[0] << 8 | last[1], each);
		CHECK_EQ(file->vms[each].vm.mka.suite, SCENARIO_SUITE_256);
	}
}

/* As many VMs as there may be, and one more. */
static void test_bridge_file_has_room_for_its_bound(void)
{
	static struct scenario_errors errors;
	static char text[BRIDGE_VMS_MAX * 256 + 4096];

	for (unsigned count = BRIDGE_VMS_MAX; count <= BRIDGE_VMS_MAX + 1; count++) {
		size_t size = (size_t)snprintf(text, sizeof text, HEAD PORTS "vms:\n");

		for (unsigned each = 0; each < count; each++)
			size += (size_t)snprintf(text + size, sizeof text - size,
				"  vm%u: {vsi: " HEX64 "%010x, mac: 52:54:00:00:00:01, port: vm, "
				"mka: {suite: gcm-aes-256}}\n",
				each, each);
		struct bridge_file *file = read_text(text, &errors);

		CHECK_EQ(file != NULL, count == BRIDGE_VMS_MAX);
		if (file)
			check_vms(file, count);
		bridge_file_destroy(file);
	}
}

static const struct test_case tests[] = {
	TEST(test_bridge_file_is_read_as_written),
	TEST(test_bridge_file_has_defaults),
	TEST(test_bridge_file_tells_mistakes_at_their_place),
	TEST(test_bridge_file_has_room_for_its_bound),
	TEST_END,
};

const struct test_suite suite_bridge_file = {"bridge_file", tests};
