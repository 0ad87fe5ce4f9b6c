/*
 * Proves that a VM is announced when QEMU would, by which frames (Scapy's, but for RARP's Ethernet
 * type), until it is stopped; and what an injected query is to the VM.
 */
#include "actors/announcer.h"

#include <string.h>

#include "actors/query_injection.h"
#include "check.h"

enum { ROUNDS = 5, FRAME_MAX = 128, SECOND = 1000000 };

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0, 0, 1}};

struct lab {
	struct engine *engine;
	struct hypervisor *hypervisor;
	struct virtual_machine *machine;
	struct announcer *announcer;
	unsigned arrivals;
	uint64_t at_us[16];
	uint8_t last[FRAME_MAX];
	size_t last_size;
};

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct lab *const lab = context;

	(void)port;
	CHECK(frame.size <= sizeof lab->last);
	if (lab->arrivals < 16)
		lab->at_us[lab->arrivals] = now.us;
	lab->arrivals++;
	lab->last_size = frame.size;
	memcpy(lab->last, frame.octets, frame.size);
}

static void lab_start(struct lab *lab)
{
	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->hypervisor = hypervisor_create(&(struct hypervisor_config){
		.engine = lab->engine,
		.name = "server",
		.address = {{2, 0, 0, 0, 0, 9}},
		.machines_max = 1,
	});
	lab->machine = virtual_machine_create(&(struct virtual_machine_config){
		.name = "vm",
		.mac = vm_mac,
		.vlan = 42,
		.address = {{[10] = 0xff, [11] = 0xff, [12] = 10, [14] = 42, [15] = 7}},
	});
	lab->announcer = announcer_create(lab->engine, lab->machine);
	const unsigned sink = engine_node_add(lab->engine, "bridge", arrive, lab);
	const struct engine_link_config cable = {.rate_bps = 0};

	engine_link_add(lab->engine, (struct engine_endpoint){sink, 0},
		(struct engine_endpoint){hypervisor_node(lab->hypervisor), 0}, &cable);
	CHECK(hypervisor_run(lab->hypervisor, lab->machine));
}

static void lab_stop(struct lab *lab)
{
	announcer_destroy(lab->announcer);
	virtual_machine_destroy(lab->machine);
	hypervisor_destroy(lab->hypervisor);
	engine_destroy(lab->engine);
}

static void announce(struct lab *lab, uint8_t kinds, uint32_t rounds)
{
	const struct announcer_plan plan = {kinds, rounds, 50000, 100000, 550000};

	announcer_start(lab->announcer, &plan, lab->hypervisor, engine_now(lab->engine));
}

/* announce-initial 50, -step 100, -max 550: the waits are 50, 150, 250 and 350 ms. */
static void test_announcer_keeps_times_of_qemu(void)
{
	static const uint64_t at_us[ROUNDS] = {0, 50000, 200000, 450000, 800000};
	struct lab lab;

	lab_start(&lab);
	announce(&lab, ANNOUNCEMENT_RARP, ROUNDS);
	engine_run(lab.engine, (struct dimp_time){10 * SECOND});
	CHECK_EQ(lab.arrivals, ROUNDS);
	for (unsigned round = 0; round < ROUNDS; round++)
		CHECK_EQ(lab.at_us[round], at_us[round]);
	lab_stop(&lab);
}

/* The waits grow no more after the sixth: 0.55 s. */
static void test_announcer_waits_no_longer_than_the_longest(void)
{
	struct lab lab;

	lab_start(&lab);
	announce(&lab, ANNOUNCEMENT_RARP, 9);
	engine_run(lab.engine, (struct dimp_time){10 * SECOND});
	CHECK_EQ(lab.arrivals, 9);
	CHECK_EQ(lab.at_us[7] - lab.at_us[6], 550000);
	CHECK_EQ(lab.at_us[8] - lab.at_us[7], 550000);
	lab_stop(&lab);
}

static void test_announcer_sends_what_is_asked_for(void)
{
	struct lab lab;

	lab_start(&lab);
	announce(&lab, ANNOUNCEMENT_RARP, 1);
	engine_run(lab.engine, (struct dimp_time){1});
	CHECK_BYTES(lab.last, lab.last_size,
		"ffffffffffff525400000001 8100002a 8035 0001080006040003"
		"525400000001 00000000 525400000001 00000000");
	announce(&lab, ANNOUNCEMENT_GARP, 1);
	engine_run(lab.engine, (struct dimp_time){2});
	CHECK_BYTES(lab.last, lab.last_size,
		"ffffffffffff525400000001 8100002a 0806 0001080006040001"
		"525400000001 0a002a07 000000000000 0a002a07");
	announce(&lab, ANNOUNCEMENT_NA, 1);
	engine_run(lab.engine, (struct dimp_time){3});
	CHECK_BYTES(lab.last, lab.last_size,
		"333300000001525400000001 8100002a 86dd 6000000000203aff"
		"fe80000000000000505400fffe000001 ff020000000000000000000000000001"
		"8800689e20000000 fe80000000000000505400fffe000001 0201525400000001");
	CHECK_EQ(lab.arrivals, 3);
	lab_stop(&lab);
}

static void test_announcer_ends_with_the_stop(void)
{
	struct lab lab;

	lab_start(&lab);
	announce(&lab, ANNOUNCEMENT_RARP, ROUNDS);
	engine_run(lab.engine, (struct dimp_time){60000});
	announcer_stop(lab.announcer);
	engine_run(lab.engine, (struct dimp_time){10 * SECOND});
	CHECK_EQ(lab.arrivals, 2);
	lab_stop(&lab);
}

struct heard {
	unsigned queries4, queries6;
};

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct heard *const heard = context;

	(void)now;
	heard->queries4 += frame->ethertype == EDGE_ETHERTYPE_IPV4;
	heard->queries6 += frame->ethertype == EDGE_ETHERTYPE_IPV6;
}

static void test_announcer_of_queries_reaches_a_running_vm_only(void)
{
	static const struct dimp_mac server = {{2, 0, 0, 0, 0, 9}};
	struct heard heard = {0, 0};
	struct lab lab;

	lab_start(&lab);
	CHECK(virtual_machine_add_listener(lab.machine,
		&(struct virtual_machine_listener){&heard, hear}));
	query_injection_give(lab.machine, &server, engine_now(lab.engine));
	CHECK_EQ(heard.queries4, 1);
	CHECK_EQ(heard.queries6, 1);
	hypervisor_stop(lab.hypervisor, lab.machine);
	query_injection_give(lab.machine, &server, engine_now(lab.engine));
	CHECK_EQ(heard.queries4, 1);
	engine_run(lab.engine, (struct dimp_time){SECOND});
	CHECK_EQ(lab.arrivals, 0);
	lab_stop(&lab);
}

static const struct test_case tests[] = {
	TEST(test_announcer_keeps_times_of_qemu),
	TEST(test_announcer_waits_no_longer_than_the_longest),
	TEST(test_announcer_sends_what_is_asked_for),
	TEST(test_announcer_ends_with_the_stop),
	TEST(test_announcer_of_queries_reaches_a_running_vm_only),
	TEST_END,
};

const struct test_suite suite_announcer = {"announcer", tests};
