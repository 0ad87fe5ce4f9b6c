/* The registry's names, inside the model: which values of a NAMED type exist. */
#ifndef DIMP_NAMES_H
#define DIMP_NAMES_H

#include "dimp.h"

/* The name of |value| of a NAMED type, or of one bit of a SET type; NULL when it has none. */
const char *names_find(enum dimp_type type, uint64_t value);

/* Whether |value| may stand in a field of the NAMED or SET type |type| (DIMP 6.1-6, 6.1-7). */
bool names_allow(enum dimp_type type, uint64_t value);

/* The same for a NAMED type that is known when compiling: names_have_DIRECTION() and so on. */
/* clang-format off */
#define NAMES(TYPE, type) \
	static inline bool names_have_##TYPE(uint64_t value) \
	{ \
		switch (value) {
#define NAME(TYPE, UPPER, number, text) \
		case (number):
#define END_NAMES(TYPE) \
			return true; \
		} \
		return false; \
	}
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
/* clang-format on */

/* A newer speaker may name DI types that this one does not know. */
static inline bool names_have_DI_TYPE(uint64_t value)
{
	return value >= 1 && value < DIMP_DI_TYPES;
}

/* Or new errors: an ABORT must not get lost because this one cannot name its cause.  Errors from
 * 160 on are answers to the speaker's own user (DIMP 9.4). */
static inline bool names_have_ERROR(uint64_t value)
{
	return value < 160;
}

#endif
