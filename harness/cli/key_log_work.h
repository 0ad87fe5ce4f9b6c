/* SPDX-License-Identifier: MIT */
/* What verbs that open protected PDUs begin with: the key log, and the cryptography. */
#ifndef CLI_KEY_LOG_WORK_H
#define CLI_KEY_LOG_WORK_H

#include "observe/keylog.h"

/* What is done with them; both are borrowed.  The exit code. */
typedef int key_log_work(const void *user, const struct keylog *keylog,
	const struct dimp_crypto *crypto);

/* Has |work| done with the key log at |path| (NULL: an empty one), which is wiped afterwards; its
 * exit code, or that of what is missing, which was complained of. */
int key_log_work_do(const char *path, key_log_work *work, const void *user);

#endif
