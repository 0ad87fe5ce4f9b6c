/*
 * Any octets as a record: what reads writes back to octets that read to the same, its text form and
 * its canonical form exist, and time only ever shortens it.
 */
#include <string.h>

#include "dimp.h"
#include "fuzz/message_mutator.h"
#include "fuzz/require.h"
#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed);

static void try_wire_form(const uint8_t *octets, size_t size)
{
	static struct dimp_record aged;
	uint8_t copy[DIMP_RECORD_SIZE_MAX], canonical[DIMP_RECORD_SIZE_MAX];
	const struct dimp_view record = {.octets = octets, .size = size};

	require(record_key(record).size <= size);
	if (record_operation(record) == DIMP_OPERATION_PUT)
		require(record_canonical(record, canonical) <= size);
	memcpy(copy, octets, size);
	record_decay(copy, size, 1500000);
	require(dimp_record_read((struct dimp_view){copy, size}, &aged) == DIMP_ERROR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct dimp_record record, again;
	char text[64];
	uint8_t written[DIMP_RECORD_SIZE_MAX];
	size_t written_size;

	if (dimp_record_read((struct dimp_view){octets, size}, &record) != DIMP_ERROR_NONE)
		return 0;
	require(dimp_record_text(&record, text, sizeof text) != 0);
	require(dimp_record_write(&record, written, sizeof written, &written_size) ==
		DIMP_ERROR_NONE);
	require(written_size <= size);
	require(dimp_record_read((struct dimp_view){written, written_size}, &again) ==
		DIMP_ERROR_NONE);
	require(memcmp(&record.body, &again.body, dimp_di_layout(record.type)->struct_size) == 0);
	try_wire_form(octets, size);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed)
{
	struct mutation_dice dice = mutation_dice_of(seed);

	return record_mutate((struct mutable_octets){octets, size, capacity}, &dice);
}
