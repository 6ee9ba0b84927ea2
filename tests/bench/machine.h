/* SPDX-License-Identifier: BSD-2-Clause */
/* What the figures were measured on; for report.c. */
#ifndef XDPTAP_BENCH_MACHINE_H
#define XDPTAP_BENCH_MACHINE_H

struct json_object;

/* What can't be read says "unknown". */
struct machine {
	char cpu[96];
	int cpus;
	char kernel[96];
	char clang[96]; /* that built the BPF objects */
	char clocksource[32];
	char jit[16];
	char date[32];
	char version[32]; /* of xdptap */
};

/* In the first network namespace: others don't show whether there is a JIT. */
void machine_read(struct machine *m);
void machine_print(const struct machine *m);
struct json_object *machine_json(const struct machine *m);

#endif
