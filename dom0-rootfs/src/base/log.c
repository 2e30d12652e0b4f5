/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <time.h>

#include "log.h"

static const char *const prefix[] = {
	[LOG_LEVEL_DEBUG] = "",
	[LOG_LEVEL_INFO] = "",
	[LOG_LEVEL_WARN] = "warning: ",
	[LOG_LEVEL_ERROR] = "error: ",
};

void
log_put(const struct log *l, enum log_level level, const char *fmt, ...)
{
	struct timespec now;
	va_list ap;

	if (l->to == NULL || level < l->least)
		return;
	flockfile(l->to);
	if (l->stamps) {
		clock_gettime(CLOCK_BOOTTIME, &now);
		fprintf(l->to, "[%5lld.%03ld] ", (long long)now.tv_sec,
		    now.tv_nsec / 1000000);
	}
	if (l->prog != NULL)
		fprintf(l->to, "%s: ", l->prog);
	fputs(prefix[level], l->to);
	va_start(ap, fmt);
	vfprintf(l->to, fmt, ap);
	va_end(ap);
	fputc('\n', l->to);
	fflush(l->to);
	funlockfile(l->to);
}
