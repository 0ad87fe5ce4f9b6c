/* SPDX-License-Identifier: MIT */
/*
 * Owns the numbers received and the timer of the ACK that is owed. Numbers are held in a bounded
 * set: when it is full the oldest range is forgotten, at the worst its PDUs' messages are sent once
 * more. A range is no longer told once the peer has acknowledged a PDU that told it.
 */
#include "receipts.h"

#include <assert.h>

#include "instant.h"
#include "tlv.h"

enum { ACK_BASE_SIZE = TLV_HEADER_SIZE + 8 + 4 + 4, ACK_RANGE_SIZE = TLV_HEADER_SIZE + 4 + 4 };

void receipts_init(struct receipts *receipts)
{
	*receipts = (struct receipts){.due = DIMP_NEVER};
}

bool receipts_is_next(const struct receipts *receipts, uint64_t number)
{
	if (receipts->numbers.count == 0)
		return number == 0;
	return number == ack_ranges_largest(&receipts->numbers) + 1;
}

void receipts_add(struct receipts *receipts, uint64_t number, struct dimp_time now)
{
	struct ack_ranges *numbers = &receipts->numbers;

	if (numbers->count == 0 || number > ack_ranges_largest(numbers))
		receipts->largest_received_at = now;
	if (!ack_ranges_add(numbers, number) && number > numbers->ranges[0].first) {
		ack_ranges_remove_lowest(numbers);
		const bool is_added = ack_ranges_add(numbers, number);
		assert(is_added);
		(void)is_added;
	}
	receipts->has_news = true;
}

void receipts_owe(struct receipts *receipts, bool is_in_order, uint32_t delay_us,
	struct dimp_time now)
{
	receipts->eliciting_count++;
	const bool is_now = !is_in_order || receipts->eliciting_count >= DIMP_ACK_EVERY;
	const struct dimp_time due = instant_after(now, is_now ? 0 : delay_us);
	if (due.us < receipts->due.us)
		receipts->due = due;
}

uint64_t receipts_largest(const struct receipts *receipts)
{
	return ack_ranges_largest(&receipts->numbers);
}

static uint32_t delay_of(const struct receipts *receipts, struct dimp_time now)
{
	const uint64_t delay = now.us - receipts->largest_received_at.us;

	return delay < UINT32_MAX ? (uint32_t)delay : UINT32_MAX;
}

static void fill_ack(const struct receipts *receipts, size_t rows, struct dimp_message *message)
{
	const struct ack_ranges *numbers = &receipts->numbers;
	const struct ack_ranges_range *above = &numbers->ranges[numbers->count - 1];

	message->kind = DIMP_MESSAGE_ACK;
	message->body.ack.largest = above->last;
	message->body.ack.first_length = (uint32_t)(above->last - above->first);
	message->row_count = rows;
	for (size_t row = 0; row < rows; row++) {
		const struct ack_ranges_range *range = above - 1;

		message->rows.range[row] = (struct dimp_ack_range){
			.gap = (uint32_t)(above->first - range->last - 2),
			.length = (uint32_t)(range->last - range->first),
		};
		above = range;
	}
}

size_t receipts_write_ack(struct receipts *receipts, uint8_t *octets, size_t capacity,
	struct dimp_time now)
{
	struct dimp_message message = {0};
	size_t size = 0;

	if (!receipts->has_news || receipts->numbers.count == 0 || capacity < ACK_BASE_SIZE)
		return 0;
	const size_t fitting = (capacity - ACK_BASE_SIZE) / ACK_RANGE_SIZE;
	const size_t rows = receipts->numbers.count - 1;
	fill_ack(receipts, rows < fitting ? rows : fitting, &message);
	message.body.ack.delay = delay_of(receipts, now);
	const enum dimp_error error = dimp_message_write(&message, octets, capacity, &size);
	assert(error == DIMP_ERROR_NONE);
	(void)error;
	receipts->eliciting_count = 0;
	receipts->has_news = false;
	receipts->due = DIMP_NEVER;
	return size;
}

void receipts_forget(struct receipts *receipts, uint64_t number)
{
	/* The largest stays: the next ACK must name one, and gaps are seen against it. */
	if (receipts->numbers.count == 0)
		return;
	const uint64_t largest = ack_ranges_largest(&receipts->numbers);
	ack_ranges_remove_below(&receipts->numbers, number < largest ? number + 1 : largest);
}

bool receipts_read_ack(const struct dimp_message *message, struct ack_ranges *numbers)
{
	const struct dimp_ack *ack = &message->body.ack;
	const size_t count = message->row_count + 1;

	if (count > DIMP_ACK_RANGES_MAX || ack->first_length > ack->largest)
		return false;
	*numbers = (struct ack_ranges){.count = count};
	uint64_t first = ack->largest - ack->first_length;
	numbers->ranges[count - 1] = (struct ack_ranges_range){first, ack->largest};
	for (size_t row = 0; row < message->row_count; row++) {
		const struct dimp_ack_range *range = &message->rows.range[row];
		const uint64_t below = (uint64_t)range->gap + 2;

		if (first < below || first - below < range->length)
			return false;
		const uint64_t last = first - below;
		first = last - range->length;
		numbers->ranges[count - 2 - row] = (struct ack_ranges_range){first, last};
	}
	return true;
}
