/* fuzz_diff.c - what diff says of two texts makes patch turn the one into the other, in each format */
#include "files.h"

static void compare(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "-u", "-c", "--normal", "-U0", "-C1", "-e", "-n", "-y" };
	const char *format, *a, *b, *minimal;
	size_t a_len, b_len, len;
	char *out;
	int status;

	format = formats[data[0] & 7];
	minimal = data[0] & 8 ? "-d" : data[0] & 16 ? "--horizon-lines=3" : data[0] & 32 ? "-H" : "-a";
	a = (const char *)data + 2;
	a_len = data[1] * (size - 2) / 255;
	b = a + a_len;
	b_len = size - 2 - a_len;
	enter_directory("fuzz_diff");
	put_file("a", a, a_len);
	put_file("b", b, b_len);
	status = run((const char *const[]){ "diff", "-a", minimal, format, "a", "b", NULL }, &out, &len);
	if (strcmp(format, "-e") == 0 &&
	    ((a_len && a[a_len - 1] != '\n') || (b_len && b[b_len - 1] != '\n'))) {
		free(out); /* a script cannot make that */
		return;
	}
	if (status > 1 || (status == 1) == (a_len == b_len && memcmp(a, b, a_len) == 0))
		abort();
	put_file("p", out, len);
	free(out);
	if (status != 1 || strcmp(format, "-n") == 0 || strcmp(format, "-y") == 0)
		return;
	status = run((const char *const[]){ "patch", "-s", "--binary", "-f", "a", "p", NULL }, &out, &len);
	free(out);
	/* an empty file may be gone */
	if (status != 0 || (!file_is("a", b, b_len) && !(b_len == 0 && access("a", F_OK) < 0)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	compare(data, size);
	leave_directory();
	return 0;
}
