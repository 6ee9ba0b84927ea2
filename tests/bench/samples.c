// SPDX-License-Identifier: BSD-2-Clause
/* Interleaved runs and their medians; used by all sections. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/samples.h"

/* Time for the disturbance of a run to end. */
enum { CALM_MS = 50 };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_median(const struct samples *s)
{
	double sorted[SAMPLES_MAX];

	if (!s->n)
		return 0;
	memcpy(sorted, s->value, sizeof(sorted[0]) * (size_t)s->n);
	qsort(sorted, (size_t)s->n, sizeof(sorted[0]), compare);
	return (sorted[(s->n - 1) / 2] + sorted[s->n / 2]) / 2;
}

double samples_min(const struct samples *s)
{
	double least = s->n ? s->value[0] : 0;

	for (int i = 1; i < s->n; i++)
		if (s->value[i] < least)
			least = s->value[i];
	return least;
}

double samples_max(const struct samples *s)
{
	double most = s->n ? s->value[0] : 0;

	for (int i = 1; i < s->n; i++)
		if (s->value[i] > most)
			most = s->value[i];
	return most;
}

double samples_ratio(const struct samples *a, const struct samples *b)
{
	struct samples ratio = { .n = a->n < b->n ? a->n : b->n };

	for (int i = 0; i < ratio.n; i++)
		ratio.value[i] = b->value[i] != 0 ? a->value[i] / b->value[i] : 0;
	return samples_median(&ratio);
}

double samples_difference(const struct samples *a, const struct samples *b)
{
	struct samples left = { .n = a->n < b->n ? a->n : b->n };

	for (int i = 0; i < left.n; i++)
		left.value[i] = a->value[i] - b->value[i];
	return samples_median(&left);
}

/* One that counts; how many are dropped for it is bounded for each variant. */
static int run_one(const struct bench *b, struct variant *v)
{
	double figures[VARIANT_FIGURES] = { 0 };
	struct samples *s;
	int err;

	for (;;) {
		err = v->run(v->arg, figures);
		if (err && err != -EAGAIN)
			return err;
		if (!err || v->samples[0].dropped >= b->runs)
			break;
		for (int i = 0; i < VARIANT_FIGURES; i++)
			v->samples[i].dropped++;
		bench_sleep_ms(CALM_MS);
	}
	for (int i = 0; i < VARIANT_FIGURES; i++) {
		s = &v->samples[i];
		s->value[s->n++] = figures[i];
		if (err)
			s->disturbed++;
	}
	return 0;
}

int variants_run(const struct bench *b, struct variant *variants, int n)
{
	double figures[VARIANT_FIGURES];
	int err;

	for (int i = 0; i < n; i++) {
		memset(variants[i].samples, 0, sizeof(variants[i].samples));
		err = variants[i].run(variants[i].arg, figures);
		if (err && err != -EAGAIN)
			return err;
	}
	for (int round = 0; round < b->runs; round++) {
		for (int i = 0; i < n; i++) {
			err = run_one(b, &variants[i]);
			if (err)
				return err;
		}
	}
	return 0;
}
