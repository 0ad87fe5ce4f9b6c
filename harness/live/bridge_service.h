/* SPDX-License-Identifier: MIT */
/* A live bridge as a service: from its file to its end, with signals and without privileges. */
#ifndef LIVE_BRIDGE_SERVICE_H
#define LIVE_BRIDGE_SERVICE_H

#include <stdbool.h>

struct bridge_service_options {
	const char *path; /* of the file */
	const char *control_path; /* of the control socket; NULL: none */
	const char *upper_tester_path; /* of the socket of tests; NULL: none, as it is to be */
	const char *keylog_path; /* of the file with the keys of its associations; NULL: none */
	bool is_json; /* the log, whatever the file says */
	bool is_verbose;
	bool is_check; /* only read the file */
};

/* Runs it to its end, by SIGTERM or SIGINT; SIGHUP has the file read again.  Returns the exit code,
 * after a complaint if it is not that all is well. */
int bridge_service_run(const struct bridge_service_options *options);

#endif
