// SPDX-License-Identifier: BSD-2-Clause
/* Arguments in the grammar of ip(8); used by all three tools. */
#include <errno.h>
#include <string.h>

#include "pin/cli/arguments.h"
#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "pin/link.h"
#include "pin/tap_find.h"

const char *arguments_dev(int *argc, char ***argv)
{
	const char *name;

	if (*argc > 1 && !strcmp((*argv)[0], "dev")) {
		--*argc;
		++*argv;
	}
	if (*argc < 1) {
		diag_error("the name of an interface is missing");
		diag_hint("'ip link show' lists the interfaces");
		return NULL;
	}
	name = (*argv)[0];
	if (!link_name_valid(name)) {
		diag_error("'%s' is not the name of an interface", name);
		return NULL;
	}
	--*argc;
	++*argv;
	return name;
}

int arguments_devs(int argc, char **argv, const char **names)
{
	int n = 0;

	do {
		names[n] = arguments_dev(&argc, &argv);
		if (!names[n])
			return -EINVAL;
		for (int i = 0; i < n; i++) {
			if (!strcmp(names[i], names[n])) {
				diag_error("interface '%s' is named twice", names[n]);
				return -EINVAL;
			}
		}
		n++;
	} while (argc);
	return n;
}

const char *arguments_dev_only(int argc, char **argv)
{
	const char *name = arguments_dev(&argc, &argv);

	if (name && argc) {
		diag_error("unknown argument '%s'", argv[0]);
		return NULL;
	}
	return name;
}

const char *arguments_once(int *argc, char ***argv)
{
	const char *word = (*argv)[0];

	--*argc;
	++*argv;
	for (int i = 0; i < *argc; i++) {
		if (!strcmp((*argv)[i], word)) {
			diag_error("'%s' is given twice", word);
			return NULL;
		}
	}
	return word;
}

int arguments_tap(const char *bpffs, const char *name, char ifname[IF_NAMESIZE])
{
	struct reason reason;
	int err = tap_find(bpffs, name, ifname, &reason);

	if (!err)
		return EXIT_OK;
	tap_error_open(name, err, &reason);
	return EXIT_FAILED;
}

int arguments_tap_only(const char *bpffs, int argc, char **argv, char ifname[IF_NAMESIZE])
{
	const char *name = arguments_dev_only(argc, argv);

	return name ? arguments_tap(bpffs, name, ifname) : EXIT_USAGE;
}

int arguments_taps(const char *bpffs, const char *const *names, int n, char (*ifnames)[IF_NAMESIZE])
{
	for (int i = 0; i < n; i++) {
		if (arguments_tap(bpffs, names[i], ifnames[i]))
			return EXIT_FAILED;
		for (int j = 0; j < i; j++) {
			if (strcmp(ifnames[i], ifnames[j]))
				continue;
			diag_error("'%s' and '%s' are the same interface", names[j], names[i]);
			return EXIT_USAGE;
		}
	}
	return EXIT_OK;
}
