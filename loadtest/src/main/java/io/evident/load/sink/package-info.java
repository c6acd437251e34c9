/** A server that keeps nothing and answers at once: what the generator can do by itself. */
package io.evident.load.sink;
