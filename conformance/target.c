/* SPDX-License-Identifier: MIT */
/* Kinds of targets are rows: the word before the colon, and who opens what stands behind it. */
#include "target.h"

#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "script/drill_model.h"
#include "live_tester.h"
#include "upper_tester.h"

enum { PATH_SIZE = 200 };

static enum pics_answer model_claims(void *user, const char *capability)
{
	(void)user;
	return pics_find(capability) == CAPABILITIES_MAX ? PICS_NO : PICS_YES;
}

static void destroy_model(struct conform_target *target)
{
	drill_model_destroy(target->subject);
}

static bool open_model(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints)
{
	(void)rest;
	(void)timeout_ms;
	target->subject = drill_model_create();
	target->claims = model_claims;
	target->destroy = destroy_model;
	if (target->subject.user == NULL)
		complain_to(complaints, "memory: there is none; try again");
	return target->subject.user != NULL;
}

/* A shared object is loaded by a process of its own, which it may take down with it. */
static bool open_object(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints)
{
	char self[PATH_SIZE], command[2 * PATH_SIZE];
	const ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);

	if (size <= 0) {
		fputs("/proc/self/exe: cannot be read; is /proc mounted?\n", complaints);
		return false;
	}
	self[size] = '\0';
	(void)snprintf(command, sizeof command, "exec '%s' conform host '%s'", self, rest);
	return upper_tester_open(target, command, timeout_ms, complaints);
}

static bool open_shim(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints)
{
	char command[TARGET_TEXT_SIZE];

	(void)snprintf(command, sizeof command, "exec %s", rest);
	return upper_tester_open(target, command, timeout_ms, complaints);
}

static const struct {
	const char *word;
	bool (*open)(struct conform_target *target, const char *rest, uint64_t timeout_ms,
		FILE *complaints);
} kinds[] = {
	{"model", open_model},
	{"so", open_object},
	{"shim", open_shim},
	{"udp", live_tester_open_udp},
	{"ether", live_tester_open_ethernet},
};

bool conform_target_open(struct conform_target *target, const char *text, uint64_t timeout_ms,
	FILE *complaints)
{
	const size_t size = strcspn(text, ":");

	*target = (struct conform_target){.destroy = NULL};
	(void)snprintf(target->text, sizeof target->text, "%s", text);
	for (size_t index = 0; index < sizeof kinds / sizeof kinds[0]; index++) {
		if (strlen(kinds[index].word) != size ||
			strncmp(kinds[index].word, text, size) != 0)
			continue;
		const char *rest = text[size] == ':' ? text + size + 1 : "";
		const bool is_open = kinds[index].open(target, rest, timeout_ms, complaints);

		if (!is_open)
			conform_target_close(target);
		return is_open;
	}
	complain_to(complaints,
		"%s: no such kind of target; model, so:FILE, shim:COMMAND, udp:HOST:PORT or "
		"ether:INTERFACE,HOST:PORT",
		text);
	return false;
}

void conform_target_close(struct conform_target *target)
{
	if (target->destroy != NULL)
		target->destroy(target);
	target->destroy = NULL;
}
