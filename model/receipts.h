/* SPDX-License-Identifier: MIT */
/*
 * What was received under one set of keys and is to be acknowledged: numbers, when an ACK is due,
 * and the ACK itself (DIMP 5.6).
 */
#ifndef DIMP_RECEIPTS_H
#define DIMP_RECEIPTS_H

#include "ack_ranges.h"
#include "dimp.h"

struct receipts {
	struct ack_ranges numbers;
	struct dimp_time largest_received_at;
	uint32_t eliciting_count; /* ack-eliciting PDUs since the last ACK */
	bool has_news; /* something came since the last ACK */
	struct dimp_time due; /* DIMP_NEVER when no ACK is owed */
};

void receipts_init(struct receipts *receipts);

/*
 * PDU |number| arrived and what it holds was taken. An ACK is due at once after every
 * DIMP_ACK_EVERY PDUs that elicit one and when the number is not the one after the largest, else
 * after |delay_us|.
 */
void receipts_add(struct receipts *receipts, uint64_t number, struct dimp_time now);
void receipts_owe(struct receipts *receipts, bool is_in_order, uint32_t delay_us,
	struct dimp_time now);

/* Whether |number| is the one after the largest so far: ask before receipts_add(). */
bool receipts_is_next(const struct receipts *receipts, uint64_t number);

/*
 * Writes an ACK of as many ranges as fit in |capacity| octets, the highest first, and owes none
 * after that. Returns its size, 0 when it does not fit or nothing came. |now| tells the delay.
 */
size_t receipts_write_ack(struct receipts *receipts, uint8_t *octets, size_t capacity,
	struct dimp_time now);

/* The largest number that the next ACK would name; there is one. */
uint64_t receipts_largest(const struct receipts *receipts);

/* The peer knows of everything up to |number|: it need not be told again. */
void receipts_forget(struct receipts *receipts, uint64_t number);

/* Reads the ranges of an ACK message; false when they reach below zero. */
bool receipts_read_ack(const struct dimp_message *message, struct ack_ranges *numbers);

#endif
