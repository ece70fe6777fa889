/* unicode-tables - writes the tables of characters' properties that libbb/utf8_*.c include
 *
 * usage: cc -o build/unicode-tables scripts/unicode-tables.c
 *        build/unicode-tables width > libbb/utf8_width_table.h       (and alpha, case)
 *
 * It asks the C library of the host (glibc 2.36 when the tables were made) for the properties of every code
 * point in the locale C.UTF-8. Two codings are used:
 *
 *   runs     Code points below 0x20000 are cut in blocks of 2048, the rest is one more block. Of each block an
 *            index tells where its runs begin. A run is a byte: two bits of class, six of length less one. A
 *            length from 48 stands for (x - 48) * 256 + 48 + the next byte; 63 for the next three bytes.
 *   numbers  seven bits in each byte, the highest first; the top bit tells that another follows. Differences are
 *            doubled, and one less than doubled and negated if below zero.
 */
#define _GNU_SOURCE
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define BLOCK  2048
#define BLOCKS 64
#define LAST   0x10ffff

static unsigned char out[8192];
static int used;

static void put_number(unsigned long n)
{
	int shift = 0;

	while (n >> shift >= 128)
		shift += 7;
	for (; shift > 0; shift -= 7)
		out[used++] = (unsigned char)(n >> shift | 128);
	out[used++] = n & 127;
}

static void put_signed(long n)
{
	put_number(n < 0 ? (unsigned long)-n * 2 - 1 : (unsigned long)n * 2);
}

static void print_bytes(const char *name)
{
	printf("static const uint8_t %s[%d] = {", name, used);
	for (int i = 0; i < used; i++)
		printf("%s%d,", i % 20 ? "" : "\n\t", out[i]);
	printf("\n};\n");
	used = 0;
}

static void put_run(int class, unsigned length)
{
	class <<= 6;
	length--;
	if (length < 48) {
		out[used++] = (unsigned char)(class | length);
	} else if (length < 48 + 15 * 256) {
		length -= 48;
		out[used++] = (unsigned char)(class | (48 + (length >> 8)));
		out[used++] = length & 255;
	} else {
		out[used++] = (unsigned char)(class | 63);
		out[used++] = (unsigned char)(length >> 16);
		out[used++] = length >> 8 & 255;
		out[used++] = length & 255;
	}
}

static void print_runs(const char *name, int class_of(wint_t))
{
	char text[64];
	wint_t c = 0;

	printf("static const uint16_t %s_index[%d] = {", name, BLOCKS + 1);
	for (int block = 0; block <= BLOCKS; block++) {
		wint_t end = block < BLOCKS ? (wint_t)(block + 1) * BLOCK : LAST + 1;

		printf("%s%d,", block % 16 ? "" : "\n\t", used);
		while (c < end) {
			wint_t start = c;
			int class = class_of(c);

			while (c < end && class_of(c) == class)
				c++;
			put_run(class, c - start);
		}
	}
	printf("\n};\n");
	snprintf(text, sizeof text, "%s_runs", name);
	print_bytes(text);
}

/* The width less -1; U+0000 is not printable, though its width is 0. */
static int width_class(wint_t c)
{
	return c ? wcwidth((wchar_t)c) + 1 : 0;
}

static int alpha_class(wint_t c)
{
	return iswalpha(c) != 0;
}

/* The letters whose case does not show by their having a lower or upper form: 1 upper, 2 lower. */
static int extra_class(wint_t c)
{
	if (iswupper(c) && towlower(c) == c)
		return 1;
	return iswlower(c) && towupper(c) == c ? 2 : 0;
}

static long lower_delta(wint_t c)
{
	return c > LAST ? 0 : (long)towlower(c) - (long)c;
}

static struct range {
	wint_t first;
	unsigned count, stride;
	long delta;
} ranges[512];
static int ranges_count;

static void find_ranges(void)
{
	for (wint_t c = 0; c <= LAST; c++) {
		long delta = lower_delta(c);
		struct range *r;

		if (!delta)
			continue;
		r = &ranges[ranges_count++];
		*r = (struct range){ c, 1, 1, delta };
		if (lower_delta(c + 1) == 0 && lower_delta(c + 2) == delta)
			r->stride = 2;
		while (lower_delta(c + r->stride) == delta && (r->stride == 1 || !lower_delta(c + 1))) {
			c += r->stride;
			r->count++;
		}
	}
}

/* Returns what char_upper() finds by going through the ranges backwards. */
static wint_t upper_by_ranges(wint_t c)
{
	for (struct range *r = ranges; r < ranges + ranges_count; r++) {
		long at = (long)c - r->delta - (long)r->first;

		if (at >= 0 && at % r->stride == 0 && at / r->stride < (long)r->count)
			return (wint_t)((long)c - r->delta);
	}
	return c;
}

static void print_case(void)
{
	wint_t last = 0;

	find_ranges();
	for (struct range *r = ranges; r < ranges + ranges_count; r++) {
		put_number(r->first - last);
		put_number((r->count - 1) * 2 + r->stride - 1);
		put_signed(r->delta);
		last = r->first + r->count * r->stride;
	}
	print_bytes("lower_ranges");
	last = 0;
	for (wint_t c = 0; c <= LAST; c++)
		if (towupper(c) != upper_by_ranges(c)) {
			put_number(c - last);
			put_signed((long)towupper(c) - (long)c);
			last = c;
		}
	print_bytes("upper_exceptions");
	last = 0;
	for (wint_t c = 0; c <= LAST; c++) {
		wint_t start = c;
		int class = extra_class(c);

		if (!class)
			continue;
		while (extra_class(c + 1) == class)
			c++;
		put_number(start - last);
		put_number((c - start) * 2 + (class == 2));
		last = c + 1;
	}
	print_bytes("case_extras");
}

int main(int argc, char **argv)
{
	if (argc != 2 || !setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	printf("/* Made by scripts/unicode-tables.c, which tells the coding; not to be edited. */\n"
	       "/* clang-format off */\n");
	if (!strcmp(argv[1], "width"))
		print_runs("width", width_class);
	else if (!strcmp(argv[1], "alpha"))
		print_runs("alpha", alpha_class);
	else if (!strcmp(argv[1], "case"))
		print_case();
	else
		return 1;
	return 0;
}
