/* SPDX-License-Identifier: MIT */
/* The module is looked for each time that it is not there yet, and loaded once. */
#include "engine/ns3_module.h"

#include <dlfcn.h>
#include <stdio.h>

#include "engine/module_file.h"

static const char *tell(const char *why)
{
	return why ? why : "it is not there";
}

const struct ns3_table *ns3_module_load(char *error, size_t error_size)
{
	static const struct ns3_table *table;

	if (table)
		return table;
	(void)dlerror();
	void *module = module_file_open(NS3_MODULE);
	const struct ns3_table *found = module ? dlsym(module, NS3_TABLE_SYMBOL) : NULL;
	const char *why = dlerror();

	if (found && found->size == sizeof *found)
		table = found;
	else if (error)
		(void)snprintf(error, error_size,
			"%s cannot be loaded (%s); make ns3 builds it, and needs: apt-get install "
			"g++ libns3-dev",
			NS3_MODULE, found ? "it is of another build" : tell(why));
	return table;
}
