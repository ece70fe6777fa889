/* fuzz_unxz.c - the decoder of xz over any bytes */
#include "decode.h"

static int decode_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	return decode(FORMAT_XZ);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz(decode_main, data, size);
}
