// SPDX-License-Identifier: MIT
//
// Nodes, channels and devices.  Each device gets its promiscuous callback when it is made, so that
// a receiver may come and go while it runs; a port of a bridge is the bridge's alone.
#include <cstring>

#include <ns3/bridge-net-device.h>
#include <ns3/csma-channel.h>
#include <ns3/csma-net-device.h>
#include <ns3/mac48-address.h>
#include <ns3/point-to-point-channel.h>
#include <ns3/point-to-point-net-device.h>
#include <ns3/simple-channel.h>
#include <ns3/simple-net-device.h>

#include "engine/ns3/ns3_shim.hh"

using namespace shim;

namespace
{

constexpr unsigned OVERHEAD_MAX = 1000;

enum ns3_result judge_rate(uint64_t rate_bps)
{
	if (rate_bps == 0 || rate_bps > NS3_RATE_MAX)
		return complain(NS3_ARGUMENT, "a rate of %llu bit/s: 1 to 10^15",
			static_cast<unsigned long long>(rate_bps));
	return NS3_OK;
}

enum ns3_result judge_delay(uint64_t delay_ns)
{
	if (delay_ns > NS3_DELAY_MAX)
		return complain(NS3_ARGUMENT, "a delay of %llu ns: at most 10^13",
			static_cast<unsigned long long>(delay_ns));
	return NS3_OK;
}

// Gives a device of a node what all have: address, queue, who hears of its frames.
template <class T> Device *furnish(Medium medium, ns3::Ptr<T> made, const Node &node)
{
	auto device = std::make_unique<Device>(medium, made);
	Device *borrowed = device.get();
	ns3_handle handle;

	made->SetAddress(ns3::Mac48Address::Allocate());
	node.node->AddDevice(made);
	made->SetPromiscReceiveCallback(ns3::MakeCallback(&Device::take, borrowed));
	world->add(std::move(device), &handle);
	return borrowed;
}

template <class T> void give_queue(Device &device, T &made)
{
	device.queue = ns3::CreateObject<Drop_tail>();
	made.SetQueue(device.queue);
}

enum ns3_result add_csma(const Node &node, const Channel &channel, ns3_device *handle)
{
	const auto medium = ns3::DynamicCast<ns3::CsmaChannel>(channel.object);

	if (!medium)
		return complain(NS3_STATE, "the channel is not for CSMA devices");
	const auto made = ns3::CreateObject<ns3::CsmaNetDevice>();
	Device *device = furnish(Medium::csma, made, node);

	give_queue(*device, *made);
	made->AssignStreams(next_stream());
	made->Attach(medium);
	*handle = device->handle;
	return NS3_OK;
}

enum ns3_result add_simple(const Node &node, const Channel &channel, uint64_t rate_bps,
	ns3_device *handle)
{
	const auto medium = ns3::DynamicCast<ns3::SimpleChannel>(channel.object);

	if (!medium)
		return complain(NS3_STATE, "the channel is not for simple devices");
	const auto made = ns3::CreateObject<ns3::SimpleNetDevice>();
	Device *device = furnish(Medium::simple, made, node);

	give_queue(*device, *made);
	made->SetAttribute("DataRate", ns3::DataRateValue(ns3::DataRate(rate_bps)));
	made->SetChannel(medium);
	*handle = device->handle;
	return NS3_OK;
}

ns3_device add_cable_end(const Node &node, const ns3_cable &cable,
	ns3::Ptr<ns3::PointToPointChannel> channel)
{
	const auto made = ns3::CreateObject<ns3::PointToPointNetDevice>();
	Device *device = furnish(Medium::point_to_point, made, node);

	give_queue(*device, *made);
	made->SetDataRate(ns3::DataRate(cable.rate_bps));
	made->Attach(channel);
	return device->handle;
}

enum ns3_result add_cable(const ns3_cable &cable, ns3_device devices[2])
{
	const Node *const ends[] = {thing_of<Node>(cable.nodes[0]), thing_of<Node>(cable.nodes[1])};

	if (ends[0] == nullptr || ends[1] == nullptr)
		return NS3_HANDLE;
	const auto channel = ns3::CreateObject<ns3::PointToPointChannel>();

	channel->SetAttribute("Delay", ns3::TimeValue(time_of(cable.delay_ns)));
	devices[0] = add_cable_end(*ends[0], cable, channel);
	devices[1] = add_cable_end(*ends[1], cable, channel);
	return NS3_OK;
}

enum ns3_result judge_port(const Device &bridge, const Device &port)
{
	if (bridge.medium != Medium::bridge || port.medium == Medium::bridge)
		return complain(NS3_STATE, "a bridge and a port that is none are wanted");
	if (port.medium == Medium::point_to_point)
		return complain(NS3_STATE, "ns-3's bridge takes no point-to-point device");
	if (port.is_port || port.receiver != nullptr || port.capture != nullptr ||
		port.has_overhead)
		return complain(NS3_STATE,
			"the port is another bridge's, or received from, "
			"captured or given an overhead here");
	if (bridge.device->GetNode() != port.device->GetNode())
		return complain(NS3_STATE, "the port is another node's");
	return NS3_OK;
}

// By ns-3's own calls: as an attribute, a pointer to nothing ends the program.
enum ns3_result set_error_model(const Device &device, ns3::Ptr<ns3::ErrorModel> model)
{
	switch (device.medium) {
	case Medium::csma:
		ns3::StaticCast<ns3::CsmaNetDevice>(device.object)->SetReceiveErrorModel(model);
		break;
	case Medium::simple:
		ns3::StaticCast<ns3::SimpleNetDevice>(device.object)->SetReceiveErrorModel(model);
		break;
	case Medium::point_to_point:
		ns3::StaticCast<ns3::PointToPointNetDevice>(device.object)
			->SetReceiveErrorModel(model);
		break;
	case Medium::bridge:
		return complain(NS3_STATE, "a bridge has no error model: its ports have");
	}
	return NS3_OK;
}

void set_queue(const Device &device, ns3::Ptr<Drop_tail> queue)
{
	switch (device.medium) {
	case Medium::csma:
		ns3::StaticCast<ns3::CsmaNetDevice>(device.object)->SetQueue(queue);
		break;
	case Medium::simple:
		ns3::StaticCast<ns3::SimpleNetDevice>(device.object)->SetQueue(queue);
		break;
	case Medium::point_to_point:
		ns3::StaticCast<ns3::PointToPointNetDevice>(device.object)->SetQueue(queue);
		break;
	case Medium::bridge: break;
	}
}

bool is_group(const uint8_t address[6])
{
	return (address[0] & 1) != 0;
}

} // namespace

enum ns3_result ns3_node_add(ns3_node *node)
{
	return guarded([node]() {
		if (node == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the node's handle");
		world->add(std::make_unique<Node>(ns3::CreateObject<ns3::Node>()), node);
		return NS3_OK;
	});
}

enum ns3_result ns3_csma_channel_add(uint64_t rate_bps, uint64_t delay_ns, ns3_channel *channel)
{
	return guarded([=]() {
		if (channel == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the channel's handle");
		if (judge_rate(rate_bps) != NS3_OK || judge_delay(delay_ns) != NS3_OK)
			return NS3_ARGUMENT;
		const auto made = ns3::CreateObject<ns3::CsmaChannel>();

		made->SetAttribute("DataRate", ns3::DataRateValue(ns3::DataRate(rate_bps)));
		made->SetAttribute("Delay", ns3::TimeValue(time_of(delay_ns)));
		world->add(std::make_unique<Channel>(made), channel);
		return NS3_OK;
	});
}

enum ns3_result ns3_simple_channel_add(uint64_t delay_ns, ns3_channel *channel)
{
	return guarded([=]() {
		if (channel == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the channel's handle");
		if (judge_delay(delay_ns) != NS3_OK)
			return NS3_ARGUMENT;
		const auto made = ns3::CreateObject<ns3::SimpleChannel>();

		made->SetAttribute("Delay", ns3::TimeValue(time_of(delay_ns)));
		world->add(std::make_unique<Channel>(made), channel);
		return NS3_OK;
	});
}

enum ns3_result ns3_csma_device_add(ns3_node node, ns3_channel channel, ns3_device *device)
{
	return guarded([=]() {
		if (device == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the device's handle");
		const Node *at = thing_of<Node>(node);
		const Channel *on = at ? thing_of<Channel>(channel) : nullptr;

		return on ? add_csma(*at, *on, device) : NS3_HANDLE;
	});
}

enum ns3_result ns3_simple_device_add(ns3_node node, ns3_channel channel, uint64_t rate_bps,
	ns3_device *device)
{
	return guarded([=]() {
		if (device == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the device's handle");
		if (rate_bps != 0 && judge_rate(rate_bps) != NS3_OK)
			return NS3_ARGUMENT;
		const Node *at = thing_of<Node>(node);
		const Channel *on = at ? thing_of<Channel>(channel) : nullptr;

		return on ? add_simple(*at, *on, rate_bps, device) : NS3_HANDLE;
	});
}

enum ns3_result ns3_device_set_overhead(ns3_device device, unsigned frame_min, unsigned octets)
{
	return guarded([=]() {
		Device *found = thing_of<Device>(device);

		if (found == nullptr)
			return NS3_HANDLE;
		if (frame_min > OVERHEAD_MAX || octets > OVERHEAD_MAX)
			return complain(NS3_ARGUMENT, "an overhead of more than 1000 octets");
		if (found->medium != Medium::simple || found->is_port)
			return complain(NS3_STATE,
				"an overhead is for simple devices without bridge");
		found->frame_min = frame_min;
		found->overhead = octets;
		found->has_overhead = true;
		return NS3_OK;
	});
}

enum ns3_result ns3_point_to_point_add(const struct ns3_cable *cable, ns3_device devices[2])
{
	return guarded([=]() {
		if (cable == nullptr || devices == nullptr)
			return complain(NS3_ARGUMENT, "no cable, or nowhere to put the handles");
		if (judge_rate(cable->rate_bps) != NS3_OK || judge_delay(cable->delay_ns) != NS3_OK)
			return NS3_ARGUMENT;
		return add_cable(*cable, devices);
	});
}

enum ns3_result ns3_bridge_add(ns3_node node, ns3_device *bridge)
{
	return guarded([=]() {
		if (bridge == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the bridge's handle");
		const Node *at = thing_of<Node>(node);

		if (at == nullptr)
			return NS3_HANDLE;
		*bridge = furnish(Medium::bridge, ns3::CreateObject<ns3::BridgeNetDevice>(), *at)
				  ->handle;
		return NS3_OK;
	});
}

enum ns3_result ns3_bridge_port_add(ns3_device bridge, ns3_device port)
{
	return guarded([=]() {
		Device *at = thing_of<Device>(bridge);
		Device *added = at ? thing_of<Device>(port) : nullptr;

		if (added == nullptr)
			return NS3_HANDLE;
		if (judge_port(*at, *added) != NS3_OK)
			return NS3_STATE;
		ns3::StaticCast<ns3::BridgeNetDevice>(at->object)->AddBridgePort(added->device);
		added->is_port = true;
		return NS3_OK;
	});
}

enum ns3_result ns3_device_address(ns3_device device, uint8_t address[6])
{
	return guarded([=]() {
		const Device *found = thing_of<Device>(device);

		if (found == nullptr)
			return NS3_HANDLE;
		if (address == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the address");
		ns3::Mac48Address::ConvertFrom(found->device->GetAddress()).CopyTo(address);
		return NS3_OK;
	});
}

enum ns3_result ns3_device_set_address(ns3_device device, const uint8_t address[6])
{
	return guarded([=]() {
		const Device *found = thing_of<Device>(device);

		if (found == nullptr)
			return NS3_HANDLE;
		if (address == nullptr || is_group(address))
			return complain(NS3_ARGUMENT, "no address, or one of a group");
		ns3::Mac48Address made;

		made.CopyFrom(address);
		found->device->SetAddress(made);
		return NS3_OK;
	});
}

enum ns3_result ns3_device_mtu(ns3_device device, uint16_t *mtu)
{
	return guarded([=]() {
		const Device *found = thing_of<Device>(device);

		if (found == nullptr)
			return NS3_HANDLE;
		if (mtu == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the MTU");
		*mtu = found->medium == Medium::simple ? found->simple_mtu
						       : found->device->GetMtu();
		return NS3_OK;
	});
}

enum ns3_result ns3_device_set_mtu(ns3_device device, uint16_t mtu)
{
	return guarded([=]() {
		Device *found = thing_of<Device>(device);

		if (found == nullptr)
			return NS3_HANDLE;
		// ns-3's own check of a simple device knows no tags and no overhead.
		if (found->medium == Medium::simple)
			found->simple_mtu = mtu;
		else if (!found->device->SetMtu(mtu))
			return complain(NS3_VALUE, "an MTU of %u", mtu);
		return NS3_OK;
	});
}

enum ns3_result ns3_device_set_queue(ns3_device device, ns3_queue queue)
{
	return guarded([=]() {
		Device *found = thing_of<Device>(device);
		Queue *given = found ? thing_of<Queue>(queue) : nullptr;

		if (given == nullptr)
			return NS3_HANDLE;
		if (!found->queue || given->is_used || !found->queue->IsEmpty())
			return complain(NS3_STATE,
				"the queue is another device's, the one before "
				"is not empty, or a bridge has none");
		set_queue(*found, given->queue);
		found->queue = given->queue;
		given->is_used = true;
		return NS3_OK;
	});
}

enum ns3_result ns3_device_set_error_model(ns3_device device, ns3_error_model model)
{
	return guarded([=]() {
		const Device *found = thing_of<Device>(device);
		const Error_model *given = found && model ? thing_of<Error_model>(model) : nullptr;

		if (found == nullptr || (model != 0 && given == nullptr))
			return NS3_HANDLE;
		return set_error_model(*found, given ? given->model : nullptr);
	});
}
