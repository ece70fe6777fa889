/* fuzz_inflate.c - the decoders of gzip, zip and compress over any bytes */
#include "decode.h"

static int decode_main(void *options, char **argv)
{
	static const enum format formats[] = { FORMAT_GZIP, FORMAT_ZIP, FORMAT_COMPRESS };
	enum format format = formats[*text % 3];

	(void)options;
	(void)argv;
	text++;
	text_size--;
	return decode(format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz(decode_main, data, size);
}
