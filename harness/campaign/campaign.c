/* SPDX-License-Identifier: MIT */
/*
 * A run that was killed from outside, or had no memory, says nothing of the protocol: it is begun
 * again, a bounded number of times.
 */
#include "campaign/campaign.h"

enum { MISHAPS_MAX = 16, WAIT_MS = 500 };

struct going {
	const struct campaign_config *config;
	struct crew_plan crew_plan;
	uint64_t next, end; /* runs to begin: below |end| */
	uint64_t done, failed;
	uint64_t again[MISHAPS_MAX]; /* runs to begin once more */
	size_t again_count, mishaps;
	enum campaign_end state;
};

/* The next run that is not in the ledger. */
static bool next_run(struct going *going, uint64_t *number)
{
	while (going->again_count > 0) {
		*number = going->again[--going->again_count];
		if (*number < going->end)
			return true;
	}
	for (; going->next < going->end; going->next++) {
		const struct ledger_run run = campaign_plan_run(going->config->plan, going->next);

		if (!ledger_has(going->config->ledger, &run)) {
			*number = going->next++;
			return true;
		}
		going->done++;
	}
	return false;
}

static void begin_all(struct going *going)
{
	uint64_t number;

	while (going->state == CAMPAIGN_DONE && crew_has_room(going->config->crew) &&
		next_run(going, &number)) {
		if (!crew_begin(going->config->crew, &going->crew_plan, number))
			going->state = CAMPAIGN_STUCK;
	}
}

static void begin_again(struct going *going, uint64_t number)
{
	if (going->mishaps == MISHAPS_MAX) {
		going->state = CAMPAIGN_STUCK;
		return;
	}
	going->mishaps++;
	going->again[going->again_count++] = number;
}

static void note(struct going *going, uint64_t number, const struct trial *trial)
{
	const struct campaign_config *config = going->config;
	const struct ledger_run run = campaign_plan_run(config->plan, number);

	if (trial->verdict == TRIAL_IMPOSSIBLE) {
		begin_again(going, number);
		return;
	}
	if (!ledger_add(config->ledger, &run, trial))
		going->state = CAMPAIGN_UNWRITTEN;
	going->done++;
	if (trial->verdict == TRIAL_WELL)
		return;
	going->failed++;
	if (!config->goes_on && number < going->end)
		going->end = number + 1;
}

static void take_one(struct going *going)
{
	struct trial trial;
	uint64_t number;

	if (!crew_take(going->config->crew, WAIT_MS, &number, &trial))
		return;
	note(going, number, &trial);
	trial_destroy(&trial);
	if (going->config->progress)
		going->config->progress(going->end, going->done, going->failed);
}

/* A failure that an earlier campaign left in the ledger ends this one too. */
static void end_at_known_failure(struct going *going, const struct ledger_range *range)
{
	const struct campaign_plan *plan = going->config->plan;
	struct ledger_run run;
	struct trial trial;

	if (!going->config->goes_on &&
		ledger_first_failure(going->config->ledger, range, &run, &trial))
		going->end = (run.seed - plan->first) * plan->variations + run.variation + 1;
}

enum campaign_end campaign_go(const struct campaign_config *config, struct ledger_range *range)
{
	struct campaign_plan *plan = config->plan;
	struct going going = {
		.config = config,
		.crew_plan = {plan, campaign_plan_make},
		.end = plan->seeds * plan->variations,
	};

	*range =
		(struct ledger_range){plan->first, plan->first + plan->seeds - 1, plan->variations};
	end_at_known_failure(&going, range);
	do {
		begin_all(&going);
		if (!crew_is_idle(config->crew))
			take_one(&going);
	} while (going.state == CAMPAIGN_DONE &&
		(!crew_is_idle(config->crew) || going.again_count > 0 || going.next < going.end));
	range->last = plan->first + (going.end - 1) / plan->variations;
	range->variations = (going.end - 1) % plan->variations + 1;
	return going.state;
}
