/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is a station and who a bridge, as their messages told, and who may not say what (DIMP 9.1-7).
 */
#ifndef DISSECTOR_SPEAKER_ROLE_H
#define DISSECTOR_SPEAKER_ROLE_H

#include "breach.h"
#include "fact_table.h"

/*
 * The rule that this message breaks by who sends or receives it, BREACHES for none; keeps what it
 * tells of its sender.
 */
enum breach speaker_role_judge(const struct dissection *dissection,
	const struct fact_block *message);

#endif
