/*
 * The registry's names: from number to name and back, expanded from names.def, errors.def and the
 * blocks.  A number used twice is a duplicate case and does not compile.
 */
#include "names.h"

#include "layout.h"

/* Every NAMED and SET type NAME has its find_NAME(). */
/* clang-format off */
#define NAMES(TYPE, type) \
	static const char *find_##TYPE(uint64_t value) \
	{ \
		switch (value) {
#define NAME(TYPE, UPPER, number, text) \
		case (number): \
			return #UPPER;
#define END_NAMES(TYPE) \
		} \
		return NULL; \
	}
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
/* clang-format on */

static const char *find_ERROR(uint64_t value)
{
	switch (value) {
#define ERROR(name, number, reason, vdp, radius, text) \
	case (number): \
		return #name;
#include "errors.def"
#undef ERROR
	}
	return NULL;
}

static const char *find_DI_TYPE(uint64_t value)
{
	const struct dimp_layout *layout =
		value < DIMP_DI_TYPES ? dimp_di_layout((unsigned)value) : NULL;

	return layout != NULL ? layout->name : NULL;
}

static const char *find_DI_SET(uint64_t value)
{
	return find_DI_TYPE(value);
}

const char *names_find(enum dimp_type type, uint64_t value)
{
	switch (type) {
#define FIND_INTEGER(name) NULL
#define FIND_NAMED(name) find_##name(value)
#define FIND_SET(name) find_##name(value)
#define FIND_OCTETS(name) NULL
#define FIND_VARIABLE(name) NULL
#define FIND_TEXT(name) NULL
#define TYPE(name, c_type, octets, kind, text) \
	case DIMP_TYPE_##name: \
		return FIND_##kind(name);
#include "types.def"
#undef TYPE
	case DIMP_TYPES: break;
	}
	return NULL;
}

/* Every bit that is set has a name. */
static bool allow_set(enum dimp_type type, uint64_t set)
{
	for (uint64_t bit = 1; set != 0; bit <<= 1) {
		if ((set & bit) != 0 && names_find(type, bit) == NULL)
			return false;
		set &= ~bit;
	}
	return true;
}

bool names_allow(enum dimp_type type, uint64_t value)
{
	/* A newer speaker may name DI types that this one does not know. */
	if (type == DIMP_TYPE_DI_SET)
		return true;
	switch (type) {
#define ALLOW_INTEGER(name) false
#define ALLOW_NAMED(name) names_have_##name(value)
#define ALLOW_SET(name) allow_set(type, value)
#define ALLOW_OCTETS(name) false
#define ALLOW_VARIABLE(name) false
#define ALLOW_TEXT(name) false
#define TYPE(name, c_type, octets, kind, text) \
	case DIMP_TYPE_##name: \
		return ALLOW_##kind(name);
#include "types.def"
#undef TYPE
	case DIMP_TYPES: break;
	}
	return false;
}

const char *dimp_name(enum dimp_type type, uint64_t value)
{
	const char *name = names_find(type, value);

	return name != NULL ? name : "?";
}

const char *dimp_di_type_name(enum dimp_di_type type)
{
	return dimp_name(DIMP_TYPE_DI_TYPE, type);
}

const char *dimp_error_name(enum dimp_error error)
{
	return dimp_name(DIMP_TYPE_ERROR, error);
}

const char *dimp_error_text(enum dimp_error error)
{
	switch (error) {
#define ERROR(name, number, reason, vdp, radius, text) \
	case DIMP_ERROR_##name: \
		return text;
#include "errors.def"
#undef ERROR
	}
	return "?";
}

/* Whether two terminated strings are equal: the model links against nothing but mem*. */
static bool is_same(const char *one, const char *other)
{
	size_t index = 0;

	while (one[index] != '\0' && one[index] == other[index])
		index++;
	return one[index] == other[index];
}

enum dimp_di_type dimp_di_type_from_name(const char *name)
{
	static const struct {
		const char *name;
		enum dimp_di_type type;
	} types[] = {
#define BEGIN(UPPER, lower, number, version, label) {#lower, DIMP_DI_##UPPER},
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	};
	for (size_t index = 0; index < sizeof types / sizeof types[0]; index++) {
		if (is_same(types[index].name, name))
			return types[index].type;
	}
	return (enum dimp_di_type)0;
}

enum dimp_reason dimp_error_reason(enum dimp_error error)
{
	switch (error) {
#define ERROR(name, number, reason, vdp, radius, text) \
	case DIMP_ERROR_##name: \
		return DIMP_REASON_##reason;
#include "errors.def"
#undef ERROR
	}
	return DIMP_REASON_TRANSFER_FAILED;
}

uint8_t dimp_reason_advice(enum dimp_reason reason)
{
	static const uint8_t advice[] = {
#define ADVISE(reason_, advice_, disposition) [DIMP_REASON_##reason_] = (advice_),
#include "reasons.def"
#undef ADVISE
	};
	return (size_t)reason < sizeof advice ? advice[reason] : 0;
}

/* What goes with an error that has no row: a fault that nothing more is known of. */
enum { VDP_OTHER = 4, RADIUS_OTHER = 505 };

static uint8_t vdp_error(enum dimp_error error)
{
	switch (error) {
#define ERROR(name, number, reason, vdp, radius, text) \
	case DIMP_ERROR_##name: \
		return (vdp);
#include "errors.def"
#undef ERROR
	}
	return VDP_OTHER;
}

static uint8_t vdp_disposition(enum dimp_reason reason)
{
	static const uint8_t dispositions[] = {
#define ADVISE(reason_, advice_, disposition) [DIMP_REASON_##reason_] = DIMP_VDP_##disposition,
#include "reasons.def"
#undef ADVISE
	};
	return reason != DIMP_REASON_NONE ? dispositions[reason] : DIMP_VDP_KEEP;
}

uint8_t dimp_error_vdp_status(enum dimp_error error)
{
	if (error == DIMP_ERROR_NONE)
		return DIMP_VDP_ACK;
	return DIMP_VDP_ACK | vdp_disposition(dimp_error_reason(error)) | vdp_error(error);
}

uint16_t dimp_error_radius_cause(enum dimp_error error)
{
	switch (error) {
#define ERROR(name, number, reason, vdp, radius, text) \
	case DIMP_ERROR_##name: \
		return (radius);
#include "errors.def"
#undef ERROR
	}
	return RADIUS_OTHER;
}
