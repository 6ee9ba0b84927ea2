// SPDX-License-Identifier: BSD-2-Clause
/* For the chart of the last minute and the fill level of the rings. */
#include "reader/stats/bar.h"

int bar_eighths(double value, double max, int cells)
{
	int eighths;

	if (value <= 0 || max <= 0)
		return 0;
	eighths = value >= max ? cells * 8 : (int)(value / max * cells * 8 + 0.5);
	return eighths ? eighths : 1;
}
