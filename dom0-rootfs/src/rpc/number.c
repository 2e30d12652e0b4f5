/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

void
number_text(double f, char text_r[NUMBER_SIZE])
{
	if (!isfinite(f))
		f = 0;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text_r, NUMBER_SIZE, "%.*g", digits, f);
		if (strtod(text_r, NULL) == f)
			break;
	}
	if (strpbrk(text_r, ".e") == NULL)
		strcat(text_r, ".0");
}
