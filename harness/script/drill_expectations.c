/* SPDX-License-Identifier: MIT */
/*
 * What must be.  A message or event is taken from those of its peer, or of the user, in the order
 * in which they came; "~" lets it be any of them.  Whatever no line took by the time the clock goes
 * on is a failure.
 */
#include <inttypes.h>
#include <string.h>

#include "script/drill_gather.h"
#include "script/drill_parser.h"
#include "script/drill_run.h"

static struct span rest_of(const struct drill_run *run)
{
	return (struct span){run->words, strlen(run->words)};
}

bool drill_nothing_left(struct drill_run *run)
{
	const struct drill_happening *left = drill_world_first_left(&run->world);

	if (run->world.is_overrun)
		return drill_run_unmet(run, "the speaker does not fall quiet");
	if (left == NULL) {
		drill_world_tidy(&run->world);
		return true;
	}
	drill_run_unmet(run, "unexpected, by the time of this line");
	drill_run_show(run, left);
	return false;
}

bool drill_reach_time(struct drill_run *run)
{
	const struct drill_line *line = run->line;
	const uint64_t tolerance_us = drill_world_tolerance_us(&run->world);
	struct dimp_time target = run->world.now;
	const struct drill_happening *left;

	if (line->clock == DRILL_AFTER)
		target.us += line->time_us;
	else if (line->clock == DRILL_AT)
		target.us = run->world.start.us + line->time_us;
	else
		return true;
	if (target.us + tolerance_us < run->world.now.us)
		return drill_run_fail(run, "this instant has passed");
	if (target.us <= run->world.now.us)
		return true;
	if (!drill_nothing_left(run))
		return false;
	drill_world_advance(&run->world, target);
	left = drill_world_first_left(&run->world);
	if (left == NULL || left->at.us + tolerance_us >= target.us)
		return true;
	drill_run_unmet(run, "unexpected, before the time of this line");
	drill_run_show(run, left);
	return false;
}

/* What the line is about: the number of a peer, or DRILL_EVENT. */
static bool stream_of(struct drill_run *run, dimp_peer *stream)
{
	*stream = DRILL_EVENT;
	if (run->line->kind == DRILL_TOLD)
		return true;
	*stream = drill_run_peer(run);
	return *stream != DIMP_NO_PEER;
}

/* ACK, PING and the like may be passed over, unless the line is about them. */
static bool is_asked_for(const struct drill_happening *happening, struct span alternatives)
{
	struct span alternative, name;

	if (!happening->is_housekeeping && !happening->is_allowed)
		return true;
	while (drill_alternative_next(&alternatives, &alternative)) {
		name = span_take_word(&alternative);
		if (strncmp(happening->text, name.text, name.size) == 0 &&
			(happening->text[name.size] == ' ' || happening->text[name.size] == '\0'))
			return true;
	}
	return false;
}

static bool matches_one(struct drill_run *run, const struct drill_happening *happening,
	struct span alternatives, struct text_error *why)
{
	const struct span actual = {happening->text, strlen(happening->text)};
	struct span alternative;

	while (drill_alternative_next(&alternatives, &alternative)) {
		if (!span_is(alternative, "nothing") &&
			drill_match(alternative, actual, &run->variables, why))
			return true;
	}
	return false;
}

static bool allows_nothing(struct span alternatives)
{
	struct span alternative;

	while (drill_alternative_next(&alternatives, &alternative)) {
		if (span_is(alternative, "nothing"))
			return true;
	}
	return false;
}

/* How a look at what happened ended. */
enum look { LOOK_TAKEN, LOOK_NONE, LOOK_OTHER };

static enum look look(struct drill_run *run, dimp_peer stream, struct text_error *why,
	struct drill_happening **seen)
{
	const struct span alternatives = drill_alternatives(rest_of(run));

	*seen = NULL;
	for (size_t index = 0; index < run->world.happening_count; index++) {
		struct drill_happening *happening = &run->world.happenings[index];

		if (happening->peer != stream || happening->is_taken ||
			!is_asked_for(happening, alternatives))
			continue;
		if (*seen == NULL && !happening->is_allowed)
			*seen = happening;
		if (matches_one(run, happening, alternatives, why)) {
			*seen = happening;
			happening->is_taken = true;
			return LOOK_TAKEN;
		}
		if (!run->line->is_unordered && !happening->is_allowed)
			return LOOK_OTHER;
	}
	return *seen == NULL ? LOOK_NONE : LOOK_OTHER;
}

static bool judge(struct drill_run *run, enum look result, const struct drill_happening *seen,
	const struct text_error *why)
{
	if (result == LOOK_TAKEN &&
		seen->at.us + drill_world_tolerance_us(&run->world) >= run->world.now.us)
		return true;
	if (result == LOOK_NONE && allows_nothing(drill_alternatives(rest_of(run))))
		return true;
	if (result == LOOK_NONE) {
		drill_run_unmet(run, "expected, and nothing came");
		if (drill_world_first_left(&run->world) != NULL)
			drill_run_show(run, drill_world_first_left(&run->world));
		else
			drill_run_show_trace(run);
		return false;
	}
	drill_run_unmet(run, "expected, and something else came (%s)",
		result == LOOK_TAKEN ? "at another instant" : why->text);
	drill_match_explain(drill_alternatives(rest_of(run)),
		(struct span){seen->text, strlen(seen->text)}, run->report);
	drill_run_show(run, seen);
	return false;
}

struct dimp_time drill_awaits_until(const struct drill_run *run)
{
	const uint64_t window_us = run->line->clock == DRILL_WITHIN ? run->line->time_us : 0;

	return (struct dimp_time){
		run->world.now.us + window_us + drill_world_tolerance_us(&run->world)};
}

/* Takes what the line awaits, now or, with a window, as soon as it comes. */
static bool await(struct drill_run *run)
{
	const struct dimp_time until = drill_awaits_until(run);
	struct text_error why = {.text = ""};
	struct drill_happening *seen;
	dimp_peer stream;
	enum look result;

	if (!stream_of(run, &stream))
		return false;
	result = look(run, stream, &why, &seen);
	while (result == LOOK_NONE && until.us > run->world.now.us &&
		drill_world_first_left(&run->world) == NULL && drill_world_tick(&run->world, until))
		result = look(run, stream, &why, &seen);
	if (run->world.is_overrun)
		return drill_nothing_left(run);
	return judge(run, result, seen, &why);
}

/* In real time a silence began a little before it was seen to: its end is as uncertain as that. */
static uint64_t silence_us(const struct drill_run *run, uint64_t us)
{
	const uint64_t slack_us = drill_world_tolerance_us(&run->world) / 2;

	return us - (slack_us < us / 4 ? slack_us : us / 4);
}

static bool stay_silent(struct drill_run *run)
{
	uint64_t us;

	if (!drill_duration_read(rest_of(run), &us))
		return drill_run_fail(run, "no duration");
	if (!drill_nothing_left(run))
		return false;
	drill_world_advance(&run->world,
		(struct dimp_time){run->world.now.us + silence_us(run, us)});
	return drill_nothing_left(run);
}

static bool check_state(struct drill_run *run)
{
	const char *state = drill_trace_state(&run->world.trace, run->line->names[0]);

	if (strcmp(state, run->words) == 0)
		return true;
	drill_run_unmet(run, "the %s is in state %s", run->line->names[0], state);
	drill_run_show_trace(run);
	return false;
}

static bool has_moved(const struct drill_run *run, const char *machine)
{
	static const char *const machines[TRACE_MACHINES] = {"source", "destination", "station"};

	for (size_t index = 0; index < TRACE_MACHINES; index++) {
		if (strcmp(machines[index], machine) == 0)
			return run->moves_before[index] !=
				drill_trace_moves(&run->world.trace, machine);
	}
	return true;
}

/* The row of "any other event": nothing moved and nothing was said. */
static bool check_ignored(struct drill_run *run)
{
	const char *machine = run->line->names[0], *state = run->line->names[1];
	const size_t row = row_coverage_find(machine, state, run->line->names[2]);

	if (row == row_coverage_rows() || strcmp(row_coverage_row(row)->event, "any") != 0)
		return drill_run_fail(run,
			"the table has a row of its own for this, or no such "
			"machine, state or event");
	if (strcmp(drill_trace_state(&run->world.trace, machine), state) != 0 ||
		has_moved(run, machine)) {
		drill_run_unmet(run, "the %s moved, or was elsewhere", machine);
		drill_run_show_trace(run);
		return false;
	}
	row_coverage_take(run->world.trace.coverage, machine, state, "any");
	return drill_nothing_left(run);
}

static bool check_status(struct drill_run *run)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_VSI};
	const struct span name = {run->line->names[0], strlen(run->line->names[0])};
	const char *words = drill_variables_get(&run->variables, name);
	struct text_error why;
	struct dimp_vsi vsi;
	char text[DRILL_STATUS_SIZE];

	if (words == NULL || !field_value_read(&field, (struct span){words, strlen(words)}, &vsi))
		return drill_run_fail(run, "%s is no VSI", run->line->names[0]);
	run->world.subject.operations->status(run->world.subject.user, &vsi, text);
	if (drill_match(rest_of(run), (struct span){text, strlen(text)}, &run->variables, &why))
		return true;
	drill_run_unmet(run, "expected (%s)", why.text);
	fprintf(run->report, "    actual: status %s %s\n", run->line->names[0], text);
	drill_run_show_trace(run);
	return false;
}

static bool check_counter(struct drill_run *run)
{
	const struct drill_subject subject = run->world.subject;
	const char *name = run->line->names[0];
	uint64_t expected, actual;

	if (!span_number(rest_of(run), &expected))
		return drill_run_fail(run, "no number");
	if (!subject.operations->counter(subject.user, name, &actual))
		return drill_run_fail(run, "no such counter");
	return actual == expected || drill_run_unmet(run, "%s is %" PRIu64, name, actual);
}

/* numbered PEER NUMBER: matched as a field, so that a name may stand for it. */
static bool check_numbers(struct drill_run *run)
{
	const dimp_peer peer = drill_run_peer(run);
	char expected[DRILL_TEXT_MAX + 16], actual[64];
	struct text_error why;

	if (peer == DIMP_NO_PEER)
		return false;
	const struct drill_wire *wire = &run->world.setup.wires[peer];

	if (!wire->has_sent)
		return drill_run_unmet(run, "nothing was sent to %s", wire->name);
	if (wire->has_gap)
		return drill_run_unmet(run, "packet numbers do not rise by one from 0");
	(void)snprintf(expected, sizeof expected, "pdu number=%s", run->words);
	(void)snprintf(actual, sizeof actual, "pdu number=%" PRIu64, wire->sent_number);
	return drill_match((struct span){expected, strlen(expected)},
		       (struct span){actual, strlen(actual)}, &run->variables, &why) ||
		drill_run_unmet(run, "the last PDU has number %" PRIu64, wire->sent_number);
}

static bool check_start(struct drill_run *run)
{
	const dimp_peer peer = drill_run_peer(run);
	uint8_t start;

	if (peer == DIMP_NO_PEER)
		return false;
	const struct drill_wire *wire = &run->world.setup.wires[peer];

	if (!wire->has_start || !drill_peer_told_start(wire->peer, &start))
		return drill_run_unreached(run, "there was no handshake with %s before",
			wire->name);
	return start != wire->start || drill_run_unmet(run, "it told start %u before", start);
}

/* may PEER MESSAGE, or may ! EVENT. */
static bool allow(struct drill_run *run)
{
	const bool is_event = strcmp(run->line->names[0], "!") == 0;
	const dimp_peer peer = is_event ? DRILL_EVENT : drill_run_peer(run);

	if (!is_event && peer == DIMP_NO_PEER)
		return false;
	return drill_allowances_add(&run->world.allowances, peer, run->words) ||
		drill_run_fail(run, "more than %d lines of this kind", DRILL_ALLOWANCES_MAX);
}

/* without PEER MESSAGE: also what may be passed over counts. */
static bool check_absence(struct drill_run *run)
{
	const dimp_peer peer = drill_run_peer(run);
	struct text_error why;

	for (size_t index = 0; peer != DIMP_NO_PEER && index < run->world.happening_count;
		index++) {
		const struct drill_happening *each = &run->world.happenings[index];

		if (each->peer != peer || each->is_taken ||
			!drill_match(rest_of(run), (struct span){each->text, strlen(each->text)},
				&run->variables, &why))
			continue;
		drill_run_unmet(run, "this came all the same");
		drill_run_show(run, each);
		return false;
	}
	return peer != DIMP_NO_PEER;
}

bool drill_expectation_line(struct drill_run *run)
{
	const enum drill_kind kind = run->line->kind;

	if (kind == DRILL_WITHOUT)
		return check_absence(run);

	if (kind == DRILL_NUMBERED)
		return check_numbers(run);
	if (kind == DRILL_ANEW)
		return check_start(run);
	if (kind == DRILL_MAY)
		return allow(run);
	if (kind == DRILL_GATHER)
		return drill_gather_line(run);

	if (kind == DRILL_EXPECT || kind == DRILL_TOLD)
		return await(run);
	if (kind == DRILL_SILENCE)
		return stay_silent(run);
	if (kind == DRILL_STATE)
		return check_state(run);
	if (kind == DRILL_IGNORED)
		return check_ignored(run);
	if (kind == DRILL_HOLDS)
		return drill_holds_line(run);
	if (kind == DRILL_STATUS)
		return check_status(run);
	return check_counter(run);
}
