/* Wiping of secrets. */
#ifndef DIMP_WIPE_H
#define DIMP_WIPE_H

#include <stddef.h>

/* Sets |size| octets at |memory| to zero, also when the compiler sees that nobody reads them again.
 */
void wipe(void *memory, size_t size);

#endif
