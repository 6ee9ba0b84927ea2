/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether libxdp can use its dispatcher here; for features.c. */
#ifndef XDPTAP_LOADER_FEATURE_DISPATCHER_H
#define XDPTAP_LOADER_FEATURE_DISPATCHER_H

#include <stdbool.h>

/*
 * Attaches a program through libxdp, to the loopback of a network namespace that exists only for
 * that, with a BPF filesystem of its own at `bpffs`. Returns 0 if libxdp used its dispatcher,
 * -EOPNOTSUPP if it attached the program without; or -errno. `tried` tells whether that is what
 * libxdp said: else no such namespace or filesystem could be made.
 */
int feature_dispatcher_probe(const char *bpffs, bool *tried);

#endif
