/* SPDX-License-Identifier: MIT */
/*
 * The terms of a ticket are read field by field as those of a message are; its filters are those of
 * a REQUEST.  What is left out is zero, so that a drill says all that is signed.
 */
#include "script/drill_ticket.h"

#include <string.h>

static const struct dimp_field_layout fields[] = {
#define TERM(member, type_name) \
	{ \
		.name = #member, .type = DIMP_TYPE_##type_name, \
		.offset = offsetof(struct dimp_ticket_terms, member) \
	}
	TERM(vsi, VSI),
	TERM(serial, U64),
	TERM(source, PEER),
	TERM(destination, PEER),
	TERM(station, PEER),
	TERM(types, DI_SET),
	TERM(rights, U8),
	TERM(not_after, U64),
#undef TERM
};

bool drill_ticket_manager(const char *name, struct vsi_manager *manager)
{
	struct dimp_public_key unused;
	uint8_t secret[DIMP_KEY_SIZE];
	const bool is_made = drill_peer_identity(name, secret, &unused) &&
		vsi_manager_make_from(manager, secret);

	explicit_bzero(secret, sizeof secret);
	return is_made;
}

static bool read_term(struct span word, struct dimp_ticket_terms *terms)
{
	const char *equals = memchr(word.text, '=', word.size);

	if (equals == NULL)
		return false;
	const struct span name = {word.text, (size_t)(equals - word.text)};
	const struct span value = {equals + 1, word.size - name.size - 1};

	for (size_t index = 0; index < sizeof fields / sizeof fields[0]; index++) {
		if (span_is(name, fields[index].name))
			return field_value_read(&fields[index], value, terms);
	}
	return false;
}

static bool read_filters(struct span rows, struct dimp_ticket_terms *terms,
	struct text_error *error)
{
	static struct parsed_message parsed;
	char text[DRILL_TEXT_MAX];

	(void)snprintf(text, sizeof text, "request %.*s", (int)rows.size, rows.text);
	if (!message_parse((struct span){text, strlen(text)}, &parsed, error))
		return false;
	terms->filter_count = parsed.message.row_count;
	memcpy(terms->filters, parsed.message.rows.filter, sizeof terms->filters);
	return true;
}

static bool read_terms(struct drill_run *run, struct dimp_ticket_terms *terms)
{
	struct span rest = {run->words, strlen(run->words)};
	struct text_error error;

	while (rest.size > 0 && *rest.text != '{') {
		const struct span word = span_take_word(&rest);

		if (!read_term(word, terms))
			return drill_run_fail(run, "no term of a ticket: %.*s", (int)word.size,
				word.text);
	}
	return read_filters(rest, terms, &error) || drill_run_fail(run, "%s", error.text);
}

static bool name_ticket(struct drill_run *run, const struct dimp_ticket *ticket)
{
	static const char digits[] = "0123456789abcdef";
	const char *name = run->line->names[0];
	char words[2 * sizeof ticket->octets];

	for (size_t index = 0; index < sizeof ticket->octets; index++) {
		words[2 * index] = digits[ticket->octets[index] >> 4];
		words[2 * index + 1] = digits[ticket->octets[index] & 0xf];
	}
	return drill_variables_set(&run->variables, (struct span){name, strlen(name)},
		       (struct span){words, sizeof words}) ||
		drill_run_fail(run, "no room for another name");
}

bool drill_ticket_line(struct drill_run *run)
{
	struct dimp_ticket_terms terms = {.filter_count = 0};
	struct vsi_manager manager;
	struct dimp_ticket ticket;

	if (!read_terms(run, &terms))
		return false;
	const bool is_signed = drill_ticket_manager(run->line->names[1], &manager) &&
		vsi_manager_sign(&manager, &terms, &ticket);

	vsi_manager_wipe(&manager);
	return is_signed ? name_ticket(run, &ticket)
			 : drill_run_fail(run, "the ticket could not be signed");
}
