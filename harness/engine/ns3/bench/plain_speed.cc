// SPDX-License-Identifier: MIT
//
// plain_speed SCHEDULER FRAMES TIMERS: the world of shim_speed.c written for ns-3 in C++, as its
// users do it, with whole frames in and out, which is what the bindings give.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <ns3/core-module.h>
#include <ns3/drop-tail-queue.h>
#include <ns3/mac48-address.h>
#include <ns3/node.h>
#include <ns3/simple-channel.h>
#include <ns3/simple-net-device.h>

namespace
{

constexpr uint32_t FRAME_SIZE = 256;
constexpr uint32_t HEADER_SIZE = 14;
constexpr uint64_t TIMERS = 64;

uint64_t frames, frames_max, timers, timers_max;

struct Ticker {
	uint64_t period_ns;
	ns3::EventId never;
};

void send(const ns3::Ptr<ns3::NetDevice> &device, const uint8_t *frame)
{
	ns3::Mac48Address to, from;

	to.CopyFrom(frame);
	from.CopyFrom(frame + 6);
	device->SendFrom(ns3::Create<ns3::Packet>(frame + HEADER_SIZE, FRAME_SIZE - HEADER_SIZE),
		from, to, static_cast<uint16_t>(frame[12] << 8 | frame[13]));
}

bool answer(ns3::Ptr<ns3::NetDevice> device, ns3::Ptr<const ns3::Packet> packet, uint16_t type,
	const ns3::Address &from, const ns3::Address &to, ns3::NetDevice::PacketType)
{
	uint8_t back[FRAME_SIZE];

	if (++frames >= frames_max)
		return true;
	ns3::Mac48Address::ConvertFrom(from).CopyTo(back);
	ns3::Mac48Address::ConvertFrom(to).CopyTo(back + 6);
	back[12] = static_cast<uint8_t>(type >> 8);
	back[13] = static_cast<uint8_t>(type);
	packet->CopyData(back + HEADER_SIZE, FRAME_SIZE - HEADER_SIZE);
	send(device, back);
	return true;
}

void tick(Ticker *ticker)
{
	ticker->never.Cancel();
	if (++timers >= timers_max)
		return;
	ns3::Simulator::Schedule(ns3::NanoSeconds(ticker->period_ns), &tick, ticker);
	ticker->never =
		ns3::Simulator::Schedule(ns3::NanoSeconds(3 * ticker->period_ns), &tick, ticker);
}

ns3::Ptr<ns3::SimpleNetDevice> add_end(const ns3::Ptr<ns3::SimpleChannel> &channel)
{
	const auto node = ns3::CreateObject<ns3::Node>();
	const auto device = ns3::CreateObject<ns3::SimpleNetDevice>();

	device->SetAttribute("DataRate", ns3::StringValue("10Gbps"));
	device->SetQueue(ns3::CreateObject<ns3::DropTailQueue<ns3::Packet>>());
	device->SetAddress(ns3::Mac48Address::Allocate());
	device->SetChannel(channel);
	node->AddDevice(device);
	device->SetPromiscReceiveCallback(ns3::MakeCallback(&answer));
	return device;
}

const char *type_of(const std::string &scheduler)
{
#define SCHEDULER(name, type) \
	if (scheduler == name) \
		return type;
#include "engine/ns3/ns3_schedulers.def"
#undef SCHEDULER
	return "";
}

} // namespace

int main(int argc, char **argv)
{
	static Ticker tickers[TIMERS];
	const uint8_t frame[FRAME_SIZE] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};

	if (argc != 4)
		return 2;
	frames_max = strtoull(argv[2], nullptr, 10);
	timers_max = strtoull(argv[3], nullptr, 10);
	ns3::Time::SetResolution(ns3::Time::PS);
	ns3::ObjectFactory scheduler;

	scheduler.SetTypeId(type_of(argv[1]));
	ns3::Simulator::SetScheduler(scheduler);
	const auto channel = ns3::CreateObject<ns3::SimpleChannel>();

	channel->SetAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(5000)));
	const ns3::Ptr<ns3::SimpleNetDevice> ends[] = {add_end(channel), add_end(channel)};

	for (int flying = 0; frames_max != 0 && flying < 16; flying++)
		send(ends[flying % 2], frame);
	for (uint64_t each = 0; timers_max != 0 && each < TIMERS; each++) {
		tickers[each].period_ns = 1000 + 17 * each;
		ns3::Simulator::Schedule(ns3::NanoSeconds(each), &tick, &tickers[each]);
	}
	ns3::Simulator::Run();
	std::printf("%llu %llu %llu\n", static_cast<unsigned long long>(frames),
		static_cast<unsigned long long>(timers),
		static_cast<unsigned long long>(ns3::Simulator::GetEventCount()));
	ns3::Simulator::Destroy();
	return 0;
}
