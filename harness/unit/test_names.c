/* Proves names, reasons and advice against the registry's meaning, and the order of layouts. */
#include "check.h"

#include <string.h>

#include "layout.h"
#include "names.h"

static void test_names_are_found_by_number(void)
{
	CHECK_TEXT(dimp_name(DIMP_TYPE_MODE, 1), "ONE_SHOT");
	CHECK_TEXT(dimp_name(DIMP_TYPE_MODE, 9), "?");
	CHECK_TEXT(dimp_name(DIMP_TYPE_U8, 1), "?");
	CHECK_TEXT(dimp_di_type_name(DIMP_DI_DHCP_BINDING), "dhcp_binding");
	CHECK_TEXT(dimp_di_type_name((enum dimp_di_type)40), "?");
	CHECK_TEXT(dimp_name(DIMP_TYPE_DI_TYPE, UINT64_MAX), "?");
	CHECK_TEXT(dimp_error_name(DIMP_ERROR_PN_EXHAUSTED), "PN_EXHAUSTED");
	CHECK_TEXT(dimp_error_text(DIMP_ERROR_BUSY), "another migration of this VSI is under way");
	CHECK_TEXT(dimp_error_text((enum dimp_error)63), "?");
}

/* Whatever is asked of whatever type: a name, or "?"; no error without a text, a reason and what
 * others' protocols call it. */
static void test_names_answer_whatever_is_asked(void)
{
	for (unsigned type = 0; type <= DIMP_TYPES; type++) {
		for (uint64_t value = 0; value < 300; value++)
			CHECK(strlen(dimp_name((enum dimp_type)type, value)) > 0);
		CHECK_TEXT(dimp_name((enum dimp_type)type, UINT64_MAX), "?");
	}
	for (unsigned error = 1; error < 300; error++) {
		const enum dimp_error number = (enum dimp_error)error;
		const bool is_known = strcmp(dimp_error_name(number), "?") != 0;

		CHECK_EQ(strcmp(dimp_error_text(number), "?") != 0, is_known);
		/* What a caller did wrong is told to nobody else. */
		CHECK_EQ(dimp_error_reason(number) == DIMP_REASON_NONE,
			is_known && number >= DIMP_ERROR_NO_SUCH_PEER);
		CHECK((dimp_error_vdp_status(number) & DIMP_VDP_ACK) != 0);
		CHECK(dimp_error_radius_cause(number) > 0);
	}
}

static void test_names_find_di_types(void)
{
	CHECK_EQ(dimp_di_type_from_name("macsec_sa"), DIMP_DI_MACSEC_SA);
	CHECK_EQ(dimp_di_type_from_name("macsec"), 0);
	CHECK_EQ(dimp_di_type_from_name("macsec_sa_"), 0);
	CHECK_EQ(dimp_di_type_from_name(""), 0);
}

/* DI types that nobody knows may stand in a DI_SET (DIMP 6.1-7). */
static void test_names_allow_what_may_stand_in_a_field(void)
{
	CHECK(names_allow(DIMP_TYPE_ADVICE, 0));
	CHECK(names_allow(DIMP_TYPE_ADVICE, 7));
	CHECK(!names_allow(DIMP_TYPE_ADVICE, 8));
	CHECK(names_allow(DIMP_TYPE_DI_SET, UINT64_MAX));
	CHECK(names_allow(DIMP_TYPE_DI_TYPE, 40));
	CHECK(!names_allow(DIMP_TYPE_DI_TYPE, 0));
	CHECK(!names_allow(DIMP_TYPE_DI_TYPE, 64));
	CHECK(names_allow(DIMP_TYPE_ERROR, 131));
	CHECK(names_allow(DIMP_TYPE_ERROR, 63));
	CHECK(!names_allow(DIMP_TYPE_ERROR, 160));
}

static void test_names_errors_lead_to_reason_and_advice(void)
{
	CHECK_EQ(dimp_error_reason(DIMP_ERROR_NO_ROOM), DIMP_REASON_RESOURCE_LIMITED);
	CHECK_EQ(dimp_error_reason(DIMP_ERROR_IN_DOUBT), DIMP_REASON_TRANSFER_FAILED);
	CHECK_EQ(dimp_error_reason((enum dimp_error)63), DIMP_REASON_TRANSFER_FAILED);
	CHECK_EQ(dimp_reason_advice(DIMP_REASON_NONE), 0);
	CHECK_EQ(dimp_reason_advice(DIMP_REASON_RESOURCE_LIMITED), 1);
	CHECK_EQ(dimp_reason_advice(DIMP_REASON_TRANSFER_FAILED), 2 | 4);
	CHECK_EQ(dimp_reason_advice(DIMP_REASON_INVALID_DI), 1 | 4);
	CHECK_EQ(dimp_reason_advice((enum dimp_reason)5), 0);
}

/* RFC 5176, 3.5, and RFC 3576 before it: the fatal ones that are assigned. */
static bool is_assigned_cause(unsigned cause)
{
	return (cause >= 401 && cause <= 407) || (cause >= 501 && cause <= 508);
}

static void check_crosswalk(enum dimp_error error)
{
	const uint8_t status = dimp_error_vdp_status(error);
	const enum dimp_reason reason = dimp_error_reason(error);
	const bool is_kept = reason == DIMP_REASON_NONE || reason == DIMP_REASON_TRANSFER_FAILED;

	CHECK_EQ(status & ~DIMP_VDP_ERRORS, is_kept ? 0x60 : 0x50);
	CHECK((status & DIMP_VDP_ERRORS) >= 1);
	CHECK((status & DIMP_VDP_ERRORS) <= 5);
	CHECK(is_assigned_cause(dimp_error_radius_cause(error)));
}

static void test_names_every_error_reads_in_vdp_and_radius(void)
{
	CHECK_EQ(dimp_error_vdp_status(DIMP_ERROR_NONE), 0x40);
	CHECK_EQ(dimp_error_radius_cause(DIMP_ERROR_NONE), 0);
	for (unsigned number = 1; number < 256; number++)
		check_crosswalk((enum dimp_error)number);
	CHECK_EQ(dimp_error_vdp_status(DIMP_ERROR_NO_ROOM), 0x52);
	CHECK_EQ(dimp_error_radius_cause(DIMP_ERROR_NO_ROOM), 506);
	CHECK_EQ(dimp_error_vdp_status(DIMP_ERROR_CONTEXT_NOT_FOUND), 0x64);
	CHECK_EQ(dimp_error_radius_cause(DIMP_ERROR_CONTEXT_NOT_FOUND), 503);
	CHECK_EQ(dimp_error_vdp_status(DIMP_ERROR_POLICY_REFUSED), 0x54);
	CHECK_EQ(dimp_error_radius_cause(DIMP_ERROR_POLICY_REFUSED), 501);
	CHECK_EQ(dimp_error_vdp_status(DIMP_ERROR_MALFORMED_RECORD), 0x51);
	CHECK_EQ(dimp_error_vdp_status((enum dimp_error)63), 0x64);
	CHECK_EQ(dimp_error_radius_cause((enum dimp_error)63), 505);
}

/* The writer goes by number, the spec's tables by row: both ascend. */
static void test_names_layouts_list_attributes_ascending(void)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);
		for (size_t index = 1; layout != NULL && index < layout->field_count; index++)
			CHECK(layout->fields[index].attribute >
					layout->fields[index - 1].attribute ||
				layout->fields[index].attribute == 0);
	}
}

static void test_names_layouts_tell_offsets_and_sizes(void)
{
	const struct dimp_layout *layout = dimp_di_layout(DIMP_DI_DHCP_BINDING);

	CHECK_EQ(layout->number, 4);
	CHECK_EQ(layout->fixed_size, 2 + 6 + 4 + 4);
	CHECK_EQ(layout->field_count, 6);
	CHECK_EQ(layout->fields[2].wire_offset, 8);
	CHECK_EQ(layout->fields[5].attribute, 2);
	CHECK_EQ(layout_key_size(layout), 8);
	CHECK_EQ(dimp_message_layout(DIMP_MESSAGE_PING)->fixed_size, 0);
	CHECK_EQ(dimp_message_layout(DIMP_MESSAGE_PING)->field_count, 0);
	CHECK_EQ(dimp_message_layout(DIMP_MESSAGE_ACK)->params[0].most, 31);
	CHECK_EQ(dimp_param_tlv_layout(DIMP_TLV_FILTER)->fixed_size, 8);
	CHECK(dimp_di_layout(64) == NULL);
	CHECK(dimp_param_tlv_layout(1) == NULL);
	CHECK(dimp_message_layout(0x101) == NULL);
}

static void test_names_know_no_error_beyond_their_rows(void)
{
	CHECK_TEXT(dimp_error_text((enum dimp_error)9999), "?");
	CHECK_TEXT(dimp_error_text(DIMP_ERROR_NONE), "no error");
	CHECK_EQ(dimp_error_vdp_status((enum dimp_error)9999),
		dimp_error_vdp_status((enum dimp_error)63));
}

static const struct test_case tests[] = {
	TEST(test_names_are_found_by_number),
	TEST(test_names_answer_whatever_is_asked),
	TEST(test_names_find_di_types),
	TEST(test_names_allow_what_may_stand_in_a_field),
	TEST(test_names_errors_lead_to_reason_and_advice),
	TEST(test_names_every_error_reads_in_vdp_and_radius),
	TEST(test_names_layouts_list_attributes_ascending),
	TEST(test_names_layouts_tell_offsets_and_sizes),
	TEST(test_names_know_no_error_beyond_their_rows),
	TEST_END,
};

const struct test_suite suite_names = {"names", tests};
