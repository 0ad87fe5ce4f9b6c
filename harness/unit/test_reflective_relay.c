/* SPDX-License-Identifier: MIT */
/* Proves what a bridge sends back to the port of a server that it came from. */
#include "bridge/edge_bridge.h"

#include "bridge_lab.h"
#include "check.h"

/* IEEE 802.1Q 8.6.1, reflective relay: back to the port for another VM, not for who sent it. */
static void test_bridge_relays_among_vms_of_a_port(void)
{
	static const struct dimp_mac nested = {{6, 0, 0, 0, 0, 1}};
	const struct dimp_record learned = {.type = DIMP_DI_LEARNED_MAC,
		.operation = DIMP_OPERATION_PUT,
		.body.learned_mac = {.vlan = BRIDGE_LAB_VLAN,
			.client = nested,
			.remaining = 300000}};
	const struct made_udp beside =
		bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FAR], &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp self = bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FIRST],
		&bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp all =
		bridge_lab_udp(&bridge_lab_everyone, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp within = bridge_lab_udp(&nested, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp all_within = bridge_lab_udp(&bridge_lab_everyone, &nested);
	struct bridge_lab lab;

	bridge_lab_make(&lab);
	CHECK(edge_bridge_install(lab.bridge, BRIDGE_LAB_FIRST, &learned, engine_now(lab.engine)));
	bridge_lab_send_udp(&lab, 1, &all);
	bridge_lab_check(&lab, "0111");
	bridge_lab_send_udp(&lab, 1, &all_within);
	bridge_lab_check(&lab, "0111");
	edge_bridge_attach(lab.bridge, BRIDGE_LAB_FAR, 1, engine_now(lab.engine));
	bridge_lab_send_udp(&lab, 1, &all);
	bridge_lab_check(&lab, "1111");
	bridge_lab_send_udp(&lab, 1, &beside);
	bridge_lab_check(&lab, "1000");
	bridge_lab_send_udp(&lab, 1, &self);
	bridge_lab_check(&lab, "0000");
	bridge_lab_send_udp(&lab, 1, &within);
	bridge_lab_check(&lab, "0000");
	bridge_lab_destroy(&lab);
}

static const struct test_case tests[] = {
	TEST(test_bridge_relays_among_vms_of_a_port),
	TEST_END,
};

const struct test_suite suite_reflective_relay = {"reflective_relay", tests};
