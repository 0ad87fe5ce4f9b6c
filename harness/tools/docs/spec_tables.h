/* The generated tables of docs/spec, one function for each, from the rows the code is built from.
 */
#ifndef DIMP_SPEC_TABLES_H
#define DIMP_SPEC_TABLES_H

#include <stdbool.h>
#include <stdio.h>

/* Writes the table called |name| ("types", "di dhcp_binding", "machine source"); false: no such. */
bool spec_table_write(const char *name, FILE *out);

#endif
