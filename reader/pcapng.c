// SPDX-License-Identifier: BSD-2-Clause
/* Writes pcapng blocks into memory; the reader puts them into files. */
#include "reader/pcapng.h"

/* Block types: the sections of the draft below. */
enum {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

/* Options: sections 3.5, 4.1, 4.2, 4.3, 4.6. Each kind of block has its own numbers. */
enum {
	OPT_END = 0,
	OPT_COMMENT = 1,
	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,
	EPB_VERDICT = 7,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_SPEED = 8,
	IF_TSRESOL = 9,
	IF_FILTER = 11,
	IF_OS = 12,
	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_USRDELIV = 8,
};

#define BYTE_ORDER_MAGIC  0x1a2b3c4d
#define LINKTYPE_ETHERNET 1
#define FILTER_LIBPCAP    0 /* if_filter: what follows is an expression of libpcap */
#define NANOSECONDS       9 /* if_tsresol: the negative power of 10 */
#define VERDICT_XDP       2 /* epb_verdict: a number of 64 bits follows, as XDP programs return it */

/* The length of an option has 16 bits. */
#define TEXT_MAX 65535

/* Code and length of an option. */
#define OPTION_HEADER 4

static char *put_u16(char *p, uint16_t value)
{
	memcpy(p, &value, sizeof(value));
	return p + sizeof(value);
}

static char *put_u32(char *p, uint32_t value)
{
	memcpy(p, &value, sizeof(value));
	return p + sizeof(value);
}

static char *put_u64(char *p, uint64_t value)
{
	memcpy(p, &value, sizeof(value));
	return p + sizeof(value);
}

/* Section 4.3: the upper 32 bits come first, in either byte order. */
static char *put_time(char *p, int64_t ns)
{
	uint64_t units = ns < 0 ? 0 : (uint64_t)ns;

	return put_u32(put_u32(p, (uint32_t)(units >> 32)), (uint32_t)units);
}

/* Writes zeros up to the next multiple of 4 after `start`. */
static char *put_padding(char *p, const char *start)
{
	while ((p - start) % 4)
		*p++ = 0;
	return p;
}

/* Writes the type, and leaves room for the length. */
static char *begin_block(char *p, uint32_t type)
{
	return put_u32(p, type) + 4;
}

/* Writes the length, at both ends. */
static char *end_block(char *start, char *p)
{
	uint32_t length = (uint32_t)(p - start) + 4;

	put_u32(start + 4, length);
	return put_u32(p, length);
}

static char *put_option_header(char *p, uint16_t code, uint16_t bytes)
{
	return put_u16(put_u16(p, code), bytes);
}

static char *put_option_u64(char *p, uint16_t code, uint64_t value)
{
	return put_u64(put_option_header(p, code, sizeof(value)), value);
}

static char *put_option_time(char *p, uint16_t code, int64_t ns)
{
	return put_time(put_option_header(p, code, 8), ns);
}

static char *put_options_end(char *p)
{
	return put_option_header(p, OPT_END, 0);
}

static char *put_option_text(char *p, uint16_t code, const char *text)
{
	char *value = p + OPTION_HEADER, *end;

	if (!text || !*text)
		return p;
	end = utf8_put(value, value + TEXT_MAX, text);
	put_option_header(p, code, (uint16_t)(end - value));
	return put_padding(end, value);
}

static char *put_option_filter(char *p, const char *expression)
{
	char *value = p + OPTION_HEADER, *end;

	if (!expression || !*expression)
		return p;
	*value = FILTER_LIBPCAP;
	end = utf8_put(value + 1, value + TEXT_MAX, expression);
	put_option_header(p, IF_FILTER, (uint16_t)(end - value));
	return put_padding(end, value);
}

static char *put_option_verdict(char *p, uint64_t verdict)
{
	char *value = put_option_header(p, EPB_VERDICT, 1 + sizeof(verdict));

	*value = VERDICT_XDP;
	return put_padding(put_u64(value + 1, verdict), value);
}

static size_t option_room(const char *text)
{
	size_t bytes = text ? UTF8_GROWTH * strlen(text) : 0;

	return OPTION_HEADER + (bytes < TEXT_MAX ? bytes : TEXT_MAX) + 3;
}

size_t pcapng_section_room(const struct pcapng_section *section)
{
	return 28 + option_room(section->hardware) + option_room(section->os) +
	       option_room(section->application) + OPTION_HEADER;
}

/* Section 4.1. */
char *pcapng_put_section(char *p, const struct pcapng_section *section)
{
	char *start = p;

	p = put_u32(begin_block(p, BLOCK_SECTION), BYTE_ORDER_MAGIC);
	p = put_u16(put_u16(p, 1), 0); /* version 1.0 */
	p = put_u64(p, UINT64_MAX);    /* its length is unknown */
	p = put_option_text(p, SHB_HARDWARE, section->hardware);
	p = put_option_text(p, SHB_OS, section->os);
	p = put_option_text(p, SHB_USERAPPL, section->application);
	return end_block(start, put_options_end(p));
}

size_t pcapng_interface_room(const struct pcapng_interface *interface)
{
	return 20 + option_room(interface->name) + option_room(interface->description) +
	       option_room(interface->comment) + option_room(interface->filter) + 1 +
	       option_room(interface->os) + 2 * (OPTION_HEADER + 8) + OPTION_HEADER;
}

/* Section 4.2. */
char *pcapng_put_interface(char *p, const struct pcapng_interface *interface)
{
	char *start = p;

	p = begin_block(p, BLOCK_INTERFACE);
	p = put_u16(put_u16(p, LINKTYPE_ETHERNET), 0);
	p = put_u32(p, interface->snaplen);
	p = put_option_text(p, OPT_COMMENT, interface->comment);
	p = put_option_text(p, IF_NAME, interface->name);
	p = put_option_text(p, IF_DESCRIPTION, interface->description);
	if (interface->speed)
		p = put_option_u64(p, IF_SPEED, interface->speed);
	p = put_option_header(p, IF_TSRESOL, 1);
	*p++ = NANOSECONDS;
	p = put_padding(p, start);
	p = put_option_filter(p, interface->filter);
	p = put_option_text(p, IF_OS, interface->os);
	return end_block(start, put_options_end(p));
}

size_t pcapng_packet_room(const struct pcapng_packet *packet)
{
	size_t room = PCAPNG_PACKET_ROOM(packet->caplen);

	if (packet->comment)
		room += option_room(packet->comment) + OPTION_HEADER;
	if (packet->fate)
		room += PCAPNG_FATE_ROOM(strlen(packet->fate));
	return room;
}

static char *put_packet_options(char *p, const struct pcapng_packet *packet)
{
	p = put_option_text(p, OPT_COMMENT, packet->comment);
	if (packet->fate) {
		p = put_option_text(p, OPT_COMMENT, packet->fate);
		p = put_option_verdict(p, packet->verdict);
	}
	return put_options_end(p);
}

/* Section 4.3. */
char *pcapng_put_packet(char *p, const struct pcapng_packet *packet)
{
	char *start = p;

	p = put_u32(begin_block(p, BLOCK_PACKET), packet->interface);
	p = put_time(p, packet->wall_ns);
	p = put_u32(put_u32(p, packet->caplen), packet->len);
	memcpy(p, packet->bytes, packet->caplen);
	p += packet->caplen;
	put_u32(p, 0); /* more than the padding; the end of the block overwrites it */
	p += -packet->caplen % 4;
	if (packet->fate || (packet->comment && *packet->comment))
		p = put_packet_options(p, packet);
	return end_block(start, p);
}

/* Section 4.6. The time of the block is that of its counters. */
char *pcapng_put_statistics(char *p, const struct pcapng_statistics *statistics)
{
	char *start = p;

	p = put_u32(begin_block(p, BLOCK_STATISTICS), statistics->interface);
	p = put_time(p, statistics->end_ns);
	p = put_option_time(p, ISB_STARTTIME, statistics->start_ns);
	p = put_option_time(p, ISB_ENDTIME, statistics->end_ns);
	p = put_option_u64(p, ISB_IFRECV, statistics->received);
	p = put_option_u64(p, ISB_IFDROP, statistics->dropped);
	p = put_option_u64(p, ISB_USRDELIV, statistics->delivered);
	return end_block(start, put_options_end(p));
}
