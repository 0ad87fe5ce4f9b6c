// SPDX-License-Identifier: MIT
//
// The simulator: opened and closed, events, runs.  An event of the caller is an ns-3 event that
// holds action and context; its handle names a slot and the generation that the slot had, and a
// slot is free again as soon as its event happens or is cancelled.
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <ns3/config.h>
#include <ns3/event-impl.h>
#include <ns3/mac48-address.h>
#include <ns3/object-factory.h>
#include <ns3/rng-seed-manager.h>
#include <ns3/simulator.h>

#include "engine/ns3/ns3_shim.hh"

namespace shim
{

std::unique_ptr<World> world;

namespace
{

constexpr uint32_t KIND_BITS = 4;
constexpr uint32_t NUMBERS_MAX = UINT32_MAX >> KIND_BITS;
constexpr uint64_t PS_PER_NS = 1000;
constexpr uint32_t SEED_MAX = 4294944442u; // below the smaller modulus of ns-3's generator

// Both rise as long as the process lives.
uint32_t last_number;
uint32_t last_generation;

char complaint[512];

} // namespace

enum ns3_result complain(enum ns3_result result, const char *format, ...) noexcept
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(complaint, sizeof complaint, format, arguments);
	va_end(arguments);
	return result;
}

Thing *World::find(ns3_handle handle, Kind kind) const
{
	const uint32_t number = handle >> KIND_BITS;
	const uint32_t index = number - first_number;

	if (number < first_number || index >= things.size() || things[index]->handle != handle)
		return nullptr;
	return kind == Kind::none || things[index]->kind == kind ? things[index].get() : nullptr;
}

void World::add(std::unique_ptr<Thing> thing, ns3_handle *handle)
{
	if (last_number >= NUMBERS_MAX)
		throw std::bad_alloc();
	thing->handle = (last_number + 1) << KIND_BITS | static_cast<uint32_t>(thing->kind);
	*handle = thing->handle;
	things.push_back(std::move(thing));
	last_number++;
}

ns3::Time time_of(uint64_t ns)
{
	return ns3::Time(static_cast<long long>(ns * PS_PER_NS));
}

int64_t next_stream()
{
	return static_cast<int64_t>(world->next_stream++);
}

class Action_event final : public ns3::EventImpl
{
      public:
	Action_event(ns3_action *action, void *context, uint32_t slot)
	    : m_action(action), m_context(context), m_slot(slot)
	{
	}

	void *context() const
	{
		return m_context;
	}

      private:
	void Notify() override;

	ns3_action *const m_action;
	void *const m_context;
	const uint32_t m_slot;
};

namespace
{

void free_slot(uint32_t index)
{
	world->slots[index] = Slot{0, world->free_slot, nullptr};
	world->free_slot = index;
}

uint32_t take_slot()
{
	if (world->free_slot == UINT32_MAX) {
		world->slots.emplace_back();
		return static_cast<uint32_t>(world->slots.size() - 1);
	}
	const uint32_t index = world->free_slot;

	world->free_slot = world->slots[index].next_free;
	return index;
}

ns3_event open_slot(uint32_t index, Action_event *event)
{
	last_generation = last_generation == UINT32_MAX ? 1 : last_generation + 1;
	world->slots[index] = Slot{last_generation, 0, event};
	return static_cast<uint64_t>(last_generation) << 32 | index;
}

Slot *find_slot(ns3_event event)
{
	const uint32_t index = static_cast<uint32_t>(event);
	const uint32_t generation = static_cast<uint32_t>(event >> 32);

	if (world == nullptr || generation == 0 || index >= world->slots.size() ||
		world->slots[index].generation != generation)
		return nullptr;
	return &world->slots[index];
}

// Ends a run when nothing is left at its instant: two of these in a row, with no event between.
class Until_event final : public ns3::EventImpl
{
	void Notify() override
	{
		const uint64_t count = ns3::Simulator::GetEventCount();

		world->own_events++;
		if (m_last == count - 1) {
			ns3::Simulator::Stop();
			return;
		}
		m_last = count;
		ns3::Simulator::ScheduleNow(ns3::Ptr<ns3::EventImpl>(this));
	}

	uint64_t m_last = UINT64_MAX;
};

const char *scheduler_type(const char *name)
{
	static const struct {
		const char *name, *type;
	} rows[] = {
#define SCHEDULER(name, type) {name, type},
#include "engine/ns3/ns3_schedulers.def"
#undef SCHEDULER
	};

	for (const auto &row : rows) {
		if (strcmp(row.name, name) == 0)
			return row.type;
	}
	complain(NS3_NAME, "no scheduler %s; there are"
#define SCHEDULER(name, type) " " name
#include "engine/ns3/ns3_schedulers.def"
#undef SCHEDULER
		,
		name);
	return nullptr;
}

void set_scheduler(const char *type)
{
	ns3::ObjectFactory factory;

	factory.SetTypeId(type);
	ns3::Simulator::SetScheduler(factory);
}

// A process sets it once, before its first run.
bool has_picoseconds()
{
	if (ns3::Time::GetResolution() == ns3::Time::NS)
		ns3::Time::SetResolution(ns3::Time::PS);
	return ns3::Time::GetResolution() == ns3::Time::PS;
}

uint64_t now_ps()
{
	return static_cast<uint64_t>(world->simulator->Now().GetTimeStep());
}

// At |at_ns|, which is not past; takes the reference.
void schedule(uint64_t at_ns, ns3::EventImpl *event)
{
	const uint64_t delay_ps = at_ns * PS_PER_NS - now_ps();

	world->simulator->Schedule(ns3::Time(static_cast<long long>(delay_ps)), event);
}

enum ns3_result open_world(const ns3_options &options)
{
	const char *type = scheduler_type(options.scheduler ? options.scheduler : "map");

	if (type == nullptr)
		return NS3_NAME;
	if (options.seed > SEED_MAX)
		return complain(NS3_ARGUMENT, "seed %u: 1 to %u", options.seed, SEED_MAX);
	if (!has_picoseconds())
		return complain(NS3_STATE, "the process has set another resolution of time");
	world = std::make_unique<World>();
	world->first_number = last_number + 1;
	ns3::RngSeedManager::SetSeed(options.seed ? options.seed : 1);
	ns3::RngSeedManager::SetRun(options.run);
	ns3::Mac48Address::ResetAllocationIndex();
	set_scheduler(type);
	world->simulator = ns3::PeekPointer(ns3::Simulator::GetImplementation());
	return NS3_OK;
}

void close_world()
{
	ns3::Simulator::Destroy();
	ns3::Config::Reset();
	world.reset();
}

// It is running no longer, whatever is thrown.
struct Running {
	Running()
	{
		world->is_running = true;
	}
	~Running()
	{
		world->is_running = false;
	}
};

enum ns3_result run_world()
{
	const Running running;

	ns3::Simulator::Run();
	return NS3_OK;
}

enum ns3_result run_until(uint64_t until_ns)
{
	const ns3::Ptr<Until_event> end(new Until_event(), false);

	end->Ref();
	schedule(until_ns, ns3::PeekPointer(end));
	const enum ns3_result result = run_world();

	end->Cancel(); // when somebody else has ended the run
	return result;
}

} // namespace

void Action_event::Notify()
{
	// The slot is another's as soon as the action schedules.
	free_slot(m_slot);
	m_action(m_context);
}

} // namespace shim

using namespace shim;

const char *ns3_result_text(enum ns3_result result)
{
	switch (result) {
	case NS3_OK: return "all well";
	case NS3_CLOSED: return "no simulator is open";
	case NS3_BUSY: return "a simulator is open already, or running";
	case NS3_HANDLE: return "no such thing";
	case NS3_ARGUMENT: return "an argument out of its bounds";
	case NS3_NAME: return "an unknown name";
	case NS3_VALUE: return "not a value of this attribute";
	case NS3_STATE: return "not with this thing as it is now";
	case NS3_DROPPED: return "the device did not take the frame";
	case NS3_FILE: return "the file cannot be written";
	case NS3_MEMORY: return "memory ran out";
	case NS3_FAILED: return "ns-3 refused";
	}
	return "no result";
}

const char *ns3_complaint(void)
{
	return complaint;
}

const char *ns3_version(void)
{
	return "3.37";
}

enum ns3_result ns3_open(const struct ns3_options *options)
{
	if (world != nullptr)
		return complain(NS3_BUSY, "a simulator is open: ns-3 has one a process");
	try {
		return open_world(options ? *options : ns3_options{nullptr, 0, 0});
	} catch (...) {
		return complain(NS3_MEMORY, "memory ran out");
	}
}

enum ns3_result ns3_close(void)
{
	return guarded([]() {
		if (world->is_running)
			return complain(NS3_BUSY, "not while it runs: ns3_stop() first");
		close_world();
		return NS3_OK;
	});
}

enum ns3_result ns3_set_scheduler(const char *name)
{
	return guarded([name]() {
		if (name == nullptr)
			return complain(NS3_ARGUMENT, "the scheduler's name is NULL");
		const char *type = scheduler_type(name);

		if (type == nullptr)
			return NS3_NAME;
		set_scheduler(type);
		return NS3_OK;
	});
}

uint64_t ns3_now(void)
{
	if (world == nullptr)
		return 0;
	return (now_ps() + PS_PER_NS - 1) / PS_PER_NS;
}

uint64_t ns3_event_count(void)
{
	return world ? ns3::Simulator::GetEventCount() - world->own_events : 0;
}

enum ns3_result ns3_schedule(uint64_t at_ns, ns3_action *action, void *context, ns3_event *event)
{
	return guarded([=]() {
		if (action == nullptr)
			return complain(NS3_ARGUMENT, "the action is NULL");
		if (at_ns >= NS3_TIME_MAX || at_ns * PS_PER_NS < now_ps())
			return complain(NS3_ARGUMENT, "%llu ns is past, or later than any time",
				static_cast<unsigned long long>(at_ns));
		const uint32_t slot = take_slot();
		Action_event *made = new Action_event(action, context, slot);
		const ns3_event handle = open_slot(slot, made);

		schedule(at_ns, made);
		if (event != nullptr)
			*event = handle;
		return NS3_OK;
	});
}

enum ns3_result ns3_cancel(ns3_event event)
{
	return guarded([event]() {
		const Slot *slot = find_slot(event);

		if (slot == nullptr)
			return complain(NS3_HANDLE, "the event has happened, or was cancelled");
		slot->event->Cancel();
		free_slot(static_cast<uint32_t>(event));
		return NS3_OK;
	});
}

bool ns3_is_pending(ns3_event event)
{
	return find_slot(event) != nullptr;
}

void *ns3_event_context(ns3_event event)
{
	const Slot *slot = find_slot(event);

	return slot ? slot->event->context() : nullptr;
}

enum ns3_result ns3_run(void)
{
	return guarded([]() {
		if (world->is_running)
			return complain(NS3_BUSY, "it is running");
		return run_world();
	});
}

enum ns3_result ns3_run_until(uint64_t until_ns)
{
	return guarded([until_ns]() {
		if (world->is_running)
			return complain(NS3_BUSY, "it is running");
		if (until_ns < ns3_now() || until_ns >= NS3_TIME_MAX)
			return complain(NS3_ARGUMENT, "%llu ns is past, or later than any time",
				static_cast<unsigned long long>(until_ns));
		return run_until(until_ns);
	});
}

enum ns3_result ns3_stop(void)
{
	return guarded([]() {
		if (!world->is_running)
			return complain(NS3_STATE, "nothing is running");
		ns3::Simulator::Stop();
		return NS3_OK;
	});
}
