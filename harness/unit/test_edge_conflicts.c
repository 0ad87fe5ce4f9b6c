/* SPDX-License-Identifier: MIT */
/* Proves which entries of one VM contradict what another has at the same bridge
 * (DIMP 8.9-5, 8.10-5). */
#include "bridge/edge_bridge_state.h"

#include "check.h"

enum { VLAN = 42, OTHER = 1 };

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
};

static void start(struct lab *lab)
{
	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge",
		.ports = 1,
		.address = {{2, 0, 0, 0, 0, 0xaa}},
		.attachments_max = 2,
	});
	REQUIRE(lab->bridge != NULL);
	for (uint8_t number = 0; number < 2; number++) {
		const struct attachment vm = {.mac = {{2, 0, 0, 0, 0, number}}, .vlan = VLAN};
		CHECK(edge_bridge_know(lab->bridge, &vm));
	}
}

static void finish(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

static void put_other(struct lab *lab, const struct dimp_record *record)
{
	CHECK(di_store_put(lab->bridge->store, OTHER, record, (struct dimp_time){0}));
}

static enum dimp_error judge(const struct lab *lab, const struct dimp_record *record)
{
	return edge_conflict(lab->bridge, edge_bridge_attachment(lab->bridge, 0), record);
}

static struct dimp_record given(uint8_t third, uint8_t last, uint8_t prefix)
{
	return (struct dimp_record){.type = DIMP_DI_DHCPV6_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcpv6_binding = {.vlan = VLAN,
			.client = {{2, 0, 0, 0, 0, last}},
			.address = {{0xfd, 0, third, [15] = last}},
			.prefix = prefix,
			.valid_remaining = 1000}};
}

static void test_edge_conflict_of_given_addresses_and_prefixes(void)
{
	struct lab lab;
	struct dimp_record address = given(1, 7, 128);
	const struct dimp_record other_address = given(1, 8, 128);
	const struct dimp_record prefix = given(2, 0, 24);
	const struct dimp_record inside = given(2, 7, 128);

	start(&lab);
	CHECK_EQ(judge(&lab, &address), DIMP_ERROR_NONE);
	put_other(&lab, &address);
	put_other(&lab, &prefix);
	CHECK_EQ(judge(&lab, &address), DIMP_ERROR_ENTRY_CONFLICT);
	CHECK_EQ(judge(&lab, &other_address), DIMP_ERROR_NONE);
	CHECK_EQ(judge(&lab, &inside), DIMP_ERROR_ENTRY_CONFLICT);
	address.body.dhcpv6_binding.vlan = VLAN + 1;
	CHECK_EQ(judge(&lab, &address), DIMP_ERROR_NONE);
	/* And the other way round: a prefix that comes over an address that is here. */
	const struct dimp_record wider = given(1, 0, 24);
	CHECK_EQ(judge(&lab, &wider), DIMP_ERROR_ENTRY_CONFLICT);
	finish(&lab);
}

static void test_edge_conflict_of_discovered_addresses(void)
{
	struct lab lab;
	struct dimp_record here = {.type = DIMP_DI_SAVI_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.savi_binding = {.vlan = VLAN,
			.address = {{0xfd, [15] = 7}},
			.client = {{2, 0, 0, 0, 0, 1}},
			.origin = DIMP_SAVI_ORIGIN_DISCOVERY,
			.state = DIMP_SAVI_STATE_TENTATIVE,
			.attributes = 1U << DIMP_ATTRIBUTE_savi_binding_test_remaining,
			.test_remaining = 500,
			.remaining = 1000}};
	struct dimp_record comes = here;

	start(&lab);
	comes.body.savi_binding.client.octets[5] = 0;
	comes.body.savi_binding.state = DIMP_SAVI_STATE_VALID;
	put_other(&lab, &here);
	CHECK_EQ(judge(&lab, &comes), DIMP_ERROR_NONE);
	here.body.savi_binding.state = DIMP_SAVI_STATE_VALID;
	here.body.savi_binding.attributes = 0;
	put_other(&lab, &here);
	CHECK_EQ(judge(&lab, &comes), DIMP_ERROR_ENTRY_CONFLICT);
	comes.body.savi_binding.address.octets[15] = 8;
	CHECK_EQ(judge(&lab, &comes), DIMP_ERROR_NONE);
	finish(&lab);
}

static const struct test_case tests[] = {
	TEST(test_edge_conflict_of_given_addresses_and_prefixes),
	TEST(test_edge_conflict_of_discovered_addresses),
	TEST_END,
};

const struct test_suite suite_edge_conflicts = {"edge_conflicts", tests};
