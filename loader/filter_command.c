// SPDX-License-Identifier: BSD-2-Clause
/*
 * `xdptap-loader filter`: judges an expression of pcap-filter(7), or prints what it becomes. It
 * asks libpcap and the translation, and not the kernel.
 */
#include <stdio.h>

#include <json-c/json.h>
#include <linux/filter.h>

#include "loader/commands.h"
#include "loader/filter/dump.h"
#include "loader/program.h"
#include "pin/cli/command.h"
#include "pin/cli/diag.h"
#include "pin/cli/expression.h"
#include "pin/cli/options.h"
#include "pin/cli/output.h"

/* Compiles the only argument. Returns the exit status; free *s with program_free_settings(). */
static int compile(int argc, char **argv, struct capture_settings *s)
{
	struct reason reason;

	if (argc != 1) {
		diag_error(argc ? "the expression is more than one argument"
				: "an expression is missing");
		diag_hint("quote it: 'tcp port 443'");
		return EXIT_USAGE;
	}
	if (!program_set_filter(s, argv[0], &reason))
		return EXIT_OK;
	diag_error_lines("filter", reason.text);
	diag_hint("pcap-filter(7) describes expressions");
	return EXIT_FAILED;
}

static int check(const struct options *o, int argc, char **argv)
{
	struct capture_settings s = { 0 };
	int status = compile(argc, argv, &s);

	(void)o;
	program_free_settings(&s);
	return status;
}

static struct json_object *classic_json(const struct sock_filter *program, size_t pc)
{
	struct json_object *o = output_object();

	output_add(o, "code", output_int(program[pc].code));
	output_add(o, "jt", output_int(program[pc].jt));
	output_add(o, "jf", output_int(program[pc].jf));
	output_add(o, "k", output_int(program[pc].k));
	output_add(o, "text", output_text(expression_image(program, pc)));
	return o;
}

static struct json_object *ebpf_json(const struct bpf_insn *code, size_t pc)
{
	struct json_object *o = output_object();
	char text[DUMP_MAX];

	output_add(o, "code", output_int(code[pc].code));
	output_add(o, "dst_reg", output_int(code[pc].dst_reg));
	output_add(o, "src_reg", output_int(code[pc].src_reg));
	output_add(o, "off", output_int(code[pc].off));
	output_add(o, "imm", output_int(code[pc].imm));
	output_add(o, "text", output_text(dump_ebpf(text, code, pc)));
	return o;
}

static void dump_json(const struct capture_settings *s, bool pretty)
{
	struct json_object *o = output_object(), *classic = output_array(), *ebpf = output_array();

	for (size_t pc = 0; pc < s->classic_n; pc++)
		output_append(classic, classic_json(s->classic, pc));
	for (size_t pc = 0; pc < s->code_n; pc++)
		output_append(ebpf, ebpf_json(s->code, pc));
	output_add(o, "filter", output_string(s->filter));
	output_add(o, "classic", classic);
	output_add(o, "ebpf", ebpf);
	output_json(stdout, o, pretty);
	json_object_put(o);
}

static void dump_text(const struct capture_settings *s)
{
	char text[DUMP_MAX];

	for (size_t pc = 0; pc < s->classic_n; pc++)
		puts(expression_image(s->classic, pc));
	putchar('\n');
	for (size_t pc = 0; pc < s->code_n; pc++)
		puts(dump_ebpf(text, s->code, pc));
}

static int dump(const struct options *o, int argc, char **argv)
{
	struct capture_settings s = { 0 };
	int status = compile(argc, argv, &s);

	if (status == EXIT_OK && o->json)
		dump_json(&s, o->pretty);
	else if (status == EXIT_OK)
		dump_text(&s);
	program_free_settings(&s);
	return status;
}

int cmd_filter(const struct options *o, int argc, char **argv)
{
	static const struct command commands[] = {
		{ "check", "EXPR", "tell what is wrong with it", check },
		{ "dump", "EXPR", "print its code", dump },
		{ 0 },
	};

	return command_run(commands, o, argc, argv);
}
