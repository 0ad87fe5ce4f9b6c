/* SPDX-License-Identifier: MIT */
/*
 * One reader for each form that the model prints.  Integers of every width go through uint64_t and
 * are stored by the width that types.def gives; what does not fit is no value.
 */
#include "script/field_value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum value_kind { VALUE_INTEGER, VALUE_NAMED, VALUE_SET, VALUE_OCTETS, VALUE_VARIABLE, VALUE_TEXT };

static const struct {
	enum value_kind kind;
	size_t octets;
} facts[] = {
#define TYPE(name, c_type, octets, kind, text) {VALUE_##kind, octets},
#include "types.def"
#undef TYPE
};

/* Names are looked for among so many numbers. */
enum { NAMED_MAX = 256, LINE_MAX_OCTETS = 2048 };

bool span_is(struct span span, const char *words)
{
	return strlen(words) == span.size && memcmp(span.text, words, span.size) == 0;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t';
}

struct span span_take_word(struct span *rest)
{
	struct span word;

	while (rest->size > 0 && is_blank(*rest->text)) {
		rest->text++;
		rest->size--;
	}
	word = (struct span){rest->text, 0};
	while (word.size < rest->size && !is_blank(word.text[word.size]))
		word.size++;
	rest->text += word.size;
	rest->size -= word.size;
	while (rest->size > 0 && is_blank(*rest->text)) {
		rest->text++;
		rest->size--;
	}
	return word;
}

bool span_number(struct span span, uint64_t *number)
{
	uint64_t value = 0;

	if (span.size == 0)
		return false;
	for (size_t index = 0; index < span.size; index++) {
		const unsigned digit = (unsigned)span.text[index] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return true;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

static bool hex_pair(const char *text, uint8_t *octet)
{
	const int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

	*octet = (uint8_t)((unsigned)high << 4 | (unsigned)low);
	return low >= 0;
}

bool span_hex(struct span span, struct dimp_buffer room, size_t *size)
{
	size_t at = 0;

	for (*size = 0; at < span.size; at += 2) {
		while (at < span.size && is_blank(span.text[at]))
			at++;
		if (at == span.size)
			break;
		if (*size == room.capacity || at + 1 == span.size ||
			!hex_pair(span.text + at, &room.octets[*size]))
			return false;
		++*size;
	}
	return true;
}

/* Everything up to |stop|, which is taken off too; all of it when |stop| does not come. */
static struct span take_until(struct span *rest, char stop)
{
	const char *at = rest->size == 0 ? NULL : memchr(rest->text, stop, rest->size);
	const struct span part = {rest->text, at == NULL ? rest->size : (size_t)(at - rest->text)};
	const size_t used = part.size + (at != NULL);

	rest->text += used;
	rest->size -= used;
	return part;
}

static bool read_duration(struct span text, uint64_t *number)
{
	struct span whole = take_until(&text, '.');
	struct span fraction = take_until(&text, ' ');
	uint64_t seconds, milliseconds;

	if (span_is(whole, "infinite") && fraction.size == 0 && text.size == 0) {
		*number = DIMP_DURATION_INFINITE;
		return true;
	}
	if (fraction.size != 3 || !span_is(text, "s") || !span_number(whole, &seconds) ||
		!span_number(fraction, &milliseconds) || seconds > UINT32_MAX)
		return false;
	*number = dimp_duration_from_us((seconds * 1000 + milliseconds) * 1000);
	return true;
}

/* A name of the type, or the number. */
static bool read_name(enum dimp_type type, struct span text, uint64_t *number)
{
	for (uint64_t value = 0; value < NAMED_MAX; value++) {
		if (span_is(text, dimp_name(type, value))) {
			*number = value;
			return !span_is(text, "?");
		}
	}
	return span_number(text, number);
}

static bool read_bit(enum dimp_type type, struct span text, uint64_t *set)
{
	uint64_t number;

	if (type != DIMP_TYPE_DI_SET) {
		if (!read_name(type, text, &number))
			return false;
		*set |= number;
		return true;
	}
	if (!read_name(DIMP_TYPE_DI_TYPE, text, &number) || number >= DIMP_DI_TYPES)
		return false;
	*set |= (uint64_t)1 << number;
	return true;
}

static bool read_set(enum dimp_type type, struct span text, uint64_t *set)
{
	*set = 0;
	if (span_is(text, "none"))
		return true;
	do {
		if (!read_bit(type, take_until(&text, '|'), set))
			return false;
	} while (text.size > 0);
	return true;
}

static bool store(void *member, size_t octets, uint64_t number)
{
	const uint8_t one = (uint8_t)number;
	const uint16_t two = (uint16_t)number;
	const uint32_t four = (uint32_t)number;

	if (octets < sizeof number && number >> (8 * octets) != 0)
		return false;
	if (octets == 1)
		memcpy(member, &one, 1);
	else if (octets == 2)
		memcpy(member, &two, 2);
	else if (octets == 4)
		memcpy(member, &four, 4);
	else
		memcpy(member, &number, 8);
	return true;
}

/* Octets in hex with a colon between each two. */
static bool read_colons(struct span text, uint8_t *octets, size_t size)
{
	if (text.size != 3 * size - 1)
		return false;
	for (size_t index = 0; index < size; index++) {
		if ((index > 0 && text.text[3 * index - 1] != ':') ||
			!hex_pair(text.text + 3 * index, &octets[index]))
			return false;
	}
	return true;
}

static bool read_address(enum dimp_type type, struct span text, uint8_t *octets)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char terminated[INET6_ADDRSTRLEN];

	if (text.size >= sizeof terminated)
		return false;
	memcpy(terminated, text.text, text.size);
	terminated[text.size] = '\0';
	if (type == DIMP_TYPE_IPV4)
		return inet_pton(AF_INET, terminated, octets) == 1;
	if (inet_pton(AF_INET6, terminated, octets) == 1)
		return true;
	memcpy(octets, mapped, sizeof mapped);
	return inet_pton(AF_INET, terminated, octets + sizeof mapped) == 1;
}

static void put_integer(uint8_t *octets, size_t size, uint64_t value)
{
	for (size_t index = size; index > 0; index--) {
		octets[index - 1] = (uint8_t)value;
		value >>= 8;
	}
}

static bool read_small(struct span text, uint64_t limit, uint64_t *number)
{
	return span_number(text, number) && *number <= limit;
}

static bool read_sci(struct span text, uint8_t *octets)
{
	const struct span mac = take_until(&text, '/');
	uint64_t port;

	if (!read_colons(mac, octets, 6) || !read_small(text, UINT16_MAX, &port))
		return false;
	put_integer(octets + 6, 2, port);
	return true;
}

static bool read_hex_exactly(struct span text, uint8_t *octets, size_t size)
{
	size_t had;

	return text.size == 2 * size && span_hex(text, (struct dimp_buffer){octets, size}, &had) &&
		had == size;
}

/* 8-4-4-4-12 digits. */
static bool read_uuid(struct span text, uint8_t *octets)
{
	static const size_t parts[] = {4, 2, 2, 2, 6};

	for (size_t index = 0; index < sizeof parts / sizeof parts[0]; index++) {
		if (!read_hex_exactly(take_until(&text, '-'), octets, parts[index]))
			return false;
		octets += parts[index];
	}
	return text.size == 0;
}

/* manager/type.version/format:id */
static bool read_vsi(struct span text, uint8_t *octets)
{
	const struct span manager = take_until(&text, '/');
	const struct span type = take_until(&text, '.');
	const struct span version = take_until(&text, '/');
	const struct span format = take_until(&text, ':');
	uint64_t numbers[3];

	if (!read_hex_exactly(manager, octets, 16) || !read_small(type, 0xffffff, &numbers[0]) ||
		!read_small(version, UINT8_MAX, &numbers[1]) ||
		!read_small(format, UINT8_MAX, &numbers[2]))
		return false;
	put_integer(octets + 16, 3, numbers[0]);
	put_integer(octets + 19, 1, numbers[1]);
	put_integer(octets + 20, 1, numbers[2]);
	return read_uuid(text, octets + 21);
}

/* Hex of what there is; before it stands its size. */
static bool read_key_name(struct span text, uint8_t *octets, size_t most)
{
	size_t size;

	memset(octets, 0, most);
	if (!span_hex(text, (struct dimp_buffer){octets + 1, most - 1}, &size))
		return false;
	octets[0] = (uint8_t)size;
	return true;
}

static bool read_octets(enum dimp_type type, struct span text, uint8_t *octets)
{
	if (type == DIMP_TYPE_MAC || type == DIMP_TYPE_OUI)
		return read_colons(text, octets, facts[type].octets);
	if (type == DIMP_TYPE_IPV4 || type == DIMP_TYPE_IP)
		return read_address(type, text, octets);
	if (type == DIMP_TYPE_SCI)
		return read_sci(text, octets);
	if (type == DIMP_TYPE_VSI)
		return read_vsi(text, octets);
	if (type == DIMP_TYPE_CKN)
		return read_key_name(text, octets, facts[type].octets);
	return read_hex_exactly(text, octets, facts[type].octets);
}

/* In quotes, with \xNN for what is not printable. */
static bool read_quoted(struct span text, struct dimp_buffer room, size_t *size)
{
	*size = 0;
	if (text.size < 2 || text.text[0] != '"' || text.text[text.size - 1] != '"')
		return false;
	for (size_t at = 1; at + 1 < text.size; at++) {
		if (*size == room.capacity || text.text[at] == '"')
			return false;
		room.octets[*size] = (uint8_t)text.text[at];
		if (text.text[at] == '\\') {
			if (at + 4 >= text.size || text.text[at + 1] != 'x' ||
				!hex_pair(text.text + at + 2, &room.octets[*size]))
				return false;
			at += 3;
		}
		++*size;
	}
	return true;
}

/* Strings of bounded size begin with their size, a uint16_t. */
static bool read_variable(enum dimp_type type, struct span text, uint8_t *member)
{
	uint8_t octets[LINE_MAX_OCTETS];
	const struct dimp_buffer room = {octets, facts[type].octets};
	const bool is_text = facts[type].kind == VALUE_TEXT;
	size_t size;

	if (!(is_text ? read_quoted(text, room, &size) : span_hex(text, room, &size)))
		return false;
	memcpy(member + sizeof(uint16_t), octets, size);
	return store(member, sizeof(uint16_t), size);
}

static bool read_integer(enum dimp_type type, struct span text, uint64_t *number)
{
	if (type == DIMP_TYPE_MS)
		return read_duration(text, number);
	if (facts[type].kind == VALUE_NAMED)
		return read_name(type, text, number);
	if (facts[type].kind == VALUE_SET)
		return read_set(type, text, number);
	return span_number(text, number);
}

bool field_value_read(const struct dimp_field_layout *field, struct span text, void *body)
{
	uint8_t *member = (uint8_t *)body + field->offset;
	const enum value_kind kind = facts[field->type].kind;
	uint64_t number;

	if (kind == VALUE_VARIABLE || kind == VALUE_TEXT)
		return read_variable(field->type, text, member);
	if (kind == VALUE_OCTETS)
		return read_octets(field->type, text, member);
	return read_integer(field->type, text, &number) &&
		store(member, facts[field->type].octets, number);
}
