/* elementary.c - the functions of elementary.h where the processor has none: those of the C library */
#include "elementary.h"

#if !defined(__x86_64__)
#include <math.h>

double elementary_sin(double x)
{
	return sin(x);
}

double elementary_cos(double x)
{
	return cos(x);
}

double elementary_atan2(double y, double x)
{
	return atan2(y, x);
}

double elementary_exp(double x)
{
	return exp(x);
}

double elementary_log(double x)
{
	return log(x);
}

double elementary_pow(double x, double y)
{
	return pow(x, y);
}
#endif
