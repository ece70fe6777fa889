/* pack.c - packs the help texts that come on standard input into a C array on standard output
 *
 * usage: pack < help.txt > help.c
 *
 * The input is texts that each end with a byte 2. They are packed in blocks of about 64 KiB, so that one text
 * can be had without unpacking all. A block is: its packed length and its number of texts (two bytes each,
 * low byte first; the length in units of a byte), then the arithmetic code of its bits under libbb/textmodel.
 * The counterpart is libbb/unpack.c. Runs on the machine that builds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../libbb/textmodel.h"

enum { BLOCK = 65536 };

static unsigned char packed[2 * BLOCK * 4];
static size_t packed_len;

static void code(const unsigned char *text, size_t len)
{
	static uint32_t slots[MODEL_ORDERS * MODEL_SLOTS];
	static struct textmodel model;
	uint32_t low = 0, high = 0xffffffffu;

	memset(slots, 0, sizeof(slots));
	textmodel_begin(&model, slots);
	for (size_t i = 0; i < len * 8; i++) {
		int bit = text[i / 8] >> (7 - i % 8) & 1;
		uint32_t mid = low + (high - low) / 4096 * (uint32_t)model.p;

		if (bit)
			high = mid;
		else
			low = mid + 1;
		textmodel_update(&model, bit);
		while ((low ^ high) < 1u << 24) {
			packed[packed_len++] = (unsigned char)(high >> 24);
			low <<= 8;
			high = high << 8 | 255;
		}
	}
	packed[packed_len++] = (unsigned char)((high >> 24));
	packed[packed_len++] = 0;
}

static size_t print_block(const unsigned char *text, size_t len, unsigned texts)
{
	packed_len = 0;
	code(text, len);
	if (packed_len > 65535 || texts > 65535) {
		fprintf(stderr, "pack: a block is too large\n");
		exit(1);
	}
	printf("\t%zu, %zu, %u, %u,", packed_len & 255, packed_len >> 8, texts & 255, texts >> 8);
	for (size_t i = 0; i < packed_len; i++)
		printf("%s%u,", i % 20 ? " " : "\n\t", packed[i]);
	putchar('\n');
	return packed_len + 4;
}

int main(void)
{
	size_t size = 0, len = 0, start = 0, total = 0;
	unsigned char *text = NULL, *grown;
	unsigned texts = 0;
	int c;

	while ((c = getchar()) != EOF) {
		if (len == size) {
			size = size ? 2 * size : BLOCK;
			grown = realloc(text, size);
			if (!grown)
				return 1;
			text = grown;
		}
		text[len++] = (unsigned char)c;
	}
	puts("/* Made by scripts/pack.c. */\n#include \"applet.h\"\n\nconst unsigned char packed_help[] = {");
	for (size_t i = 0; i < len; i++) {
		if (text[i] != 2)
			continue;
		texts++;
		if (i + 1 - start > BLOCK || i + 1 == len) {
			total += print_block(text + start, i + 1 - start, texts);
			start = i + 1;
			texts = 0;
		}
	}
	printf("};\nconst size_t packed_help_size = %zu;\n", total);
	return 0;
}
