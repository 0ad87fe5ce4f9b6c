/*
 * KaYs that hear each other, on a link that loses nothing.
 */
#ifndef UNIT_KAY_GROUP_H
#define UNIT_KAY_GROUP_H

#include "sources/kay.h"

enum { KAY_GROUP_MAX = 4, SECONDS = 1000000, STEP = 100000 };

struct kay_group_end {
	struct di_store *store;
	struct kay_config config;
	struct kay *kay; /* NULL while it is not there */
	struct mkpdu last;
	struct mkpdu distributing; /* the last that had a SAK in it */
};

struct kay_group {
	struct openssl_crypto *crypto;
	struct dimp_time now;
	struct kay_group_end ends[KAY_GROUP_MAX];
};

/* Ends with SCIs 02-..-01 to -04 and priorities 16, 32, 48, 64; none has begun. */
void kay_group_make(struct kay_group *group);
void kay_group_end(struct kay_group *group);
void kay_group_join(struct kay_group *group, unsigned which);
/* The first |count| join. */
void kay_group_of(struct kay_group *group, unsigned count);
/* It says no more: a machine that crashed, its records with it. */
void kay_group_kill(struct kay_group *group, unsigned which);
void kay_group_run(struct kay_group *group, uint64_t us);

/* The SA in use at |end| for the secure channel of end |owner|; NULL for none. */
const struct dimp_macsec_sa *kay_group_sa(const struct kay_group_end *end, unsigned owner);
size_t kay_group_sas(const struct kay_group_end *end);
/* The first |count| ends share one key: each has an SA in use for each of them, with this AN. */
void kay_group_check(const struct kay_group *group, unsigned count, unsigned association_number);

#endif
