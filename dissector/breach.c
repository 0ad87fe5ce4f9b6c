/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the expert items. They are of group "Protocol": what is wrong is the peer's octets, which
 * were dissected all the same, while "Malformed" would say that the dissector gave up.
 */
#include "breach.h"

#include "fact_names.h"

static expert_field items[BREACHES];

static ei_register_info rows[] = {
#define BREACH(clause, severity, text) \
	{&items[BREACH_##clause], \
		{"dimp.expert." #clause, PI_PROTOCOL, PI_##severity, text, EXPFILL}},
#include "breaches.def"
#undef BREACH
};

void breach_register(int protocol)
{
	for (guint index = 0; index < BREACHES; index++)
		items[index] = (expert_field)EI_INIT;
	expert_register_field_array(expert_register_protocol(protocol), rows,
		(int)G_N_ELEMENTS(rows));
}

void breach_add(struct dissection *dissection, proto_item *item, enum breach breach)
{
	expert_add_info(dissection->pinfo, item, &items[breach]);
}

void breach_judge(struct dissection *dissection, proto_item *item, enum breach breach,
	enum dimp_error error)
{
	if (dissection->verdict == DIMP_ERROR_NONE)
		dissection->verdict = error;
	expert_add_info_format(dissection->pinfo, item, &items[breach], "%s (%s)",
		rows[breach].eiinfo.summary,
		val_to_str_const(error, fact_names_of(DIMP_TYPE_ERROR), "unnamed error"));
}
