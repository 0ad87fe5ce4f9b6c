/* SPDX-License-Identifier: MIT */
/* Comparison of what nobody may learn by taking the time. */
#ifndef CRYPTO_SAME_SECRET_H
#define CRYPTO_SAME_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the |size| octets are the same: of a key, or of what shows that one knows it.  Takes the
 * same time whatever they are. */
bool same_secret(const void *one, const void *other, size_t size);

#endif
