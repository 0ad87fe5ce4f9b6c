/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the rules of records that hold keys (DIMP 8.3, 8.6, 8.7).
 */
#include "record_rules.h"

enum {
	ASSOCIATION_NUMBER_MAX = 3,
	SALT_SIZE = 12,
	SECTAG_ES = 0x40,
	SECTAG_SC = 0x20,
	SECTAG_SCB = 0x10
};

struct cipher_suite {
	guint64 identifier;
	guint key_size;
	gboolean is_extended; /* packet numbers of 64 bits */
};

static const struct cipher_suite suites[] = {
	{G_GUINT64_CONSTANT(0x0080c20001000001), 16, FALSE},
	{G_GUINT64_CONSTANT(0x0080c20001000002), 32, FALSE},
	{G_GUINT64_CONSTANT(0x0080c20001000003), 16, TRUE},
	{G_GUINT64_CONSTANT(0x0080c20001000004), 32, TRUE},
};

static const struct cipher_suite *find_suite(guint64 identifier)
{
	for (guint index = 0; index < G_N_ELEMENTS(suites); index++)
		if (suites[index].identifier == identifier)
			return &suites[index];
	return NULL;
}

static guint length_of(const struct rule_view *view, const char *name)
{
	return block_value(view->values, name)->length;
}

static void judge_offset(const struct rule_view *view, const struct cipher_suite *suite)
{
	const guint64 offset = rule_number(view, "confidentiality_offset");

	if ((offset != 0 && offset != 30 && offset != 50) ||
		(suite && suite->is_extended && offset != 0))
		rule_break_with(view, "confidentiality_offset", BREACH_8_3_3,
			DIMP_ERROR_UNSUPPORTED_CIPHER);
}

static void judge_extended_keys(const struct rule_view *view)
{
	if (!rule_has(view, "ssci") || !rule_has(view, "salt"))
		rule_break_with(view, "salt", BREACH_8_3_4, DIMP_ERROR_MISSING_TLV);
	else if (length_of(view, "salt") != SALT_SIZE)
		rule_break(view, "salt", BREACH_8_3_4);
}

/* What is missing comes before what is wrong (DIMP 6.3-11). */
static void judge_sak(const struct rule_view *view, const struct cipher_suite *suite)
{
	if (!rule_has(view, "sak"))
		rule_break_with(view, "sak", BREACH_8_3_4, DIMP_ERROR_MISSING_TLV);
	if (!suite)
		return;
	if (suite->is_extended)
		judge_extended_keys(view);
	else if (rule_has(view, "ssci") || rule_has(view, "salt"))
		rule_break(view, rule_has(view, "ssci") ? "ssci" : "salt", BREACH_8_3_4);
	if (rule_has(view, "sak") && length_of(view, "sak") != suite->key_size)
		rule_break(view, "sak", BREACH_8_3_4);
}

static void judge_sectag(const struct rule_view *view)
{
	const guint64 bits = rule_number(view, "sectag");

	if (bits & ~(guint64)(SECTAG_ES | SECTAG_SC | SECTAG_SCB))
		rule_break_with(view, "sectag", BREACH_8_3_5, DIMP_ERROR_RESERVED_SET);
	if ((bits & SECTAG_SC) && (bits & (SECTAG_ES | SECTAG_SCB)))
		rule_break(view, "sectag", BREACH_8_3_5);
}

static void judge_packet_number(const struct rule_view *view, const char *name,
	const struct cipher_suite *suite)
{
	const guint64 limit =
		suite && suite->is_extended ? G_GUINT64_CONSTANT(0xc000000000000000) : 0xc0000000u;
	const guint64 number = rule_number(view, name);

	if (number == 0)
		rule_break(view, name, BREACH_8_3_6);
	if (number >= limit)
		rule_break_with(view, name, BREACH_8_3_6, DIMP_ERROR_PN_EXHAUSTED);
}

void rule_macsec_sa(const struct rule_view *view)
{
	const struct cipher_suite *suite = find_suite(rule_number(view, "cipher_suite"));

	if (rule_number(view, "association_number") > ASSOCIATION_NUMBER_MAX)
		rule_break(view, "association_number", BREACH_8_3_3);
	if (view->dissection->is_deleting)
		return;
	if (!suite)
		rule_break_with(view, "cipher_suite", BREACH_8_3_2, DIMP_ERROR_UNSUPPORTED_CIPHER);
	judge_offset(view, suite);
	judge_sak(view, suite);
	judge_sectag(view);
	judge_packet_number(view, "next_pn", suite);
	judge_packet_number(view, "lowest_pn", suite);
}

static void judge_mka_key_is_there(const struct rule_view *view, const char *name)
{
	if (!rule_has(view, name))
		rule_break_with(view, name, BREACH_8_6_4, DIMP_ERROR_MISSING_TLV);
}

static void judge_mka_key_size(const struct rule_view *view, const char *name)
{
	const guint length = length_of(view, name);

	if (rule_has(view, name) && length != 16 && length != 32)
		rule_break(view, name, BREACH_8_6_4);
}

/* The names of what MKPDUs say of a SAK in use. */
struct key_in_use {
	const char *key;
	const char *number;
	const char *receiving;
	const char *transmitting;
	const char *lowest;
};

static const struct key_in_use latest = {"latest_key", "latest_association_number",
	"latest_is_receiving", "latest_is_transmitting", "latest_lowest_pn"};
static const struct key_in_use old = {"old_key", "old_association_number", "old_is_receiving",
	"old_is_transmitting", "old_lowest_pn"};

static void judge_key_in_use(const struct rule_view *view, const struct key_in_use *names)
{
	if (rule_number(view, names->number) > ASSOCIATION_NUMBER_MAX)
		rule_break(view, names->number, BREACH_8_6_6);
	if (!rule_is_zero(view, names->key))
		return;
	if (rule_number(view, names->number) || rule_number(view, names->receiving) ||
		rule_number(view, names->transmitting) || rule_number(view, names->lowest))
		rule_break(view, names->key, BREACH_8_6_6);
}

void rule_mka_participant(const struct rule_view *view)
{
	static const char *const at_least_1[] = {"next_message", "mka_version", "next_key"};

	if (view->dissection->is_deleting)
		return;
	if (rule_is_zero(view, "member"))
		rule_break(view, "member", BREACH_8_6_3);
	for (guint index = 0; index < G_N_ELEMENTS(at_least_1); index++)
		if (rule_number(view, at_least_1[index]) == 0)
			rule_break(view, at_least_1[index], BREACH_8_6_3);
	if (rule_number(view, "next_association_number") > ASSOCIATION_NUMBER_MAX)
		rule_break(view, "next_association_number", BREACH_8_6_3);
	judge_mka_key_is_there(view, "icv_key");
	judge_mka_key_is_there(view, "wrapping_key");
	judge_mka_key_size(view, "icv_key");
	judge_mka_key_size(view, "wrapping_key");
	judge_key_in_use(view, &latest);
	judge_key_in_use(view, &old);
	if (!rule_is_zero(view, latest.key) && !rule_is_zero(view, old.key) &&
		rule_number(view, latest.number) == rule_number(view, old.number))
		rule_break(view, old.number, BREACH_8_6_6);
}

void rule_mka_peer(const struct rule_view *view)
{
	if (rule_is_zero(view, "member"))
		rule_break(view, "member", BREACH_8_7_2);
	if (view->dissection->is_deleting)
		return;
	if (rule_number(view, "last_message") == 0)
		rule_break(view, "last_message", BREACH_8_7_3);
	if (rule_number(view, "remaining") == DIMP_DURATION_INFINITE)
		rule_break(view, "remaining", BREACH_8_7_5);
}
