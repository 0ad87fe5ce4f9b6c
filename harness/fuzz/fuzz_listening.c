/* SPDX-License-Identifier: MIT */
/*
 * A host and a querier against each other and against any octets: whatever is heard, each
 * transmission can be written as a frame, transmitting ends, and no deadline is left behind that is
 * due.
 */
#include "actors/listening.h"
#include "fuzz/require.h"
#include "net/group_frame.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "sources/group_asking.h"
#include "sources/membership.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { TRANSMISSIONS_MAX = 200, ASKED_MAX = 3000 };

static uint64_t draw(void *context)
{
	uint64_t *const state = context;

	return *state = *state * 6364136223846793005u + 1442695040888963407u;
}

/* A group of four and sources of eight, so that changes meet. */
static struct listening_filter filter_of(const uint8_t octets[4])
{
	struct listening_filter filter = {
		.group = ipv4_mapped(&(struct dimp_ipv4){{239, 1, 1, octets[0] & 3}}),
		.is_exclude = (octets[1] & 1) != 0};

	for (uint8_t bit = 0; bit < 8; bit++)
		if (octets[2] >> bit & 1)
			filter.sources[filter.source_count++] =
				ipv4_mapped(&(struct dimp_ipv4){{10, 0, 0, bit}});
	return filter;
}

static void transmit(struct listening *listening, struct group_asking *asking,
	const struct source_place *place, struct dimp_time now)
{
	static const struct group_envelope envelope = {
		.source = {{[10] = 0xff, [11] = 0xff, 10, 0, 0, 1}},
		.destination = {{[10] = 0xff, [11] = 0xff, 224, 0, 0, 22}}};
	struct listening_report report;
	uint8_t frame[GROUP_FRAME_MAX];
	unsigned count = 0;

	while (listening_transmit(listening, &report, now)) {
		struct group_heard heard = {.store = place->store, .message = report.message};
		require(++count < TRANSMISSIONS_MAX);
		const size_t size = report.has_records
			? group_frame_write_records(&envelope, report.records, report.count, frame)
			: group_frame_write(&envelope, &report.message, frame);
		require(size > 38);
		const struct dimp_view message = {frame + 38, size - 38};
		require(igmp_read(message, &heard.message) == PACKET_WHOLE);
		for (size_t i = 0; report.has_records && i < report.count; i++)
			membership_report(&(struct membership){place, 0, report.records[i].group,
						  now, 20000000, 2000000},
				(enum group_change)report.records[i].change,
				&report.records[i].sources);
		group_asking_hear(asking, &heard, now);
	}
	require(listening_deadline(listening).us > now.us);
}

static void ask(struct listening *listening, struct group_asking *asking,
	const struct di_store *store, struct dimp_time now)
{
	struct group_question question;
	unsigned count = 0;

	while (group_asking_next(asking, store, &question, now)) {
		require(++count < ASKED_MAX);
		listening_hear(listening, &question.message, now);
	}
	require(group_asking_deadline(asking).us > now.us);
}

/* Steps of four octets: what the host wants, or with the high bit of the second how long a message
 * is that follows and is heard; the fourth is how much time passes. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	uint64_t state = size;
	struct dimp_time now = {1000000};
	struct source_counters counters = {0};
	struct group_asking asking;
	struct group_message message;
	const struct source_place place = {.store = di_store_create(), .counters = &counters};
	struct listening *const listening =
		listening_create(&(struct listening_config){true, 3, draw, &state});

	require(place.store != NULL && listening != NULL);
	group_asking_init(&asking);
	for (size_t at = 0; at + 4 <= size;) {
		const uint8_t *const step = octets + at;
		const size_t length = step[1] & 0x7f;
		at += 4;
		if ((step[1] & 0x80) != 0 && at + length <= size) {
			if (igmp_read((struct dimp_view){octets + at, length}, &message) ==
				PACKET_WHOLE)
				listening_hear(listening, &message, now);
			at += length;
		} else {
			const struct listening_filter filter = filter_of(step);
			require(listening_set(listening, &filter, now));
		}
		now.us += (uint64_t)step[3] * 100000;
		transmit(listening, &asking, &place, now);
		ask(listening, &asking, place.store, now);
	}
	listening_destroy(listening);
	di_store_destroy(place.store);
	return 0;
}
