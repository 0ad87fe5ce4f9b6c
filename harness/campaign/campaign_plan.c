/* SPDX-License-Identifier: MIT */
/*
 * A campaign goes on only in a ledger of the same program and the same scenario: both are known by
 * their octets.
 */
#include "campaign/campaign_plan.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/draw.h"

/* ---- what it is known by */

static void digest_stream(FILE *stream, char *text, size_t size)
{
	unsigned char octets[1 << 14], digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned digest_size = 0;
	size_t count;

	if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
		while ((count = fread(octets, 1, sizeof octets, stream)) > 0)
			EVP_DigestUpdate(context, octets, count);
		EVP_DigestFinal_ex(context, digest, &digest_size);
	}
	EVP_MD_CTX_free(context);
	for (unsigned index = 0; index < digest_size && 2 * index + 2 < size; index++)
		snprintf(text + 2 * index, size - 2 * index, "%02x", digest[index]);
}

static void digest_file(const char *path, char *text, size_t size)
{
	FILE *stream = fopen(path, "r");

	snprintf(text, size, "?");
	if (!stream)
		return;
	digest_stream(stream, text, size);
	fclose(stream);
}

static void identify(struct campaign_plan *plan)
{
	char program[65], scenario[65] = "drawn";

	digest_file("/proc/self/exe", program, sizeof program);
	if (plan->scenario)
		digest_file(plan->scenario, scenario, sizeof scenario);
	snprintf(plan->identity, sizeof plan->identity, "program %s scenario %s plant %d%s%s",
		program, scenario, (int)plan->plant, plan->engine.is_ns3 ? " ns3 " : "",
		plan->engine.scheduler);
}

/* ---- its runs */

bool campaign_plan_open(struct campaign_plan *plan, struct scenario_errors *errors)
{
	plan->variations = 1;
	identify(plan);
	if (!plan->scenario)
		return true;
	plan->varied = scenario_read(&(struct scenario_source){.path = plan->scenario}, errors);
	if (!plan->varied)
		return false;
	plan->variations = vary_count(plan->varied);
	return true;
}

void campaign_plan_close(struct campaign_plan *plan)
{
	free(plan->text);
	plan->text = NULL;
	scenario_destroy(plan->varied);
	plan->varied = NULL;
}

static uint64_t seed_of(const struct campaign_plan *plan, uint64_t number)
{
	return plan->first + number / plan->variations;
}

static bool draw_world(struct campaign_plan *plan, uint64_t seed, struct scenario_source *source)
{
	static struct draw draw;

	free(plan->text);
	plan->text = NULL;
	FILE *stream = open_memstream(&plan->text, &source->size);

	if (!stream)
		return false;
	draw_make(&draw, seed);
	draw_write(&draw, stream);
	source->path = "(campaign)";
	const bool is_written = fclose(stream) == 0;

	source->text = plan->text;
	return is_written;
}

bool campaign_plan_make(void *context, uint64_t number, struct trial_config *config)
{
	struct campaign_plan *plan = context;
	const uint64_t seed = seed_of(plan, number);

	*config = (struct trial_config){
		.plant = plan->plant,
		.is_healed = !plan->scenario,
		.is_once = plan->is_once,
		.seconds_max = plan->seconds_max,
	};
	if (!plan->scenario) {
		config->source.engine = plan->engine;
		return draw_world(plan, seed, &config->source);
	}
	config->source = (struct scenario_source){
		.path = plan->scenario,
		.has_seed = true,
		.seed = seed,
		.engine = plan->engine,
		.variation = number % plan->variations,
	};
	return true;
}

struct ledger_run campaign_plan_run(struct campaign_plan *plan, uint64_t number)
{
	const uint64_t variation = number % plan->variations;

	plan->parameters[0] = '\0';
	if (plan->varied) {
		vary_choose(plan->varied, variation);
		vary_text(plan->varied, plan->parameters);
	}
	return (struct ledger_run){seed_of(plan, number), variation, plan->parameters};
}
