// SPDX-License-Identifier: MIT
//
// Attributes by name.  ns-3 ends the program, or computes nonsense, over many values that it cannot
// read, and looks some names up to a fatal end; here an attribute is looked for by hand and its
// text judged (ns3_values.cc) before ns-3 sees it.
#include <cstring>
#include <string>

#include <ns3/config.h>
#include <ns3/object.h>
#include <ns3/string.h>

#include "engine/ns3/ns3_shim.hh"

using namespace shim;

namespace
{

// What the shim relies on: frames are Ethernet II, addresses have a call that checks them, and
// objects are given by handle.
bool is_kept(const ns3::TypeId &owner, const std::string &name)
{
	return owner.GetName() == "ns3::CsmaNetDevice" && name == "EncapsulationMode";
}

// The attribute as |type| or one of its parents declares it.
bool find_attribute(ns3::TypeId type, const char *name,
	ns3::TypeId::AttributeInformation &attribute)
{
	for (;;) {
		for (size_t index = 0; index < type.GetAttributeN(); index++) {
			attribute = type.GetAttribute(index);
			if (attribute.name != name)
				continue;
			return attribute.supportLevel != ns3::TypeId::OBSOLETE &&
				!is_kept(type, attribute.name);
		}
		if (!type.HasParent())
			return false;
		type = type.GetParent();
	}
}

enum ns3_result find_named(const ns3::TypeId &type, const char *name,
	ns3::TypeId::AttributeInformation &attribute)
{
	if (name == nullptr)
		return complain(NS3_ARGUMENT, "the attribute's name is NULL");
	if (!find_attribute(type, name, attribute))
		return complain(NS3_NAME, "%s has no attribute %s here", type.GetName().c_str(),
			name);
	return NS3_OK;
}

// A queue is not made smaller than what waits in it.
enum ns3_result judge_queue_size(const Thing &thing, const char *name, const char *value)
{
	const auto queue = ns3::DynamicCast<ns3::QueueBase>(thing.object);

	if (!queue || strcmp(name, "MaxSize") != 0)
		return NS3_OK;
	const ns3::QueueSize size(value);
	const uint32_t waiting =
		size.GetUnit() == ns3::PACKETS ? queue->GetNPackets() : queue->GetNBytes();

	if (size.GetValue() < waiting)
		return complain(NS3_STATE, "more than %s waits in the queue", value);
	return NS3_OK;
}

enum ns3_result set(const Thing &thing, const char *name, const char *value)
{
	ns3::TypeId::AttributeInformation attribute;
	const ns3::TypeId type = thing.object->GetInstanceTypeId();
	enum ns3_result result = find_named(type, name, attribute);

	if (result == NS3_OK && value == nullptr)
		result = complain(NS3_ARGUMENT, "the value is NULL");
	if (result == NS3_OK &&
		!((attribute.flags & ns3::TypeId::ATTR_SET) != 0 &&
			attribute.accessor->HasSetter()))
		result = complain(NS3_STATE, "%s is not to be set any more", name);
	if (result == NS3_OK)
		result = judge_value(type, attribute, value);
	if (result == NS3_OK)
		result = judge_queue_size(thing, name, value);
	if (result == NS3_OK && !thing.object->SetAttributeFailSafe(name, ns3::StringValue(value)))
		result = complain(NS3_VALUE, "%s is no value for %s", value, name);
	return result;
}

bool is_printable(const ns3::TypeId::AttributeInformation &attribute)
{
	return (attribute.flags & ns3::TypeId::ATTR_GET) != 0 && attribute.accessor->HasGetter() &&
		value_kind(attribute) != "PointerValue" &&
		value_kind(attribute) != "ObjectPtrContainerValue";
}

enum ns3_result get(const Thing &thing, const char *name, std::string &text)
{
	ns3::TypeId::AttributeInformation attribute;
	const ns3::TypeId type = thing.object->GetInstanceTypeId();
	const enum ns3_result result = find_named(type, name, attribute);

	if (result != NS3_OK)
		return result;
	if (!is_printable(attribute))
		return complain(NS3_STATE, "%s has no value in text", name);
	ns3::StringValue value;

	if (!thing.object->GetAttributeFailSafe(name, value))
		return complain(NS3_FAILED, "ns-3 does not tell %s", name);
	text = value.Get();
	return NS3_OK;
}

enum ns3_result set_default(const char *type_name, const char *name, const char *value)
{
	ns3::TypeId::AttributeInformation attribute;
	ns3::TypeId type;

	if (!ns3::TypeId::LookupByNameFailSafe(type_name, &type))
		return complain(NS3_NAME, "ns-3 has no type %s", type_name);
	enum ns3_result result = find_named(type, name, attribute);

	if (result == NS3_OK && value == nullptr)
		result = complain(NS3_ARGUMENT, "the value is NULL");
	if (result == NS3_OK)
		result = judge_value(type, attribute, value);
	if (result == NS3_OK &&
		!ns3::Config::SetDefaultFailSafe(std::string(type_name) + "::" + name,
			ns3::StringValue(value)))
		result = complain(NS3_STATE, "%s::%s is of another type, or has no default",
			type_name, name);
	return result;
}

} // namespace

enum ns3_result ns3_set(ns3_handle thing, const char *name, const char *value)
{
	return guarded([=]() {
		const Thing *found = world->find(thing, Kind::none);

		if (found == nullptr)
			return complain(NS3_HANDLE, "%u is no handle", thing);
		return set(*found, name, value);
	});
}

enum ns3_result ns3_get(ns3_handle thing, const char *name, char *text, size_t size)
{
	return guarded([=]() {
		const Thing *found = world->find(thing, Kind::none);
		std::string value;

		if (found == nullptr)
			return complain(NS3_HANDLE, "%u is no handle", thing);
		if (text == nullptr)
			return complain(NS3_ARGUMENT, "nowhere to put the value");
		const enum ns3_result result = get(*found, name, value);

		if (result != NS3_OK)
			return result;
		if (value.size() >= size)
			return complain(NS3_ARGUMENT, "%s takes %zu octets", name,
				value.size() + 1);
		memcpy(text, value.c_str(), value.size() + 1);
		return NS3_OK;
	});
}

enum ns3_result ns3_set_default(const char *type, const char *name, const char *value)
{
	return guarded([=]() {
		if (type == nullptr)
			return complain(NS3_ARGUMENT, "the type's name is NULL");
		return set_default(type, name, value);
	});
}
