/* Rules across the fields of one DI type (DIMP 8), beyond what its field types say. */
#ifndef DIMP_DI_RULES_H
#define DIMP_DI_RULES_H

#include "dimp.h"

/* Checks |record|, whose fields are each in range; of a DELETE only the KEY fields. */
DIMP_MUST_USE enum dimp_error di_rules_check(const struct dimp_record *record);

#endif
