/* SPDX-License-Identifier: MIT */
/* What the user of the subject does, and what it must say to that. */
#include <string.h>

#include "script/drill_run.h"

/* Takes "-> ERROR" off the end; NONE when it is not there. */
static bool take_refusal(struct span *words, uint16_t *error)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	size_t at = words->size;

	*error = DIMP_ERROR_NONE;
	while (at > 2 && words->text[at - 1] != ' ')
		at--;
	if (at < 3 || memcmp(words->text + at - 3, "-> ", 3) != 0)
		return true;
	const struct span name = {words->text + at, words->size - at};

	for (words->size = at - 3; words->size > 0 && words->text[words->size - 1] == ' ';)
		words->size--;
	return field_value_read(&field, name, error);
}

bool drill_call(struct drill_run *run, struct span words)
{
	const struct drill_peer_book peers = drill_run_peers(run);
	struct text_error wrong = {.text = ""};
	struct drill_order order;
	enum dimp_error error;
	uint16_t expected;

	if (!take_refusal(&words, &expected))
		return drill_run_fail(run, "no error behind ->");
	if (!drill_order_read(words, &peers, &order, &wrong))
		return drill_run_fail(run, "cannot be called: %s", wrong.text);
	error = drill_world_order(&run->world, &order, &wrong);
	if (wrong.text[0] != '\0')
		return drill_run_fail(run, "cannot be called: %s", wrong.text);
	return error == (enum dimp_error)expected ||
		drill_run_unmet(run, "expected %s, the library says %s",
			dimp_error_name((enum dimp_error)expected), dimp_error_name(error));
}
