// SPDX-License-Identifier: MIT
//
// Judges the text of an attribute's value by the kind of value.  What passes is read by ns-3 to the
// value that it says: numbers whole and finite, times and rates within what ns-3 can add up.
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "engine/ns3/ns3_shim.hh"

namespace shim
{

namespace
{

struct Unit {
	const char *name;
	double factor;
};

constexpr Unit TIME_UNITS[] = {
	{"fs", 1e-6},
	{"ps", 1e-3},
	{"ns", 1},
	{"us", 1e3},
	{"ms", 1e6},
	{"s", 1e9},
	{"min", 60e9},
	{"h", 3600e9},
	{"d", 86400e9},
	{"", 1e9},
};

constexpr Unit RATE_UNITS[] = {
	{"bps", 1},
	{"b/s", 1},
	{"kbps", 1e3},
	{"kb/s", 1e3},
	{"Mbps", 1e6},
	{"Mb/s", 1e6},
	{"Gbps", 1e9},
	{"Gb/s", 1e9},
};

constexpr Unit SIZE_UNITS[] = {
	{"B", 1},
	{"kB", 1e3},
	{"KiB", 1024},
	{"MB", 1e6},
	{"MiB", 1048576},
	{"p", 1},
	{"kp", 1e3},
	{"Mp", 1e6},
};

// Reads a plain number: digits, and a fraction perhaps.  What is behind it, or NULL.
const char *read_number(const char *text, double &number)
{
	const size_t digits = strspn(text, "0123456789");
	const size_t all = strspn(text, "0123456789.");
	char *end;

	if (digits == 0 || all > 20)
		return nullptr;
	const std::string alone(text, all);

	number = strtod(alone.c_str(), &end);
	return *end == '\0' ? text + all : nullptr;
}

// The number times its unit, or NaN.
template <size_t COUNT> double measure(const char *text, const Unit (&units)[COUNT])
{
	double number;
	const char *behind = read_number(text, number);

	for (const Unit &unit : units) {
		if (behind != nullptr && strcmp(behind, unit.name) == 0)
			return number * unit.factor;
	}
	return std::nan("");
}

bool is_time(const char *text)
{
	return measure(text, TIME_UNITS) <= static_cast<double>(NS3_DELAY_MAX);
}

// Only simple devices take no rate for no time.
bool is_rate(const ns3::TypeId &type, const char *text)
{
	const double rate = measure(text, RATE_UNITS);

	return (rate >= 1 || (rate >= 0 && type.GetName() == "ns3::SimpleNetDevice")) &&
		rate <= static_cast<double>(NS3_RATE_MAX);
}

bool is_size(const char *text)
{
	const double size = measure(text, SIZE_UNITS);

	return size >= 1 && size <= UINT32_MAX;
}

bool is_unsigned(const char *text)
{
	errno = 0;
	(void)strtoull(text, nullptr, 10);
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0' && errno == 0;
}

bool is_signed(const char *text)
{
	errno = 0;
	(void)strtoll(text, nullptr, 10);
	return errno == 0 && is_unsigned(text + (*text == '-'));
}

bool is_double(const char *text)
{
	char *end;
	const size_t first = *text == '-';
	const double number = strtod(text, &end);

	return strspn(text + first, "0123456789.") > 0 &&
		text[strspn(text, "0123456789.+-eE")] == '\0' && *end == '\0' && end != text &&
		std::isfinite(number);
}

bool is_address(const char *text)
{
	for (unsigned index = 0; index < 17; index++) {
		const bool is_right = index % 3 == 2 ? text[index] == ':'
						     : text[index] != '\0' &&
				strchr("0123456789abcdefABCDEF", text[index]) != nullptr;

		if (!is_right)
			return false;
	}
	return text[17] == '\0' && strchr("02468aceACE", text[1]) != nullptr;
}

// One of those that the checker lists, "A|B|C".
bool is_listed(const ns3::AttributeChecker &checker, const char *text)
{
	const std::string list = "|" + checker.GetUnderlyingTypeInformation() + "|";

	return *text != '\0' && strchr(text, '|') == nullptr &&
		list.find("|" + std::string(text) + "|") != std::string::npos;
}

bool is_boolean(const char *text)
{
	return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

} // namespace

std::string value_kind(const ns3::TypeId::AttributeInformation &attribute)
{
	const std::string name = attribute.checker->GetValueTypeName();
	const std::string prefix = "ns3::";

	return name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : name;
}

enum ns3_result judge_value(const ns3::TypeId &type,
	const ns3::TypeId::AttributeInformation &attribute, const char *text)
{
	const std::string kind = value_kind(attribute);
	bool is_right;

	if (kind == "TimeValue")
		is_right = is_time(text);
	else if (kind == "DataRateValue")
		is_right = is_rate(type, text);
	else if (kind == "QueueSizeValue")
		is_right = is_size(text);
	else if (kind == "UintegerValue")
		is_right = is_unsigned(text);
	else if (kind == "IntegerValue")
		is_right = is_signed(text);
	else if (kind == "DoubleValue")
		is_right = is_double(text);
	else if (kind == "BooleanValue")
		is_right = is_boolean(text);
	else if (kind == "EnumValue")
		is_right = is_listed(*attribute.checker, text);
	else if (kind == "Mac48AddressValue")
		is_right = is_address(text);
	else
		return complain(NS3_VALUE, "%s has a value of kind %s, which is not set by text",
			attribute.name.c_str(), kind.c_str());
	if (!is_right)
		return complain(NS3_VALUE, "%s is no value for %s (%s)", text,
			attribute.name.c_str(), kind.c_str());
	return NS3_OK;
}

} // namespace shim
