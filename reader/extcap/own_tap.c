// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes and removes the tap of a capture; used by session.c. Nothing can be done on SIGKILL. So
 * there is a second process, the keeper, with a pipe from this one. The tools that are started
 * inherit the pipe: so it ends when neither this process is left nor they are, and if no word came
 * that the tap is gone, the keeper detaches it. If the keeper is killed, this process does it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pin/cli/diag.h"
#include "pin/now.h"
#include "pin/tap.h"
#include "reader/extcap/child.h"
#include "reader/extcap/own_tap.h"

/* What comes through the pipe: when the tap was attached, in ns, as its meta record says; at last
 * this. */
#define KEEPER_DONE 0

/* An exit status from here on: a signal ended the process. */
#define KILLED_MIN 128

static int run_detach(struct child *c, const struct tap_name *name)
{
	const char *const argv[] = { "xdptap-loader", "--bpffs", name->bpffs,  "--",
				     "detach",        "dev",     name->ifname, NULL };

	return child_run(c, argv);
}

/*
 * Whether there is a tap, which was not there when this capture began; one without a meta record is
 * what a killed attach left. If somebody else has attached another one since, which takes a detach
 * of ours, it is not.
 */
static bool is_ours(const struct own_tap *t)
{
	struct tap_meta meta;
	struct reason reason;
	char dir[PATH_MAX];
	int err;

	if (tap_name_path(dir, &t->name, NULL) || access(dir, F_OK))
		return false;
	err = tap_read_meta(&t->name, &meta, &reason);
	return err == -ENODATA || (!err && (t->attached_ns ? meta.attached_ns == t->attached_ns
							   : meta.attached_ns >= t->since_ns));
}

/* Returns whether it came to its end with the word that there is no tap any more. */
static bool hear_done(struct own_tap *t, int fd)
{
	uint64_t word;
	ssize_t n;

	while ((n = read(fd, &word, sizeof(word))) > 0 || (n < 0 && errno == EINTR)) {
		if (n != sizeof(word))
			continue;
		if (word == KEEPER_DONE)
			return true;
		t->attached_ns = word;
	}
	return false;
}

static void keep(struct own_tap *t, int fd)
{
	struct child c = CHILD_NONE;

	/* Wireshark waits for the end of our stderr. */
	for (int i = 0; i < 3; i++)
		close(i);
	for (int i = 0; i < 3; i++)
		if (open("/dev/null", O_RDWR) != i)
			_exit(EXIT_FAILED);
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (!hear_done(t, fd) && is_ours(t))
		run_detach(&c, &t->name);
	_exit(EXIT_OK);
}

static int start_keeper(struct own_tap *t)
{
	int fds[2];

	/* Its reading end is closed in the tools; the other one is not. */
	if (pipe2(fds, O_CLOEXEC) || fcntl(fds[1], F_SETFD, 0))
		return -errno;
	t->keeper = fork();
	if (!t->keeper) {
		close(fds[1]);
		keep(t, fds[0]);
	}
	close(fds[0]);
	t->keeper_fd = fds[1];
	return t->keeper < 0 ? -errno : 0;
}

static void tell_keeper(const struct own_tap *t, uint64_t word)
{
	if (write(t->keeper_fd, &word, sizeof(word)) < 0)
		errno = 0; /* it was killed */
}

/* The tap is gone, or there never was one. */
static void release_keeper(struct own_tap *t)
{
	tell_keeper(t, KEEPER_DONE);
	close(t->keeper_fd);
	while (waitpid(t->keeper, NULL, 0) < 0 && errno == EINTR)
		;
}

static int run_attach(struct child *c, const struct own_tap *t, const struct request *r)
{
	const char *argv[24] = { "xdptap-loader",
				 "--bpffs",
				 t->name.bpffs,
				 "--",
				 "attach",
				 "dev",
				 t->name.ifname,
				 "snaplen",
				 r->snaplen ? r->snaplen : "full" };
	const struct {
		const char *word, *value;
	} words[] = { { "prio", r->prio },
		      { "mode", r->mode },
		      { "ring", r->ring },
		      { "filter", request_filters(r) ? r->filter : NULL } };
	size_t n = 9;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!words[i].value)
			continue;
		argv[n++] = words[i].word;
		argv[n++] = words[i].value;
	}
	if (r->promisc)
		argv[n++] = "promisc";
	return child_run(c, argv);
}

int own_tap_attach(struct own_tap *t, const struct request *r, const struct tap_name *name)
{
	struct child c = CHILD_NONE, undo = CHILD_NONE;
	struct tap_meta meta;
	struct reason reason;
	int status;

	t->name = *name;
	t->since_ns = now_ns(CLOCK_REALTIME);
	status = start_keeper(t);
	if (status < 0) {
		diag_error("can't start a process: %s", strerror(-status));
		return EXIT_FAILED;
	}
	status = run_attach(&c, t, r);
	if (status < 0)
		diag_error("can't start xdptap-loader: %s", strerror(-status));
	else if (status)
		child_relay(&c);
	child_close(&c);
	if (status >= KILLED_MIN && is_ours(t)) {
		run_detach(&undo, &t->name);
		child_close(&undo);
	}
	if (status) {
		release_keeper(t);
	} else if (!tap_read_meta(&t->name, &meta, &reason)) {
		t->attached_ns = meta.attached_ns;
		tell_keeper(t, t->attached_ns);
	}
	return status ? EXIT_FAILED : EXIT_OK;
}

int own_tap_detach(struct own_tap *t)
{
	struct child c = CHILD_NONE;
	int status = is_ours(t) ? run_detach(&c, &t->name) : EXIT_OK;

	/* Somebody else may have been detaching it. */
	if (status > 0 && !is_ours(t))
		status = EXIT_OK;
	if (status < 0)
		diag_error("can't start xdptap-loader: %s", strerror(-status));
	else if (status)
		child_relay(&c);
	child_close(&c);
	release_keeper(t);
	return status ? EXIT_FAILED : EXIT_OK;
}
