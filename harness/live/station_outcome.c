/* SPDX-License-Identifier: MIT */
/* The texts are those of the registry; the order of advice is that of what is least lost. */
#include "live/station_outcome.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/exit_codes.h"
#include "observe/json_out.h"

struct named {
	int value;
	const char *name, *text;
};

static const struct named results[] = {
	{DIMP_RESULT_SUCCESS, "SUCCESS", "the DI is in force at the new bridge"},
	{DIMP_RESULT_FAIL, "FAIL", "the DI is not in force at the new bridge"},
	{DIMP_RESULT_AT_RISK, "AT_RISK", "what had arrived is in force, the rest is lost"},
	{0, NULL, NULL},
};

static const struct named advice[] = {
	{DIMP_ADVICE_RETRY, "RETRY", "ask again, with a higher serial"},
	{DIMP_ADVICE_CONTINUE_AT_RISK, "CONTINUE_AT_RISK",
		"move the VM all the same, knowing that its DI has to be learned anew"},
	{DIMP_ADVICE_STOP, "STOP", "do not move the VM here"},
	{0, NULL, NULL},
};

static int advised_code(uint8_t advised)
{
	if ((advised & DIMP_ADVICE_RETRY) != 0)
		return EXIT_CODE_ADVICE_RETRY;
	if ((advised & DIMP_ADVICE_CONTINUE_AT_RISK) != 0)
		return EXIT_CODE_ADVICE_AT_RISK;
	return EXIT_CODE_ADVICE_STOP;
}

int station_outcome_code(const struct dimp_response *response)
{
	return response->result != DIMP_RESULT_FAIL ? EXIT_CODE_WELL
						    : advised_code(response->advice);
}

int station_outcome_announced(enum dimp_error error)
{
	return error == DIMP_ERROR_NONE
		? EXIT_CODE_WELL
		: advised_code(dimp_reason_advice(dimp_error_reason(error)));
}

static const char *result_text(int result)
{
	const struct named *each = results;

	while (each->name != NULL && each->value != result)
		each++;
	return each->name != NULL ? each->text : "?";
}

static void print_rows(const struct dimp_message *message)
{
	for (size_t each = 0; each < message->row_count; each++) {
		const struct dimp_result_row *row = &message->rows.result[each];

		printf("  %s: %u of %u installed", dimp_di_type_name((enum dimp_di_type)row->type),
			(unsigned)row->installed, (unsigned)row->offered);
		if (row->error != DIMP_ERROR_NONE)
			printf(", %u rejected: %s (%s)", (unsigned)row->rejected,
				dimp_error_text((enum dimp_error)row->error),
				dimp_error_name((enum dimp_error)row->error));
		(void)putchar('\n');
	}
}

static void print_text(const struct dimp_message *message)
{
	const struct dimp_response *response = &message->body.response;
	const enum dimp_error error = (enum dimp_error)response->error;

	printf("%s: %s\n", dimp_name(DIMP_TYPE_RESULT, response->result),
		result_text(response->result));
	if (error != DIMP_ERROR_NONE)
		printf("  why: %s: %s (%s)\n", dimp_name(DIMP_TYPE_REASON, response->reason),
			dimp_error_text(error), dimp_error_name(error));
	print_rows(message);
	if (response->result != DIMP_RESULT_FAIL)
		return;
	for (const struct named *each = advice; each->name != NULL; each++) {
		if ((response->advice & each->value) != 0)
			printf("  what to do: %s (%s)\n", each->text, each->name);
	}
}

static json_t *outcome_json(const struct dimp_message *message)
{
	const struct dimp_response *response = &message->body.response;
	json_t *line = json_object();
	json_t *told = message_json(message, JSON_SECRETS_HIDDEN);
	json_t *todo = json_array();

	for (const struct named *each = advice; each->name != NULL; each++) {
		if (response->result == DIMP_RESULT_FAIL && (response->advice & each->value) != 0)
			(void)json_array_append_new(todo, json_string(each->text));
	}
	(void)json_object_set_new(line, "event", json_string("outcome"));
	(void)json_object_del(told, "message");
	(void)json_object_update(line, told);
	json_decref(told);
	(void)json_object_set_new(line, "meaning", json_string(result_text(response->result)));
	(void)json_object_set_new(line, "why",
		json_string(dimp_error_text((enum dimp_error)response->error)));
	(void)json_object_set_new(line, "what_to_do", todo);
	(void)json_object_set_new(line, "exit_code", json_integer(station_outcome_code(response)));
	return line;
}

void station_outcome_print(const struct dimp_message *message, bool is_json)
{
	if (is_json) {
		json_t *line = outcome_json(message);

		(void)json_dumpf(line, stdout, JSON_COMPACT);
		(void)putchar('\n');
		json_decref(line);
	} else {
		print_text(message);
	}
	(void)fflush(stdout);
}
