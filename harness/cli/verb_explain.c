/* SPDX-License-Identifier: MIT */
/*
 * dimp explain: what the registry says about a name, a number or a clause.  The rows are the
 * registry's own, so that what is added there is explained from that day.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "dimp.h"
#include "scenario/nearest_name.h"

/* One thing that can be explained. */
struct topic {
	const char *kind;
	const char *name;
	const char *clause; /* "" when the row names none */
	uint32_t number;
	const char *reason; /* of an error: the FAIL it leads to; else "" */
	const char *text;
};

static const struct topic topics[] = {
#define ERROR(name, number, reason, vdp, radius, text) \
	{"error", #name, "9.4", number, #reason, text},
#include "errors.def"
#undef ERROR
#define NAMES(TYPE, type)
#define NAME(TYPE, UPPER, number, text) {#TYPE, #UPPER, "", number, "", text},
#define END_NAMES(TYPE)
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define ROUTE(lower, from, to)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#define BEGIN(UPPER, lower, number, version, label) \
	{"DI type", #lower, "8." #number, number, "", label},
#include "di.def"
#undef BEGIN
#undef ROUTE
#define ROUTE(lower, from, to) \
	"from " from " to " to \
	} \
	,
#define BEGIN(UPPER, lower, number, version, label) \
	{ \
		"message", label, "7", number, "",
#include "messages.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef ROUTE
#undef PARAM
#undef END
#define SETTING(name, value, least, most, unit, clause, text) \
	{"setting", #name, clause, value, "", text},
#include "settings.def"
#undef SETTING
#define EXIT_CODE(name, number, text) {"exit code", #name, "", number, "", text},
#include "cli/exit_codes.def"
#undef EXIT_CODE
};

enum { TOPICS = sizeof topics / sizeof topics[0] };

static const struct {
	const char *reason;
	uint32_t advice; /* bits of enum dimp_advice */
} advised[] = {
#define ADVISE(reason, advice, disposition) {#reason, advice},
#include "reasons.def"
#undef ADVISE
};

/* A field of a DI type. */
static const struct {
	const char *block, *member, *type, *role, *label;
} fields[] = {
#define BEGIN(UPPER, lower, number, version, label)
#define FIELD(lower, member, type, role, label) {#lower, #member, #type, #role, label},
#define ATTR(lower, member, number, type, role, label) {#lower, #member, #type, #role, label},
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
};

/* "FILTER_MODE" is printed as "filter mode". */
static void print_kind(const char *kind)
{
	const bool is_type = strcmp(kind, "DI type") == 0;

	for (; *kind != '\0'; kind++)
		putchar(*kind == '_' ? ' ' : is_type ? *kind : tolower((unsigned char)*kind));
}

static void print_advice(const char *reason)
{
	for (size_t each = 0; each < sizeof advised / sizeof advised[0]; each++) {
		if (strcmp(advised[each].reason, reason) != 0)
			continue;
		for (const struct topic *topic = topics; topic < topics + TOPICS; topic++) {
			if (strcmp(topic->kind, "ADVICE") == 0 &&
				advised[each].advice & topic->number)
				printf("  advice to the server: %s: %s\n", topic->name,
					topic->text);
		}
	}
}

static void print_crosswalk(enum dimp_error error)
{
	const uint8_t status = dimp_error_vdp_status(error);

	printf("  elsewhere: VDP 0x%02x (%s, error %u), RADIUS Error-Cause %u\n", status,
		status & DIMP_VDP_KEEP ? "keep" : "hard", status & DIMP_VDP_ERRORS,
		dimp_error_radius_cause(error));
}

static void print_fields(const char *block)
{
	for (size_t each = 0; each < sizeof fields / sizeof fields[0]; each++) {
		if (strcmp(fields[each].block, block) == 0)
			printf("  %-28s %-17s %-8s %s\n", fields[each].member, fields[each].type,
				fields[each].role, fields[each].label);
	}
}

static void print_topic(const struct topic *topic)
{
	printf("%s: ", topic->name);
	print_kind(topic->kind);
	printf(" %u: %s", topic->number, topic->text);
	if (*topic->clause != '\0')
		printf(" (DIMP %s)", topic->clause);
	putchar('\n');
	if (*topic->reason != '\0' && strcmp(topic->reason, "NONE") != 0) {
		printf("  ends a migration with: FAIL, %s\n", topic->reason);
		print_advice(topic->reason);
		print_crosswalk((enum dimp_error)topic->number);
	}
	if (strcmp(topic->kind, "REASON") == 0)
		print_advice(topic->name);
	if (strcmp(topic->kind, "DI type") == 0)
		print_fields(topic->name);
}

/* A shell shows an exit code as a number. */
static bool is_exit_code(const struct topic *topic, const char *asked)
{
	char number[12];

	(void)snprintf(number, sizeof number, "%u", topic->number);
	return strcmp(topic->kind, "exit code") == 0 && strcmp(number, asked) == 0;
}

/* The same name, or the same clause, or one within it ("9.4" is asked, "9.4-2" answers). */
static bool is_asked(const struct topic *topic, const char *asked)
{
	const size_t length = strlen(asked);

	if (strcasecmp(topic->name, asked) == 0 || is_exit_code(topic, asked))
		return true;
	return strncmp(topic->clause, asked, length) == 0 &&
		(topic->clause[length] == '\0' || topic->clause[length] == '-' ||
			topic->clause[length] == '.');
}

static json_t *topic_json(const struct topic *topic)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "kind", topic->kind, "name", topic->name,
		"number", (int)topic->number, "clause", topic->clause, "reason", topic->reason,
		"text", topic->text);
}

static bool is_known(const char *asked)
{
	for (const struct topic *topic = topics; topic < topics + TOPICS; topic++) {
		if (is_asked(topic, asked))
			return true;
	}
	return false;
}

static void print_asked(const char *asked)
{
	for (const struct topic *topic = topics; topic < topics + TOPICS; topic++) {
		if (is_asked(topic, asked))
			print_topic(topic);
	}
}

static bool write_json(const char *asked, const char *path)
{
	struct output_file output;

	if (!output_file_open(&output, path))
		return false;
	json_t *list = json_array();

	for (const struct topic *topic = topics; topic < topics + TOPICS; topic++) {
		if (is_asked(topic, asked))
			json_array_append_new(list, topic_json(topic));
	}
	json_dumpf(list, output.stream, JSON_INDENT(2));
	fputc('\n', output.stream);
	json_decref(list);
	return output_file_commit(&output);
}

static int unknown_topic(const char *asked)
{
	struct nearest_name nearest = nearest_name_begin(asked);

	for (const struct topic *topic = topics; topic < topics + TOPICS; topic++)
		nearest_name_offer(&nearest, topic->name);
	if (nearest.best != NULL)
		complain("%s: nothing known by this name; did you mean %s?", asked, nearest.best);
	else
		complain("%s: nothing known by this name; name an error, a reason, a DI type, "
			 "a message, a setting or a clause",
			asked);
	return EXIT_CODE_USAGE;
}

static int run_explain(int argc, char **argv)
{
	struct options options = {.is_json = false};
	const int verdict = options_read(&verb_explain, &options, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	const char *asked = options.operands[options.operand_count - 1];

	if (!is_known(asked))
		return unknown_topic(asked);
	if (options.is_json)
		return write_json(asked, options.json_path) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
	print_asked(asked);
	return EXIT_CODE_WELL;
}

const struct verb verb_explain = {
	.name = "explain",
	.summary = "Tell what an error, reason, DI type, message, setting or clause is",
	.operands = "NAME",
	.operands_min = 1,
	.operands_max = 2, /* "DIMP 9.4" */
	.example = "  dimp explain STALE_SERIAL\n  dimp explain DIMP 9.4\n",
	.run = run_explain,
};
