/* Files that tests make: in a folder of their own, gone when the tests are over. */
#ifndef DIMP_UNIT_SCRATCH_H
#define DIMP_UNIT_SCRATCH_H

#include <stddef.h>

/*
 * Path of a file called |name| (without slashes) in the scratch folder, which is made when first
 * asked for; the file itself is the caller's to make and is removed when the program ends.  The
 * text lasts until the program ends.  NULL when the folder cannot be made.
 */
const char *scratch_path(const char *name);

/* Path of such a file, written with |octets|; NULL when it cannot be. */
const char *scratch_file(const char *name, const void *octets, size_t size);

/*
 * What |command| prints to standard output, at most |capacity| - 1 octets, terminated.  Returns its
 * exit status, 127 when there is no such program.
 */
int scratch_output(const char *command, char *text, size_t capacity);

#endif
