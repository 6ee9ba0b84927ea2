// SPDX-License-Identifier: BSD-2-Clause
/* Writes the function as an ELF object and joins it with another object; used when a filter is
 * attached. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "loader/filter/object.h"

/* Adds the struct that the function gets a pointer to. Returns its id, or -errno. */
static int add_frame(struct btf *btf, enum filter_target target, int number, int word)
{
	static const char *const context[] = { "data",           "data_end",
					       "data_meta",      "ingress_ifindex",
					       "rx_queue_index", "egress_ifindex" };
	static const char *const traced[] = { "len",    "linear", "copied",   "behind",
					      "action", "member", "unwanted", "zero" };
	int frame, byte, bytes, address, err = 0;

	if (target == FILTER_XDP) {
		frame = btf__add_struct(btf, "xdp_md", sizeof(struct xdp_md));
		for (__u32 i = 0; i < 6 && !err; i++)
			err = btf__add_field(btf, context[i], word, 32 * i, 0);
		return err ? err : frame;
	}
	address = btf__add_int(btf, "unsigned long long", 8, 0);
	address = btf__add_typedef(btf, "__u64", address);
	byte = btf__add_int(btf, "unsigned char", 1, 0);
	byte = btf__add_typedef(btf, "__u8", byte);
	bytes = btf__add_array(btf, number, byte, FILTER_TRACED_BYTES);
	frame = btf__add_struct(btf, "traced_frame", sizeof(struct filter_traced_frame));
	err = btf__add_field(btf, "data", address, 0, 0);
	for (__u32 i = 0; i < sizeof(traced) / sizeof(traced[0]) && !err; i++)
		err = btf__add_field(btf, traced[i], word, 64 + 32 * i, 0);
	if (!err)
		err = btf__add_field(btf, "bytes", bytes,
				     8 * offsetof(struct filter_traced_frame, bytes), 0);
	return err ? err : frame;
}

struct btf *object_btf(enum filter_target target, int *type_id)
{
	struct btf *btf = btf__new_empty();
	int number, word, frame, pointer, result, type;
	int err = 0;

	if (!btf)
		return NULL;
	/* As the other object has it: libbpf's linker compares the two. */
	number = btf__add_int(btf, "unsigned int", 4, 0);
	word = btf__add_typedef(btf, "__u32", number);
	frame = add_frame(btf, target, number, word);
	pointer = btf__add_ptr(btf, frame);
	result = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	type = btf__add_func_proto(btf, result);
	if (type > 0)
		err = btf__add_func_param(btf, "frame", pointer);
	if (!err)
		err = btf__add_func_param(btf, "len", word);
	type = btf__add_func(btf, OBJECT_FUNCTION, BTF_FUNC_GLOBAL, type);
	/* After a failure, no later call got an id that it could use. */
	if (err || frame < 0 || type < 0) {
		btf__free(btf);
		errno = err ? -err : frame < 0 ? -frame : -type;
		return NULL;
	}
	*type_id = type;
	return btf;
}

/* The sections of the ELF object, in its order. */
enum section { NONE, TEXT, BTF, BTF_EXT, SYMTAB, STRTAB, N_SECTIONS };

/* All names, of sections and of the symbol, each after a zero. */
static const char names[] = "\0.text\0.BTF\0.BTF.ext\0.symtab\0.strtab\0" OBJECT_FUNCTION;

static Elf64_Word name_at(const char *name)
{
	size_t at = 1;

	while (strcmp(names + at, name))
		at += strlen(names + at) + 1;
	return (Elf64_Word)at;
}

/*
 * .BTF.ext: the function at offset 0 of .text, and the source line that it comes from, without
 * which libbpf refuses to put it beside functions that have one. The layout is the kernel's ABI,
 * but no public header has it.
 */
struct debug_info {
	__u16 magic;
	__u8 version;
	__u8 flags;
	__u32 header_len;
	__u32 functions_off, functions_len; /* from the end of this header on */
	__u32 lines_off, lines_len;
	struct {
		__u32 record_size; /* of what follows `n` */
		__u32 section_name;
		__u32 n;
		struct bpf_func_info function;
	} functions;
	struct {
		__u32 record_size;
		__u32 section_name;
		__u32 n;
		struct bpf_line_info line;
	} lines;
};

/* Adds to `btf` the strings that it refers to. Returns 0 or -errno. */
static int make_debug_info(struct debug_info *info, struct btf *btf, int type_id)
{
	int section = btf__add_str(btf, ".text"), line = btf__add_str(btf, OBJECT_FUNCTION);

	if (section < 0 || line < 0)
		return section < 0 ? section : line;
	*info = (struct debug_info){
		.magic = 0xeb9f, /* BTF_MAGIC */
		.version = 1,
		.header_len = offsetof(struct debug_info, functions),
		.functions_len = sizeof(info->functions),
		.lines_off = sizeof(info->functions),
		.lines_len = sizeof(info->lines),
		.functions = { .record_size = sizeof(struct bpf_func_info),
			       .section_name = (__u32)section,
			       .n = 1,
			       .function = { .type_id = (__u32)type_id } },
		.lines = { .record_size = sizeof(struct bpf_line_info),
			   .section_name = (__u32)section,
			   .n = 1,
			   .line = { .file_name_off = (__u32)line, .line_off = (__u32)line } },
	};
	return 0;
}

struct part {
	const void *bytes;
	size_t size;
};

static int write_all(int fd, const void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, (const char *)bytes + done, size - done);

		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return 0;
}

static size_t aligned(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

/* Writes the file: its header, the sections, each at a multiple of 8, and their headers. */
static int write_elf(int fd, const struct part *parts, Elf64_Shdr *headers)
{
	const char zeros[8] = { 0 };
	Elf64_Ehdr file = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB,
			     EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(file),
		.e_shentsize = sizeof(*headers),
		.e_shnum = N_SECTIONS,
		.e_shstrndx = STRTAB,
	};
	size_t at = aligned(sizeof(file));
	int err;

	for (int i = TEXT; i < N_SECTIONS; i++) {
		headers[i].sh_offset = at;
		headers[i].sh_size = parts[i].size;
		at += aligned(parts[i].size);
	}
	file.e_shoff = at;
	err = write_all(fd, &file, sizeof(file));
	for (int i = TEXT; i < N_SECTIONS && !err; i++) {
		err = write_all(fd, parts[i].bytes, parts[i].size);
		if (!err)
			err = write_all(fd, zeros, aligned(parts[i].size) - parts[i].size);
	}
	return err ? err : write_all(fd, headers, N_SECTIONS * sizeof(*headers));
}

static int write_object(int fd, enum filter_target target, const struct bpf_insn *code, size_t n)
{
	const Elf64_Sym symbols[] = {
		{ 0 },
		{ .st_name = name_at(OBJECT_FUNCTION),
		  .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
		  .st_shndx = TEXT,
		  .st_size = n * sizeof(*code) },
	};
	Elf64_Shdr headers[N_SECTIONS] = {
		[TEXT] = { .sh_name = name_at(".text"),
			   .sh_type = SHT_PROGBITS,
			   .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			   .sh_addralign = 8 },
		[BTF] = { .sh_name = name_at(".BTF"), .sh_type = SHT_PROGBITS, .sh_addralign = 4 },
		[BTF_EXT] = { .sh_name = name_at(".BTF.ext"),
			      .sh_type = SHT_PROGBITS,
			      .sh_addralign = 4 },
		[SYMTAB] = { .sh_name = name_at(".symtab"),
			     .sh_type = SHT_SYMTAB,
			     .sh_link = STRTAB,
			     .sh_info = 1, /* the first symbol that is global */
			     .sh_addralign = 8,
			     .sh_entsize = sizeof(symbols[0]) },
		[STRTAB] = { .sh_name = name_at(".strtab"),
			     .sh_type = SHT_STRTAB,
			     .sh_addralign = 1 },
	};
	struct part parts[N_SECTIONS] = {
		[TEXT] = { code, n * sizeof(*code) },
		[SYMTAB] = { symbols, sizeof(symbols) },
		[STRTAB] = { names, sizeof(names) },
	};
	struct debug_info info;
	struct btf *btf;
	int type_id, err;
	__u32 size;

	btf = object_btf(target, &type_id);
	if (!btf)
		return -errno;
	err = make_debug_info(&info, btf, type_id);
	if (!err) {
		parts[BTF].bytes = btf__raw_data(btf, &size);
		parts[BTF].size = size;
		parts[BTF_EXT] = (struct part){ &info, sizeof(info) };
		err = parts[BTF].bytes ? write_elf(fd, parts, headers) : -ENOMEM;
	}
	btf__free(btf);
	return err;
}

/* A file in memory, and its name: libbpf before 1.6 takes nothing else. */
struct memory_file {
	int fd;
	char path[32];
};

static int memory_file_open(struct memory_file *file, const char *name)
{
	file->fd = memfd_create(name, MFD_CLOEXEC);
	if (file->fd < 0)
		return -errno;
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	return 0;
}

static void memory_file_close(struct memory_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static int memory_file_read(const struct memory_file *file, void **bytes, size_t *size)
{
	struct stat st;
	ssize_t n;
	char *to;

	if (fstat(file->fd, &st))
		return -errno;
	to = malloc((size_t)st.st_size);
	if (!to)
		return -ENOMEM;
	for (off_t done = 0; done < st.st_size; done += n) {
		n = pread(file->fd, to + done, (size_t)(st.st_size - done), done);
		if (n <= 0) {
			n = n ? -errno : -EIO;
			free(to);
			return (int)n;
		}
	}
	*bytes = to;
	*size = (size_t)st.st_size;
	return 0;
}

/* The order matters: the layout of what both would have is that of the first one. */
static int link_files(const struct memory_file *output, const struct memory_file *object,
		      const struct memory_file *function)
{
	struct bpf_linker *linker = bpf_linker__new(output->path, NULL);
	int err;

	if (!linker)
		return -errno;
	err = bpf_linker__add_file(linker, object->path, NULL);
	if (!err)
		err = bpf_linker__add_file(linker, function->path, NULL);
	if (!err)
		err = bpf_linker__finalize(linker);
	bpf_linker__free(linker);
	return err;
}

int object_join(const void *object, size_t size, enum filter_target target,
		const struct bpf_insn *code, size_t n, void **joined, size_t *joined_size,
		struct reason *why)
{
	struct memory_file program = { .fd = -1 }, function = { .fd = -1 }, output = { .fd = -1 };
	int err;

	err = memory_file_open(&program, "program");
	if (!err)
		err = memory_file_open(&function, "filter");
	if (!err)
		err = memory_file_open(&output, "joined");
	if (!err)
		err = write_all(program.fd, object, size);
	if (!err)
		err = write_object(function.fd, target, code, n);
	if (!err)
		err = link_files(&output, &program, &function);
	if (!err)
		err = memory_file_read(&output, joined, joined_size);
	memory_file_close(&program);
	memory_file_close(&function);
	memory_file_close(&output);
	if (err)
		reason_set(why, err, "can't join the filter with the program: %s", strerror(-err));
	return err;
}
