/* Records as text, for printers of what holds records. */
#ifndef DIMP_PRINTER_H
#define DIMP_PRINTER_H

#include "text.h"

void printer_add_record(struct text *text, const struct dimp_record *record);

#endif
