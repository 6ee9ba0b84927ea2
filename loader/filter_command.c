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
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "code", json_object_new_int(program[pc].code));
	json_object_object_add(o, "jt", json_object_new_int(program[pc].jt));
	json_object_object_add(o, "jf", json_object_new_int(program[pc].jf));
	json_object_object_add(o, "k", json_object_new_int64(program[pc].k));
	json_object_object_add(o, "text", json_object_new_string(expression_image(program, pc)));
	return o;
}

static struct json_object *ebpf_json(const struct bpf_insn *code, size_t pc)
{
	struct json_object *o = json_object_new_object();
	char text[DUMP_MAX];

	json_object_object_add(o, "code", json_object_new_int(code[pc].code));
	json_object_object_add(o, "dst_reg", json_object_new_int(code[pc].dst_reg));
	json_object_object_add(o, "src_reg", json_object_new_int(code[pc].src_reg));
	json_object_object_add(o, "off", json_object_new_int(code[pc].off));
	json_object_object_add(o, "imm", json_object_new_int(code[pc].imm));
	json_object_object_add(o, "text", json_object_new_string(dump_ebpf(text, code, pc)));
	return o;
}

static void dump_json(const struct capture_settings *s, bool pretty)
{
	struct json_object *o = json_object_new_object(), *classic = json_object_new_array(),
			   *ebpf = json_object_new_array();

	for (size_t pc = 0; pc < s->classic_n; pc++)
		json_object_array_add(classic, classic_json(s->classic, pc));
	for (size_t pc = 0; pc < s->code_n; pc++)
		json_object_array_add(ebpf, ebpf_json(s->code, pc));
	json_object_object_add(o, "filter", output_string(s->filter));
	json_object_object_add(o, "classic", classic);
	json_object_object_add(o, "ebpf", ebpf);
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
