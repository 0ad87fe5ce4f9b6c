/* SPDX-License-Identifier: MIT */
/* dimp conform host FILE.so: loads an implementation and speaks for it. */
#include <dlfcn.h>
#include <stdlib.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "conform_commands.h"
#include "iut_host.h"

int conform_command_host(const struct conform_options *options)
{
	const char *path =
		options->common.operand_count == 2 ? options->common.operands[1] : "FILE.so";
	char *whole = realpath(path, NULL); /* without a slash it would be searched elsewhere */
	void *object = dlopen(whole == NULL ? path : whole, RTLD_NOW | RTLD_LOCAL);
	const struct iut_operations *operations =
		object == NULL ? NULL : dlsym(object, "iut_operations");

	free(whole);
	if (operations == NULL) {
		complain("%s: no implementation: %s; it defines iut_operations, see docs/VENDOR.md",
			path, dlerror());
		return EXIT_CODE_MISSING;
	}
	return iut_host_run(operations, stdin, stdout);
}
