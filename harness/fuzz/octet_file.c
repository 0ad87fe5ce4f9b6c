/* SPDX-License-Identifier: MIT */
/*
 * Owns one anonymous file, which is filled anew for each input: it never touches a disk, and
 * opening it by its path under /proc begins at its first octet.
 */
#include "fuzz/octet_file.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fuzz/require.h"

const char *octet_file(const uint8_t *octets, size_t size)
{
	static int descriptor = -1;
	static char path[64];

	if (descriptor < 0) {
		descriptor = (int)syscall(SYS_memfd_create, "octets", 0);
		require(descriptor >= 0);
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
	}
	require(ftruncate(descriptor, 0) == 0);
	require(pwrite(descriptor, octets, size, 0) == (ssize_t)size);
	return path;
}
