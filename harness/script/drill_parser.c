/* SPDX-License-Identifier: MIT */
/*
 * A line is "[~] [time] keyword names rest".  The rows of drill_kinds.def say what stands behind a
 * keyword; messages are checked here, as far as they have no variables, so that a drill that can
 * never pass does not run.
 */
#include "script/drill_parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/message_octets.h"

static const struct drill_grammar rows[] = {
	{.keyword = NULL},
	{.keyword = NULL},
#define KIND(NAME, keyword, names, rest, place, text) \
	{keyword, names, DRILL_REST_##rest, DRILL_PLACE_##place, text},
#include "script/drill_kinds.def"
#undef KIND
};

const struct drill_grammar *drill_grammar(enum drill_kind kind)
{
	return &rows[kind];
}

static bool wrong(struct drill_error *error, const char *what, struct span where)
{
	(void)snprintf(error->why.text, sizeof error->why.text, "%s: \"%.*s\"", what,
		(int)(where.size < 80 ? where.size : 80), where.text);
	return false;
}

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

static struct span without_end_blanks(struct span text)
{
	while (text.size > 0 && is_blank(text.text[text.size - 1]))
		text.size--;
	return text;
}

static struct span trimmed(struct span text)
{
	while (text.size > 0 && (*text.text == ' ' || *text.text == '\t')) {
		text.text++;
		text.size--;
	}
	return without_end_blanks(text);
}

/* Microseconds in one of |unit|; 0 when there is no such unit. */
static uint64_t unit_us(struct span unit)
{
	if (span_is(unit, "us"))
		return 1;
	if (span_is(unit, "ms"))
		return 1000;
	return span_is(unit, "s") ? 1000000 : 0;
}

bool drill_duration_read(struct span text, uint64_t *us)
{
	uint64_t scale = 0, value = 0;
	size_t at = 0;

	for (; at < text.size && strchr("0123456789.", text.text[at]) != NULL; at++) {
		if (text.text[at] == '.') {
			if (scale != 0)
				return false;
			scale = 1;
			continue;
		}
		if (value > UINT32_MAX * (uint64_t)100)
			return false;
		value = value * 10 + (uint64_t)(text.text[at] - '0');
		scale *= 10;
	}
	const uint64_t unit = unit_us((struct span){text.text + at, text.size - at});

	if (at == 0 || unit == 0 || scale == 1)
		return false;
	scale = scale == 0 ? 1 : scale;
	*us = value * unit / scale;
	return value * unit % scale == 0;
}

struct span drill_alternatives(struct span reaction)
{
	reaction = trimmed(reaction);
	if (reaction.size < 2 || reaction.text[0] != '{')
		return reaction;
	return trimmed((struct span){reaction.text + 1, reaction.size - 2});
}

bool drill_alternative_next(struct span *rest, struct span *alternative)
{
	size_t at = 0, depth = 0;
	bool is_quoted = false;

	if (rest->size == 0)
		return false;
	for (; at < rest->size; at++) {
		const char character = rest->text[at];

		is_quoted ^= character == '"';
		if (is_quoted)
			continue;
		depth += character == '{';
		depth -= character == '}' && depth > 0;
		/* Sets have bars too, but no blanks around them. */
		if (character == '|' && depth == 0 && at > 0 && rest->text[at - 1] == ' ')
			break;
	}
	*alternative = trimmed((struct span){rest->text, at});
	at += at < rest->size;
	*rest = (struct span){rest->text + at, rest->size - at};
	return true;
}

static bool check_message(struct span text, struct drill_error *error)
{
	struct message_pattern pattern;
	struct span rest = text;
	uint8_t octets[DIMP_PDU_SIZE_MAX];
	size_t size;

	if ((text.size > 0 && text.text[0] == '$') || span_is(text, "initiation") ||
		span_is(text, "reply"))
		return true;
	if (span_is(span_take_word(&rest), "hex"))
		return memchr(rest.text, '$', rest.size) != NULL ||
			span_hex(rest, (struct dimp_buffer){octets, sizeof octets}, &size) ||
			wrong(error, "no octets in hex", rest);
	return message_pattern_read(message_octets_head(text), &pattern, &error->why) &&
		message_pattern_check(&pattern, &error->why);
}

static bool check_reaction(struct span text, struct drill_error *error)
{
	struct span rest = drill_alternatives(text);
	struct span alternative;

	if (text.text[0] == '{' && text.text[text.size - 1] != '}')
		return wrong(error, "a brace is not closed", text);
	if (rest.size == 0)
		return wrong(error, "no alternatives", text);
	while (drill_alternative_next(&rest, &alternative)) {
		if (!span_is(alternative, "nothing") && !check_message(alternative, error))
			return false;
	}
	return true;
}

static bool check_rest(const struct drill_grammar *grammar, struct span rest,
	struct drill_error *error)
{
	uint64_t us;

	if (grammar->rest == DRILL_REST_NONE)
		return rest.size == 0 || wrong(error, "nothing may follow here", rest);
	if (grammar->rest == DRILL_REST_MAYBE)
		return true;
	if (rest.size == 0)
		return wrong(error, "something is missing after",
			(struct span){grammar->keyword, strlen(grammar->keyword)});
	if (grammar->rest == DRILL_REST_MESSAGE)
		return check_message(rest, error);
	if (grammar->rest == DRILL_REST_REACTION)
		return check_reaction(rest, error);
	if (grammar->rest == DRILL_REST_SPAN)
		return drill_duration_read(rest, &us) || wrong(error, "no duration", rest);
	return true;
}

/* A copy with single blanks outside of quotes. */
static char *copy_rest(struct span text)
{
	char *copy = malloc(text.size + 1);
	bool is_quoted = false;
	size_t size = 0;

	for (size_t at = 0; copy != NULL && at < text.size; at++) {
		const char character = !is_quoted && text.text[at] == '\t' ? ' ' : text.text[at];

		is_quoted ^= character == '"';
		if (character != ' ' || is_quoted || size == 0 || copy[size - 1] != ' ')
			copy[size++] = character;
	}
	if (copy != NULL)
		copy[size] = '\0';
	return copy;
}

static bool read_clock(struct span *rest, struct drill_line *line, struct drill_error *error)
{
	struct span copy = *rest;
	struct span word = span_take_word(&copy);

	if (span_is(word, "within")) {
		line->clock = DRILL_WITHIN;
		word = span_take_word(&copy);
	} else if (word.size > 0 && (*word.text == '+' || *word.text == '@')) {
		line->clock = *word.text == '+' ? DRILL_AFTER : DRILL_AT;
		word = (struct span){word.text + 1, word.size - 1};
	} else {
		return true;
	}
	*rest = copy;
	if (span_is(word, "0"))
		return true;
	return drill_duration_read(word, &line->time_us) || wrong(error, "no duration", word);
}

static bool read_names(struct span *rest, struct drill_line *line, struct drill_error *error)
{
	for (unsigned index = 0; index < rows[line->kind].names; index++) {
		const struct span name = span_take_word(rest);

		if (name.size == 0 || name.size >= DRILL_NAME_SIZE)
			return wrong(error, "a name is missing or too long", name);
		memcpy(line->names[index], name.text, name.size);
	}
	return true;
}

static bool find_kind(struct span word, enum drill_kind *kind)
{
	for (unsigned index = DRILL_COMMENT + 1; index < DRILL_KINDS; index++) {
		if (span_is(word, rows[index].keyword)) {
			*kind = (enum drill_kind)index;
			return true;
		}
	}
	return false;
}

/* Time and "~" are for what happens; a window for what the speaker does. */
static bool check_clock(const struct drill_line *line, struct drill_error *error)
{
	const bool is_awaited = line->kind == DRILL_EXPECT || line->kind == DRILL_TOLD ||
		line->kind == DRILL_GATHER;
	const struct span keyword = {rows[line->kind].keyword, strlen(rows[line->kind].keyword)};

	if (line->is_unordered && !is_awaited)
		return wrong(error, "only what is awaited has no order, not", keyword);
	if (line->clock == DRILL_WITHIN && !is_awaited)
		return wrong(error, "only what is awaited has a window, not", keyword);
	if (line->clock != DRILL_NOW && rows[line->kind].place != DRILL_PLACE_EVENT)
		return wrong(error, "no time can be given to", keyword);
	return true;
}

static bool read_line(struct span text, struct drill_line *line, struct drill_error *error)
{
	struct span rest = trimmed(text);
	struct span word;

	if (rest.size > 0 && *rest.text == '#') {
		line->kind = DRILL_COMMENT;
		line->rest = copy_rest((struct span){rest.text + 1, rest.size - 1});
		return line->rest != NULL;
	}
	line->is_unordered = rest.size > 1 && rest.text[0] == '~' && rest.text[1] == ' ';
	if (line->is_unordered)
		(void)span_take_word(&rest);
	if (!read_clock(&rest, line, error))
		return false;
	word = span_take_word(&rest);
	if (word.size > 0 && !find_kind(word, &line->kind))
		return wrong(error, "no such line", word);
	if (word.size == 0 && (line->is_unordered || line->clock != DRILL_NOW))
		return wrong(error, "nothing happens here", text);
	if (word.size > 0 && (!read_names(&rest, line, error) || !check_clock(line, error)))
		return false;
	line->rest = copy_rest(rest);
	return line->rest != NULL &&
		(word.size == 0 ||
			check_rest(&rows[line->kind], (struct span){line->rest, strlen(line->rest)},
				error));
}

void drill_destroy(struct drill *drill)
{
	for (size_t index = 0; index < drill->count; index++)
		free(drill->lines[index].rest);
	free(drill->lines);
	*drill = (struct drill){.count = 0};
}

/* The next line, without the blanks at its end. */
static struct span take_line(struct span *text)
{
	const char *end = memchr(text->text, '\n', text->size);
	const struct span line = {text->text,
		end == NULL ? text->size : (size_t)(end - text->text)};
	const size_t used = line.size + (end != NULL);

	*text = (struct span){text->text + used, text->size - used};
	return without_end_blanks(line);
}

static bool is_text(struct span line)
{
	for (size_t at = 0; at < line.size; at++) {
		if ((unsigned char)line.text[at] < ' ' && line.text[at] != '\t' &&
			line.text[at] != '\r')
			return false;
	}
	return line.size < DRILL_TEXT_MAX;
}

static bool add_line(struct drill *drill, struct span text, struct drill_error *error)
{
	struct drill_line *grown =
		realloc(drill->lines, (drill->count + 1) * sizeof(*drill->lines));

	if (grown == NULL)
		return wrong(error, "no memory", (struct span){"", 0});
	drill->lines = grown;
	drill->lines[drill->count] = (struct drill_line){.number = (unsigned)drill->count + 1};
	error->line = (unsigned)drill->count + 1;
	if (!is_text(text))
		return wrong(error, "too long, or control characters in it", (struct span){"", 0});
	if (drill->count == DRILL_LINES_MAX)
		return wrong(error, "too many lines", (struct span){"", 0});
	return read_line(text, &drill->lines[drill->count++], error);
}

/* Puts the lines that |line| goes on with, by a backslash at its end, into |joined|; |count| of
 * them.  False when they are too long together, or none follows. */
static bool join_lines(struct span *text, struct span *line, char joined[DRILL_TEXT_MAX],
	size_t *count)
{
	size_t size = 0;

	for (*count = 0; line->size > 0 && line->text[line->size - 1] == '\\'; ++*count) {
		if (text->size == 0 || size + line->size > DRILL_TEXT_MAX)
			return false;
		memcpy(joined + size, line->text, line->size - 1);
		size += line->size - 1;
		*line = take_line(text);
	}
	if (*count == 0)
		return true;
	if (size + line->size > DRILL_TEXT_MAX)
		return false;
	memcpy(joined + size, line->text, line->size);
	*line = without_end_blanks((struct span){joined, size + line->size});
	return line->size == 0 || joined[line->size - 1] != '\\';
}

/* A line that goes on over several is followed by as many blank ones, so that numbers stay right.
 */
static bool add_lines(struct drill *drill, struct span *text, struct drill_error *error)
{
	char joined[DRILL_TEXT_MAX];
	struct span line = take_line(text);
	size_t blanks;

	error->line = (unsigned)drill->count + 1;
	if (!join_lines(text, &line, joined, &blanks))
		return wrong(error, "it goes on with no line, or is too long", line);
	bool is_added = add_line(drill, line, error);

	for (; is_added && blanks > 0; blanks--)
		is_added = add_line(drill, (struct span){"", 0}, error);
	return is_added;
}

bool drill_parse(struct span text, struct drill *drill, struct drill_error *error)
{
	*drill = (struct drill){.count = 0};
	*error = (struct drill_error){.line = 0};
	while (text.size > 0) {
		if (!add_lines(drill, &text, error)) {
			drill_destroy(drill);
			return false;
		}
	}
	return true;
}
