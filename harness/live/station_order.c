/* SPDX-License-Identifier: MIT */
/* Lists are taken apart at their commas; what a part is, is told where it is wrong. */
#include "live/station_order.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "live/live_setup.h"
#include "script/field_value.h"

static struct span take_part(const char **list)
{
	const struct span part = {*list, strcspn(*list, ",")};

	*list += part.size + ((*list)[part.size] == ',');
	return part;
}

static bool read_vlan(struct span text, uint16_t *vlan)
{
	uint64_t number;

	if (!span_number(text, &number) || number > 4094)
		return false;
	*vlan = (uint16_t)number;
	return true;
}

/* "52:54:00:c7:3e:ce/42", or without a VLAN, which is untagged. */
static bool read_filter(struct span text, struct dimp_filter *filter)
{
	static const struct dimp_field_layout field = {.type = DIMP_TYPE_MAC};
	const char *slash = memchr(text.text, '/', text.size);
	const size_t size = slash != NULL ? (size_t)(slash - text.text) : text.size;

	*filter = (struct dimp_filter){.vlan = 0};
	return field_value_read(&field, (struct span){text.text, size}, &filter->mac) &&
		(slash == NULL ||
			read_vlan((struct span){slash + 1, text.size - size - 1}, &filter->vlan));
}

static bool read_filters(const char *list, struct dimp_request_config *config)
{
	/* REQUEST has one at least; who names none means all that the VSI has, untagged. */
	config->filter_count = list == NULL;
	while (list != NULL && (*list != '\0' || config->filter_count == 0)) {
		const struct span part = take_part(&list);

		if (config->filter_count < DIMP_FILTERS_MAX &&
			read_filter(part, &config->filters[config->filter_count])) {
			config->filter_count++;
			continue;
		}
		complain("station: --filter %.*s: no filter, or one too many; give MAC or "
			 "MAC/VLAN, %d at most with commas between them",
			(int)part.size, part.text, DIMP_FILTERS_MAX);
		return false;
	}
	return true;
}

static bool read_types(const char *list, uint64_t supported, struct dimp_request_config *config)
{
	char name[64];

	config->optional = 0;
	while (list != NULL && *list != '\0') {
		const struct span part = take_part(&list);

		(void)snprintf(name, sizeof name, "%.*s", (int)part.size, part.text);
		const enum dimp_di_type type = dimp_di_type_from_name(name);

		if (type == 0) {
			complain("station: --optional %s: no such DI type; see: dimp explain",
				name);
			return false;
		}
		config->optional |= (uint64_t)1 << type;
	}
	config->required = supported & ~config->optional;
	return true;
}

static bool read_mode(const char *text, enum dimp_mode *mode)
{
	*mode = strcmp(text, "staged") == 0 ? DIMP_MODE_STAGED : DIMP_MODE_ONE_SHOT;
	if (*mode == DIMP_MODE_STAGED || strcmp(text, "one-shot") == 0)
		return true;
	complain("station: --mode %s: no such mode; one-shot or staged", text);
	return false;
}

static bool read_ticket(const char *path, struct dimp_request_config *config)
{
	char text[2 * sizeof config->ticket.octets + 2] = "";
	FILE *file = path != NULL ? fopen(path, "r") : NULL;

	if (path == NULL)
		return true;
	if (file == NULL) {
		complain("station: --ticket %s: %s; give the file of a ticket", path,
			strerror(errno));
		return false;
	}
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	(void)fclose(file);
	text[strcspn(text, "\n")] = '\0';
	config->has_ticket =
		live_setup_hex(text, config->ticket.octets, sizeof config->ticket.octets);
	if (!config->has_ticket)
		complain("station: --ticket %s: no ticket in it; 226 hex digits are wanted (DIMP "
			 "9.7)",
			path);
	return config->has_ticket;
}

bool station_order_read_key(const char *option, const char *text, struct dimp_public_key *key)
{
	if (text == NULL || live_setup_hex(text, key->octets, sizeof key->octets))
		return true;
	complain("station: --%s %s: no public key; give 64 hex digits (dimp pubkey)", option, text);
	return false;
}

bool station_order_read(const struct station_texts *texts, uint64_t supported,
	struct dimp_request_config *config)
{
	return read_mode(texts->mode, &config->mode) &&
		station_order_read_key("source", texts->source, &config->source) &&
		read_filters(texts->filters, config) &&
		read_types(texts->optional, supported, config) &&
		read_ticket(texts->ticket_path, config);
}
