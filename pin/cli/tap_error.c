// SPDX-License-Identifier: BSD-2-Clause
/* Messages about taps that can't be listed or opened; used by all three tools. */
#include <errno.h>
#include <string.h>

#include "pin/cli/capability.h"
#include "pin/cli/diag.h"
#include "pin/cli/tap_error.h"
#include "pin/permission.h"

void tap_error_list(const char *bpffs, int err)
{
	const struct tap_name all = { bpffs, NULL };
	struct reason reason = { 0 };

	if (err == -ENOTDIR) {
		diag_error("%s is not a BPF filesystem", bpffs);
		diag_hint("use the --bpffs with which the taps were attached");
		return;
	}
	diag_error("can't list the taps in %s: %s", bpffs, strerror(-err));
	if (err != -EACCES && err != -EPERM)
		return;
	permission_explain(&all, &reason);
	diag_hint("%s", *reason.hint ? reason.hint : "run as root");
}

void tap_error_open(const char *ifname, int err, const struct reason *reason)
{
	switch (err) {
	case -ENOENT:
		diag_error("%s: %s", ifname, reason->text);
		diag_hint("attach one with 'xdptap-loader attach dev %s'", ifname);
		break;
	case -ENODEV:
		diag_error("%s: %s", ifname, reason->text);
		diag_hint("'ip link show' lists the interfaces, 'xdptap-loader show' the taps");
		break;
	case -ENOTUNIQ:
		diag_error("%s: %s", ifname, reason->text);
		diag_hint("name that interface; to tap this one, detach the other tap first");
		break;
	case -ENODATA:
		diag_error("%s: the tap is half-made: an attach is in progress or was killed",
			   ifname);
		diag_hint(
			"'xdptap-loader show dev %s' shows which; 'xdptap-loader detach dev %s' removes the tap",
			ifname, ifname);
		break;
	case -EPROTO:
		diag_error("%s: can't use the tap: %s", ifname, reason->text);
		diag_hint("detach it, and attach it again with the xdptap-loader of this version");
		break;
	case -EACCES:
	case -EPERM:
		diag_error("%s: %s", ifname, reason->text);
		diag_hint(
			"%s",
			*reason->hint
				? reason->hint
				: "run as root, or with the permissions described in FILES of the man page");
		break;
	case -EMFILE:
		diag_error("%s: %s", ifname, reason->text);
		diag_hint("read fewer taps, or raise the limit of open files: 'ulimit -n'");
		break;
	default:
		diag_error("%s: %s", ifname, reason->text);
	}
}

void tap_error_lock(const struct tap_name *name, bool create, int err, pid_t stranger)
{
	char dir[PATH_MAX];

	if (stranger) {
		diag_error("%s: process %d has locked its directory, which it may not change",
			   name->ifname, (int)stranger);
		if (!tap_name_path(dir, name, NULL))
			diag_hint(
				"end the processes that hold the lock; 'chmod go-r %s' lets no other user lock it",
				dir);
		return;
	}
	diag_error("%s: can't %s or lock its directory in %s: %s", name->ifname,
		   create ? "create" : "open", name->bpffs, strerror(-err));
	if (err == -EPERM || err == -EACCES)
		capability_hint(CAPABILITY_DAC_OVERRIDE);
}
