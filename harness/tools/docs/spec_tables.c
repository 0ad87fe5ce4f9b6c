/*
 * The generated tables of docs/spec: registry rows as Markdown.  A table is a name and a function;
 * the blocks of di.def, tlvs.def and messages.def are named "di dhcp_binding", "param filter" and
 * "message request".
 */
#include "spec_tables.h"

#include <string.h>

#include "dimp.h"

struct spec_table {
	const char *name;
	void (*write)(FILE *out);
};

static const struct {
	const char *name, *kind, *text;
	unsigned octets;
} types[] = {
#define TYPE(name, c_type, octets, kind, text) {#name, #kind, text, octets},
#include "types.def"
#undef TYPE
};

static const char *const roles[] = {
#define ROLE(name, text) #name,
#include "roles.def"
#undef ROLE
};

static void write_types(FILE *out)
{
	fputs("| type | octets | kind | holds |\n| --- | --- | --- | --- |\n", out);
	for (size_t at = 0; at < sizeof types / sizeof types[0]; at++) {
		const bool is_variable = strcmp(types[at].kind, "VARIABLE") == 0 ||
			strcmp(types[at].kind, "TEXT") == 0;
		fprintf(out, "| %s | %s%u | %s | %s |\n", types[at].name, is_variable ? "0-" : "",
			types[at].octets, types[at].kind, types[at].text);
	}
}

static void write_roles(FILE *out)
{
	fputs("| role | a field with it |\n| --- | --- |\n", out);
#define ROLE(name, text) fprintf(out, "| %s | %s |\n", #name, text);
#include "roles.def"
#undef ROLE
}

static void write_names(FILE *out)
{
	fputs("| type | number | name | meaning |\n| --- | --- | --- | --- |\n", out);
#define NAMES(TYPE, type)
#define NAME(TYPE, UPPER, number, text) \
	fprintf(out, "| %s | %d | %s | %s |\n", #TYPE, number, #UPPER, text);
#define END_NAMES(TYPE)
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
}

static const struct {
	const char *name, *reason, *text;
	int number;
} errors[] = {
#define ERROR(name, number, reason, vdp, radius, text) {#name, #reason, text, number},
#include "errors.def"
#undef ERROR
};

static void write_errors(FILE *out)
{
	fputs("| number | name | reason of a FAIL | meaning |\n| --- | --- | --- | --- |\n", out);
	for (size_t at = 0; at < sizeof errors / sizeof errors[0]; at++)
		fprintf(out, "| %d | %s | %s | %s |\n", errors[at].number, errors[at].name,
			errors[at].reason, errors[at].text);
}

static const char *vdp_word(uint8_t status)
{
	if (status == DIMP_VDP_ACK)
		return "ACK";
	return status & DIMP_VDP_KEEP ? "Keep" : "Hard";
}

static void write_crosswalk(FILE *out)
{
	fputs("| error | VDP status | | Error-Cause |\n| --- | --- | --- | --- |\n", out);
	for (size_t at = 0; at < sizeof errors / sizeof errors[0]; at++) {
		const enum dimp_error error = (enum dimp_error)errors[at].number;
		const uint8_t status = dimp_error_vdp_status(error);

		fprintf(out, "| %s | 0x%02x | %s, %u | ", errors[at].name, status, vdp_word(status),
			status & DIMP_VDP_ERRORS);
		fprintf(out, error == DIMP_ERROR_NONE ? "none |\n" : "%u |\n",
			dimp_error_radius_cause(error));
	}
}

static void write_advice(FILE *out)
{
	fputs("| reason | advice |\n| --- | --- |\n", out);
#define ADVISE(reason, advice, disposition) \
	fprintf(out, "| %s | %s%s%s |\n", #reason, (advice)&DIMP_ADVICE_STOP ? "STOP " : "", \
		(advice)&DIMP_ADVICE_RETRY ? "RETRY " : "", \
		(advice)&DIMP_ADVICE_CONTINUE_AT_RISK ? "CONTINUE_AT_RISK " : "");
#include "reasons.def"
#undef ADVISE
}

static void write_settings(FILE *out)
{
	fputs("| setting | default | range | unit | clause | meaning |\n"
	      "| --- | --- | --- | --- | --- | --- |\n",
		out);
#define SETTING(name, value, least, most, unit, clause, text) \
	fprintf(out, "| %s | %lld | %lld to %lld | %s | %s | %s |\n", #name, (long long)(value), \
		(long long)(least), (long long)(most), unit, clause, text);
#include "settings.def"
#undef SETTING
}

static void write_capacities(FILE *out)
{
	fputs("| bound | default | of | one too many |\n| --- | --- | --- | --- |\n", out);
#define CAPACITY(name, value, refusal, text) \
	fprintf(out, "| %s | %u | %s | %s |\n", #name, (unsigned)(value), text, refusal);
#include "capacities.def"
#undef CAPACITY
}

static void write_limits(FILE *out)
{
	fputs("| limit | value | clause | meaning |\n| --- | --- | --- | --- |\n", out);
#define LIMIT(name, value, clause, text) \
	fprintf(out, "| %s | %lld | %s | %s |\n", #name, (long long)(value), clause, text);
#include "limits.def"
#undef LIMIT
}

static void write_ranges(FILE *out)
{
	static const struct {
		const char *registry, *use, *who, *form;
		unsigned first, last;
	} ranges[] = {
#define HEXADECIMAL "| %s | 0x%04x | 0x%04x | %s | %s |\n"
#define DECIMAL "| %s | %u | %u | %s | %s |\n"
#define RANGE(registry, form, first, last, use, who) {#registry, #use, who, form, first, last},
#include "ranges.def"
#undef RANGE
#undef HEXADECIMAL
#undef DECIMAL
	};

	fputs("| numbers of | from | to | use | given out by |\n"
	      "| --- | --- | --- | --- | --- |\n",
		out);
	for (size_t at = 0; at < sizeof ranges / sizeof ranges[0]; at++)
		fprintf(out, ranges[at].form, ranges[at].registry, ranges[at].first,
			ranges[at].last, ranges[at].use, ranges[at].who);
}

static void write_counters(FILE *out)
{
	fputs("| counter | counts |\n| --- | --- |\n", out);
#define COUNTER(name, text) fprintf(out, "| %s | %s |\n", #name, text);
#include "counters.def"
#undef COUNTER
}

/* The layout with that name among those |find| knows below |end|. */
static const struct dimp_layout *find_layout(const struct dimp_layout *(*find)(unsigned),
	const char *name, unsigned end)
{
	for (unsigned number = 0; number < end; number++) {
		const struct dimp_layout *layout = find(number);
		if (layout != NULL && strcmp(layout->name, name) == 0)
			return layout;
	}
	return NULL;
}

static void write_blocks(FILE *out, const struct dimp_layout *(*find)(unsigned), unsigned end)
{
	fputs("| number | name | meaning | octets of the fixed part |\n"
	      "| --- | --- | --- | --- |\n",
		out);
	for (unsigned number = 0; number < end; number++) {
		const struct dimp_layout *layout = find(number);
		if (layout != NULL)
			fprintf(out,
				end <= DIMP_DI_TYPES ? "| %u | %s | %s | %u |\n"
						     : "| 0x%04x | %s | %s | %u |\n",
				number, layout->name, layout->label, layout->fixed_size);
	}
}

enum { NUMBERS_END = 0x200 };

static void write_di_types(FILE *out)
{
	write_blocks(out, dimp_di_layout, DIMP_DI_TYPES);
}

static void write_params(FILE *out)
{
	write_blocks(out, dimp_param_tlv_layout, NUMBERS_END);
}

static void write_route(FILE *out, const struct dimp_layout *layout)
{
	static const struct {
		unsigned kind;
		const char *from, *to;
	} routes[] = {
#define BEGIN(UPPER, lower, number, version, label) {DIMP_MESSAGE_##UPPER,
#define ROUTE(lower, from, to) \
	from, to \
	} \
	,
#define ATTR(lower, member, number, type, role, label)
#define FIELD(lower, member, type, role, label)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#include "messages.def"
#undef ATTR
#undef BEGIN
#undef ROUTE
#undef FIELD
#undef PARAM
#undef END
	};
	for (size_t at = 0; at < sizeof routes / sizeof routes[0]; at++) {
		if (routes[at].kind == layout->number)
			fprintf(out, "%s to %s", routes[at].from, routes[at].to);
	}
}

static void write_messages(FILE *out)
{
	fputs("| TLV type | message | from, to |\n| --- | --- | --- |\n", out);
	for (unsigned kind = 0; kind < NUMBERS_END; kind++) {
		const struct dimp_layout *layout = dimp_message_layout(kind);
		if (layout == NULL)
			continue;
		fprintf(out, "| 0x%04x | %s | ", kind, layout->label);
		write_route(out, layout);
		fputs(" |\n", out);
	}
}

static void write_field(FILE *out, const struct dimp_field_layout *field)
{
	if (field->attribute != 0)
		fprintf(out, "| attribute %u ", field->attribute);
	else
		fprintf(out, "| %u ", field->wire_offset);
	fprintf(out, "| %s | %s | %s | %s |\n", field->name, types[field->type].name,
		roles[field->role], field->label);
}

static void write_layout(FILE *out, const struct dimp_layout *layout)
{
	fputs("| offset | field | type | role | meaning |\n| --- | --- | --- | --- | --- |\n", out);
	for (size_t at = 0; at < layout->field_count; at++)
		write_field(out, &layout->fields[at]);
	for (size_t at = 0; at < layout->param_count; at++) {
		const struct dimp_layout *row = dimp_param_tlv_layout(layout->params[at].tlv);
		fprintf(out, "| then | %s | TLV 0x%04x | | %u to %u of them |\n", row->name,
			row->number, layout->params[at].fewest, layout->params[at].most);
	}
}

/* Each inclusion of a machine's rows undefines its macros, so they are defined before each. */
#define STATE(name, text) fprintf(out, "| %s | %s |\n", #name, text);
#define WRITE_STATES "| state | meaning |\n| --- | --- |\n"
static void write_source_states(FILE *out)
{
	fputs(WRITE_STATES, out);
#include "source.def"
}

#define STATE(name, text) fprintf(out, "| %s | %s |\n", #name, text);
static void write_destination_states(FILE *out)
{
	fputs(WRITE_STATES, out);
#include "destination.def"
}

#define STATE(name, text) fprintf(out, "| %s | %s |\n", #name, text);
static void write_station_states(FILE *out)
{
	fputs(WRITE_STATES, out);
#include "station.def"
}

#define EVENT(name, text) fprintf(out, "| %s | %s |\n", #name, text);
#define WRITE_EVENTS "| event | meaning |\n| --- | --- |\n"
static void write_source_events(FILE *out)
{
	fputs(WRITE_EVENTS, out);
#include "source.def"
}

#define EVENT(name, text) fprintf(out, "| %s | %s |\n", #name, text);
static void write_destination_events(FILE *out)
{
	fputs(WRITE_EVENTS, out);
#include "destination.def"
}

#define EVENT(name, text) fprintf(out, "| %s | %s |\n", #name, text);
static void write_station_events(FILE *out)
{
	fputs(WRITE_EVENTS, out);
#include "station.def"
}

#define WRITE_ROWS \
	"| state | event | action | next state | clause |\n| --- | --- | --- | --- | --- |\n"
#define WRITE_ROW(from, event, action, to, clause) \
	fprintf(out, "| %s | %s | %s | %s | %s |\n", #from, #event, #action, #to, clause);
#define WRITE_OTHERWISE(from, clause) \
	fprintf(out, "| %s | any other | ignored | %s | %s |\n", #from, #from, clause);

#define ROW(from, event, action, to, clause) WRITE_ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause) WRITE_OTHERWISE(from, clause)
static void write_source(FILE *out)
{
	fputs(WRITE_ROWS, out);
#include "source.def"
}

#define ROW(from, event, action, to, clause) WRITE_ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause) WRITE_OTHERWISE(from, clause)
static void write_destination(FILE *out)
{
	fputs(WRITE_ROWS, out);
#include "destination.def"
}

#define ROW(from, event, action, to, clause) WRITE_ROW(from, event, action, to, clause)
#define OTHERWISE(from, clause) WRITE_OTHERWISE(from, clause)
static void write_station(FILE *out)
{
	fputs(WRITE_ROWS, out);
#include "station.def"
}

/* A bar would end a cell of the table. */
static void write_cell(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fputs(*text == '|' ? "or" : (const char[]){*text, '\0'}, out);
}

static void write_drill_lines(FILE *out)
{
	static const struct {
		const char *keyword, *rest, *text;
		unsigned names;
	} lines[] = {
#define KIND(NAME, keyword, names, rest, place, text) {keyword, #rest, text, names},
#include "script/drill_kinds.def"
#undef KIND
	};

	fputs("| keyword | names | rest | what it says |\n| --- | --- | --- | --- |\n", out);
	for (size_t at = 0; at < sizeof lines / sizeof lines[0]; at++) {
		fprintf(out, "| `%s` | %u | %s | ", lines[at].keyword, lines[at].names,
			lines[at].rest);
		write_cell(out, lines[at].text);
		fputs(" |\n", out);
	}
}

static const struct spec_table tables[] = {
	{"drill lines", write_drill_lines},
	{"types", write_types},
	{"roles", write_roles},
	{"names", write_names},
	{"errors", write_errors},
	{"crosswalk", write_crosswalk},
	{"advice", write_advice},
	{"settings", write_settings},
	{"limits", write_limits},
	{"capacities", write_capacities},
	{"counters", write_counters},
	{"ranges", write_ranges},
	{"di-types", write_di_types},
	{"params", write_params},
	{"messages", write_messages},
	{"states source", write_source_states},
	{"states destination", write_destination_states},
	{"states station", write_station_states},
	{"events source", write_source_events},
	{"events destination", write_destination_events},
	{"events station", write_station_events},
	{"machine source", write_source},
	{"machine destination", write_destination},
	{"machine station", write_station},
};

/* The block that "di NAME", "param NAME" or "message NAME" names. */
static const struct dimp_layout *find_block(const char *name)
{
	if (strncmp(name, "di ", 3) == 0)
		return find_layout(dimp_di_layout, name + 3, DIMP_DI_TYPES);
	if (strncmp(name, "param ", 6) == 0)
		return find_layout(dimp_param_tlv_layout, name + 6, NUMBERS_END);
	if (strncmp(name, "message ", 8) == 0)
		return find_layout(dimp_message_layout, name + 8, NUMBERS_END);
	return NULL;
}

bool spec_table_write(const char *name, FILE *out)
{
	const struct dimp_layout *layout = find_block(name);

	if (layout != NULL) {
		write_layout(out, layout);
		return true;
	}
	for (size_t at = 0; at < sizeof tables / sizeof tables[0]; at++) {
		if (strcmp(tables[at].name, name) != 0)
			continue;
		tables[at].write(out);
		return true;
	}
	return false;
}
