/** What a process costs, told by itself once a second: an agent for any JVM, and the reading of what it wrote. */
package io.evident.load.probe;
