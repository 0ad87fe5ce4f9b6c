/* SPDX-License-Identifier: MIT */
/* One walk for records and messages alike. */
#include "attribute.h"

#include <string.h>

#include "field.h"

static void set_present(void *body, unsigned number)
{
	uint32_t attributes;

	/* Every block's struct begins with its attributes. */
	memcpy(&attributes, body, sizeof attributes);
	attributes |= (uint32_t)1 << number;
	memcpy(body, &attributes, sizeof attributes);
}

enum dimp_error attribute_read(const struct dimp_layout *layout, const struct tlv *tlv, void *body)
{
	const struct dimp_field_layout *field = layout_attribute(layout, tlv->type);

	if (field == NULL)
		return tlv_is_skippable(tlv->type) ? DIMP_ERROR_NONE : DIMP_ERROR_UNKNOWN_TLV;
	set_present(body, tlv->type);
	return field_read(field, tlv->value, body);
}

/* Attributes ascend strictly, so that a table has one form (DIMP 6.3-7). */
enum dimp_error attribute_read_all(const struct dimp_layout *layout, struct dimp_view rest,
	void *body)
{
	struct tlv tlv;
	int before = -1;

	while (tlv_next(&rest, &tlv)) {
		if (tlv.type == before)
			return DIMP_ERROR_DUPLICATE_TLV;
		if (tlv.type < before)
			return DIMP_ERROR_BAD_VALUE;
		before = tlv.type;
		const enum dimp_error error = attribute_read(layout, &tlv, body);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	return rest.size == 0 ? DIMP_ERROR_NONE : DIMP_ERROR_TRUNCATED;
}

enum dimp_error attribute_write_all(const struct dimp_layout *layout, const void *body,
	struct wire_writer *writer)
{
	uint32_t attributes;

	memcpy(&attributes, body, sizeof attributes);
	for (unsigned number = 0; number < ATTRIBUTE_NUMBERS; number++) {
		if ((attributes >> number & 1) == 0)
			continue;
		const struct dimp_field_layout *field = layout_attribute(layout, number);
		if (field == NULL)
			return DIMP_ERROR_BAD_VALUE;
		const size_t begin = tlv_begin(writer, field->attribute);
		const enum dimp_error error = field_write(field, body, writer);
		if (error != DIMP_ERROR_NONE)
			return error;
		tlv_end(writer, begin);
	}
	return DIMP_ERROR_NONE;
}
