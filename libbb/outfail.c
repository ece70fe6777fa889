/* outfail.c - writing that fails in the middle, told in GNU's two messages */
#include <unistd.h>
#include "out.h"
#include "outfail.h"
#include "run.h"

void out_check(void)
{
	int code = std_out.error;

	if (!code)
		return;
	std_out = (struct writer){ .fd = STDOUT_FILENO };
	warn_code(code, "write error");
	die("write error");
}
