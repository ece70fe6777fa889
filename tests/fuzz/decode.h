/* decode.h - running a decoder over the bytes that the fuzzer gives */
#ifndef DECODE_H
#define DECODE_H

#include "libbb.h"
#include "compress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *text;
static size_t text_size;

static ssize_t read_text(void *from, void *buf, size_t n)
{
	(void)from;
	if (n > text_size)
		n = text_size;
	if (n > 14) /* in small parts, so that what is at the end of a part is tried, too */
		n = 7 + n / 2;
	memcpy(buf, text, n);
	text += n;
	text_size -= n;
	return (ssize_t)n;
}

/* Decodes the text, and touches all that comes of it. */
static int decode(enum format format)
{
	struct source in = { 0 };
	const unsigned char *block;
	struct decoder *d;
	size_t n, sum = 0, total = 0;

	source_open_function(&in, read_text, NULL);
	d = decoder_new(format, &in);
	while (total < 1 << 22 && (n = decoder_next(d, &block)) > 0) {
		for (size_t i = 0; i < n; i++)
			sum += block[i];
		total += n;
	}
	return (int)(sum & 1);
}

/* Runs `main` as an applet over the data. */
static int fuzz(int (*main_of)(void *options, char **argv), const uint8_t *data, size_t size)
{
	const struct applet a = { .name = "fuzz", .main = main_of, .long_names = "help\0version" };
	char name[] = "fuzz", *words[] = { name, NULL };

	if (size == 0)
		return 0;
	text = data;
	text_size = size;
	run_applet(&a, words);
	return 0;
}

#endif
