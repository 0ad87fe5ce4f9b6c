/*
 * Wiping of secrets.  Stores through a volatile pointer are side effects: the compiler has to keep
 * them although the memory is about to die.
 */
#include "wipe.h"

#include <stdint.h>

void wipe(void *memory, size_t size)
{
	volatile uint8_t *octets = memory;

	for (size_t index = 0; index < size; index++)
		octets[index] = 0;
}
