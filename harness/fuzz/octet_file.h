/* SPDX-License-Identifier: MIT */
/* The fuzzer's octets as a file, for readers that are given a path. */
#ifndef FUZZ_OCTET_FILE_H
#define FUZZ_OCTET_FILE_H

#include <stddef.h>
#include <stdint.h>

/* The path of a file in memory that holds |octets| until the next call; static storage. */
const char *octet_file(const uint8_t *octets, size_t size);

#endif
