/* SPDX-License-Identifier: MIT */
/* Rows that a control socket answers with, for people and for Prometheus. */
#ifndef LIVE_CONTROL_TABLE_H
#define LIVE_CONTROL_TABLE_H

#include <jansson.h>
#include <stdio.h>

/*
 * Prints |rows|, an array of objects, as a table: a column for each member of the first row that is
 * no array and no object, but for "labels", which are told as key=value.  Without rows it says so.
 */
void control_table_print(json_t *rows, FILE *stream);

/*
 * Prints |rows|, each {"name", "kind": "counter" or "gauge", "help", "labels": {}, "value"}, in
 * Prometheus' text format; rows of one name stand together.
 */
void control_metrics_print(json_t *rows, FILE *stream);

#endif
