/* bcj.c - filters that make code and tables of numbers easier to compress
 *
 * A branch in code names its target relative to its own place; as an absolute address the same target looks the same each
 * time. The filters are those of the .xz format: x86, PowerPC, IA-64, ARM, ARM-Thumb, SPARC, ARM64, and delta.
 */
#include "lzma.h"

static uint32_t load32_big(const unsigned char *p)
{
	return __builtin_bswap32(load32(p));
}

static void store32_big(unsigned char *p, uint32_t x)
{
	store32(p, __builtin_bswap32(x));
}

static void delta(struct xz_filter_state *f, unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++, f->at++) {
		unsigned char before = f->history[(f->at - f->distance) & 255], original = p[i];

		p[i] = (unsigned char)(f->encode ? original - before : original + before);
		f->history[f->at & 255] = f->encode ? original : p[i];
	}
}

static bool is_sign(unsigned byte)
{
	return byte == 0 || byte == 255;
}

/* Calls and jumps have a byte of E8 or E9 and four of an address, the last of which is 0 or 255. One right before another is
 * no instruction, most likely. */
static size_t x86(struct xz_filter_state *f, unsigned char *p, size_t n)
{
	static const uint8_t behind[8] = { 0, 1, 2, 2, 3, 3, 3, 3 };
	size_t i = 0;

	while (i + 5 <= n) {
		uint32_t mask = f->mask, there, address;

		if ((p[i] & 0xfe) != 0xe8) {
			f->mask = mask << 1 & 7;
			i++;
			continue;
		}
		if (!is_sign(p[i + 4]) ||
		    (mask && ((mask != 1 && mask != 2 && mask != 4) || is_sign(p[i + 4 - behind[mask]])))) {
			f->mask = (mask << 1 | 1) & 7;
			i++;
			continue;
		}
		there = load32(p + i + 1);
		for (;;) {
			unsigned shift = 8 * behind[mask];

			address = f->encode ? there + (f->position + (uint32_t)i + 5)
					    : there - (f->position + (uint32_t)i + 5);
			if (mask == 0 || !is_sign(address >> (24 - shift) & 0xff))
				break;
			there = address ^ ((1u << (32 - shift)) - 1);
		}
		address &= 0x1ffffff;
		store32(p + i + 1, address & 0x1000000 ? address | 0xff000000 : address);
		f->mask = 0;
		i += 5;
	}
	return i;
}

/* One instruction of four bytes, at the place `at`. */
static void convert4(const struct xz_filter_state *f, unsigned char *p, uint32_t at)
{
	uint32_t x, value;

	if (!f->encode)
		at = -at;
	switch (f->kind) {
	case XZ_POWERPC:
		x = load32_big(p);
		if ((x & 0xfc000003) == 0x48000001)
			store32_big(p, 0x48000001 | ((x + at) & 0x3fffffc));
		break;
	case XZ_SPARC:
		x = load32_big(p);
		if ((x & 0xffc00000) == 0x40000000 || (x & 0xffc00000) == 0x7fc00000) {
			value = ((x << 2) + at) >> 2;
			value = (value & 0x3fffff) | (value & 0x400000 ? 0x3fc00000 : 0);
			store32_big(p, 0x40000000 | value);
		}
		break;
	case XZ_ARM:
		x = load32(p);
		at += f->encode ? 8 : (uint32_t)-8;
		if (x >> 24 == 0xeb)
			store32(p, 0xeb000000 | ((x + (at >> 2)) & 0xffffff));
		break;
	default:
		x = load32(p);
		if (x >> 26 == 0x25) {
			store32(p, 0x94000000 | ((x + (at >> 2)) & 0x3ffffff));
		} else if ((x & 0x9f000000) == 0x90000000) {
			value = (x >> 29 & 3) | (x >> 3 & 0x1ffffc);
			if ((value + 0x20000) & 0x1c0000)
				break;
			value += f->encode ? at >> 12 : -(-at >> 12);
			store32(p, (x & 0x9000001f) | (value & 3) << 29 | (value & 0x3fffc) << 3 |
					   (value & 0x20000 ? 0xe00000 : 0));
		}
	}
}

static size_t thumb(const struct xz_filter_state *f, unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 4 <= n; i += 2) {
		uint32_t value, at = f->position + (uint32_t)i + 4;

		if ((p[i + 1] & 0xf8) != 0xf0 || (p[i + 3] & 0xf8) != 0xf8)
			continue;
		value = ((p[i + 1] & 7u) << 19 | (uint32_t)p[i] << 11 | (p[i + 3] & 7u) << 8 | p[i + 2]) << 1;
		value = (f->encode ? value + at : value - at) >> 1;
		p[i + 1] = (unsigned char)(0xf0 | (value >> 19 & 7));
		p[i] = (unsigned char)(value >> 11);
		p[i + 3] = (unsigned char)(0xf8 | (value >> 8 & 7));
		p[i + 2] = (unsigned char)value;
		i += 2;
	}
	return i;
}

/* A bundle of three instructions of 41 bits behind five bits that tell their kinds. */
static void ia64(const struct xz_filter_state *f, unsigned char *p, uint32_t at)
{
	static const uint8_t branches[16] = { [8] = 4, 6, 0, 7, 4, 0, 4, 0 };

	for (unsigned slot = 0; slot < 3; slot++) {
		unsigned bit = 5 + 41 * slot, shift = bit % 8;
		unsigned char *q = p + bit / 8;
		uint64_t word = 0, x;
		uint32_t value;

		if (!(branches[(p[0] & 31) / 2] >> slot & 1))
			continue;
		memcpy(&word, q, 6);
		word = load64(&word);
		x = word >> shift;
		if ((x >> 37 & 15) != 5 || (x >> 9 & 7) != 0)
			continue;
		value = (uint32_t)((x >> 13 & 0xfffff) | (x >> 36 & 1) << 20) << 4;
		value = (f->encode ? value + at : value - at) >> 4;
		x &= ~((uint64_t)0x8fffff << 13);
		x |= (uint64_t)(value & 0xfffff) << 13 | (uint64_t)(value & 0x100000) << 16;
		word = (word & ((1u << shift) - 1)) | x << shift;
		store64(&word, word);
		memcpy(q, &word, 6);
	}
}

size_t xz_filter_run(struct xz_filter_state *f, unsigned char *p, size_t n)
{
	size_t i = 0, step = f->kind == XZ_IA64 ? 16 : 4;

	switch (f->kind) {
	case XZ_DELTA:
		delta(f, p, n);
		return n;
	case XZ_X86:
		i = x86(f, p, n);
		break;
	case XZ_ARMTHUMB:
		i = thumb(f, p, n);
		break;
	default:
		for (; i + step <= n; i += step)
			if (f->kind == XZ_IA64)
				ia64(f, p + i, f->position + (uint32_t)i);
			else
				convert4(f, p + i, f->position + (uint32_t)i);
	}
	f->position += (uint32_t)i;
	return i;
}
