// SPDX-License-Identifier: BSD-2-Clause
/* Random frames, and frames with something random done to them; used by random_test.c. */
#include <string.h>
#include <netinet/in.h>

#include "tests/bpf/mutate.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The headers are in here; beyond it faults seldom matter. */
#define HEAD 128

static __u64 rng_next(struct rng *rng)
{
	__u64 x = rng->state += 0x9e3779b97f4a7c15ull; /* splitmix64 */

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* Of two seeds that are close, the numbers have nothing in common. */
struct rng rng_seeded(__u64 seed)
{
	struct rng rng = { .state = seed };

	rng.state = rng_next(&rng);
	return rng;
}

__u32 rng_below(struct rng *rng, __u32 limit)
{
	return (__u32)((rng_next(rng) >> 32) * limit >> 32);
}

void rng_fill(struct rng *rng, void *to, __u32 bytes)
{
	__u8 *p = to;

	for (__u32 i = 0; i < bytes; i++)
		p[i] = (__u8)rng_below(rng, 256);
}

static int one_in(struct rng *rng, __u32 n)
{
	return !rng_below(rng, n);
}

static __u8 pick(struct rng *rng, const __u8 *from, size_t n)
{
	return from[rng_below(rng, (__u32)n)];
}

static const __u8 extensions[] = { IPPROTO_HOPOPTS,  IPPROTO_ROUTING,
				   IPPROTO_FRAGMENT, IPPROTO_AH,
				   IPPROTO_DSTOPTS,  IPPROTO_MH,
				   139 /* HIP */,    140 /* shim6 */ };

static const __u8 layer4[] = { IPPROTO_TCP,  IPPROTO_TCP,  IPPROTO_TCP,    IPPROTO_UDP,
			       IPPROTO_UDP,  IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_UDPLITE,
			       IPPROTO_SCTP, IPPROTO_DCCP, IPPROTO_GRE,    IPPROTO_NONE };

static void add_layer4(struct rng *rng, struct frame *f, __u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		add_tcp(f, (__u8)rng_below(rng, 256));
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		add_udp(f, (__u16)rng_below(rng, 40));
		return;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		add_icmp(f, (__u8)rng_below(rng, 256), (__u8)rng_below(rng, 256));
		break;
	default:
		add_sctp(f);
	}
	add_payload(f, rng_below(rng, one_in(rng, 50) ? 9000 : 40));
}

static void add_random_ipv4(struct rng *rng, struct frame *f)
{
	__u8 proto = pick(rng, layer4, sizeof(layer4));
	struct iphdr *ip = add_ipv4(f, proto);

	ip->ttl = (__u8)rng_below(rng, one_in(rng, 2) ? 20 : 256);
	if (one_in(rng, 6))
		set_ipv4_frag(ip, (__u16)(8 * rng_below(rng, one_in(rng, 2) ? 1 : 8192)),
			      one_in(rng, 2));
	if (one_in(rng, 4))
		add_ipv4_options(f, 4 * rng_below(rng, 11));
	add_layer4(rng, f, proto);
}

/* One extension header of the kind `kind`; `next` follows. */
static void add_extension(struct rng *rng, struct frame *f, __u8 kind, __u8 next)
{
	__u32 units = 1 + rng_below(rng, one_in(rng, 20) ? 255 : 3);

	if (kind == IPPROTO_FRAGMENT)
		add_ipv6_frag(f, next, (__u16)(one_in(rng, 4) ? 8 * rng_below(rng, 8192) : 0),
			      one_in(rng, 3));
	else if (kind == IPPROTO_AH)
		add_ah(f, next, 4 + 4 * units);
	else
		add_ext(f, next, 8 * units);
}

static void add_random_ipv6(struct rng *rng, struct frame *f)
{
	__u8 proto = pick(rng, layer4, sizeof(layer4));
	__u32 n = one_in(rng, 2) ? 0 : rng_below(rng, one_in(rng, 4) ? 12 : 4);
	__u8 kind = n ? pick(rng, extensions, sizeof(extensions)) : proto;

	add_ipv6(f, kind)->hop_limit = (__u8)rng_below(rng, one_in(rng, 2) ? 20 : 256);
	for (__u32 i = 1; i <= n; i++) {
		__u8 next = i == n ? proto : pick(rng, extensions, sizeof(extensions));

		add_extension(rng, f, kind, next);
		kind = next;
	}
	add_layer4(rng, f, proto);
}

void random_build(struct rng *rng, struct frame *f)
{
	const __u16 others[] = { ETH_P_ARP, ETH_P_LLDP, 46, ETH_P_MPLS_UC };
	__u32 kind = rng_below(rng, 16);
	__u16 type = kind < 7 ? ETH_P_IP : kind < 15 ? ETH_P_IPV6 : others[rng_below(rng, 4)];
	__u32 tags = one_in(rng, 3) ? rng_below(rng, 7) : 0;
	__u16 tag = one_in(rng, 2) ? ETH_P_8021Q : ETH_P_8021AD;

	add_eth(f, tags ? tag : type);
	for (__u32 i = 1; i <= tags; i++) {
		tag = one_in(rng, 2) ? ETH_P_8021Q : ETH_P_8021AD;
		add_vlan(f, (__u16)rng_below(rng, 4096), i == tags ? type : tag);
	}
	if (type == ETH_P_IP)
		add_random_ipv4(rng, f);
	else if (type == ETH_P_IPV6)
		add_random_ipv6(rng, f);
	else
		add_payload(f, 46);
	if (one_in(rng, 4))
		add_padding(f, rng_below(rng, 20));
}

void random_noise(struct rng *rng, struct frame *f)
{
	const __u16 types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD };
	__u32 bytes = rng_below(rng, one_in(rng, 50) ? 9000 : 200);

	add_eth(f, one_in(rng, 20) ? (__u16)rng_below(rng, 0x10000)
				   : types[rng_below(rng, ARRAY_SIZE(types))]);
	rng_fill(rng, add_payload(f, bytes), bytes);
	/* Else noise is IP in one of sixteen only. */
	if (bytes && !one_in(rng, 4))
		f->data[ETH_HLEN] = f->data[12] == 0x08 ? (__u8)(0x40 | rng_below(rng, 16)) : 0x60;
}

/* An offset into `f`, mostly in its headers, with `bytes` of room after it. */
static __u32 place(struct rng *rng, const struct frame *f, __u32 bytes)
{
	__u32 limit = f->len - bytes + 1;

	return rng_below(rng, limit > HEAD && !one_in(rng, 8) ? HEAD : limit);
}

static void flip_bits(struct rng *rng, struct frame *f)
{
	for (__u32 n = 1 + rng_below(rng, 4); n; n--)
		f->data[place(rng, f, 1)] ^= (__u8)(1 << rng_below(rng, 8));
}

static void cut(struct rng *rng, struct frame *f)
{
	__u32 len = place(rng, f, 0);

	f->len = len < ETH_HLEN ? ETH_HLEN : len;
}

/* Where an untagged or tagged frame has its IP header. */
static __u32 ip_offset(const struct frame *f)
{
	__u32 off = ETH_HLEN;

	while (off + 4 < f->len && ((f->data[off - 2] == 0x81 && f->data[off - 1] == 0x00) ||
				    (f->data[off - 2] == 0x88 && f->data[off - 1] == 0xa8)))
		off += 4;
	return off;
}

/* 16 bits, where IPv4, IPv6 or UDP over either has its length, or anywhere. */
static void set_length(struct rng *rng, struct frame *f)
{
	const __u32 behind_ip[] = { 2, 4, 24, 44, 41, 49 };
	__u32 ip = ip_offset(f), off = ip + behind_ip[rng_below(rng, ARRAY_SIZE(behind_ip))];
	__u32 rest = f->len - ip;
	__u32 values[] = { 0,    1,        7,         8,         0xffff,
			   rest, rest - 1, rest - 20, rest - 40, rng_below(rng, 0x10000) };
	__u32 value = values[rng_below(rng, ARRAY_SIZE(values))];

	if (one_in(rng, 4))
		value += rng_below(rng, 5) - 2;
	if (one_in(rng, 8))
		off = place(rng, f, 2);
	if (off + 2 > f->len)
		return;
	f->data[off] = (__u8)(value >> 8);
	f->data[off + 1] = (__u8)value;
}

/* One byte: what decides how others are read. */
static void set_type(struct rng *rng, struct frame *f)
{
	const __u32 behind_ip[] = { 0, 6, 7, 8, 9, 20, 32, 33, 40, 41, 42, 43, 48, 49 };
	const __u8 first[] = { 0x40, 0x44, 0x45, 0x46, 0x4f, 0x50, 0x60, 0x6f };
	__u32 which = behind_ip[rng_below(rng, ARRAY_SIZE(behind_ip))];
	__u32 off = ip_offset(f) + which;

	if (off >= f->len)
		return;
	if (which == 0)
		f->data[off] = pick(rng, first, sizeof(first));
	else if (one_in(rng, 3))
		f->data[off] = (__u8)rng_below(rng, 256);
	else if (one_in(rng, 2))
		f->data[off] = pick(rng, extensions, sizeof(extensions));
	else
		f->data[off] = pick(rng, layer4, sizeof(layer4));
}

/* The headers of one, the rest of the other. */
static void swap_headers(struct rng *rng, struct frame *f, const struct frame *other)
{
	__u32 from = place(rng, other, 0), to = one_in(rng, 2) ? from : place(rng, f, 0);
	__u32 bytes = other->len - from;

	if (one_in(rng, 2) && bytes > 40)
		bytes = 1 + rng_below(rng, 40);
	if (to > f->len || bytes > FRAME_MAX - to)
		return;
	memcpy(f->data + to, other->data + from, bytes);
	if (to + bytes > f->len || one_in(rng, 4))
		f->len = to + bytes;
	if (f->len < ETH_HLEN)
		f->len = ETH_HLEN;
}

static void add_tail(struct rng *rng, struct frame *f)
{
	__u32 bytes = rng_below(rng, one_in(rng, 50) ? 5000 : 64);

	if (bytes > FRAME_MAX - f->len)
		return;
	rng_fill(rng, f->data + f->len, bytes);
	f->len += bytes;
}

void mutate(struct rng *rng, struct frame *f, const struct frame *other)
{
	for (__u32 n = 1 + rng_below(rng, 3); n; n--) {
		switch (rng_below(rng, 7)) {
		case 0:
			flip_bits(rng, f);
			break;
		case 1:
			cut(rng, f);
			break;
		case 2:
		case 3:
			set_length(rng, f);
			break;
		case 4:
			set_type(rng, f);
			break;
		case 5:
			swap_headers(rng, f, other);
			break;
		case 6:
			add_tail(rng, f);
			break;
		}
	}
}
