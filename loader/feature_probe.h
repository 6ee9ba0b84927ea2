/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the running kernel allows this process, found by trying it and never by the kernel's
 * version; for features.c. What a probe loads or attaches is gone when it returns, and no interface
 * of this network namespace is touched.
 */
#ifndef XDPTAP_LOADER_FEATURE_PROBE_H
#define XDPTAP_LOADER_FEATURE_PROBE_H

/* Each returns 0 if it works, or -errno. */
int feature_probe_xdp(void);   /* loads an XDP program */
int feature_probe_frags(void); /* loads one that accepts frames in several buffers */
int feature_probe_tai(void);   /* calls the helper that reads CLOCK_TAI */
int feature_probe_ring(void);  /* creates a ring buffer */
int feature_probe_rings(void); /* creates several, and the array that maps CPUs to them */
int feature_probe_tcx(void);   /* attaches a program of tc to no interface by a bpf_link */
int feature_probe_btf(void);   /* reads the kernel's own BTF */
int feature_probe_freplace(void);
int feature_probe_fentry(void);
int feature_probe_fexit(void);

#endif
