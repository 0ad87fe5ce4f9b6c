/* SPDX-License-Identifier: MIT */
/* The tables of names, the registry's made from its rows. */
#include "scenario/name_rows.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rewriter.h"
#include "scenario/nearest_name.h"
#include "scenario/scenario.h"

/* clang-format off */
#define NAMES_LAST {NULL, 0}
/* clang-format on */

const struct name_row names_di_type[] = {
#define BEGIN(UPPER, lower, number, version, label) {#lower, number},
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	NAMES_LAST,
};

const struct name_row names_error[] = {
#define ERROR(name, number, reason, vdp, radius, text) {#name, number},
#include "errors.def"
#undef ERROR
	NAMES_LAST,
};

#define NAMES(TYPE, type) const struct name_row names_##type[] = {
#define NAME(TYPE, UPPER, number, text) {#UPPER, number},
#define END_NAMES(TYPE) \
	NAMES_LAST, \
	} \
	;
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES

const struct name_row names_suite[] = {
	{"gcm-aes-128", SCENARIO_SUITE_128},
	{"gcm-aes-256", SCENARIO_SUITE_256},
	{"gcm-aes-xpn-128", SCENARIO_SUITE_EXTENDED_128},
	{"gcm-aes-xpn-256", SCENARIO_SUITE_EXTENDED_256},
	NAMES_LAST,
};

const struct name_row names_confidentiality[] = {
	{"none", SCENARIO_CONFIDENTIALITY_NONE},
	{"offset-0", SCENARIO_CONFIDENTIALITY_0},
	{"offset-30", SCENARIO_CONFIDENTIALITY_30},
	{"offset-50", SCENARIO_CONFIDENTIALITY_50},
	NAMES_LAST,
};

const struct name_row names_how[] = {
	{"one-shot", DIMP_MODE_ONE_SHOT},
	{"staged", DIMP_MODE_STAGED},
	NAMES_LAST,
};

const struct name_row names_trigger[] = {
	{"request", SCENARIO_TRIGGER_REQUEST},
	{"notify", SCENARIO_TRIGGER_NOTIFY},
	{"notify-alone", SCENARIO_TRIGGER_NOTIFY_ALONE},
	{"operator", SCENARIO_TRIGGER_OPERATOR},
	{"vdp", SCENARIO_TRIGGER_VDP},
	{"none", SCENARIO_TRIGGER_NONE},
	NAMES_LAST,
};

const struct name_row names_vdp_status[] = {
	{"none", SCENARIO_VDP_NONE},
	{"hard-1", SCENARIO_VDP_HARD_FORMAT},
	{"hard-2", SCENARIO_VDP_HARD_RESOURCES},
	{"hard-3", SCENARIO_VDP_HARD_MANAGER},
	{"hard-4", SCENARIO_VDP_HARD_OTHER},
	{"hard-5", SCENARIO_VDP_HARD_FILTER},
	{"keep-2", SCENARIO_VDP_KEEP_RESOURCES},
	{"keep-4", SCENARIO_VDP_KEEP_OTHER},
	{"ack", SCENARIO_VDP_ACK},
	NAMES_LAST,
};

const struct name_row names_carrier[] = {
	{"ethernet", PDU_CARRIED_BY_ETHERNET},
	{"udp", PDU_CARRIED_BY_UDP},
	{"udp6", PDU_CARRIED_BY_UDP6},
	NAMES_LAST,
};

const struct name_row names_hint_given[] = {
	{"source", SCENARIO_HINT_SOURCE},
	{"none", SCENARIO_HINT_NONE},
	{"unknown", SCENARIO_HINT_UNKNOWN},
	NAMES_LAST,
};

const struct name_row names_lie[] = {
#define LIE(NAME, name, tlv, offset, octets, how, value, text) {name, 1 << REWRITER_LIE_##NAME},
#include "crypto/lies.def"
#undef LIE
	NAMES_LAST,
};

const struct name_row names_garble[] = {
#define GARBLE(NAME, name, text) {name, 1 << GARBLER_##NAME},
#include "crypto/garbler_ways.def"
#undef GARBLE
	{"all", (1 << GARBLER_WAYS) - 1},
	NAMES_LAST,
};

const struct name_row names_ticket[] = {
	{"right", SCENARIO_TICKET_RIGHT},
	{"none", SCENARIO_TICKET_NONE},
	{"wrong", SCENARIO_TICKET_WRONG},
	{"no-risk", SCENARIO_TICKET_NO_RISK},
	{"elsewhere", SCENARIO_TICKET_ELSEWHERE},
	{"over", SCENARIO_TICKET_OVER},
	{"ending", SCENARIO_TICKET_ENDING},
	{"one-type", SCENARIO_TICKET_ONE_TYPE},
	NAMES_LAST,
};

const struct name_row names_authority[] = {
	{"any-peer", DIMP_AUTHORITY_ANY_PEER},
	{"consent", DIMP_AUTHORITY_CONSENT},
	{"ticket", DIMP_AUTHORITY_TICKET},
	NAMES_LAST,
};

const struct name_row names_on_risk[] = {
	{"stop", SCENARIO_RISK_STOP},
	{"continue", SCENARIO_RISK_CONTINUE},
	NAMES_LAST,
};

const struct name_row names_converge[] = {
	{"stop", MEMORY_CONVERGE_STOP},
	{"give-up", MEMORY_CONVERGE_GIVE_UP},
	{"throttle", MEMORY_CONVERGE_THROTTLE},
	{"post-copy", MEMORY_CONVERGE_POST_COPY},
	NAMES_LAST,
};

const struct name_row names_ask[] = {
	{"start", SCENARIO_ASK_AT_START},
	{"copied", SCENARIO_ASK_WHEN_COPIED},
	NAMES_LAST,
};

const struct name_row names_on_reason[] = {
	{"as-advised", SCENARIO_ON_REASON_AS_ADVISED},
	{"stop", SCENARIO_ON_REASON_STOP},
	{"elsewhere", SCENARIO_ON_REASON_ELSEWHERE},
	NAMES_LAST,
};

const struct name_row names_announcement[] = {
	{"rarp", ANNOUNCEMENT_RARP},
	{"garp", ANNOUNCEMENT_GARP},
	{"na", ANNOUNCEMENT_NA},
	NAMES_LAST,
};

const struct name_row names_workaround[] = {
	{"query", SCENARIO_WORKAROUND_QUERY},
	{"renew", SCENARIO_WORKAROUND_RENEW},
	{"reauthenticate", SCENARIO_WORKAROUND_REAUTHENTICATE},
	NAMES_LAST,
};

const struct name_row names_service_kind[] = {
	{"multicast", SCENARIO_SERVICE_MULTICAST},
	{"echo", SCENARIO_SERVICE_ECHO},
	NAMES_LAST,
};

const struct name_row names_server_kind[] = {
#define SERVER(KIND, kind) {#kind, SCENARIO_SERVER_##KIND},
#include "scenario/server_kinds.def"
#undef SERVER
	NAMES_LAST,
};

const struct name_row names_link_direction[] = {
	{"both", -1},
	{"forth", 0},
	{"back", 1},
	NAMES_LAST,
};

/* Number 0 of a template is the empty text. */
const struct name_row names_machine[] = {
	{"source", 1},
	{"destination", 2},
	{"station", 3},
	NAMES_LAST,
};

#define STATE(name, text) {#name, 1},
#define EVENT(name, text)
#define ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause)
const struct name_row names_state[] = {
#include "source.def"
#define STATE(name, text) {#name, 2},
#define EVENT(name, text)
#define ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause)
#include "destination.def"
#define STATE(name, text) {#name, 3},
#define EVENT(name, text)
#define ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause)
#include "station.def"
	NAMES_LAST,
};

const struct name_row names_acl_template[] = {
	{"none", 0},
	{"permit-own-address", 1},
	NAMES_LAST,
};

const struct name_row names_flag[] = {
	{"true", 1},
	{"false", 0},
	{"yes", 1},
	{"no", 0},
	NAMES_LAST,
};

const struct name_row *name_rows_find(const struct name_row *names, const char *name)
{
	for (; names->name != NULL; names++) {
		if (strcmp(names->name, name) == 0)
			return names;
	}
	return NULL;
}

const char *names_of(const struct name_row *names, int32_t number)
{
	for (; names->name != NULL; names++) {
		if (names->number == number)
			return names->name;
	}
	return "?";
}

void names_hint(const struct name_row *names, const char *wrong, char *text, size_t size)
{
	struct nearest_name nearest = nearest_name_begin(wrong);
	size_t used = 0;

	for (const struct name_row *row = names; row->name != NULL; row++) {
		/* States of several machines may have one name. */
		if (name_rows_find(names, row->name) != row)
			continue;
		nearest_name_offer(&nearest, row->name);
		if (used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
				row == names ? "expected one of: " : ", ", row->name);
	}
	if (nearest.best != NULL)
		snprintf(text, size, "did you mean %s?", nearest.best);
}
