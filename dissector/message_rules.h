/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules across the fields of a message (DIMP 7.4, 5.6-2). A message that breaks one is taken
 * all the same: these items change no verdict.
 */
#ifndef DISSECTOR_MESSAGE_RULES_H
#define DISSECTOR_MESSAGE_RULES_H

#include "field_view.h"

/* Judges a message whose fixed part is whole and that had so many parameters. */
void message_rules_judge(struct dissection *dissection, const struct block_values *values,
	guint parameters);

#endif
