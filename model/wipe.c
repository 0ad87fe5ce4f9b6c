/*
 * Wiping of secrets.  Which function a volatile pointer leads to is not for the compiler to know:
 * it has to call it although the memory is about to die.
 */
#include "wipe.h"

#include <string.h>

static void *(*const volatile set_octets)(void *, int, size_t) = memset;

void wipe(void *memory, size_t size)
{
	set_octets(memory, 0, size);
}
