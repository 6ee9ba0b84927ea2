// SPDX-License-Identifier: BSD-2-Clause
/* `xdptap-loader features`: what kernel, libxdp, driver and capabilities allow, and what needs it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>
#include <json-c/json.h>

#include "loader/attach_check.h"
#include "loader/commands.h"
#include "loader/driver_features.h"
#include "loader/feature_dispatcher.h"
#include "loader/feature_probe.h"
#include "pin/cli/arguments.h"
#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"
#include "pin/link.h"
#include "reader/text/escape.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

#define CAPABILITY_TRACE (CAPABILITY_BPF | CAPABILITY_PERFMON)

static const struct feature {
	const char *name;
	const char *what; /* what needs it */
	int (*probe)(void);
	unsigned int caps;   /* that the probe takes */
	const char *why_not; /* if it is not for lack of permission */
} table[] = {
	{ "xdp", "every tap but trace taps", feature_probe_xdp, CAPABILITY_LOAD,
	  "the kernel has no XDP programs" },
	{ "frags", "taps in native mode with a large MTU", feature_probe_frags, CAPABILITY_LOAD,
	  "the kernel has XDP programs for one buffer only" },
	{ "btf", "freplace, fentry and fexit", feature_probe_btf, 0,
	  "the kernel was built without CONFIG_DEBUG_INFO_BTF" },
	{ "freplace", "libxdp's dispatcher", feature_probe_freplace, CAPABILITY_LOAD,
	  "the kernel can't replace functions of programs" },
	{ "dispatcher", "other XDP programs beside a tap; require-dispatcher", NULL,
	  CAPABILITY_LOAD | CAPABILITY_SYS_ADMIN,
	  "libxdp can't use it: it needs btf and freplace, see '--debug'" },
	{ "fentry", "attach ... trace", feature_probe_fentry, CAPABILITY_TRACE | CAPABILITY_LOAD,
	  "the kernel can't trace programs" },
	{ "fexit", "attach ... at exit, verdicts", feature_probe_fexit,
	  CAPABILITY_TRACE | CAPABILITY_LOAD, "the kernel can't trace programs" },
	{ "ring", "every tap: events", feature_probe_ring, CAPABILITY_BPF,
	  "the kernel has no BPF ring buffers" },
	{ "rings", "every tap: a ring buffer for each CPU", feature_probe_rings, CAPABILITY_BPF,
	  "the kernel has no arrays of ring buffers" },
	{ "tai", "every tap: the time of events (CLOCK_TAI)", feature_probe_tai, CAPABILITY_LOAD,
	  "the kernel has no helper bpf_ktime_get_tai_ns" },
	{ "tcx", "nothing of xdptap; programs of tc, by a link", feature_probe_tcx, CAPABILITY_LOAD,
	  "the kernel has no links for programs of tc" },
};
#define N_TABLE (sizeof(table) / sizeof(table[0]))

static const struct driver_feature {
	const char *name, *what;
	__u64 bit;
} driver_table[] = {
	{ "native", "mode native", DRIVER_NATIVE },
	{ "native-frags", "mode native with a large MTU", DRIVER_FRAGS },
	{ "offload", "mode offload", DRIVER_OFFLOAD },
};
#define N_DRIVER (sizeof(driver_table) / sizeof(driver_table[0]))

static const struct {
	const char *name, *what;
	enum capability flag;
} capability_table[] = {
	{ "CAP_BPF", "attach, set", CAPABILITY_BPF },
	{ "CAP_PERFMON", "attach, set", CAPABILITY_PERFMON },
	{ "CAP_NET_ADMIN", "attach, set, detach", CAPABILITY_NET_ADMIN },
	{ "CAP_SYS_ADMIN", "the dispatcher; to see the programs of others", CAPABILITY_SYS_ADMIN },
};
#define N_CAPABILITIES (sizeof(capability_table) / sizeof(capability_table[0]))

/* What was found out of a feature. */
struct finding {
	const char *name, *what;
	enum answer answer;
	char why[128]; /* why not, or why that is unknown; "": yes */
};

#define N_FINDINGS (N_TABLE + N_DRIVER + 1)

struct findings {
	struct finding list[N_FINDINGS];
	size_t n, kernels; /* those before `kernels` are of the kernel, the others of the driver */
	unsigned int missing; /* capabilities without which something remained unknown */
};

static bool is_passing(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EAGAIN ||
	       err == -EINTR || err == -EIO;
}

static void judge(struct findings *all, const struct feature *f, int err)
{
	struct finding *found = &all->list[all->n++];

	*found = (struct finding){ .name = f->name, .what = f->what, .answer = ANSWER_YES };
	if (!err)
		return;
	found->answer = ANSWER_UNKNOWN;
	if (!capability_has(f->caps)) {
		all->missing |= f->caps;
		snprintf(found->why, sizeof(found->why), "capabilities are missing: %s",
			 strerror(-err));
		return;
	}
	if (is_passing(err)) {
		snprintf(found->why, sizeof(found->why), "%s", strerror(-err));
		return;
	}
	found->answer = ANSWER_NO;
	if (err == -EPERM || err == -EACCES)
		snprintf(found->why, sizeof(found->why),
			 "the kernel, a container or a security module forbids it");
	else
		snprintf(found->why, sizeof(found->why), "%s", f->why_not);
}

/* Generic mode is the kernel's, and needs no driver. */
static void find_generic(struct findings *all, const struct link *link)
{
	struct finding *found = &all->list[all->n++];
	unsigned short type;
	int err = attach_check_link_type(link->ifname, &type);

	*found = (struct finding){ .name = "generic", .what = "mode generic" };
	if (!err) {
		found->answer = ANSWER_YES;
		return;
	}
	found->answer = err == -EPFNOSUPPORT ? ANSWER_NO : ANSWER_UNKNOWN;
	snprintf(found->why, sizeof(found->why), "%s",
		 err == -EPFNOSUPPORT ? "its frames are not Ethernet" : strerror(-err));
}

static void find_driver(struct findings *all, const struct link *link)
{
	__u64 features = 0;
	int err = driver_features_get(link->ifindex, &features);

	for (size_t i = 0; i < N_DRIVER; i++) {
		const struct driver_feature *d = &driver_table[i];
		struct finding *found = &all->list[all->n++];

		*found = (struct finding){ .name = d->name, .what = d->what };
		if (!err) {
			found->answer = features & d->bit ? ANSWER_YES : ANSWER_NO;
			if (found->answer == ANSWER_NO)
				snprintf(found->why, sizeof(found->why), "the driver can't");
		} else if (d->bit == DRIVER_NATIVE && link->native_id) {
			found->answer = ANSWER_YES; /* a program runs so */
		} else {
			found->answer = ANSWER_UNKNOWN;
			snprintf(found->why, sizeof(found->why), "%s",
				 err == -ENOENT
					 ? "this kernel does not tell what drivers can; try attach"
					 : strerror(-err));
		}
	}
}

static void find_dispatcher(struct findings *all, const struct feature *f, const char *bpffs)
{
	struct finding *found = &all->list[all->n];
	bool tried;
	int err = feature_dispatcher_probe(bpffs, &tried);

	judge(all, f, err);
	if (found->answer != ANSWER_NO || tried)
		return;
	found->answer = ANSWER_UNKNOWN;
	snprintf(found->why, sizeof(found->why), "there is no namespace to try it in: %s",
		 strerror(-err));
}

static void find(struct findings *all, const char *bpffs, const struct link *link)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (table[i].probe)
			judge(all, &table[i], table[i].probe());
		else
			find_dispatcher(all, &table[i], bpffs);
	}
	all->kernels = all->n;
	if (link) {
		find_generic(all, link);
		find_driver(all, link);
	}
}

static void put_row(const char *name, enum answer answer, const char *what)
{
	static const char *const words[] = { "no", "yes", "can't tell" };

	printf("%-14s  %-10s  %s\n", name, words[answer], what);
}

static void put_findings(const struct finding *list, size_t n)
{
	for (const struct finding *f = list; f < list + n; f++) {
		put_row(f->name, f->answer, f->what);
		if (*f->why)
			printf("%16s%s\n", "", f->why);
	}
}

static void put_text(const struct findings *all, const struct link *link, const char *kernel)
{
	char name[ESCAPE_IFNAME_MAX];

	printf("kernel %s, libbpf %s\n\n", kernel, libbpf_version_string());
	printf("%-14s  %-10s  %s\n", "FEATURE", "HERE", "NEEDED BY");
	put_findings(all->list, all->kernels);
	if (link) {
		printf("\n%-14s  %-10s  %s\n", escape_ifname(name, link->ifname), "HERE",
		       "NEEDED BY");
		put_findings(all->list + all->kernels, all->n - all->kernels);
	}
	printf("\n%-14s  %-10s  %s\n", "CAPABILITY", "HELD", "NEEDED BY");
	for (size_t i = 0; i < N_CAPABILITIES; i++)
		put_row(capability_table[i].name,
			capability_has(capability_table[i].flag) ? ANSWER_YES : ANSWER_NO,
			capability_table[i].what);
}

static struct json_object *findings_json(const struct finding *list, size_t n)
{
	struct json_object *o = output_object(), *one;

	for (const struct finding *f = list; f < list + n; f++) {
		one = output_object();
		output_add(one, "supported",
			   f->answer == ANSWER_UNKNOWN ? NULL : output_bool(f->answer));
		output_add(one, "needed_by", output_text(f->what));
		if (*f->why)
			output_add(one, "why", output_text(f->why));
		output_add(o, f->name, one);
	}
	return o;
}

static void put_json(const struct findings *all, const struct link *link, const char *kernel,
		     bool pretty)
{
	struct json_object *o = output_object(), *held = output_object();

	output_add(o, "kernel", output_string(kernel));
	output_add(o, "libbpf", output_text(libbpf_version_string()));
	output_add(o, "features", findings_json(all->list, all->kernels));
	if (link) {
		output_add(o, "ifname", output_string(link->ifname));
		output_add(o, "driver",
			   findings_json(all->list + all->kernels, all->n - all->kernels));
	}
	for (size_t i = 0; i < N_CAPABILITIES; i++)
		output_add(held, capability_table[i].name,
			   output_bool(capability_has(capability_table[i].flag)));
	output_add(o, "capabilities", held);
	output_json(stdout, o, pretty);
	json_object_put(o);
}

int cmd_features(const struct options *o, int argc, char **argv)
{
	struct findings all = { .n = 0 };
	struct link link = { 0 };
	struct utsname machine;
	const char *name = NULL;
	int err;

	if (argc) {
		name = arguments_dev_only(argc, argv);
		if (!name)
			return EXIT_USAGE;
		err = link_find(name, &link);
		if (err) {
			diag_error("%s: %s", name,
				   err == -ENODEV ? "no such interface" : strerror(-err));
			diag_hint("'ip link show' lists the interfaces");
			return EXIT_FAILED;
		}
	}
	if (uname(&machine)) {
		diag_error("can't find out the kernel's name: %s", strerror(errno));
		return EXIT_FAILED;
	}
	find(&all, o->bpffs, name ? &link : NULL);
	if (o->json)
		put_json(&all, name ? &link : NULL, machine.release, o->pretty);
	else
		put_text(&all, name ? &link : NULL, machine.release);
	if (all.missing)
		capability_hint(all.missing);
	return EXIT_OK;
}
