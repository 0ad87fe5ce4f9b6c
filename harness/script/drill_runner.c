/* SPDX-License-Identifier: MIT */
/*
 * Line by line: words expanded, time reached, the line carried out.  The speaker is made at the
 * first line that needs it.  The first line that fails ends the drill.
 */
#include "script/drill_runner.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "script/drill_model.h"
#include "script/drill_parser.h"
#include "script/drill_printer.h"
#include "script/drill_run.h"
#include "script/drill_ticket.h"
#include "script/drill_turns.h"

enum {
	FILE_SIZE_MAX = 1 << 20,
	PATH_SIZE = 1024,
	INCLUDES_DEEP_MAX = 16,
	REAL_TIME_SLACK_MS = 5000
};

/* The first failure is the one that counts. */
static void note_failure(struct drill_run *run, enum drill_end end, const char *format,
	va_list arguments)
{
	struct drill_outcome *outcome = run->outcome;

	if (outcome->end != DRILL_PASSED)
		return;
	outcome->end = end;
	outcome->line = run->line->number;
	(void)snprintf(outcome->path, sizeof outcome->path, "%s", run->path);
	(void)vsnprintf(outcome->why, sizeof outcome->why, format, arguments);
}

static void fail_as(struct drill_run *run, enum drill_end end, const char *format,
	va_list arguments)
{
	va_list noted;

	va_copy(noted, arguments);
	note_failure(run, end, format, noted);
	va_end(noted);
	fprintf(run->report, "%s:%u: ", run->path, run->line->number);
	vfprintf(run->report, format, arguments);
	fputs("\n    line:   ", run->report);
	drill_print_line(run->report, run->line);
	if (strcmp(run->words, run->line->rest) != 0)
		fprintf(run->report, "    words:  %s\n", run->words);
}

bool drill_run_fail(struct drill_run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail_as(run, DRILL_SENSELESS, format, arguments);
	va_end(arguments);
	return false;
}

bool drill_run_unmet(struct drill_run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail_as(run, run->leads_on ? DRILL_UNREACHED : DRILL_UNMET, format, arguments);
	va_end(arguments);
	return false;
}

bool drill_run_unreached(struct drill_run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fail_as(run, DRILL_UNREACHED, format, arguments);
	va_end(arguments);
	return false;
}

void drill_run_show_trace(struct drill_run *run)
{
	fputs("    last transitions:\n", run->report);
	drill_trace_print(&run->world.trace, run->world.start, run->report);
}

void drill_run_show(struct drill_run *run, const struct drill_happening *happening)
{
	const bool is_event = happening->peer == DRILL_EVENT;

	fputs("    actual: @", run->report);
	drill_print_duration(run->report, happening->at.us - run->world.start.us);
	fprintf(run->report, " %s%s%s %s\n", is_event ? "!" : ">", is_event ? "" : " ",
		is_event ? "" : run->world.setup.wires[happening->peer].name, happening->text);
	if (happening->size > 0)
		fputs("    hex:    ", run->report);
	for (size_t index = 0; index < happening->size; index++)
		fprintf(run->report, "%02x%s", happening->octets[index],
			index + 1 == happening->size ? "\n" : "");
	drill_run_show_trace(run);
}

dimp_peer drill_run_peer(struct drill_run *run)
{
	const dimp_peer peer = drill_world_peer(&run->world, run->line->names[0]);

	if (peer == DIMP_NO_PEER)
		drill_run_fail(run, "no peer %s", run->line->names[0]);
	return peer;
}

static dimp_peer find_peer(const void *context, const char *name)
{
	return drill_world_peer(context, name);
}

struct drill_peer_book drill_run_peers(const struct drill_run *run)
{
	return (struct drill_peer_book){find_peer, &run->world};
}

static bool set_name(struct drill_run *run)
{
	const struct span name = {run->line->names[0], strlen(run->line->names[0])};

	return drill_variables_set(&run->variables, name,
		       (struct span){run->words, strlen(run->words)}) ||
		drill_run_fail(run, "no room for another name");
}

/* vsi NAME VSI {filter ...}: read as the fields of a WHO-HAS, which has both. */
static bool add_vsi(struct drill_run *run)
{
	const struct drill_peer_book peers = drill_run_peers(run);
	struct drill_order order = {.kind = DRILL_ORDER_ADD};
	struct span rest = {run->words, strlen(run->words)};
	const struct span vsi = span_take_word(&rest);
	struct text_error error = {.text = ""};
	char text[DRILL_TEXT_MAX];

	if (!drill_variables_set(&run->variables,
		    (struct span){run->line->names[0], strlen(run->line->names[0])}, vsi))
		return drill_run_fail(run, "no room for another name");
	(void)snprintf(text, sizeof text, "vsi=%.*s %.*s", (int)vsi.size, vsi.text, (int)rest.size,
		rest.text);
	if (!drill_order_arguments((struct span){text, strlen(text)}, &peers, &order, &error))
		return drill_run_fail(run, "no VSI: %s", error.text);
	const enum dimp_error refused = drill_world_order(&run->world, &order, &error);

	return refused == DIMP_ERROR_NONE ||
		drill_run_unmet(run, "the speaker says %s", dimp_error_name(refused));
}

static bool begin(struct drill_run *run)
{
	if (run->has_begun)
		return true;
	run->has_begun = true;
	if (!run->world.setup.has_role)
		return drill_run_fail(run,
			"a drill says first whether it is about a bridge or a "
			"station");
	if (!drill_world_begin(&run->world))
		return drill_run_unreached(run, "the speaker could not be had");
	if (run->world.is_overrun)
		return drill_nothing_left(run);
	return !run->outcome->is_probed || drill_probe_associations(run);
}

static bool carry_out(struct drill_run *run)
{
	switch (run->line->kind) {
	case DRILL_BLANK:
	case DRILL_COMMENT:
	case DRILL_INCLUDE:
	case DRILL_ID:
	case DRILL_SHOULD:
	case DRILL_REQUIRES:
	case DRILL_KINDS: return true;
	case DRILL_LET: return set_name(run);
	case DRILL_FOR: return drill_turn_line(run);
	case DRILL_TICKET: return drill_ticket_line(run);
	case DRILL_VSI: return add_vsi(run);
	case DRILL_CLAUSE:
	case DRILL_BRIDGE:
	case DRILL_STATION:
	case DRILL_SET:
	case DRILL_LIMIT:
	case DRILL_SUPPORTS:
	case DRILL_AUTHORITY:
	case DRILL_MANAGER:
	case DRILL_CLOCK:
	case DRILL_PEER:
	case DRILL_REMAP:
	case DRILL_REJECTS: return drill_setup_line(run);
	case DRILL_SENDS:
	case DRILL_CALL:
	case DRILL_TICK:
	case DRILL_DROP:
	case DRILL_CUT:
	case DRILL_MEND:
	case DRILL_OPEN:
	case DRILL_RESTART:
	case DRILL_ALTER:
	case DRILL_NUMBER:
	case DRILL_ACKS:
	case DRILL_REBOOT:
	case DRILL_OLD:
	case DRILL_REPLAY:
	case DRILL_FORGE:
	case DRILL_PDU: return drill_action_line(run);
	case DRILL_GATHER:
	case DRILL_WITHOUT:
	case DRILL_EXPECT:
	case DRILL_MAY:
	case DRILL_TOLD:
	case DRILL_SILENCE:
	case DRILL_STATE:
	case DRILL_IGNORED:
	case DRILL_STATUS:
	case DRILL_HOLDS:
	case DRILL_COUNTER:
	case DRILL_NUMBERED:
	case DRILL_ANEW: return drill_expectation_line(run);
	}
	return false;
}

static bool run_line(struct drill_run *run)
{
	const bool is_event = drill_grammar(run->line->kind)->place == DRILL_PLACE_EVENT;
	struct text_error error;

	run->words[0] = '\0';
	run->world.ticks = 0;
	if (run->line->kind == DRILL_BLANK || run->line->kind == DRILL_COMMENT)
		return true;
	if (!drill_variables_expand(&run->variables, run->line->rest, run->words, &error))
		return drill_run_fail(run, "%s", error.text);
	if (is_event && (!begin(run) || !drill_reach_time(run)))
		return false;
	if (!carry_out(run))
		return false;
	return !run->world.is_overrun || drill_run_unmet(run, "the speaker does not fall quiet");
}

/* What became of the subject tells more than the line that failed of it. */
static bool run_line_and_look(struct drill_run *run)
{
	static const enum drill_end ends[] = {
		[DRILL_UNIMPLEMENTED] = DRILL_UNSUPPORTED,
		[DRILL_CRASHED] = DRILL_SUBJECT_CRASHED,
		[DRILL_HUNG] = DRILL_SUBJECT_HUNG,
	};
	const struct drill_subject subject = run->world.subject;
	const bool has_passed = run_line(run);
	struct text_error why;
	enum drill_health health = DRILL_WELL;

	if (run->has_begun)
		health = subject.operations->health(subject.user, &why);
	if (health == DRILL_WELL)
		return has_passed;
	run->outcome->end = ends[health];
	(void)snprintf(run->outcome->why, sizeof run->outcome->why, "%s", why.text);
	fprintf(run->report, "%s:%u: %s\n", run->path, run->line->number, why.text);
	return false;
}

bool drill_read(const char *path, struct drill *drill, FILE *report)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(FILE_SIZE_MAX);
	const size_t size = file == NULL || text == NULL ? 0 : fread(text, 1, FILE_SIZE_MAX, file);
	struct drill_error error = {.line = 0};
	bool is_read = false;

	if (file == NULL || text == NULL || size == FILE_SIZE_MAX)
		fprintf(report, "%s: cannot be read, or too long\n", path);
	else if (!drill_parse((struct span){text, size}, drill, &error))
		fprintf(report, "%s:%u: %s\n", path, error.line, error.why.text);
	else
		is_read = true;
	if (file != NULL)
		fclose(file);
	free(text);
	return is_read;
}

/* A file whose lines are being carried out. */
struct frame {
	struct drill drill;
	size_t next;
	char path[PATH_SIZE];
};

struct frames {
	struct frame frames[INCLUDES_DEEP_MAX];
	size_t count;
};

static bool include(struct drill_run *run, struct frames *frames)
{
	const char *path = frames->frames[frames->count - 1].path;
	const char *slash = strrchr(path, '/');
	const size_t folder_size = slash == NULL ? 0 : (size_t)(slash + 1 - path);
	struct frame *frame = &frames->frames[frames->count];

	if (frames->count == INCLUDES_DEEP_MAX)
		return drill_run_fail(run, "includes within includes within includes");
	if (folder_size + strlen(run->line->names[0]) >= PATH_SIZE)
		return drill_run_fail(run, "the path is too long");
	frame->next = 0;
	memcpy(frame->path, path, folder_size);
	memcpy(frame->path + folder_size, run->line->names[0], strlen(run->line->names[0]) + 1);
	if (!drill_read(frame->path, &frame->drill, run->report))
		return drill_run_fail(run, "cannot be included");
	frames->count++;
	return true;
}

/* Whether it is the part with which a drill ends that is being carried out, and not one within it:
 * nothing comes after it that it could lead to. */
static bool is_last_part(const struct frames *frames)
{
	const struct frame *outermost = &frames->frames[0];

	return frames->count == 2 && outermost->next == outermost->drill.count;
}

static bool run_frames(struct drill_run *run, struct frames *frames)
{
	while (frames->count > 0) {
		struct frame *frame = &frames->frames[frames->count - 1];

		if (frame->next == frame->drill.count) {
			frames->count--;
			/* The outermost is the caller's. */
			if (frames->count > 0)
				drill_destroy(&frame->drill);
			continue;
		}
		run->line = &frame->drill.lines[frame->next++];
		run->path = frame->path;
		const bool is_included = frames->count > 1;
		run->leads_on = is_included && !is_last_part(frames);
		if (run->line->kind == DRILL_FOR && is_included)
			return drill_run_fail(run, "this belongs into the drill itself");
		if (!run_line_and_look(run) ||
			(run->line->kind == DRILL_INCLUDE && !include(run, frames)))
			return false;
	}
	return true;
}

/* A drill says what it proves: a comment first, and the clauses. */
static bool check_head(const struct drill *drill, const char *path, struct drill_outcome *outcome)
{
	outcome->clause[0] = outcome->id[0] = '\0';
	for (size_t index = 0; index < drill->count; index++) {
		const struct drill_line *line = &drill->lines[index];

		if (line->kind == DRILL_CLAUSE)
			(void)snprintf(outcome->clause, sizeof outcome->clause, "%s", line->rest);
		if (line->kind == DRILL_ID)
			memcpy(outcome->id, line->names[0], sizeof outcome->id);
	}
	if (drill->count > 0 && drill->lines[0].kind == DRILL_COMMENT && outcome->clause[0] != '\0')
		return true;
	fprintf(outcome->report,
		"%s:1: a drill begins with a comment that says what is proved, and "
		"has a clause line\n",
		path);
	return false;
}

static bool run_whole(struct drill_run *run, const struct drill *drill, const char *path)
{
	struct frames *frames = calloc(1, sizeof(*frames));
	struct drill_line end = {.number = (unsigned)drill->count, .rest = run->words};
	bool has_passed;

	if (frames == NULL)
		return false;
	frames->count = 1;
	frames->frames[0].drill = *drill;
	(void)snprintf(frames->frames[0].path, PATH_SIZE, "%s", path);
	has_passed = run_frames(run, frames);
	while (frames->count > 1)
		drill_destroy(&frames->frames[--frames->count].drill);
	free(frames);
	if (!has_passed || !run->has_begun)
		return has_passed;
	run->line = &end;
	run->path = path;
	run->words[0] = '\0';
	run->world.ticks = 0;
	return drill_nothing_left(run) && (!run->outcome->is_probed || drill_probe_answers(run));
}

static bool run_with(struct drill_run *run, const struct drill *drill, const char *path,
	struct drill_subject subject)
{
	struct drill_outcome *outcome = run->outcome;
	bool has_passed = false;

	run->report = outcome->report;
	drill_setup_default(&run->world.setup);
	run->variables.slack_ms = subject.operations->clock == NULL ? 0 : REAL_TIME_SLACK_MS;
	run->world.subject = subject;
	run->world.tap = outcome->tap;
	run->world.seed = outcome->seed;
	run->world.trace.coverage = outcome->coverage;
	run->crypto = openssl_crypto_create_seeded(1, "digests");
	if (run->crypto != NULL) {
		run->variables.crypto = openssl_crypto_table(run->crypto);
		has_passed = run_whole(run, drill, path);
	}
	drill_world_end(&run->world);
	drill_variables_clear(&run->variables);
	openssl_crypto_destroy(run->crypto);
	return has_passed;
}

bool drill_run(const struct drill *drill, size_t turn, const char *path,
	struct drill_outcome *outcome)
{
	const bool is_own = outcome->subject.operations == NULL;
	const struct drill_subject subject = is_own ? drill_model_create() : outcome->subject;
	struct drill_run *run = calloc(1, sizeof(*run));
	bool has_passed = false;

	outcome->end = DRILL_PASSED;
	outcome->why[0] = '\0';
	if (run != NULL && subject.user != NULL && check_head(drill, path, outcome)) {
		run->outcome = outcome;
		run->turn = turn;
		has_passed = run_with(run, drill, path, subject);
	}
	if (!has_passed && outcome->end == DRILL_PASSED)
		outcome->end = DRILL_SENSELESS;
	if (is_own)
		drill_model_destroy(subject);
	free(run);
	return has_passed;
}

static bool run_turns(const struct drill *drill, const char *path, struct drill_outcome *outcome)
{
	const size_t turns = drill_turns(drill);
	char label[DRILL_TURN_LABEL_SIZE];

	if (turns == 0)
		fprintf(outcome->report,
			"%s: too many turns, or a parenthesis that is not closed\n", path);
	for (size_t turn = 0; turn < turns; turn++) {
		if (drill_run(drill, turn, path, outcome))
			continue;
		drill_turn_label(drill, turn, label);
		if (label[0] != '\0')
			fprintf(outcome->report, "    turn:   %s\n", label);
		return false;
	}
	return turns > 0;
}

bool drill_run_file(const char *path, struct drill_outcome *outcome)
{
	struct drill drill;
	bool has_passed;

	outcome->clause[0] = outcome->id[0] = '\0';
	if (!drill_read(path, &drill, outcome->report))
		return false;
	has_passed = run_turns(&drill, path, outcome);
	drill_destroy(&drill);
	return has_passed;
}
