// SPDX-License-Identifier: MIT
//
// Frames in and out of devices, and captures.  ns-3 keeps addresses and EtherType beside a packet,
// so that a frame is taken apart when it is sent and put together when it arrives.  Two things do
// not fit there and travel in the packet: a length in place of the EtherType, which CSMA would read
// as LLC, and, in a tag, how long a frame was before it was given an overhead.
#include <fstream>

#include <ns3/boolean.h>
#include <ns3/csma-net-device.h>
#include <ns3/mac48-address.h>
#include <ns3/packet.h>
#include <ns3/simulator.h>
#include <ns3/tag.h>

#include "engine/ns3/ns3_shim.hh"

using namespace shim;

namespace
{

constexpr size_t ADDRESSES_SIZE = 12;
constexpr size_t PACKET_MAX = 0xffff; // what a simple device takes
constexpr uint16_t TYPE_MIN = 1536; // below it is a length
constexpr uint16_t TYPE_CARRIED = 0x8870; // a frame whose type is the first of its payload
constexpr uint16_t TYPE_IPV4 = 0x0800;
constexpr uint32_t LINK_TYPE_ETHERNET = 1;
constexpr unsigned TAGS_MAX = 2;

constexpr uint32_t SIZE_ALL = UINT32_MAX; // all of the packet is the frame's

// How many octets of the packet are the frame's, where an overhead is behind them; its mark.
class Frame_tag final : public ns3::Tag
{
      public:
	static ns3::TypeId GetTypeId()
	{
		static const ns3::TypeId type = ns3::TypeId("dimp::FrameTag")
							.SetParent<ns3::Tag>()
							.AddConstructor<Frame_tag>();
		return type;
	}
	ns3::TypeId GetInstanceTypeId() const override
	{
		return GetTypeId();
	}
	uint32_t GetSerializedSize() const override
	{
		return sizeof size + sizeof mark;
	}
	void Serialize(ns3::TagBuffer buffer) const override
	{
		buffer.WriteU32(size);
		buffer.WriteU64(mark);
	}
	void Deserialize(ns3::TagBuffer buffer) override
	{
		size = buffer.ReadU32();
		mark = buffer.ReadU64();
	}
	void Print(std::ostream &stream) const override
	{
		stream << "size=" << size << " mark=" << mark;
	}

	uint32_t size = SIZE_ALL;
	uint64_t mark = 0;
};

// What is sent, by whom.
struct Sending {
	const Device &device;
	const uint8_t *frame;
	size_t size;
	uint64_t mark;
};

uint16_t type_at(const uint8_t *octets)
{
	return static_cast<uint16_t>(octets[0] << 8 | octets[1]);
}

size_t tags_size(const uint8_t *frame, size_t size)
{
	size_t at = ADDRESSES_SIZE;

	for (unsigned tags = 0; tags < TAGS_MAX && at + NS3_TAG_SIZE + 2 <= size; tags++) {
		const uint16_t type = type_at(frame + at);

		if (type != 0x8100 && type != 0x88a8)
			break;
		at += NS3_TAG_SIZE;
	}
	return at - ADDRESSES_SIZE;
}

bool is_carried(uint16_t type)
{
	return type < TYPE_MIN || type == TYPE_CARRIED;
}

ns3::Mac48Address address_at(const uint8_t *octets)
{
	ns3::Mac48Address address;

	address.CopyFrom(octets);
	return address;
}

// Tags the packet, where there is something to tell, and makes it as long as it is on the wire.
void add_tag(const Sending &sending, ns3::Packet &packet)
{
	const Device &device = sending.device;
	const uint32_t size = static_cast<uint32_t>(sending.size);
	const uint32_t wanted =
		(size < device.frame_min ? device.frame_min : size) + device.overhead;
	Frame_tag tag;

	tag.mark = sending.mark;
	if (!device.has_overhead && sending.mark == 0)
		return;
	world->has_tags = true;
	if (device.has_overhead)
		tag.size = packet.GetSize();
	packet.AddPacketTag(tag);
	if (device.has_overhead && wanted > packet.GetSize())
		packet.AddPaddingAtEnd(wanted - packet.GetSize());
}

bool send_cable(const Sending &sending)
{
	const auto packet =
		ns3::Create<ns3::Packet>(sending.frame, static_cast<uint32_t>(sending.size));
	ns3::NetDevice &device = *sending.device.device;

	add_tag(sending, *packet);
	return device.Send(packet, device.GetBroadcast(), TYPE_IPV4);
}

bool send_ethernet(const Sending &sending)
{
	const uint8_t *frame = sending.frame;
	const uint16_t type = type_at(frame + ADDRESSES_SIZE);
	const size_t from = is_carried(type) ? ADDRESSES_SIZE : size_t{NS3_HEADER_SIZE};
	const auto packet =
		ns3::Create<ns3::Packet>(frame + from, static_cast<uint32_t>(sending.size - from));

	add_tag(sending, *packet);
	return sending.device.device->SendFrom(packet, address_at(frame + 6), address_at(frame),
		is_carried(type) ? TYPE_CARRIED : type);
}

enum ns3_result judge_frame(const Device &device, const uint8_t *frame, size_t size)
{
	if (frame == nullptr || size < NS3_HEADER_SIZE)
		return complain(NS3_ARGUMENT, "no frame, or one without an Ethernet header");
	if (device.is_port)
		return complain(NS3_STATE, "a port of a bridge: the bridge sends");
	const size_t payload = size - NS3_HEADER_SIZE - tags_size(frame, size);
	const size_t mtu =
		device.medium == Medium::simple ? device.simple_mtu : device.device->GetMtu();
	const size_t most = size + (device.has_overhead ? device.frame_min + device.overhead : 0);

	if (payload > mtu || most > PACKET_MAX)
		return complain(NS3_ARGUMENT, "a payload of %zu octets, the MTU is %zu", payload,
			mtu);
	return NS3_OK;
}

// The frame that a packet is, in |octets|; false when it is none of ours.
bool put_together(std::vector<uint8_t> &octets, const ns3::Packet &packet, uint16_t type,
	uint32_t size_max)
{
	const uint32_t size = packet.GetSize() < size_max ? packet.GetSize() : size_max;
	const size_t before = type == TYPE_CARRIED ? ADDRESSES_SIZE : size_t{NS3_HEADER_SIZE};

	octets.resize(before + size);
	packet.CopyData(octets.data() + before, size);
	if (type != TYPE_CARRIED) {
		octets[ADDRESSES_SIZE] = static_cast<uint8_t>(type >> 8);
		octets[ADDRESSES_SIZE + 1] = static_cast<uint8_t>(type);
	}
	return octets.size() >= NS3_HEADER_SIZE;
}

bool take_apart(std::vector<uint8_t> &octets, const ns3::Packet &packet)
{
	octets.resize(packet.GetSize());
	packet.CopyData(octets.data(), packet.GetSize());
	return octets.size() >= NS3_HEADER_SIZE;
}

void hand_over(Device &device, const std::vector<uint8_t> &octets)
{
	device.counts.received++;
	if (device.capture != nullptr && device.medium != Medium::csma)
		device.capture->write(octets.data(), octets.size());
	if (device.receiver != nullptr)
		device.receiver(device.context, device.handle, octets.data(), octets.size());
}

enum ns3_result begin_capture(Device &device, const char *path, ns3_capture *handle)
{
	const auto file = ns3::CreateObject<ns3::PcapFileWrapper>();

	file->SetAttribute("NanosecMode", ns3::BooleanValue(true));
	file->Open(path, std::ios::out);
	if (file->Fail())
		return complain(NS3_FILE, "%s cannot be written", path);
	file->Init(LINK_TYPE_ETHERNET);
	auto capture = std::make_unique<Capture>(device, file);
	Capture *borrowed = capture.get();

	world->add(std::move(capture), handle);
	device.capture = borrowed;
	if (device.medium == Medium::csma)
		device.device->TraceConnectWithoutContext("PromiscSniffer",
			ns3::MakeCallback(&Capture::sniff, borrowed));
	return NS3_OK;
}

} // namespace

void Capture::write(const uint8_t *frame, size_t size)
{
	if (!file->Fail())
		file->Write(ns3::Simulator::Now(), frame, static_cast<uint32_t>(size));
}

void Capture::sniff(ns3::Ptr<const ns3::Packet> packet)
{
	if (!file->Fail())
		file->Write(ns3::Simulator::Now(), packet);
}

bool Device::take(ns3::Ptr<ns3::NetDevice>, ns3::Ptr<const ns3::Packet> packet, uint16_t type,
	const ns3::Address &from, const ns3::Address &to, ns3::NetDevice::PacketType)
{
	// A receiver that is called within another's call has a vector of its own.
	std::vector<uint8_t> octets;
	bool is_frame;
	Frame_tag tag;

	octets.swap(world->frame);
	if (world->has_tags)
		packet->PeekPacketTag(tag);
	world->mark = tag.mark;
	if (medium == Medium::point_to_point) {
		is_frame = take_apart(octets, *packet);
	} else {
		is_frame = put_together(octets, *packet, type, tag.size);
		ns3::Mac48Address::ConvertFrom(to).CopyTo(octets.data());
		ns3::Mac48Address::ConvertFrom(from).CopyTo(octets.data() + 6);
	}
	if (is_frame)
		hand_over(*this, octets);
	octets.swap(world->frame);
	return true;
}

namespace
{

enum ns3_result send_frame(const Sending &sending, Device &by)
{
	if (by.capture != nullptr && by.medium != Medium::csma)
		by.capture->write(sending.frame, sending.size);
	const bool is_sent =
		by.medium == Medium::point_to_point ? send_cable(sending) : send_ethernet(sending);

	by.counts.sent += is_sent;
	by.counts.dropped += !is_sent;
	return is_sent ? NS3_OK : complain(NS3_DROPPED, "the queue is full, or it may not send");
}

enum ns3_result send(ns3_device device, const void *frame, size_t size, uint64_t mark)
{
	return guarded([=]() {
		Device *by = thing_of<Device>(device);
		const uint8_t *octets = static_cast<const uint8_t *>(frame);

		if (by == nullptr)
			return NS3_HANDLE;
		const enum ns3_result result = judge_frame(*by, octets, size);

		return result == NS3_OK ? send_frame(Sending{*by, octets, size, mark}, *by)
					: result;
	});
}

} // namespace

enum ns3_result ns3_send(ns3_device device, const void *frame, size_t size)
{
	return send(device, frame, size, 0);
}

enum ns3_result ns3_send_marked(ns3_device device, const void *frame, size_t size, uint64_t mark)
{
	if (mark == 0)
		return complain(NS3_ARGUMENT, "a mark is not 0");
	return send(device, frame, size, mark);
}

uint64_t ns3_received_mark(void)
{
	return world ? world->mark : 0;
}

enum ns3_result ns3_receive(ns3_device device, ns3_receiver *receiver, void *context)
{
	return guarded([=]() {
		Device *at = thing_of<Device>(device);

		if (at == nullptr)
			return NS3_HANDLE;
		if (at->is_port)
			return complain(NS3_STATE, "a port of a bridge: the bridge receives");
		at->receiver = receiver;
		at->context = context;
		return NS3_OK;
	});
}

enum ns3_result ns3_device_counts(ns3_device device, struct ns3_counts *counts)
{
	return guarded([=]() {
		const Device *of = thing_of<Device>(device);

		if (of == nullptr)
			return NS3_HANDLE;
		if (counts == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the counts");
		*counts = of->counts;
		return NS3_OK;
	});
}

enum ns3_result ns3_capture_add(ns3_device device, const char *path, ns3_capture *capture)
{
	return guarded([=]() {
		Device *of = thing_of<Device>(device);

		if (of == nullptr)
			return NS3_HANDLE;
		if (path == nullptr || capture == nullptr)
			return complain(NS3_ARGUMENT, "no path, or nowhere to put the handle");
		if (of->capture != nullptr || (of->is_port && of->medium != Medium::csma))
			return complain(NS3_STATE,
				"it has a capture, or the bridge has its frames");
		return begin_capture(*of, path, capture);
	});
}

enum ns3_result ns3_capture_end(ns3_capture capture)
{
	return guarded([=]() {
		Capture *found = thing_of<Capture>(capture);

		if (found == nullptr)
			return NS3_HANDLE;
		if (found->device == nullptr)
			return complain(NS3_STATE, "the capture has ended");
		if (found->device->medium == Medium::csma)
			found->device->device->TraceDisconnectWithoutContext("PromiscSniffer",
				ns3::MakeCallback(&Capture::sniff, found));
		found->device->capture = nullptr;
		found->device = nullptr;
		found->file->Close();
		return found->file->Fail() ? complain(NS3_FILE, "not all could be written")
					   : NS3_OK;
	});
}
