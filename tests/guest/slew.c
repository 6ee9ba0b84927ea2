// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes the kernel's clock run fast or slow, as a time daemon does, or sets
 * what CLOCK_TAI is ahead of the wall clock. For clock.bats, in a guest.
 *
 * Usage: slew ppm PPM, from -100000 to 100000; slew tai SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

/* Of a tick at 100 Hz in microseconds, one is 100 ppm. The rest is fine tuning. */
static struct timex run_at(long ppm)
{
	return (struct timex){
		.modes = ADJ_TICK | ADJ_FREQUENCY,
		.tick = 10000 + ppm / 100,
		.freq = (ppm % 100) * 65536,
	};
}

static struct timex ahead_by(long seconds)
{
	return (struct timex){ .modes = ADJ_TAI, .constant = seconds };
}

int main(int argc, char **argv)
{
	struct timex change;

	if (argc == 3 && !strcmp(argv[1], "ppm")) {
		change = run_at(strtol(argv[2], NULL, 10));
	} else if (argc == 3 && !strcmp(argv[1], "tai")) {
		change = ahead_by(strtol(argv[2], NULL, 10));
	} else {
		fputs("usage: slew ppm PPM | slew tai SECONDS\n", stderr);
		return 2;
	}
	if (adjtimex(&change) < 0) {
		perror("adjtimex");
		return 1;
	}
	return 0;
}
