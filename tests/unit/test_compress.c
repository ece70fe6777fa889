/* test_compress.c - what is encoded decodes to the same, whatever it is and however it comes; damage is noticed */
#include <check.h>
#include <stdlib.h>
#include "libbb.h"
#include "compress.h"

Suite *compress_suite(void);

/* Bytes that are read back in parts of up to `part`. */
struct text {
	const unsigned char *p;
	size_t n, part;
};

static ssize_t read_text(void *from, void *buf, size_t size)
{
	struct text *t = from;
	size_t n = size < t->part ? size : t->part;

	n = n < t->n ? n : t->n;
	memcpy(buf, t->p, n);
	t->p += n;
	t->n -= n;
	return (ssize_t)n;
}

/* Kinds of data: how far apart the repetitions are, and how many different bytes there are. */
static unsigned char *make_data(size_t n, unsigned kind)
{
	unsigned char *data = malloc(n + 1);
	uint32_t state = kind * 2654435761u + 1;

	for (size_t i = 0; i < n; i++) {
		state = state * 1664525 + 1013904223;
		switch (kind % 5) {
		case 0:
			data[i] = 0;
			break;
		case 1:
			data[i] = (unsigned char)(state >> 24);
			break;
		case 2:
			data[i] = (unsigned char)("abcdefgh "[(state >> 24) % 9]);
			break;
		case 3:
			data[i] = i < 300 || state >> 30 == 0 ? (unsigned char)(state >> 24)
							      : data[i - 1 - (state >> 22) % 299];
			break;
		default:
			data[i] = i % 70000 < 40000 ? (unsigned char)(state >> 24)
						    : (unsigned char)(i / 3000);
		}
	}
	return data;
}

/* Encodes, decodes and compares. */
static void round_trip(enum format format, const struct encoder_options *opt, const unsigned char *data,
		       size_t n, size_t part)
{
	struct arena_mark mark = arena_mark();
	struct writer w = { .fd = -1 };
	struct encoder *e = encoder_new(format, opt, &w);
	struct source in = { 0 };
	struct text t = { .part = part };
	struct decoder *d;
	const unsigned char *block;
	size_t done = 0, got;

	for (size_t at = 0; at < n; at += part)
		encoder_write(e, data + at, n - at < part ? n - at : part);
	encoder_end(e);
	t.p = (unsigned char *)w.buf;
	t.n = w.len;
	source_open_function(&in, read_text, &t);
	ck_assert_int_eq(source_format(&in), format);
	d = decoder_new(format, &in);
	while ((got = decoder_next(d, &block)) > 0) {
		ck_assert_uint_le(done + got, n);
		ck_assert_int_eq(memcmp(block, data + done, got), 0);
		done += got;
	}
	ck_assert_uint_eq(d->error, 0);
	ck_assert_uint_eq(done, n);
	arena_release(mark);
}

START_TEST(gzip_gives_back_what_it_took)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 258, 259, 4095, 32768, 65535, 65536, 300000 };

	for (unsigned kind = 0; kind < 5; kind++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
			unsigned char *data = make_data(sizes[s], kind);

			for (int level = 1; level <= 9; level += 2)
				for (int rsyncable = 0; rsyncable < 2; rsyncable++) {
					struct encoder_options o = { .level = level, .rsyncable = rsyncable };

					round_trip(FORMAT_GZIP, &o, data, sizes[s], 1000 * (size_t)level);
				}
			free(data);
		}
}
END_TEST

START_TEST(others_give_back_what_they_took)
{
	static const enum format formats[] = { FORMAT_BZIP2, FORMAT_XZ };
	static const size_t sizes[] = { 0, 1, 2, 3, 5, 258, 4095, 65536, 99980, 99981, 300000 };

	for (size_t f = 0; f < 2; f++)
		for (unsigned kind = 0; kind < 5; kind++)
			for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
				unsigned char *data = make_data(sizes[s], kind);

				for (int level = 1; level <= 9; level += 4) {
					struct encoder_options o = { .level = level, .check = XZ_CRC64 };

					round_trip(formats[f], &o, data, sizes[s], 1000 * (size_t)level);
				}
				free(data);
			}
}
END_TEST

START_TEST(input_may_come_by_the_byte)
{
	struct encoder_options o = { .level = 6, .name = "name", .time = 5 };
	unsigned char *data = make_data(5000, 2);

	round_trip(FORMAT_GZIP, &o, data, 5000, 1);
	free(data);
}
END_TEST

START_TEST(damage_is_noticed)
{
	struct writer w = { .fd = -1 };
	struct encoder_options o = { .level = 6 };
	struct encoder *e = encoder_new(FORMAT_GZIP, &o, &w);
	unsigned char *data = make_data(20000, 2);

	encoder_write(e, data, 20000);
	encoder_end(e);
	for (size_t cut = 0; cut < w.len; cut += 97) {
		struct arena_mark mark = arena_mark();
		struct text t = { (unsigned char *)w.buf, cut, 64 };
		struct source in = { 0 };
		struct decoder *d;
		const unsigned char *block;
		size_t n, done = 0;

		source_open_function(&in, read_text, &t);
		d = decoder_new(FORMAT_GZIP, &in);
		for (; (n = decoder_next(d, &block)) > 0; done += n)
			ck_assert_int_eq(memcmp(block, data + done, n), 0);
		ck_assert_uint_eq(d->error, DECODE_TRUNCATED);
		arena_release(mark);
	}
	free(data);
}
END_TEST

/* Made by zstd -19: a checksum, a Huffman code, tables of all three kinds. */
START_TEST(zstd_frame_of_the_reference)
{
	static const unsigned char frame[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x68, 0x9d, 0x04, 0x00, 0xf2, 0x48, 0x18, 0x11, 0xa0, 0x3d,
		0x60, 0x76, 0xa9, 0x5d, 0x5b, 0x55, 0x4f, 0x92, 0x94, 0x99, 0x24, 0x7d, 0xf5, 0xa9, 0x18,
		0xde, 0xed, 0x3b, 0xd4, 0xb3, 0xf5, 0xd9, 0x3f, 0xb0, 0x12, 0x26, 0x4f, 0xd8, 0xf5, 0xdb,
		0x73, 0xa8, 0x6f, 0x77, 0x7b, 0x26, 0x6b, 0xf6, 0xfb, 0x18, 0xcb, 0xee, 0x64, 0x70, 0xbb,
		0xe0, 0x7d, 0xdd, 0xfc, 0xdd, 0x7e, 0xe5, 0x91, 0x82, 0xa8, 0xf2, 0x8f, 0x4e, 0x0d, 0x83,
		0x90, 0xdd, 0xa1, 0xe9, 0xdb, 0xbf, 0xad, 0x3c, 0x3a, 0x7f, 0x13, 0x1c, 0x65, 0x1e, 0x4c,
		0xe1, 0xc1, 0x62, 0x9a, 0x71, 0x01, 0x16, 0x04, 0x03, 0x8c, 0x06, 0x86, 0x12, 0x0e, 0x0b,
		0x22, 0x98, 0x95, 0x54, 0x3b, 0xa8, 0x21, 0x24, 0xbd, 0xfd, 0xef, 0xb0, 0x9d, 0x03, 0x11,
		0x24, 0x04, 0xff, 0xff, 0x09, 0x41, 0x7e, 0xcf, 0xe7, 0x29, 0x55, 0xbb, 0xe0, 0x39, 0xad,
		0xae, 0xed, 0xaf, 0xb1, 0x7a, 0xd7, 0x5f, 0x65, 0xd4, 0x2f, 0x3b, 0x9d, 0x60, 0xea, 0xdf,
		0xcd, 0x60, 0x15, 0x01, 0xa9, 0x0a, 0x11, 0xb7, 0x70, 0xe9,
	};
	struct arena_mark mark = arena_mark();
	struct writer want = { .fd = -1 };

	for (unsigned i = 0; i < 60; i++)
		writer_fmt(&want, "line %u of a text that repeats itself\n", i * i % 97);
	for (size_t cut = 0; cut <= sizeof(frame); cut++) {
		struct text t = { frame, cut, 5 };
		struct source in = { 0 };
		const unsigned char *block;
		struct decoder *d;
		size_t n, done = 0;

		source_open_function(&in, read_text, &t);
		d = decoder_new(FORMAT_ZSTD, &in);
		for (; (n = decoder_next(d, &block)) > 0; done += n)
			ck_assert_int_eq(memcmp(block, want.buf + done, n), 0);
		ck_assert_uint_eq(d->error, cut < sizeof(frame) ? DECODE_TRUNCATED : 0);
		ck_assert_uint_eq(d->members, cut == sizeof(frame));
		if (cut == sizeof(frame))
			ck_assert_uint_eq(done, want.len);
	}
	arena_release(mark);
}
END_TEST

/* A frame that says it has 256 bytes in a window of 1 MiB, and has a block of 128 KiB again and again. */
START_TEST(zstd_frame_longer_than_it_says)
{
	unsigned char frame[8 + 64 * 4] = { 0x28, 0xb5, 0x2f, 0xfd, 0x40, 0x50, 0, 0 };
	struct arena_mark mark = arena_mark();
	struct text t = { frame, sizeof(frame), sizeof(frame) };
	struct source in = { 0 };
	const unsigned char *block;
	struct decoder *d;
	size_t n, done = 0;

	for (size_t at = 8; at < sizeof(frame); at += 4)
		memcpy(frame + at, "\2\0\20x", 4);
	source_open_function(&in, read_text, &t);
	d = decoder_new(FORMAT_ZSTD, &in);
	while ((n = decoder_next(d, &block)) > 0)
		done += n;
	ck_assert_uint_eq(d->error, DECODE_BAD);
	ck_assert_uint_le(done, 131072);
	arena_release(mark);
}
END_TEST

Suite *compress_suite(void)
{
	Suite *s = suite_create("compress");
	TCase *t = tcase_create("compress");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, gzip_gives_back_what_it_took);
	tcase_add_test(t, others_give_back_what_they_took);
	tcase_add_test(t, input_may_come_by_the_byte);
	tcase_add_test(t, damage_is_noticed);
	tcase_add_test(t, zstd_frame_of_the_reference);
	tcase_add_test(t, zstd_frame_longer_than_it_says);
	suite_add_tcase(s, t);
	return s;
}
