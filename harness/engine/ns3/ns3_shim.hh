// SPDX-License-Identifier: MIT
//
// What the bindings' parts share: the open simulator with its things by handle, the device, and the
// guard that every public function runs in.  A handle is the thing's number, which rises as long as
// the process lives, and its kind in the low bits, so that no handle ever names another thing.
#ifndef ENGINE_NS3_NS3_SHIM_HH
#define ENGINE_NS3_NS3_SHIM_HH

#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <ns3/channel.h>
#include <ns3/drop-tail-queue.h>
#include <ns3/error-model.h>
#include <ns3/net-device.h>
#include <ns3/node.h>
#include <ns3/pcap-file-wrapper.h>
#include <ns3/random-variable-stream.h>
#include <ns3/simulator-impl.h>

#include "engine/ns3/ns3_bindings.h"

namespace shim
{

enum class Kind : uint32_t { none, node, channel, device, queue, error_model, random, capture };

// A thing that a handle names.
struct Thing {
	Thing(Kind its_kind, ns3::Ptr<ns3::Object> its_object) : kind(its_kind), object(its_object)
	{
	}
	virtual ~Thing() = default;
	Thing(const Thing &) = delete;
	Thing &operator=(const Thing &) = delete;

	const Kind kind;
	const ns3::Ptr<ns3::Object> object;
	ns3_handle handle = 0;
};

struct Node : Thing {
	static constexpr Kind KIND = Kind::node;
	explicit Node(ns3::Ptr<ns3::Node> its_node) : Thing(KIND, its_node), node(its_node)
	{
	}
	const ns3::Ptr<ns3::Node> node;
};

struct Channel : Thing {
	static constexpr Kind KIND = Kind::channel;
	explicit Channel(ns3::Ptr<ns3::Channel> channel) : Thing(KIND, channel)
	{
	}
};

typedef ns3::DropTailQueue<ns3::Packet> Drop_tail;

struct Queue : Thing {
	static constexpr Kind KIND = Kind::queue;
	explicit Queue(ns3::Ptr<Drop_tail> its_queue) : Thing(KIND, its_queue), queue(its_queue)
	{
	}
	const ns3::Ptr<Drop_tail> queue;
	bool is_used = false;
};

struct Error_model : Thing {
	static constexpr Kind KIND = Kind::error_model;
	explicit Error_model(ns3::Ptr<ns3::ErrorModel> its_model)
	    : Thing(KIND, its_model), model(its_model)
	{
	}
	const ns3::Ptr<ns3::ErrorModel> model;
};

struct Random : Thing {
	static constexpr Kind KIND = Kind::random;
	explicit Random(ns3::Ptr<ns3::RandomVariableStream> its_variable)
	    : Thing(KIND, its_variable), variable(its_variable)
	{
	}
	const ns3::Ptr<ns3::RandomVariableStream> variable;
};

enum class Medium { csma, simple, point_to_point, bridge };

struct Capture;

struct Device : Thing {
	static constexpr Kind KIND = Kind::device;
	Device(Medium its_medium, ns3::Ptr<ns3::NetDevice> its_device)
	    : Thing(KIND, its_device), medium(its_medium), device(its_device)
	{
	}

	// Tells its receiver and its capture; ns-3 calls it.
	bool take(ns3::Ptr<ns3::NetDevice>, ns3::Ptr<const ns3::Packet> packet, uint16_t type,
		const ns3::Address &from, const ns3::Address &to, ns3::NetDevice::PacketType);

	const Medium medium;
	const ns3::Ptr<ns3::NetDevice> device;
	ns3::Ptr<Drop_tail> queue; // none: a bridge
	ns3_receiver *receiver = nullptr;
	void *context = nullptr;
	Capture *capture = nullptr;
	ns3_counts counts = {0, 0, 0};
	uint32_t frame_min = 0, overhead = 0;
	uint16_t simple_mtu = 1500;
	bool has_overhead = false;
	bool is_port = false;
};

struct Capture : Thing {
	static constexpr Kind KIND = Kind::capture;
	Capture(Device &its_device, ns3::Ptr<ns3::PcapFileWrapper> its_file)
	    : Thing(KIND, its_file), file(its_file), device(&its_device)
	{
	}
	void write(const uint8_t *frame, size_t size);
	void sniff(ns3::Ptr<const ns3::Packet> packet);

	const ns3::Ptr<ns3::PcapFileWrapper> file;
	Device *device; // none: ended
};

class Action_event;

// A place for an event that waits.
struct Slot {
	uint32_t generation = 0; // 0: free
	uint32_t next_free = 0;
	Action_event *event = nullptr; // the scheduler has a reference while it waits
};

// The open simulator.
struct World {
	Thing *find(ns3_handle handle, Kind kind) const;
	// Takes the thing in and tells its handle.
	void add(std::unique_ptr<Thing> thing, ns3_handle *handle);

	std::vector<std::unique_ptr<Thing>> things;
	uint32_t first_number = 0; // of the first thing
	std::vector<Slot> slots;
	uint32_t free_slot = UINT32_MAX;
	uint64_t next_stream = UINT64_C(1) << 62;
	uint64_t own_events = 0; // the shim's, which do not count
	bool is_running = false;
	std::vector<uint8_t> frame; // the one that is being handed over
	uint64_t mark = 0; // its mark
	bool has_tags = false; // some frame had a mark or an overhead
	ns3::SimulatorImpl *simulator = nullptr; // ns-3's own
};

extern std::unique_ptr<World> world;

// ns-3's time, in its picoseconds.
ns3::Time time_of(uint64_t ns);

// Notes what was wrong; returns |result|.
enum ns3_result complain(enum ns3_result result, const char *format, ...) noexcept
	__attribute__((format(printf, 2, 3)));

// The thing, or NULL and a complaint: NS3_HANDLE, as no simulator is open when it is not.
template <class T> T *thing_of(ns3_handle handle)
{
	Thing *thing = world->find(handle, T::KIND);

	if (thing == nullptr)
		complain(NS3_HANDLE, "%u is no handle of what is wanted here", handle);
	return static_cast<T *>(thing);
}

// Runs the body of a public function: nothing that is thrown leaves it.
template <class Body> enum ns3_result guarded(Body &&body) noexcept
{
	try {
		if (world == nullptr)
			return complain(NS3_CLOSED, "no simulator is open: ns3_open() comes first");
		return body();
	} catch (const std::bad_alloc &) {
		return complain(NS3_MEMORY, "memory ran out");
	} catch (const std::exception &thrown) {
		return complain(NS3_FAILED, "ns-3 threw: %s", thrown.what());
	} catch (...) {
		return complain(NS3_FAILED, "ns-3 threw what is no exception");
	}
}

// A stream for what draws and was given none.
int64_t next_stream();

// The kind of an attribute's value, "TimeValue"; ns-3 tells some with its namespace, some without.
std::string value_kind(const ns3::TypeId::AttributeInformation &attribute);

// Whether |text| is a value for an attribute of this checker that ns-3 can be given without harm,
// by the name of the value's type; NS3_OK or a complaint.
enum ns3_result judge_value(const ns3::TypeId &type,
	const ns3::TypeId::AttributeInformation &attribute, const char *text);

} // namespace shim

#endif
