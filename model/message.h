/*
 * Messages (DIMP 7), beyond dimp_message_read() and dimp_message_write() of dimp.h: writing DATA
 * without a struct in between, and reading one field before the rest.
 */
#ifndef DIMP_MESSAGE_H
#define DIMP_MESSAGE_H

#include "dimp.h"
#include "wire.h"

/* Octets before the records of a DATA message: TLV header and fixed part. */
enum { MESSAGE_DATA_PREFIX_SIZE = 4 + 8 + 2 + 4 + 4 };

/* Octets left for records in a DATA message. */
enum { MESSAGE_RECORDS_SIZE_MAX = DIMP_MESSAGE_SIZE_MAX - MESSAGE_DATA_PREFIX_SIZE };

/* Row |index| of a message: what the message's one PARAM says it is. */
void *message_row(struct dimp_message *message, size_t index);
const void *message_const_row(const struct dimp_message *message, size_t index);

/* The layout of the rows of |message|, NULL when its kind has none. */
const struct dimp_layout *message_row_layout(const struct dimp_message *message);

#endif
