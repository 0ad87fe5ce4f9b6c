// SPDX-License-Identifier: MIT
//
// Queues, error models, random variables, and the streams that they draw from.  Whatever draws is
// given a stream when it is made: ns-3's own numbering goes on over runs of one process.
#include <cstring>
#include <list>

#include <ns3/csma-net-device.h>
#include <ns3/object-factory.h>
#include <ns3/queue-size.h>

#include "engine/ns3/ns3_shim.hh"

using namespace shim;

namespace
{

const char *const ERROR_MODELS[] = {
	"ns3::RateErrorModel",
	"ns3::BurstErrorModel",
	"ns3::BinaryErrorModel",
	"ns3::ReceiveListErrorModel",
};

const char *const RANDOM_VARIABLES[] = {
	"ns3::UniformRandomVariable",
	"ns3::ConstantRandomVariable",
};

template <size_t COUNT> bool is_among(const char *const (&names)[COUNT], const char *name)
{
	for (const char *each : names) {
		if (name != nullptr && strcmp(each, name) == 0)
			return true;
	}
	return false;
}

template <class T> ns3::Ptr<T> make(const char *type)
{
	ns3::ObjectFactory factory;

	factory.SetTypeId(type);
	return factory.Create<T>();
}

// How many streams |object| draws from, from |stream| on; none: it draws nothing.
uint32_t assign_streams(const ns3::Ptr<ns3::Object> &object, int64_t stream)
{
	if (const auto rate = ns3::DynamicCast<ns3::RateErrorModel>(object))
		return static_cast<uint32_t>(rate->AssignStreams(stream));
	if (const auto burst = ns3::DynamicCast<ns3::BurstErrorModel>(object))
		return static_cast<uint32_t>(burst->AssignStreams(stream));
	if (const auto csma = ns3::DynamicCast<ns3::CsmaNetDevice>(object))
		return static_cast<uint32_t>(csma->AssignStreams(stream));
	if (const auto variable = ns3::DynamicCast<ns3::RandomVariableStream>(object)) {
		variable->SetStream(stream);
		return 1;
	}
	return 0;
}

} // namespace

enum ns3_result ns3_queue_add(const char *size, ns3_queue *queue)
{
	return guarded([=]() {
		ns3::TypeId::AttributeInformation attribute;
		const auto type = Drop_tail::GetTypeId();

		if (size == nullptr || queue == nullptr)
			return complain(NS3_ARGUMENT, "no size, or nowhere to put the handle");
		if (!type.LookupAttributeByName("MaxSize", &attribute))
			return complain(NS3_FAILED, "ns-3's queues have no MaxSize");
		if (judge_value(type, attribute, size) != NS3_OK)
			return NS3_VALUE;
		const auto made = ns3::CreateObject<Drop_tail>();

		made->SetMaxSize(ns3::QueueSize(size));
		world->add(std::make_unique<Queue>(made), queue);
		return NS3_OK;
	});
}

enum ns3_result ns3_queue_fill(ns3_queue queue, struct ns3_queue_state *state)
{
	return guarded([=]() {
		const Queue *found = thing_of<Queue>(queue);

		if (found == nullptr)
			return NS3_HANDLE;
		if (state == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the state");
		state->packets = found->queue->GetNPackets();
		state->octets = found->queue->GetNBytes();
		state->received_packets = found->queue->GetTotalReceivedPackets();
		state->dropped_packets = found->queue->GetTotalDroppedPackets();
		return NS3_OK;
	});
}

enum ns3_result ns3_error_model_add(const char *type, ns3_error_model *model)
{
	return guarded([=]() {
		if (model == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the handle");
		if (!is_among(ERROR_MODELS, type))
			return complain(NS3_NAME, "no error model %s here", type ? type : "NULL");
		const auto made = make<ns3::ErrorModel>(type);

		assign_streams(made, next_stream());
		next_stream(); // a burst model has two
		world->add(std::make_unique<Error_model>(made), model);
		return NS3_OK;
	});
}

enum ns3_result ns3_error_model_set_list(ns3_error_model model, const uint32_t *numbers,
	size_t count)
{
	return guarded([=]() {
		const Error_model *found = thing_of<Error_model>(model);

		if (found == nullptr)
			return NS3_HANDLE;
		if (numbers == nullptr && count != 0)
			return complain(NS3_ARGUMENT, "the list is NULL");
		const auto list = ns3::DynamicCast<ns3::ReceiveListErrorModel>(found->object);

		if (!list)
			return complain(NS3_STATE, "the model has no list");
		list->SetList(std::list<uint32_t>(numbers, numbers + count));
		return NS3_OK;
	});
}

enum ns3_result ns3_random_add(const char *type, ns3_random *random)
{
	return guarded([=]() {
		if (random == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the handle");
		if (!is_among(RANDOM_VARIABLES, type))
			return complain(NS3_NAME, "no random variable %s here",
				type ? type : "NULL");
		const auto made = make<ns3::RandomVariableStream>(type);

		made->SetStream(next_stream());
		world->add(std::make_unique<Random>(made), random);
		return NS3_OK;
	});
}

enum ns3_result ns3_random_value(ns3_random random, double *value)
{
	return guarded([=]() {
		const Random *found = thing_of<Random>(random);

		if (found == nullptr)
			return NS3_HANDLE;
		if (value == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the value");
		*value = found->variable->GetValue();
		return NS3_OK;
	});
}

enum ns3_result ns3_set_stream(ns3_handle thing, uint64_t stream, uint32_t *used)
{
	return guarded([=]() {
		const Thing *found = world->find(thing, Kind::none);

		if (found == nullptr)
			return complain(NS3_HANDLE, "%u is no handle", thing);
		if (stream >= UINT64_C(1) << 62)
			return complain(NS3_ARGUMENT, "a stream's number is below 2^62");
		const uint32_t count = assign_streams(found->object, static_cast<int64_t>(stream));

		if (count == 0)
			return complain(NS3_STATE, "it draws nothing");
		if (used != nullptr)
			*used = count;
		return NS3_OK;
	});
}
