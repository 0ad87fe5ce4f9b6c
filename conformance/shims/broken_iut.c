/* SPDX-License-Identifier: MIT */
/*
 * Implementations that must fail, chosen by the environment's BROKEN: "null" says nothing, "echo"
 * sends back what it gets, "random" sends octets that mean nothing, "crash" dies of the first PDU,
 * "hang" never comes back from it.  Any of them says that it can do everything that exists, "liar"
 * also what does not.
 */
#include <stdlib.h>
#include <string.h>

#include "iut.h"

struct iut {
	const char *how;
	unsigned received;
	struct iut_octets answer;
	bool has_answer;
	uint32_t noise;
};

static const char *how(void)
{
	const char *said = getenv("BROKEN");

	return said == NULL ? "null" : said;
}

static bool supports(const char *capability)
{
	return strncmp(capability, "NOBODY", 6) != 0 || strcmp(how(), "liar") == 0;
}

static struct iut *begin(const struct iut_config *config)
{
	struct iut *iut = calloc(1, sizeof(*iut));

	if (iut != NULL)
		*iut = (struct iut){.how = how(), .noise = (uint32_t)config->seed + 1};
	return iut;
}

static void end(struct iut *iut)
{
	free(iut);
}

/* Numbers that follow from the seed (xorshift). */
static uint8_t draw(struct iut *iut)
{
	iut->noise ^= iut->noise << 13;
	iut->noise ^= iut->noise >> 17;
	iut->noise ^= iut->noise << 5;
	return (uint8_t)iut->noise;
}

static void receive(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us)
{
	volatile const unsigned *seen = &iut->received;

	(void)now_us;
	iut->received++;
	if (strcmp(iut->how, "crash") == 0 && *seen > 0)
		abort();
	while (strcmp(iut->how, "hang") == 0 && *seen > 0)
		continue;
	iut->answer = *pdu;
	for (size_t index = 0; strcmp(iut->how, "random") == 0 && index < pdu->size; index++)
		iut->answer.octets[index] = draw(iut);
	iut->has_answer = strcmp(iut->how, "echo") == 0 || strcmp(iut->how, "random") == 0;
}

static bool transmit(struct iut *iut, struct iut_octets *pdu, uint64_t now_us)
{
	const bool has_answer = iut->has_answer;

	(void)now_us;
	*pdu = iut->answer;
	iut->has_answer = false;
	return has_answer;
}

static bool tell(struct iut *iut, struct iut_event *event, uint64_t now_us)
{
	(void)iut;
	(void)event;
	(void)now_us;
	return false;
}

static uint64_t deadline(struct iut *iut)
{
	(void)iut;
	return UINT64_MAX;
}

static void expire(struct iut *iut, uint64_t now_us)
{
	(void)iut;
	(void)now_us;
}

static const char *obey(struct iut *iut, const struct iut_order *order, uint64_t now_us)
{
	(void)iut;
	(void)order;
	(void)now_us;
	return NULL;
}

static bool status(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], struct iut_status *status)
{
	(void)iut;
	(void)vsi;
	(void)status;
	return false;
}

static bool entry(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], size_t *position,
	struct iut_octets *record)
{
	(void)position;
	(void)record;
	return iut == NULL && vsi == NULL;
}

static bool counter(struct iut *iut, const char *name, uint64_t *value)
{
	(void)name;
	*value = iut->received;
	return true;
}

const struct iut_operations iut_operations = {
	.name = "broken",
	.supports = supports,
	.begin = begin,
	.end = end,
	.receive = receive,
	.transmit = transmit,
	.tell = tell,
	.deadline = deadline,
	.expire = expire,
	.order = obey,
	.status = status,
	.entry = entry,
	.counter = counter,
};
