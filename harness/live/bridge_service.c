/* SPDX-License-Identifier: MIT */
/*
 * Signals come in by a descriptor, in turn with everything else.  Capabilities go once everything
 * is open; after that an interface that comes back needs none, and the file must be readable for
 * whom the bridge has become.
 */
#include "live/bridge_service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "engine/live_engine.h"
#include "live/bridge_control.h"
#include "live/bridge_tester.h"
#include "live/live_bridge.h"
#include "live/privileges.h"

struct bridge_service {
	const struct bridge_service_options *options;
	struct live_log log;
	struct live_bridge *bridge;
	int signals; /* -1: none */
	struct bridge_control *control; /* NULL: none */
	struct bridge_tester *tester; /* NULL: none */
	struct keylog_writer *keylog; /* NULL: none */
};

static void complain_of(const char *path, const struct scenario_errors *errors)
{
	const size_t kept = scenario_errors_kept(errors);

	for (size_t each = 0; each < kept; each++)
		(void)fprintf(stderr, "%s\n", errors->list[each].text);
	complain("%s: %zu error%s; correct them, or see: man dimp-bridge", path, errors->count,
		errors->count == 1 ? "" : "s");
}

/* NULL after a complaint. */
static struct bridge_file *read_file(const char *path)
{
	struct scenario_errors *errors = calloc(1, sizeof *errors);

	if (!errors) {
		complain("%s: no memory; free some", path);
		return NULL;
	}
	struct bridge_file *file = bridge_file_read(path, NULL, errors);

	if (!file)
		complain_of(path, errors);
	free(errors);
	return file;
}

static bool reload(struct bridge_service *service)
{
	char why[LIVE_WHY_SIZE];
	struct bridge_file *file = read_file(service->options->path);

	if (!file) {
		LIVE_LOG(&service->log, "reload_failed", {"why", "the file is wrong"});
		return false;
	}
	(void)snprintf(why, sizeof why,
		"it is being tested, and has no peers and no VMs of a file");
	const bool is_taken = (!service->tester || bridge_tester_takes(file)) &&
		live_bridge_reload(service->bridge, file, why);

	if (is_taken)
		LIVE_LOG(&service->log, "reloaded", {"file", service->options->path});
	else
		LIVE_LOG(&service->log, "reload_failed", {"why", why});
	bridge_file_destroy(file);
	return is_taken;
}

static bool hear_reload(void *context)
{
	return reload(context);
}

static void hear_drain(void *context)
{
	const struct bridge_service *service = context;

	live_bridge_drain(service->bridge);
}

/* True without a path, too; false after a complaint. */
static bool open_control(struct bridge_service *service)
{
	const struct bridge_control_config config = {
		.bridge = service->bridge,
		.path = service->options->control_path,
		.context = service,
		.reload = hear_reload,
		.drain = hear_drain,
	};

	if (config.path)
		service->control = bridge_control_open(&config);
	return !config.path || service->control;
}

/* The same of who tests it. */
static bool open_tester(struct bridge_service *service)
{
	const char *path = service->options->upper_tester_path;

	if (!path)
		return true;
	service->tester = bridge_tester_open(service->bridge, path);
	if (service->tester)
		LIVE_LOG(&service->log, "upper_tester", {"socket", path},
			{"why", "for tests only: whoever opens it commands this bridge"});
	return service->tester != NULL;
}

static void take_signal(void *context, struct dimp_time now)
{
	struct bridge_service *service = context;
	struct signalfd_siginfo info;

	(void)now;
	while (read(service->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP)
			(void)reload(service);
		else
			live_bridge_drain(service->bridge);
	}
}

static bool watch_signals(struct bridge_service *service)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
		return false;
	service->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	return service->signals >= 0 &&
		engine_live_watch(live_bridge_engine(service->bridge), service->signals,
			take_signal, service);
}

static void end_signals(struct bridge_service *service)
{
	if (service->signals < 0)
		return;
	engine_live_unwatch(live_bridge_engine(service->bridge), service->signals);
	(void)close(service->signals);
}

/* What is begun here is written at the end. */
static bool open_keylog(struct bridge_service *service)
{
	const char *path = service->options->keylog_path;

	if (path)
		service->keylog = keylog_writer_open(path);
	if (path && !service->keylog) {
		complain("bridge: --keylog %s: %s; give another", path, strerror(errno));
		return false;
	}
	live_bridge_log_keys(service->bridge, service->keylog);
	return true;
}

/* The exit code, which is |code| unless it fails. */
static int close_keylog(const struct bridge_service *service, int code)
{
	if (!service->keylog || keylog_writer_close(service->keylog))
		return code;
	complain("bridge: --keylog %s: %s; whoever the bridge has become must be able to write "
		 "there",
		service->options->keylog_path, strerror(errno));
	return EXIT_CODE_MISSING;
}

static int run(struct bridge_service *service)
{
	const struct dimp_time never = DIMP_NEVER;
	const char *user = live_bridge_file(service->bridge)->user;
	struct engine *engine = live_bridge_engine(service->bridge);
	const char *why;

	if (!watch_signals(service)) {
		complain("bridge: no signals: %s; raise the limit of open files", strerror(errno));
		return EXIT_CODE_MISSING;
	}
	if (live_bridge_file(service->bridge)->is_locked && mlockall(MCL_CURRENT) != 0) {
		complain("bridge: locked: %s; raise the limit of locked memory", strerror(errno));
		return EXIT_CODE_MISSING;
	}
	if (!open_keylog(service) || !open_control(service) || !open_tester(service))
		return EXIT_CODE_MISSING;
	live_bridge_start(service->bridge);
	if (!privileges_drop(user, &why)) {
		complain("bridge: user %s: %s", *user != '\0' ? user : "(as started)", why);
		return EXIT_CODE_MISSING;
	}
	LIVE_LOG(&service->log, "started", {"file", service->options->path});
	engine_run(engine, never);
	if (!engine_is_exhausted(engine))
		return EXIT_CODE_WELL;
	complain("bridge: no memory; give it more, or lower entries in its file");
	return EXIT_CODE_INTERNAL;
}

static int open_and_run(struct bridge_service *service, struct bridge_file *file)
{
	char why[LIVE_WHY_SIZE];
	bool is_missing;

	service->log = (struct live_log){
		.name = file->name,
		.is_json = service->options->is_json || file->log_form == BRIDGE_LOG_JSON,
		.is_verbose = service->options->is_verbose,
	};
	service->bridge = live_bridge_create(file, &service->log, why, &is_missing);
	if (!service->bridge) {
		complain("bridge: %s: %s", service->options->path, why);
		bridge_file_destroy(file);
		return is_missing ? EXIT_CODE_MISSING : EXIT_CODE_USAGE;
	}
	const int code = run(service);

	bridge_tester_close(service->tester);
	bridge_control_close(service->control);
	end_signals(service);
	live_bridge_destroy(service->bridge);
	return close_keylog(service, code);
}

int bridge_service_run(const struct bridge_service_options *options)
{
	struct bridge_service service = {.options = options, .signals = -1};
	struct bridge_file *file = read_file(options->path);

	if (!file)
		return EXIT_CODE_USAGE;
	const bool is_fit = !options->upper_tester_path || bridge_tester_takes(file);

	if (is_fit && !options->is_check)
		return open_and_run(&service, file);
	bridge_file_destroy(file);
	return is_fit ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}
