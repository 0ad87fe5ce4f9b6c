/* SPDX-License-Identifier: MIT */
/* ns3_hold SCHEDULER PENDING EVENTS: the hold model of harness/bench/hold.c on ns-3's engine;
 * prints nanoseconds of processor time an event. */
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "ns3/core-module.h"

using namespace ns3;

static const size_t steps = 1 << 16;
static std::vector<Time> step_of(steps);
static uint32_t next_step;
static uint64_t left;

static void Come()
{
	if (left-- == 0) {
		Simulator::Stop();
		return;
	}
	Simulator::Schedule(step_of[next_step++ % steps], &Come);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	const uint64_t pending = strtoull(argv[2], nullptr, 10),
		       events = strtoull(argv[3], nullptr, 10);
	uint64_t state = 88172645463325252u;

	for (Time &step : step_of) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		const double uniform = (static_cast<double>(state >> 11) + 1) / 9007199254740993.0;
		step = MicroSeconds(static_cast<uint64_t>(-std::log(uniform) * 1000000) + 1);
	}
	ObjectFactory factory;
	factory.SetTypeId(argv[1]);
	Simulator::SetScheduler(factory);
	left = events;
	for (uint64_t index = 0; index < pending; index++)
		Simulator::Schedule(step_of[next_step++ % steps], &Come);
	const clock_t begun = clock();
	Simulator::Run();
	const double took_ns = static_cast<double>(clock() - begun) * 1e9 / CLOCKS_PER_SEC;
	printf("%.3f\n", took_ns / static_cast<double>(events));
	Simulator::Destroy();
	return 0;
}
