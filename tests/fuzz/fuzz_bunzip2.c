/* fuzz_bunzip2.c - the decoder of bzip2 over any bytes */
#include "decode.h"

static int decode_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	return decode(FORMAT_BZIP2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz(decode_main, data, size);
}
