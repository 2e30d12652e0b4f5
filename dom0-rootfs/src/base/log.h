/* SPDX-License-Identifier: ISC */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdio.h>

#include "err.h"

/*
 * Where a program's words go: a struct made in main() and handed down.
 * Secrets are never logged; whoever holds one keeps it out of fmt.
 */
enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR };

struct log {
	FILE *to;		/* NULL: nowhere */
	enum log_level least;	/* below this is dropped */
	const char *prog;	/* in front of each line, or NULL */
	int stamps;		/* 1: seconds since boot in front */
};

void log_put(const struct log *l, enum log_level level, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#define log_debug(l, ...) log_put(l, LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(l, ...) log_put(l, LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(l, ...) log_put(l, LOG_LEVEL_WARN, __VA_ARGS__)
#define log_error(l, ...) log_put(l, LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
