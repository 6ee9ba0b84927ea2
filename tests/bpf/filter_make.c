// SPDX-License-Identifier: BSD-2-Clause
/* Makes random filters, which match some of the frames of mutate.c. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/bpf/filter_make.h"

#define PICK(rng, array) ((array)[rng_below(rng, sizeof(array) / sizeof((array)[0]))])

struct text {
	char *to;
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->to + t->n, FILTER_MAKE_EXPRESSION_MAX - t->n, format, args);
	va_end(args);
	t->n += (size_t)n;
	if (t->n > FILTER_MAKE_EXPRESSION_MAX - 1)
		t->n = FILTER_MAKE_EXPRESSION_MAX - 1; /* cut: libpcap refuses it */
}

static const char *const words[] = { "ip",    "ip6",   "arp",    "rarp", "tcp",   "udp",
				     "icmp",  "icmp6", "sctp",   "igmp", "pim",   "vrrp",
				     "ah",    "esp",   "stp",    "iso",  "ipx",   "netbeui",
				     "atalk", "aarp",  "decnet", "llc",  "pppoed" };
static const char *const directions[] = { "", "", "src ", "dst ", "src or dst ", "src and dst " };
static const char *const hosts4[] = { "192.0.2.1", "198.51.100.2", "10.0.0.1", "0.0.0.0" };
static const char *const hosts6[] = { "2001:db8::1", "2001:db8::2", "::1", "ff02::1" };
static const char *const nets[] = { "192.0.2.0/24",  "198.51.100.0/28", "10",  "128.0.0.0/1",
				    "2001:db8::/32", "2001:db8::/127",  "::/1" };
static const __u32 numbers[] = { 0,     1,          2,          4,         6,    14,   17,
				 20,    31,         32,         33,        40,   54,   58,
				 64,    100,        255,        443,       1500, 2048, 40000,
				 65535, 0x7fffffff, 0x80000000, 0xffffffff };
static const char *const relations[] = { "=", "!=", "<", "<=", ">", ">=" };

static __u32 number(struct rng *rng)
{
	return rng_below(rng, 3) ? PICK(rng, numbers) : rng_below(rng, 300);
}

static __u32 port(struct rng *rng)
{
	const __u32 ports[] = { 443, 40000, 53, 80, 0, 0xeeee };

	return rng_below(rng, 4) ? PICK(rng, ports) : rng_below(rng, 65536);
}

static void add_arithmetic(struct rng *rng, struct text *t, int depth)
{
	static const char *const loaded[] = { "ether", "ip",   "ip",  "ip6", "tcp",
					      "udp",   "icmp", "arp", "link" };
	static const char *const operators[] = {
		"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"
	};
	static const char *const sizes[] = { "", ":1", ":2", ":2", ":4" };

	switch (rng_below(rng, depth > 0 ? 7 : 3)) {
	case 0:
		add(t, "%u", number(rng));
		break;
	case 1:
		add(t, "len");
		break;
	case 2:
	case 3:
		add(t, "%s[%u%s]", PICK(rng, loaded), rng_below(rng, rng_below(rng, 8) ? 24 : 2000),
		    PICK(rng, sizes));
		break;
	case 4:
		add(t, "%s[", PICK(rng, loaded));
		add_arithmetic(rng, t, depth - 1);
		add(t, "%s]", PICK(rng, sizes));
		break;
	default:
		add(t, rng_below(rng, 8) ? "(" : "-(");
		add_arithmetic(rng, t, depth - 1);
		add(t, " %s ", PICK(rng, operators));
		add_arithmetic(rng, t, depth - 1);
		add(t, ")");
	}
}

static void add_relation(struct rng *rng, struct text *t)
{
	add_arithmetic(rng, t, 3);
	add(t, " %s ", PICK(rng, relations));
	add_arithmetic(rng, t, rng_below(rng, 2) ? 0 : 2);
}

static void add_tunnel(struct rng *rng, struct text *t)
{
	static const char *const tunnels[] = { "vlan", "vlan", "vlan", "mpls", "pppoes", "geneve" };

	add(t, "%s", PICK(rng, tunnels));
	if (!rng_below(rng, 3))
		add(t, " %u", rng_below(rng, 4096));
}

static void add_primitive(struct rng *rng, struct text *t)
{
	static const char *const protocols[] = { "", "", "tcp ", "udp ", "sctp " };
	static const char *const kinds[] = { "", "ip ", "arp ", "rarp " };
	static const char *const casts[] = { "broadcast",       "multicast",    "ether broadcast",
					     "ether multicast", "ip multicast", "ip6 multicast" };
	__u32 from;

	switch (rng_below(rng, 16)) {
	case 0:
		add(t, "%s%shost %s", PICK(rng, kinds), PICK(rng, directions), PICK(rng, hosts4));
		break;
	case 1:
		add(t, "%shost %s", PICK(rng, directions), PICK(rng, hosts6));
		break;
	case 2:
		add(t, "%snet %s", PICK(rng, directions), PICK(rng, nets));
		break;
	case 3:
	case 4:
		add(t, "%s%sport %u", PICK(rng, protocols), PICK(rng, directions), port(rng));
		break;
	case 5:
		from = port(rng);
		add(t, "%s%sportrange %u-%u", PICK(rng, protocols), PICK(rng, directions), from,
		    from + rng_below(rng, 65536 - from));
		break;
	case 6:
		add(t, "ether %shost 02:00:00:00:00:0%u", PICK(rng, directions), rng_below(rng, 3));
		break;
	case 7:
		add(t, "%s %u", rng_below(rng, 2) ? "less" : "greater", 14 + rng_below(rng, 150));
		break;
	case 8:
		add(t, "%s proto %u", PICK(rng, ((const char *const[]){ "ip", "ip6", "ether" })),
		    rng_below(rng, 140));
		break;
	case 9:
		add_tunnel(rng, t);
		break;
	case 10:
		add(t, "%s", PICK(rng, casts));
		break;
	case 11:
		if (!rng_below(rng, 8)) {
			add(t, "%sprotochain %u",
			    PICK(rng, ((const char *const[]){ "", "ip ", "ip6 " })),
			    PICK(rng, ((const __u32[]){ 6, 17, 58, 44, 59 })));
			break;
		}
		/* fall through */
	case 12:
	case 13:
		add_relation(rng, t);
		break;
	default:
		add(t, "%s", PICK(rng, words));
	}
}

static void add_expression(struct rng *rng, struct text *t, int depth)
{
	if (depth <= 0 || !rng_below(rng, 4)) {
		add_primitive(rng, t);
		return;
	}
	if (!rng_below(rng, 4)) {
		add(t, "not (");
		add_expression(rng, t, depth - 1);
	} else {
		add(t, "(");
		add_expression(rng, t, depth - 1);
		add(t, rng_below(rng, 2) ? " and " : " or ");
		add_expression(rng, t, depth - 1);
	}
	add(t, ")");
}

void filter_make_expression(struct rng *rng, char text[FILTER_MAKE_EXPRESSION_MAX])
{
	struct text t = { .to = text };

	add_expression(rng, &t, (int)rng_below(rng, 5));
}

static __u32 offset(struct rng *rng)
{
	static const __u32 odd[] = { 32764, 32766,      32767,      65531,     65535,
				     65536, 0x7fffffff, 0xfffffff0, 0xffffffff };

	if (!rng_below(rng, 100))
		return PICK(rng, odd);
	return rng_below(rng, rng_below(rng, 6) ? 70 : 2000);
}

static struct sock_filter make_load(struct rng *rng)
{
	static const __u16 codes[] = {
		BPF_LD | BPF_W | BPF_ABS,  BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_B | BPF_ABS,
		BPF_LD | BPF_W | BPF_IND,  BPF_LD | BPF_H | BPF_IND, BPF_LD | BPF_B | BPF_IND,
		BPF_LDX | BPF_B | BPF_MSH,
	};

	return (struct sock_filter){ .code = PICK(rng, codes), .k = offset(rng) };
}

static struct sock_filter make_value(struct rng *rng)
{
	static const __u16 memory[] = { BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX };
	static const __u16 others[] = { BPF_LD | BPF_IMM,         BPF_LDX | BPF_IMM,
					BPF_LD | BPF_W | BPF_LEN, BPF_LDX | BPF_W | BPF_LEN,
					BPF_MISC | BPF_TAX,       BPF_MISC | BPF_TAX,
					BPF_MISC | BPF_TXA };

	if (rng_below(rng, 2))
		return (struct sock_filter){ .code = PICK(rng, memory),
					     .k = rng_below(rng, BPF_MEMWORDS) };
	return (struct sock_filter){ .code = PICK(rng, others), .k = number(rng) };
}

static struct sock_filter make_alu(struct rng *rng)
{
	static const __u16 operators[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_MOD, BPF_AND,
					   BPF_OR,  BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG };
	struct sock_filter insn = { .code = BPF_ALU, .k = number(rng) };
	__u16 op = PICK(rng, operators);

	insn.code |= op;
	if (op != BPF_NEG && rng_below(rng, 2))
		insn.code |= BPF_X;
	else if (op == BPF_LSH || op == BPF_RSH)
		insn.k %= 32;
	else if (!insn.k)
		insn.k = 1;
	return insn;
}

/* `left` instructions follow the next one. */
static struct sock_filter make_jump(struct rng *rng, size_t pc, size_t left, bool loops)
{
	static const __u16 conditions[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	__u32 most = left < 255 ? (__u32)left : 255;
	struct sock_filter insn = { .code = BPF_JMP, .k = number(rng) };

	if (!rng_below(rng, 12)) {
		insn.k = loops && rng_below(rng, 2) ? -1 - rng_below(rng, (__u32)pc + 1)
						    : rng_below(rng, most + 1);
		return insn;
	}
	insn.code |= PICK(rng, conditions);
	if (rng_below(rng, 2))
		insn.code |= BPF_X;
	if (rng_below(rng, 4))
		most = most < 6 ? most : 6;
	insn.jt = (__u8)(rng_below(rng, 2) ? 0 : rng_below(rng, most + 1));
	insn.jf = (__u8)(insn.jt && rng_below(rng, 2) ? 0 : rng_below(rng, most + 1));
	return insn;
}

size_t filter_make_program(struct rng *rng, bool loops,
			   struct sock_filter program[FILTER_MAKE_PROGRAM_MAX])
{
	size_t n = 1 + rng_below(rng, rng_below(rng, 10) ? 30 : FILTER_MAKE_PROGRAM_MAX), first = 0;

	if (n > BPF_MEMWORDS + 1) /* libpcap's interpreter does not begin with zeros in M[] */
		for (; first < BPF_MEMWORDS; first++)
			program[first] = (struct sock_filter){ .code = BPF_ST, .k = (__u32)first };
	for (size_t pc = first; pc + 1 < n; pc++) {
		switch (rng_below(rng, 8)) {
		case 0:
		case 1:
		case 2:
			program[pc] = make_load(rng);
			break;
		case 3:
			program[pc] = make_value(rng);
			break;
		case 4:
		case 5:
			program[pc] = make_alu(rng);
			break;
		default:
			program[pc] = make_jump(rng, pc - first, n - pc - 2, loops);
			break;
		}
		if (!rng_below(rng, 40))
			program[pc] = (struct sock_filter){ .code = rng_below(rng, 2)
									    ? BPF_RET | BPF_A
									    : BPF_RET,
							    .k = rng_below(rng, 2) };
	}
	program[n - 1] =
		(struct sock_filter){ .code = rng_below(rng, 2) ? BPF_RET | BPF_A : BPF_RET,
				      .k = 1 };
	return n;
}
