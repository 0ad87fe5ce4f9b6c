/* Any octets as a message: what reads has a text form and writes back to octets that read to the
 * same. */
#include <string.h>

#include "dimp.h"
#include "fuzz/message_mutator.h"
#include "fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct dimp_message message, again;
	struct dimp_pdu_header header;
	char text[64];
	uint8_t written[DIMP_MESSAGE_SIZE_MAX];
	size_t written_size;

	if (dimp_pdu_header_read((struct dimp_view){octets, size}, &header) == DIMP_ERROR_NONE)
		require(header.size <= size);
	if (dimp_message_read((struct dimp_view){octets, size}, &message) != DIMP_ERROR_NONE)
		return 0;
	require(dimp_message_text(&message, text, sizeof text) != 0);
	require(dimp_message_write(&message, written, sizeof written, &written_size) ==
		DIMP_ERROR_NONE);
	require(written_size <= size);
	require(dimp_message_read((struct dimp_view){written, written_size}, &again) ==
		DIMP_ERROR_NONE);
	require(again.row_count == message.row_count);
	require(again.records.size == message.records.size);
	require(memcmp(&message.body, &again.body, sizeof message.body) == 0);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed)
{
	struct mutation_dice dice = mutation_dice_of(seed);

	return message_mutate((struct mutable_octets){octets, size, capacity}, &dice);
}
