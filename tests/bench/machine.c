// SPDX-License-Identifier: BSD-2-Clause
/* CPU, kernel and compiler that the figures belong to; called by report.c. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <json-c/json.h>

#include "tests/bench/clang.h"
#include "tests/bench/machine.h"

static void first_line(char *buf, size_t size, const char *path)
{
	FILE *f = fopen(path, "re");

	snprintf(buf, size, "unknown");
	if (!f)
		return;
	if (fgets(buf, (int)size, f))
		buf[strcspn(buf, "\n")] = '\0';
	fclose(f);
}

static void cpu_model(char *buf, size_t size)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256], *value;

	snprintf(buf, size, "unknown");
	while (f && fgets(line, sizeof(line), f)) {
		value = strstr(line, ": ");
		if (!value || strncmp(line, "model name", 10))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(buf, size, "%.*s", (int)size - 1, value + 2);
		break;
	}
	if (f)
		fclose(f);
}

void machine_read(struct machine *m)
{
	struct utsname uts;
	struct tm utc;
	time_t now = time(NULL);

	cpu_model(m->cpu, sizeof(m->cpu));
	m->cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	snprintf(m->kernel, sizeof(m->kernel), "%.95s", uname(&uts) ? "unknown" : uts.release);
	snprintf(m->clang, sizeof(m->clang), "%s", BENCH_CLANG);
	first_line(m->clocksource, sizeof(m->clocksource),
		   "/sys/devices/system/clocksource/clocksource0/current_clocksource");
	first_line(m->jit, sizeof(m->jit), "/proc/sys/net/core/bpf_jit_enable");
	if (strcmp(m->jit, "unknown"))
		snprintf(m->jit, sizeof(m->jit), "%s", m->jit[0] == '0' ? "off" : "on");
	gmtime_r(&now, &utc);
	strftime(m->date, sizeof(m->date), "%Y-%m-%dT%H:%M:%SZ", &utc);
	snprintf(m->version, sizeof(m->version), "%s", XDPTAP_VERSION);
}

void machine_print(const struct machine *m)
{
	printf("xdptap %s, %s\n", m->version, m->date);
	printf("%s, %d CPUs, kernel %s\n", m->cpu, m->cpus, m->kernel);
	printf("%s, clocksource %s, BPF JIT %s\n", m->clang, m->clocksource, m->jit);
}

struct json_object *machine_json(const struct machine *m)
{
	const char *const texts[][2] = {
		{ "cpu", m->cpu },        { "kernel", m->kernel },
		{ "clang", m->clang },    { "clocksource", m->clocksource },
		{ "jit", m->jit },        { "date", m->date },
		{ "xdptap", m->version },
	};
	struct json_object *o = json_object_new_object();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		json_object_object_add(o, texts[i][0], json_object_new_string(texts[i][1]));
	json_object_object_add(o, "cpus", json_object_new_int(m->cpus));
	return o;
}
