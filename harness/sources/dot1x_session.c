/* SPDX-License-Identifier: MIT */
/* The store is asked each time: an entry may have moved there, or run out. */
#include "sources/dot1x_session.h"

struct dimp_record dot1x_session_key(const struct source_place *place)
{
	return (struct dimp_record){.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session = {.client = place->vm}};
}

const struct di_entry *dot1x_session_find(const struct source_place *place)
{
	const struct dimp_record key = dot1x_session_key(place);

	return di_store_find(place->store, place->slot, &key);
}

const struct dimp_dot1x_session *dot1x_session_of(const struct source_place *place)
{
	const struct di_entry *const entry = dot1x_session_find(place);

	return entry != NULL ? &entry->record.body.dot1x_session : NULL;
}

void dot1x_session_end(const struct source_place *place, struct dimp_time now)
{
	const struct dimp_record key = dot1x_session_key(place);

	(void)di_store_delete(place->store, place->slot, &key, now);
}
