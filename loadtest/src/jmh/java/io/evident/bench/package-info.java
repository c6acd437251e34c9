/** What the parts of Evident cost, one by one, in time and in allocated bytes: docs/performance.md, "Benchmarks of the parts". */
package io.evident.bench;
