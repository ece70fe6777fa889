/* fuzz_patch.c - any patch, applied to a few files: nothing outside the directory is touched */
#include "files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char lines[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
	static const char *const options[] = { "-f", "-t", "-R", "-N", "--merge", "-E", "-l", "-b" };
	const char *first, *second;
	size_t len;
	char *out;

	if (size < 1)
		return 0;
	first = options[data[0] & 7];
	second = options[data[0] >> 3 & 7];
	enter_directory("fuzz_patch");
	put_file("outside", lines, sizeof(lines) - 1);
	if (mkdir("tree", 0755) < 0 || mkdir("tree/sub", 0755) < 0 ||
	    symlink("../outside", "tree/link") < 0 || symlink("..", "tree/up") < 0)
		abort();
	put_file("p", data + 1, size - 1);
	put_file("tree/f", lines, sizeof(lines) - 1);
	put_file("tree/sub/g", lines, sizeof(lines) - 1);
	run((const char *const[]){ "patch", "-f", first, second, data[0] & 64 ? "-p0" : "-p1", "-d", "tree",
				   "-i", "../p", data[0] & 128 ? "f" : NULL, NULL },
	    &out, &len);
	free(out);
	if (chdir("..") < 0 || !file_is("outside", lines, sizeof(lines) - 1) ||
	    !file_is("p", data + 1, size - 1))
		abort();
	len = 0;
	for (char c = '!'; c <= '~'; c++) { /* names of one letter are what a fuzzer finds */
		char name[] = { c, 0 };

		len += c != '.' && c != '/' && c != 'p' && access(name, F_OK) == 0;
	}
	if (len > 0)
		abort();
	leave_directory();
	return 0;
}
