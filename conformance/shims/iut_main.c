/* SPDX-License-Identifier: MIT */
/* Makes a program for "shim:COMMAND" of an implementation that defines iut_operations. */
#include "iut_host.h"

int main(void)
{
	return iut_host_run(&iut_operations, stdin, stdout);
}
