/*
 * Text forms: numbers, octets, addresses, names, durations, VSIs.  The model
 * links against no printf, so each form is written out here.
 */
#include "text.h"

#include <string.h>

#include "field.h"
#include "names.h"

static const char hex_digits[] = "0123456789abcdef";

struct text text_of(char *out, size_t capacity)
{
	return (struct text){.out = out, .capacity = capacity};
}

void text_add_char(struct text *text, char character)
{
	if (text->size + 1 < text->capacity)
		text->out[text->size] = character;
	text->size++;
}

void text_add(struct text *text, const char *words)
{
	for (; *words != '\0'; words++)
		text_add_char(text, *words);
}

size_t text_end(struct text *text)
{
	if (text->capacity != 0)
		text->out[text->size < text->capacity ? text->size : text->capacity - 1] = '\0';
	return text->size;
}

void text_add_decimal(struct text *text, uint64_t value)
{
	char digits[20];
	size_t count = 0;

	do {
		digits[count++] = hex_digits[value % 10];
		value /= 10;
	} while (value != 0);
	while (count > 0)
		text_add_char(text, digits[--count]);
}

static void add_octet(struct text *text, uint8_t octet)
{
	text_add_char(text, hex_digits[octet >> 4]);
	text_add_char(text, hex_digits[octet & 0xf]);
}

void text_add_hex(struct text *text, const uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++)
		add_octet(text, octets[index]);
}

static void add_colons(struct text *text, const uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++) {
		if (index != 0)
			text_add_char(text, ':');
		add_octet(text, octets[index]);
	}
}

static void add_ipv4(struct text *text, const uint8_t octets[4])
{
	for (size_t index = 0; index < 4; index++) {
		if (index != 0)
			text_add_char(text, '.');
		text_add_decimal(text, octets[index]);
	}
}

enum { IP_GROUPS = 8 };

static uint64_t integer_at(const uint8_t *octets, size_t size)
{
	struct wire_reader reader = wire_reader_of(wire_view(octets, size));

	return wire_read_integer(&reader, size);
}

static uint64_t group_at(const uint8_t octets[16], size_t index)
{
	return integer_at(octets + 2 * index, 2);
}

/* The longest run of zero groups, the first of equals; a single one is not shortened (RFC 5952). */
static size_t find_run(const uint8_t octets[16], size_t *run_size)
{
	size_t best = IP_GROUPS, best_size = 1, size = 0;

	for (size_t index = 0; index < IP_GROUPS; index++) {
		size = group_at(octets, index) == 0 ? size + 1 : 0;
		if (size > best_size) {
			best_size = size;
			best = index + 1 - size;
		}
	}
	*run_size = best_size;
	return best;
}

static void add_group(struct text *text, uint64_t group)
{
	bool has_begun = false;

	for (unsigned shift = 16; shift > 0; shift -= 4) {
		const uint64_t digit = group >> (shift - 4) & 0xf;
		has_begun = has_begun || digit != 0 || shift == 4;
		if (has_begun)
			text_add_char(text, hex_digits[digit]);
	}
}

static void add_ipv6(struct text *text, const uint8_t octets[16])
{
	size_t run_size;
	const size_t run = find_run(octets, &run_size);

	for (size_t index = 0; index < IP_GROUPS; index++) {
		if (index == run) {
			text_add(text, "::");
			index += run_size - 1;
			continue;
		}
		if (index != 0 && index != run + run_size)
			text_add_char(text, ':');
		add_group(text, group_at(octets, index));
	}
}

static void add_ip(struct text *text, const uint8_t octets[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (memcmp(octets, mapped, sizeof mapped) == 0)
		add_ipv4(text, octets + sizeof mapped);
	else
		add_ipv6(text, octets);
}

static void add_duration(struct text *text, uint32_t duration)
{
	const uint64_t us = dimp_duration_to_us(duration);
	const uint64_t ms = us / 1000;

	if (us == UINT64_MAX) {
		text_add(text, "infinite");
		return;
	}
	text_add_decimal(text, ms / 1000);
	text_add_char(text, '.');
	text_add_decimal(text, ms / 100 % 10);
	text_add_decimal(text, ms / 10 % 10);
	text_add_decimal(text, ms % 10);
	text_add(text, " s");
}

/* MAC address and port number. */
static void add_sci(struct text *text, const uint8_t octets[8])
{
	add_colons(text, octets, 6);
	text_add_char(text, '/');
	text_add_decimal(text, integer_at(octets + 6, 2));
}

/* The octets of the name alone; of one that is none, all there is room for. */
static void add_key_name(struct text *text, const uint8_t octets[33])
{
	enum { KEY_NAME_MAX = 32 };

	text_add_hex(text, octets + 1, octets[0] < KEY_NAME_MAX ? octets[0] : KEY_NAME_MAX);
}

static void add_uuid(struct text *text, const uint8_t octets[16])
{
	for (size_t index = 0; index < 16; index++) {
		if (index == 4 || index == 6 || index == 8 || index == 10)
			text_add_char(text, '-');
		add_octet(text, octets[index]);
	}
}

/* manager/type.version/format:id */
static void add_vsi(struct text *text, const uint8_t octets[37])
{
	text_add_hex(text, octets, 16);
	text_add_char(text, '/');
	text_add_decimal(text, integer_at(octets + 16, 3));
	text_add_char(text, '.');
	text_add_decimal(text, octets[19]);
	text_add_char(text, '/');
	text_add_decimal(text, octets[20]);
	text_add_char(text, ':');
	add_uuid(text, octets + 21);
}

/* In quotes; whatever is not printable ASCII, a quote or a backslash shows as \xNN. */
static void add_quoted(struct text *text, struct dimp_view octets)
{
	text_add_char(text, '"');
	for (size_t index = 0; index < octets.size; index++) {
		const uint8_t octet = octets.octets[index];
		if (octet >= ' ' && octet <= '~' && octet != '"' && octet != '\\') {
			text_add_char(text, (char)octet);
			continue;
		}
		text_add(text, "\\x");
		add_octet(text, octet);
	}
	text_add_char(text, '"');
}

/* A name, or the number when it has none. */
static void add_name(struct text *text, enum dimp_type type, uint64_t value)
{
	const char *name = names_find(type, value);

	if (name != NULL)
		text_add(text, name);
	else
		text_add_decimal(text, value);
}

/* Names of the bits that are set, joined by "|"; a DI set's bits are numbers of types. */
static void add_set(struct text *text, enum dimp_type type, uint64_t set)
{
	const size_t before = text->size;

	for (unsigned bit = 0; bit < 64; bit++) {
		if ((set >> bit & 1) == 0)
			continue;
		if (text->size != before)
			text_add_char(text, '|');
		add_name(text, type, type == DIMP_TYPE_DI_SET ? bit : (uint64_t)1 << bit);
	}
	if (set == 0)
		text_add(text, "none");
}

static void add_integer(struct text *text, enum dimp_type type, uint64_t value)
{
	const enum type_kind kind = layout_type(type).kind;

	if (type == DIMP_TYPE_MS)
		add_duration(text, (uint32_t)value);
	else if (kind == TYPE_KIND_NAMED)
		add_name(text, type, value);
	else if (kind == TYPE_KIND_SET)
		add_set(text, type, value);
	else
		text_add_decimal(text, value);
}

static void add_octets(struct text *text, enum dimp_type type, struct dimp_view octets)
{
	if (layout_type(type).kind == TYPE_KIND_TEXT)
		add_quoted(text, octets);
	else if (type == DIMP_TYPE_MAC || type == DIMP_TYPE_OUI)
		add_colons(text, octets.octets, octets.size);
	else if (type == DIMP_TYPE_IPV4)
		add_ipv4(text, octets.octets);
	else if (type == DIMP_TYPE_IP)
		add_ip(text, octets.octets);
	else if (type == DIMP_TYPE_SCI)
		add_sci(text, octets.octets);
	else if (type == DIMP_TYPE_CKN)
		add_key_name(text, octets.octets);
	else if (type == DIMP_TYPE_VSI)
		add_vsi(text, octets.octets);
	else
		text_add_hex(text, octets.octets, octets.size);
}

void text_add_field(struct text *text, const struct dimp_field_layout *field, const void *body)
{
	const enum type_kind kind = layout_type(field->type).kind;

	text_add_char(text, ' ');
	text_add(text, field->name);
	text_add_char(text, '=');
	if (field->role == DIMP_ROLE_SECRET)
		text_add(text, "<hidden>");
	else if (kind == TYPE_KIND_INTEGER || kind == TYPE_KIND_NAMED || kind == TYPE_KIND_SET)
		add_integer(text, field->type, field_integer(field, body));
	else
		add_octets(text, field->type, field_octets(field, body));
}
