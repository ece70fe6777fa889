/* asan_options.c - what the sanitizers' box is to do when a test takes away its environment
 *
 * What is malloc'ed for as long as a process lives is not given back, and the shell's processes end in many places: no leaks.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
