/* SPDX-License-Identifier: MIT */
/* Names that a scenario may use, and the numbers they stand for: the registry's, and the reader's
 * own. */
#ifndef SCENARIO_NAME_ROWS_H
#define SCENARIO_NAME_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* A list of them ends with a row without a name. */
struct name_row {
	const char *name;
	int32_t number;
};

/* names_result, names_reason, names_advice and the others of names.def. */
#define NAMES(TYPE, type) extern const struct name_row names_##type[];
#define NAME(TYPE, UPPER, number, text)
#define END_NAMES(TYPE)
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES

extern const struct name_row names_di_type[];
extern const struct name_row names_error[];
extern const struct name_row names_suite[];
extern const struct name_row names_confidentiality[];
extern const struct name_row names_how[];
extern const struct name_row names_trigger[];
extern const struct name_row names_carrier[];
extern const struct name_row names_hint_given[];
extern const struct name_row names_ticket[];
extern const struct name_row names_vdp_status[];
extern const struct name_row names_authority[];
extern const struct name_row names_lie[];
extern const struct name_row names_garble[];
extern const struct name_row names_on_risk[];
extern const struct name_row names_on_reason[];
extern const struct name_row names_announcement[];
extern const struct name_row names_converge[];
extern const struct name_row names_ask[];
extern const struct name_row names_workaround[];
extern const struct name_row names_service_kind[];
extern const struct name_row names_server_kind[];
extern const struct name_row names_link_direction[];
extern const struct name_row names_machine[];
extern const struct name_row names_state[];
extern const struct name_row names_acl_template[];
extern const struct name_row names_flag[];

/* The row with this name, NULL if there is none. */
const struct name_row *name_rows_find(const struct name_row *names, const char *name);

/* The name of a number, "?" if there is none. */
const char *names_of(const struct name_row *names, int32_t number);

/* "expected one of: a, b, c" or, when one is near, "did you mean b?": into |text| of |size| octets,
 * terminated. */
void names_hint(const struct name_row *names, const char *wrong, char *text, size_t size);

#endif
