/* SPDX-License-Identifier: MIT */
/* Root that has no capabilities still owns root's files; whoever minds that names a user. */
#define _GNU_SOURCE /* setresuid, syscall */
#include "live/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CAPABILITIES_MAX = 64 };

static bool become(const char *user, const char **why)
{
	const struct passwd *entry = getpwnam(user);

	*why = "there is no such user; give one that is in /etc/passwd";
	if (!entry)
		return false;
	*why = "may not become that user; start it as root";
	if (entry->pw_uid == geteuid() && entry->pw_gid == getegid())
		return true;
	return initgroups(user, entry->pw_gid) == 0 &&
		setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) == 0 &&
		setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) == 0;
}

/* Those that the kernel does not know end the row. */
static void empty_bounding_set(void)
{
	for (unsigned long each = 0; each < CAPABILITIES_MAX; each++) {
		if (prctl(PR_CAPBSET_READ, each, 0, 0, 0) < 0)
			return;
		/* Who may not has none to lose, by the call below. */
		(void)prctl(PR_CAPBSET_DROP, each, 0, 0, 0);
	}
}

bool privileges_drop(const char *user, const char **why)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};

	empty_bounding_set();
	if (user && *user != '\0' && !become(user, why))
		return false;
	*why = "capabilities stay; is there a filter of system calls?";
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
		syscall(SYS_capset, &header, none) == 0 &&
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}
